"""The oracle itself: it must be able to fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from gitflowguard.process import run
from gitflowguard.repo.git import Git
from tests import oracle

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
