"""The oracle itself: it must be able to fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from gitflowguard.process import run
from gitflowguard.repo.git import Git
from tests import oracle
from tests.e2e.world import make

SHA = "a" * 40


@pytest.mark.parametrize(
    "words",
    [
        ["log", "--upload-pack=x", "feature/x"],
        ["log", "-g", "--output=x"],
        ["rev-list", "main"],
        ["push", "origin", "main"],
        ["rev-parse", "--verify", "x;y"],
        ["diff-tree", "-", SHA],
        ["merge-tree", "--write-tree", "-z", "feature/x", SHA],
        ["merge-tree", "--write-tree", "-X", "ours", SHA, SHA],
        ["merge-tree", "--write-tree", "refs/heads/x", SHA],
        ["check-attr", "-z", "--stdin", "diff"],
        ["patch-id", "--stable", "--verbatim"],
        ["pack-objects", "--quiet", "--stdout"],
        ["pack-objects", "--quiet", "stem"],
        ["log", "--histogram", SHA],
        ["rev-list", "--no-merges", SHA],
    ],
)
def test_foreign_words_are_seen(words: list[str], tmp_path: Path) -> None:
    """A branch name in front of the barrier, or a subcommand that is not on the list."""
    log = tmp_path / "log"
    log.write_bytes("\0".join(["-c", "x=y", *words, "", ""]).encode())
    assert oracle.complaints(log)


@pytest.mark.parametrize(
    "words",
    [
        ["rev-list", "--parents", "--stdin"],
        ["rev-parse", "--verify", "--quiet", "--end-of-options", "--upload-pack=x"],
        ["for-each-ref", f"--contains={SHA}", "refs/heads/--upload-pack=x"],
        ["diff-index", "--cached", "-z", "HEAD", "--"],
        ["merge-tree", "--write-tree", "--stdin", "--no-messages"],
        ["merge-tree", "--write-tree", "-z", SHA, SHA],
        ["check-attr", "-z", "--stdin", "merge"],
        ["patch-id", "--stable"],
        ["pack-objects", "--quiet", "--window=0", "--end-of-options", "stem"],
    ],
)
def test_our_own_words_pass(words: list[str], tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes("\0".join(["--literal-pathspecs", *words, "", ""]).encode())
    assert not oracle.complaints(log)


def test_the_recorder_sees_what_the_product_starts(argv_oracle: Path) -> None:
    """Our git is recorded, the tests' own is not."""
    Git().version()
    run(("git", "version"), environ={"PATH": str(argv_oracle.parent)} | __import__("os").environ)
    assert argv_oracle.read_bytes().count(b"version\0\0") == 1


@pytest.mark.parametrize("path", ["", "/usr/bin:/bin"], ids=["with the recorder on PATH", "without"])
def test_the_recorder_sees_the_hooks_that_git_starts(tmp_path: Path, argv_oracle: Path, path: str) -> None:
    """git puts its exec-path in front of PATH for a hook; the recorder must be met there too."""
    world = make(tmp_path, "native")
    world.branch("feature/x", commits=0)
    world.change()
    assert not oracle.calls(argv_oracle)
    ran = world.git("commit", "-m", "x", **({"PATH": path} if path else {}))
    assert ran.code == 0, ran.text
    assert any("for-each-ref" in call for call in oracle.calls(argv_oracle))


def test_a_foreign_word_in_a_hook_that_git_starts_is_seen(tmp_path: Path, argv_oracle: Path) -> None:
    """The whole way: git, a hook, a git with our environment and a bad word, a complaint."""
    world = make(tmp_path, "native")
    world.branch("feature/x", commits=0)
    world.change()
    hook = world.work / ".git" / "hooks" / "pre-commit"
    hook.write_text("#!/bin/sh\nGIT_GRAFT_FILE=/dev/null git rev-list -1 feature/x\nexit 1\n")
    assert world.git("commit", "-m", "x").code == 1
    found = oracle.complaints(argv_oracle)
    argv_oracle.unlink()
    assert any("'feature/x'" in line for line in found), found
