"""The lab that adopts real repositories, on one that the test makes: its counts are what was built in."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.adoption import printed
from benchmarks.adoption_day import names_of, steps
from gitflowguard.policy.presets import preset_flow
from tests.install.place import git, repository

LAB = Path(__file__).parents[2] / "benchmarks" / "adoption.py"
COUNTED = "repos:\n- repo: https://example.invalid/hooks\n  rev: v1\n  hooks: [{id: anything}]\n"


def team(root: Path) -> Path:
    """master and dev, two features, pages, refs of pull requests, a hook that comes from a network."""
    repo = repository(root / "r", "master")
    (repo / ".pre-commit-config.yaml").write_text(COUNTED)
    git(repo, "add", ".")
    git(repo, "commit", "-q", "-m", "Hooks")
    for name in ("dev", "feature/one", "feature/two", "gh-pages"):
        git(repo, "branch", name)
    git(repo, "tag", "1.0.0")
    for number in range(3):
        git(repo, "update-ref", f"refs/pull/{number}/head", "HEAD")
    return repo


@pytest.mark.slow
def test_a_row_of_counts(tmp_path: Path) -> None:
    """Nothing of the source is written; every branch is committed to; the team's hook is counted; a day is lived."""
    repo = team(tmp_path)
    before = sorted((path.name, path.stat().st_mtime_ns) for path in repo.rglob("*"))
    argv = (sys.executable, str(LAB), f"r={repo}", "--json", "--keep", str(tmp_path / "kept"))
    done = subprocess.run(argv, capture_output=True, text=True, check=False, cwd=tmp_path, timeout=300)
    assert done.returncode == 0, done.stderr
    (row,) = json.loads(done.stdout)
    assert (row["name"], row["framework"], row["branches"], row["judged"]) == ("r", "pre-commit", 5, 5)
    assert row["blocked"] + row["warned"] + row["fine"] + len(row["lines"]) == 5
    assert sorted(row["lines"]) == ["dev", "master"] and row["fine"] >= 2
    assert row["init"] == 0 and row["printed"] >= 2
    assert row["hooks"]["commit"][0] == 1 and row["hooks"]["commit"][1] >= 1
    assert row["day"] > 50 and row["noise"] == sum(row["said"].values())
    assert sorted((path.name, path.stat().st_mtime_ns) for path in repo.rglob("*")) == before
    refs = git(tmp_path / "kept" / "r" / "origin.git", "for-each-ref", "--format=%(refname)")
    assert "refs/pull" not in refs and "refs/tags/1.0.0" in refs


def test_a_repository_that_cannot_be_adopted_still_has_a_row(tmp_path: Path) -> None:
    """With the reason, and an exit code that says so."""
    git(tmp_path, "init", "-q", "--bare", "empty.git")
    argv = (sys.executable, str(LAB), str(tmp_path / "empty.git"))
    done = subprocess.run(argv, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (
        done.returncode == 1 and "| empty | none | 0 |" in done.stdout and "it has no branch" in done.stdout
    )


def test_the_commands_that_init_prints() -> None:
    """The first block that is to be pasted; an alternative below it is not run as well."""
    said = "Done.\nTo share it with your team, paste this:\n\ngit add a\ngit commit -m b\n\n"
    assert printed(said + "If …, paste this instead:\n\nx\n") == ["git add a", "git commit -m b"]
    assert printed("Done.\n") == []


def test_the_day_is_in_the_repository_s_own_words() -> None:
    """Its lines, names that its policy allows, and a way back to the integration branch."""
    flow = preset_flow("gitflow", "stable", "next")
    names = names_of(flow)
    assert (names.main, names.base, names.work) == ("stable", "next", "feature/search")
    assert flow.may_merge(names.other, "next") and flow.may_merge(names.release, "stable")
    day = steps(names)
    assert "git switch next" in day and f"git push origin stable next {names.tag}" in day
    assert not any("develop" in step or "main" in step for step in day)
