"""Markers in commits that are made: the upper side of a conflict is what the file held before."""

from __future__ import annotations

import pytest

from gitflowguard.model.markers import pushed_markers

BEFORE = b"one\ntwo\nthree\n"


def conflict(ours: str, signs: int = 7, base: str = "", label: str = "Stashed changes") -> bytes:
    """A file in which a conflict was left."""
    middle = f"{'|' * signs} base\n{base}" if base else ""
    text = f"one\n{'<' * signs} Updated upstream\n{ours}{middle}{'=' * signs}\nTWO\n{'>' * signs} {label}\nthree\n"
    return text.encode()


@pytest.mark.parametrize(
    ("text", "size"),
    [
        (conflict("two\n"), 7),
        (conflict("two\n", 21), 7),
        (conflict("two\n", 3), 3),
        (conflict("two\n", base="2\n"), 7),
        (conflict("two\n", label="abc1234 (another subject)"), 7),
        (conflict("two\n").replace(b"\n", b"\r\n"), 7),
    ],
    ids=["stash", "long", "short", "with its base", "picked under another subject", "CRLF"],
)
def test_a_conflict_that_holds_what_was_there_was_left(text: bytes, size: int) -> None:
    assert pushed_markers("f", text, (BEFORE,), "Change", size)


@pytest.mark.parametrize(
    "text",
    [
        conflict("something else\n"),
        conflict(""),
        conflict("\n\n"),
        b"one\n<<<<<<< HEAD\ntwo\nthree\n",
        b"one\n<<<<<<< HEAD\ntwo\n=======\nTWO\n",
        b"one\n>>>>>>> x\ntwo\n=======\n<<<<<<< y\n",
    ],
    ids=["shown in a text", "nothing there", "blank lines", "no middle", "no end", "upside down"],
)
def test_what_only_looks_like_one_was_not(text: bytes) -> None:
    assert pushed_markers("f", text, (BEFORE,), "Change") == ()


def test_a_new_file_has_no_side() -> None:
    assert pushed_markers("f", conflict("two\n"), (None,), "Change") == ()
