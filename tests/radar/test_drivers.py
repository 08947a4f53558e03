"""Merge drivers of the repository's own: run where the policy names them, and never else."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from gitflowguard.app.radar.survey import RadarRequest, radar
from gitflowguard.radar.nouns import CLEAN, STALE

NOW = 1_795_348_800  # 2026-11-22T12:00:00Z
LR = "lr = LogisticRegression(maxIter={}, regParam=0.001)\n"


def git(folder: Path, *args: str, ok: bool = True) -> subprocess.CompletedProcess[str]:
    """Runs git; fails loudly unless told otherwise."""
    done = subprocess.run(("git", *args), cwd=folder, capture_output=True, text=True, check=False)
    assert not ok or done.returncode == 0, done.stdout + done.stderr
    return done


def commit(folder: Path, files: dict[str, str]) -> None:
    """One commit of these files on the current branch."""
    for name, content in files.items():
        (folder / name).write_text(content)
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "change")


@pytest.fixture(name="repo")
def a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """feature/x and develop have changed one line, and the file is left to a driver that leaves a mark."""
    folder, mark = tmp_path / "work", tmp_path / "mark"
    git(tmp_path, "init", "--quiet", "--initial-branch=main", "work")
    commit(folder, {".gitattributes": "*.py merge=ours-wins\n", "pipeline.py": LR.format(10)})
    git(folder, "switch", "--quiet", "-c", "feature/x")
    commit(folder, {"pipeline.py": LR.format(30), "notes.md": "more\n"})
    git(folder, "switch", "--quiet", "-c", "develop", "main")
    commit(folder, {"pipeline.py": LR.format(20)})
    git(folder, "config", "merge.ours-wins.driver", f"touch {mark}; true %O %A %B")
    monkeypatch.chdir(folder)
    return folder


def policy(repo: Path, text: str) -> None:
    """A policy on develop; the repository has no remote, so its own branch answers for what the policy names."""
    commit(repo, {".gitflowguard.yaml": text})


def on_develop() -> str:
    """The state of feature/x."""
    contacts = radar(RadarRequest(cached=False), NOW).radar.contacts
    (found,) = [one for one in contacts if (one.branch, one.target) == ("feature/x", "develop")]
    return found.state


def test_a_driver_that_the_policy_does_not_name_is_not_run(repo: Path) -> None:
    """The file is merged as text, and as text it conflicts."""
    assert on_develop() == STALE
    policy(repo, "merge-drivers: [another]\n")
    assert on_develop() == STALE
    assert not (repo.parent / "mark").exists()


def test_a_driver_that_the_policy_names_is_run_and_the_verdict_is_that_of_git_merge(repo: Path) -> None:
    """It takes our side, so there is no conflict, neither here nor in a real merge."""
    policy(repo, "merge-drivers: [ours-wins]\n")
    assert on_develop() == CLEAN
    assert (repo.parent / "mark").exists()
    assert git(repo, "merge", "--quiet", "--no-edit", "feature/x", ok=False).returncode == 0


def test_a_driver_that_only_this_branch_names_is_not_run(repo: Path) -> None:
    """Its policy may be a stranger's; the note holds the command that trusts it."""
    (repo / ".gitflowguard.yaml").write_text("merge-drivers: [ours-wins]\n")
    assert on_develop() == STALE and not (repo.parent / "mark").exists()
    (note,) = radar(RadarRequest(cached=False), NOW).radar.notes
    assert note.startswith("the merge driver ours-wins did not run: this branch's policy names it")
    git(repo, *note.rpartition(": git ")[2].split(" "))
    assert on_develop() == CLEAN and (repo.parent / "mark").exists()


def test_a_driver_that_is_named_and_not_configured_is_no_driver(repo: Path) -> None:
    """git merges as text then, and so does the radar."""
    git(repo, "config", "--unset", "merge.ours-wins.driver")
    policy(repo, "merge-drivers: [ours-wins]\n")
    assert on_develop() == STALE
    assert git(repo, "merge", "--quiet", "--no-edit", "feature/x", ok=False).returncode == 1


@pytest.mark.parametrize("key", ["name", "path", "cmd"])
def test_of_a_trusted_driver_nothing_but_what_merges_is_taken_over(repo: Path, key: str) -> None:
    """Another setting below its name cannot slip in."""
    git(repo, "config", f"merge.ours-wins.{key}", f"touch {repo.parent}/other")
    policy(repo, "merge-drivers: [ours-wins]\n")
    assert on_develop() == CLEAN
    assert not (repo.parent / "other").exists()


def test_an_untrusted_driver_of_a_conflict_is_said_once_with_the_line_that_trusts_it(repo: Path) -> None:
    """Only one that git has, and only where a file of its conflicts; the line ends the conflict."""
    commit(repo, {"other.py": "x = 1\n"})
    git(repo, "branch", "feature/y", "feature/x")
    notes = [note for note in radar(RadarRequest(cached=False), NOW).radar.notes if "driver" in note]
    assert notes == [
        "`git merge` runs the merge driver ours-wins here for pipeline.py; the policy doesn't name it, so the radar "
        "merged as text; to trust it, write into the policy: merge-drivers: [ours-wins]"
    ]
    policy(repo, notes[0].rpartition("policy: ")[2] + "\n")
    assert not [note for note in radar(RadarRequest(cached=False), NOW).radar.notes if "driver" in note]
    assert on_develop() == CLEAN
    commit(repo, {".gitflowguard.yaml": "preset: gitflow\n"})
    git(repo, "config", "--unset", "merge.ours-wins.driver")
    assert not [note for note in radar(RadarRequest(cached=False), NOW).radar.notes if "driver" in note]
    assert on_develop() == STALE


def test_the_default_driver_of_this_clone_counts(repo: Path) -> None:
    """gitattributes(5): merge.default is for files without an attribute. For our own questions it is fixed."""
    git(repo, "switch", "--quiet", "develop")
    (repo / ".gitattributes").write_text("")
    git(repo, "commit", "--quiet", "--all", "-m", "no driver")
    assert on_develop() == STALE
    git(repo, "config", "merge.default", "union")
    assert on_develop() == CLEAN
