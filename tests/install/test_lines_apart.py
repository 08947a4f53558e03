"""What `init` prints where each line holds commits that the other lacks, in files that conflict."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests import basis, budget
from tests.install.hooktools import (
    install_framework,
    install_husky,
    install_lefthook,
    run,
)
from tests.install.place import Shell, git, repository
from tests.install.test_closing import (
    CONFIG,
    POLICY,
    adopted,
    blocks,
    held,
    init,
    paste,
    stores,
    with_origin,
)

__all__ = ["stores"]  # keeps the frameworks' things in the test's own folder, in each test

LEFTHOOK = "pre-commit:\n  jobs:\n    - run: 'true'\n"


def _none(repo: Path) -> None:
    """git's own hooks."""


def _lefthook(repo: Path) -> None:
    install_lefthook(repo)


TOOLS: dict[str, tuple[dict[str, str], Callable[[Path], None], tuple[str, ...]]] = {
    "native": ({}, _none, ()),
    "strict": ({}, _none, ("--strict",)),
    "pre-commit": (
        {".pre-commit-config.yaml": CONFIG},
        lambda repo: install_framework(repo, "pre-commit"),
        ("--pre-commit", "--pre-commit-repo", "local"),
    ),
    "prek": ({".pre-commit-config.yaml": CONFIG}, lambda repo: install_framework(repo, "prek"), ()),
    "husky": ({".husky/pre-commit": "true\n"}, install_husky, ()),
    "lefthook": ({"lefthook.yml": LEFTHOOK}, _lefthook, ()),
}


def _diverged(tmp: Path, files: dict[str, str] | None = None, conflict: bool = True) -> Path:
    """stable has a fix, dev goes on, as freqtrade's lines; both are at origin."""
    listed = tuple((files or {}).items())
    basis.copied(("lines apart", listed, conflict), tmp, lambda base: _build(base, dict(listed), conflict))
    return tmp / "r"


def _build(tmp: Path, files: dict[str, str], conflict: bool) -> None:
    repo = repository(tmp / "r", "stable")
    for file, text in {"old": "x\n", **files}.items():
        (repo / file).parent.mkdir(parents=True, exist_ok=True)
        (repo / file).write_text(text)
    git(repo, "add", ".")
    git(repo, "commit", "-q", "-m", "files")
    git(repo, "branch", "develop")
    for name in ("stable", "develop"):
        git(repo, "switch", "-q", name)
        path = repo / ("version" if conflict else f"of-{name}")
        path.write_text(f"{name}\n")
        git(repo, "add", ".")
        git(repo, "commit", "-q", "-m", f"only {name}")
    with_origin(repo, "stable", "develop")


def _conflicts(repo: Path) -> list[str]:
    """The files in which a merge of the lines conflicts."""
    done = run(repo, "git", "merge-tree", "--write-tree", "--name-only", "--no-messages", "stable", "develop")
    return done.stdout.splitlines()[1:]


@pytest.mark.parametrize("tool", budget.sampled(TOOLS, "strict", "prek"))
def test_both_lines_get_the_policy_and_nothing_else(tmp_path: Path, guard: Shell, tool: str) -> None:
    """One commit on each, which the hooks let through; both are pushed, and what lay around still does.

    git's own hooks are a part of the strict ones. pre-commit, husky and lefthook are slow: their part in a commit and a
    push is quick in tests/install/test_closing.py.
    """
    files, install, options = TOOLS[tool]
    repo = _diverged(tmp_path, files)
    install(repo)
    (repo / "old").write_text("staged\n")
    git(repo, "add", "old")
    (repo / "new").write_text("new\n")
    before = {line: git(repo, "rev-parse", line) for line in ("stable", "develop")}
    block = blocks(init(repo, guard, "--main", "stable", *options).out)[0]
    assert "git merge" not in block
    paste(repo, block)
    assert git(repo, "status", "--porcelain").splitlines() == ["M  old", "?? new"]
    adopted(repo, guard, "stable", "develop")
    for line, tip in before.items():
        assert git(repo, "rev-parse", f"{line}~1") == tip
    changed = [git(repo, "diff", "--name-only", before[line], line) for line in before]
    assert changed[0] == changed[1] and POLICY in changed[0] and "old" not in changed[0]
    assert _conflicts(repo) == ["version"]


@pytest.mark.parametrize("head", budget.sampled(("stable", "develop", "feature/x"), "feature/x"))
def test_a_later_release_is_merged_as_ever(tmp_path: Path, guard: Shell, head: str) -> None:
    """The lines' two commits are alike, so a merge of the lines finds nothing to resolve.

    Quick from a branch: which commits the block makes from other heads is in tests/install/test_closing.py.
    """
    repo = _diverged(tmp_path, conflict=False)
    git(repo, "branch", "feature/x", "develop")
    git(repo, "switch", "-q", head)
    paste(repo, blocks(init(repo, guard, "--main", "stable").out)[0])
    adopted(repo, guard, "stable", "develop")
    for command in (
        "git switch -q -c release/1.0.0 develop",
        "git commit -q --allow-empty -m Version",
        "git switch -q stable",
        "git merge -q --no-ff --no-edit release/1.0.0",
        "git switch -q develop",
        "git merge -q --no-ff --no-edit release/1.0.0",
        "git push -q origin stable develop",
    ):
        done = run(repo, "sh", "-c", command)
        assert (done.returncode, done.stdout + done.stderr) == (0, ""), command


def test_develop_in_another_work_tree(tmp_path: Path, guard: Shell) -> None:
    """The second commit is made there; init is typed in a folder below the top."""
    repo = _diverged(tmp_path)
    git(repo, "switch", "-q", "stable")
    git(repo, "worktree", "add", "-q", str(tmp_path / "line two"), "develop")
    (repo / "sub").mkdir()
    block = blocks(init(repo / "sub", guard, "--main", "stable").out)[0]
    paste(repo / "sub", block)
    assert (tmp_path / "line two" / POLICY).exists() and git(tmp_path / "line two", "status", "-s") == ""
    adopted(repo, guard, "stable", "develop")


def test_a_file_that_is_edited_in_the_other_work_tree_stays(tmp_path: Path, guard: Shell) -> None:
    """The block leaves develop out, and says when it gets the policy."""
    repo = _diverged(tmp_path)
    git(repo, "switch", "-q", "stable")
    git(repo, "worktree", "add", "-q", str(tmp_path / "two"), "develop")
    (tmp_path / "two" / POLICY).write_text("# mine\n")
    out = init(repo, guard, "--main", "stable").out
    assert "develop gets the policy when stable is merged into it." in out
    paste(repo, blocks(out)[0])
    assert (tmp_path / "two" / POLICY).read_text() == "# mine\n"
    assert held(repo, "origin/stable") and not held(repo, "develop")


def test_changes_that_keep_git_from_switching_get_a_work_tree_of_their_own(
    tmp_path: Path, guard: Shell
) -> None:
    """version differs between the lines and is edited here: develop is committed to in a folder that goes again."""
    repo = _diverged(tmp_path)
    git(repo, "switch", "-q", "stable")
    (repo / "version").write_text("edited\n")
    block = blocks(init(repo, guard, "--main", "stable").out)[0]
    assert "worktree add" in block
    paste(repo, block)
    assert git(repo, "status", "--porcelain") == "M version" and not (tmp_path / "r-develop").exists()
    assert (repo / "version").read_text() == "edited\n"
    assert held(repo, "origin/stable") and held(repo, "origin/develop") and _conflicts(repo) == ["version"]


def test_a_hook_file_that_differs_is_left_to_its_line(tmp_path: Path, guard: Shell) -> None:
    """Its text of production would undo develop's; init there adds to develop's own."""
    repo = _diverged(tmp_path, {"lefthook.yml": LEFTHOOK})
    (repo / "lefthook.yml").write_text(LEFTHOOK + "    - run: 'echo more'\n")
    git(repo, "commit", "-q", "-am", "more")
    git(repo, "push", "-q", "origin", "develop")
    git(repo, "switch", "-q", "stable")
    install_lefthook(repo)
    out = init(repo, guard, "--main", "stable").out
    assert "On develop, lefthook.yml differs; run gitflowguard init there, too." in out
    paste(repo, blocks(out)[0])
    assert held(repo, "origin/develop") and "gitflowguard" not in git(repo, "show", "develop:lefthook.yml")
    git(repo, "switch", "-q", "develop")
    paste(repo, blocks(init(repo, guard).out)[0])
    assert (
        "gitflowguard" in (repo / "lefthook.yml").read_text()
        and "more" in (repo / "lefthook.yml").read_text()
    )


def test_develop_behind_main_is_merged(tmp_path: Path, guard: Shell) -> None:
    """A fast-forward conflicts with nothing and leaves one commit on both lines."""
    repo = repository(tmp_path / "r", "main", "develop")
    git(repo, "commit", "-q", "--allow-empty", "-m", "hotfix")
    with_origin(repo, "main", "develop")
    block = blocks(init(repo, guard).out)[0]
    assert "git merge --no-edit main" in block
    paste(repo, block)
    adopted(repo, guard)
    assert git(repo, "rev-parse", "main") == git(repo, "rev-parse", "develop")
