"""The remote's default branch is none of the policy's: doctor and init say so, as far as this clone knows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.install.place import Shell, git, repository

SAYS = "the default branch trunk-2 isn't a branch of the policy"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Of a server whose default branch is trunk-2, and which has main and develop as well."""
    origin = repository(tmp_path / "origin", "trunk-2", "main", "develop")
    git(tmp_path, "clone", "-q", f"file://{origin}", str(tmp_path / "clone"))
    git(tmp_path / "clone", "switch", "-q", "main")
    return tmp_path / "clone"


def test_init_stops_before_it_writes_a_policy_without_it(clone: Path, guard: Shell) -> None:
    """Without a word about main it would have taken the default branch."""
    said = guard(clone, "init", "--yes", "--main", "main")
    assert said.code == 2 and SAYS in said.err and not (clone / ".gitflowguard.yaml").exists()
    assert "git remote set-head origin --auto" in said.err
    assert guard(clone, "init", "--yes").code == 0
    assert "name: trunk-2" in (clone / ".gitflowguard.yaml").read_text()


def test_init_with_a_policy_that_is_there_says_it_and_goes_on(clone: Path, guard: Shell) -> None:
    """A clone needs its hooks all the same."""
    (clone / ".gitflowguard.yaml").write_text("preset: gitflow\n")
    said = guard(clone, "init", "--yes")
    assert said.code == 0 and SAYS in said.out + said.err


def test_doctor_and_what_it_prints(clone: Path, guard: Shell) -> None:
    """Once the server's default is another, the command that is printed ends it."""
    (clone / ".gitflowguard.yaml").write_text("preset: gitflow\n")
    assert guard(clone, "init", "--yes").code == 0
    said = guard(clone, "doctor")
    assert said.code == 1 and "✗ default branch" in said.out and SAYS in said.out
    git(clone.parent / "origin", "symbolic-ref", "HEAD", "refs/heads/main")
    (line,) = (one for one in said.out.splitlines() if "set-head" in one and "fix:" in one)
    git(clone, *line.split("fix: git ")[1].split())
    assert "default branch" not in guard(clone, "doctor").out


def test_what_is_not_known_is_not_said(clone: Path, guard: Shell) -> None:
    """A remote that was added by hand has no HEAD here, and a clone of nothing neither."""
    (clone / ".gitflowguard.yaml").write_text("preset: gitflow\n")
    git(clone, "remote", "set-head", "origin", "--delete")
    assert guard(clone, "init", "--yes").code == 0
    assert "default branch" not in guard(clone, "doctor").out


def test_a_default_that_was_renamed_since_the_clone_was_made_is_unknown(clone: Path, guard: Shell) -> None:
    """git keeps pointing at the old name, which a pruning fetch has taken away."""
    git(clone.parent / "origin", "branch", "-m", "trunk-2", "trunk-3")
    git(clone, "fetch", "-q", "--prune")
    assert git(clone, "symbolic-ref", "refs/remotes/origin/HEAD").endswith("/trunk-2")
    said = guard(clone, "init", "--yes", "--main", "main")
    assert said.code == 0 and "default branch" not in said.out + guard(clone, "doctor").out


@pytest.mark.parametrize("text", ["preset: gitflou\n", ""])
def test_a_policy_that_is_not_there_or_broken_names_no_branch(clone: Path, guard: Shell, text: str) -> None:
    """doctor has another line for it."""
    if text:
        (clone / ".gitflowguard.yaml").write_text(text)
    said = guard(clone, "doctor").out
    assert "default branch" not in said and "policy" in said


@pytest.mark.parametrize("name", ["develop", "main"])
def test_either_line_may_be_the_default(clone: Path, guard: Shell, name: str) -> None:
    """Many teams have develop there."""
    (clone / ".gitflowguard.yaml").write_text("preset: gitflow\n")
    git(clone, "remote", "set-head", "origin", name)
    said = guard(clone, "init", "--yes")
    assert said.code == 0 and "default branch" not in said.out + guard(clone, "doctor").out
