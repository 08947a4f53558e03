"""Lines of one text in another: by hand, and by putting the new text together from the changes."""

from __future__ import annotations

import random

import pytest

from gitflowguard.radar import alignment
from gitflowguard.radar.alignment import Alignment, touching


def lines(text: str) -> list[bytes]:
    return [letter.encode() for letter in text]


@pytest.mark.parametrize(
    ("old", "new", "spans"),
    [
        ("abc", "abc", []),
        ("", "", []),
        ("", "ab", [(1, 0)]),
        ("ab", "", [(1, 2)]),
        ("abc", "axc", [(2, 2)]),
        ("abc", "abxc", [(3, 2)]),
        ("abcdef", "xbcdey", [(1, 1), (6, 6)]),
        ("abcdef", "bcdefg", [(1, 1), (7, 6)]),
    ],
)
def test_what_changed(old: str, new: str, spans: list[tuple[int, int]]) -> None:
    assert Alignment(lines(old), lines(new)).old_spans == spans


@pytest.mark.parametrize(
    ("old", "new", "span", "moved"),
    [
        ("abc", "xabc", (1, 1), (2, 2)),
        ("abc", "xabc", (1, 3), (2, 4)),
        ("abcd", "axyd", (2, 2), (2, 3)),
        ("abcd", "axyd", (1, 2), (1, 3)),
        ("abcd", "ad", (2, 3), (2, 1)),
        ("abcd", "xabcd", (3, 2), (4, 3)),
        ("abc", "abcx", (4, 3), (5, 4)),
        ("abc", "abc", (4, 3), (4, 3)),
        ("abcd", "axyzd", (2, 1), (2, 1)),
        ("abcd", "axyzd", (3, 2), (2, 4)),
        ("abcd", "axyzd", (4, 3), (5, 4)),
        ("abcd", "ad", (3, 2), (2, 1)),
    ],
)
def test_where_lines_are_now(old: str, new: str, span: tuple[int, int], moved: tuple[int, int]) -> None:
    assert Alignment(lines(old), lines(new)).moved(span) == moved


def test_touching_is_what_git_takes_together() -> None:
    assert touching((3, 3), (4, 4)) and touching((4, 4), (3, 3)) and touching((3, 5), (5, 9))
    assert not touching((3, 3), (5, 5)) and not touching((5, 5), (3, 3))
    assert touching((3, 2), (3, 2)) and touching((3, 2), (2, 2)) and not touching((3, 2), (4, 4))


def test_the_new_text_comes_out_of_the_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any two texts; also where they have too little in common to be compared to the end."""
    dice = random.Random(1)
    for most in (400, 3, 1):
        monkeypatch.setattr(alignment, "MANY_DIFFERENT", min(most, 2))
        monkeypatch.setattr(alignment, "MOST_DIFFERENT", most)
        for _ in range(500):
            old = [dice.choice(b"abcd").to_bytes(1, "big") for _ in range(dice.randint(0, 12))]
            new = list(old)
            for _ in range(dice.randint(0, 4)):
                at = dice.randint(0, len(new))
                new[at : at + dice.randint(0, 2)] = [b"x"] * dice.randint(0, 2)
            made, at = [], 0
            for one in Alignment(old, new).changes:
                made += old[at : one.start] + new[one.new_start : one.new_end]
                at = one.end
            assert made + old[at:] == new


def test_texts_that_differ_in_much_are_still_compared_line_by_line() -> None:
    """A long file that was changed in hundreds of places: an insertion is where it was made, not all over the file."""
    old = [b"line %d" % number for number in range(2000)]
    new = [b"other %d" % number if number % 4 == 0 else line for number, line in enumerate(old)]
    aligned = Alignment(old, new)
    assert len(aligned.changes) == 500
    assert aligned.moved((1002, 1003)) == (1002, 1003) and aligned.moved((1003, 1002)) == (1003, 1002)


def test_texts_without_a_line_in_common_are_one_change() -> None:
    old, new = ([b"%s %d" % (word, number) for number in range(500)] for word in (b"one", b"two"))
    assert Alignment(old, new).old_spans == [(1, 500)]
