"""Which lines of a content were there before. In doubt a line is new: an old one must be proved.

Whoever compares two different contents finds at least one new line, or a content without lines: a line counts
with its end, and the neighbours of what was deleted count as new.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from difflib import SequenceMatcher

Runs = tuple[tuple[int, int, int], ...]
_PYTHON = (".py", ".pyi")
# PEP 263: a declaration stands in the first two lines. Python's own pattern, for bytes.
_CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
# In these every byte below 128 is its ASCII letter, so that a line's end is one in bytes and in text.
_PLAIN = {"utf-8", "utf-8-sig", "ascii", "iso8859-1", "iso8859-15", "cp1252"}
# A block without lines of its own to hold on to is compared letter by letter up to this size (lines x lines).
_SMALL = 40_000
_DEPTH = 32


def same_lines(old: bytes, new: bytes, path: str = "") -> Runs:
    """(first, last, first in old) of each run of lines that both contents have, from 1, in order.

    () where nothing can be compared: the content has no lines that every reader would count alike.
    """
    if not (_splits(old, path) and _splits(new, path)):
        return ()
    was, now = old.splitlines(keepends=True), new.splitlines(keepends=True)
    if was == now:
        return ((1, len(now), 1),) if now else ()
    pairs = list(_pairs(was, now, 0, 0, 0))
    return tuple(_without_edges(_runs(pairs), len(was), len(now)))


def _splits(data: bytes, path: str) -> bool:
    """Whether all readers of a file count its lines alike: by LF and CR LF, in Python by a bare CR, too."""
    if b"\0" in data or path.endswith(".ipynb"):
        return False  # UTF-16 or binary; a notebook's tools count the lines of its cells
    if not path.endswith(_PYTHON):
        return b"\r" not in data.replace(b"\r\n", b"")
    for line in data.splitlines()[:2]:
        named = _CODING.match(line)
        if named:
            try:
                return codecs.lookup(named[1].decode("ascii", "replace")).name in _PLAIN
            except LookupError:
                return False
    return True


def _pairs(was: list[bytes], now: list[bytes], a: int, b: int, depth: int) -> Iterator[tuple[int, int]]:
    """(place in old, place in new) of lines that match, in order; a, b: where the two blocks begin."""
    head = 0
    while head < min(len(was), len(now)) and was[head] == now[head]:
        head += 1
    tail = 0
    while tail < min(len(was), len(now)) - head and was[-1 - tail] == now[-1 - tail]:
        tail += 1
    yield from ((a + i, b + i) for i in range(head))
    yield from _middle(was[head : len(was) - tail], now[head : len(now) - tail], a + head, b + head, depth)
    yield from ((a + len(was) - i, b + len(now) - i) for i in range(tail, 0, -1))


def _middle(was: list[bytes], now: list[bytes], a: int, b: int, depth: int) -> Iterator[tuple[int, int]]:
    """A block that begins and ends in other lines: held at the lines that occur once in both (patience diff)."""
    if not was or not now or depth > _DEPTH:
        return
    anchors = _rising(_once_in_both(was, now))
    if not anchors:
        if len(was) * len(now) <= _SMALL:
            for block in SequenceMatcher(None, was, now, autojunk=False).get_matching_blocks():
                yield from ((a + block.a + i, b + block.b + i) for i in range(block.size))
        return
    last_a = last_b = 0
    for one, other in anchors:
        yield from _pairs(was[last_a:one], now[last_b:other], a + last_a, b + last_b, depth + 1)
        yield a + one, b + other
        last_a, last_b = one + 1, other + 1
    yield from _pairs(was[last_a:], now[last_b:], a + last_a, b + last_b, depth + 1)


def _once_in_both(was: list[bytes], now: list[bytes]) -> list[tuple[int, int]]:
    """The places of lines that occur exactly once in each, in the order of the old content."""
    places: list[dict[bytes, int]] = []
    for lines in (was, now):
        own: dict[bytes, int] = {}
        for at, line in enumerate(lines):
            own[line] = -1 if line in own else at
        places.append(own)
    first, second = places
    return [(at, second[line]) for line, at in first.items() if at >= 0 and second.get(line, -1) >= 0]


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of the pairs in which the second number rises, too."""
    from bisect import bisect_left

    tops: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for at, (_, other) in enumerate(pairs):
        place = bisect_left(tops, other)
        before.append(ends[place - 1] if place else -1)
        tops[place : place + 1] = [other]
        ends[place : place + 1] = [at]
    found = []
    at = ends[-1] if ends else -1
    while at >= 0:
        found.append(pairs[at])
        at = before[at]
    return found[::-1]


def _runs(pairs: list[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """Neighbouring pairs as (first, last, first in old), from 1."""
    found: list[tuple[int, int, int]] = []
    for one, other in pairs:
        if found and other == found[-1][1] and one - found[-1][2] == other - found[-1][0]:
            found[-1] = (found[-1][0], other + 1, found[-1][2])
        else:
            found.append((other + 1, other + 1, one + 1))
    return found


def _without_edges(
    runs: list[tuple[int, int, int]], old_count: int, new_count: int
) -> Iterator[tuple[int, int, int]]:
    """The runs without a line beside which only a deletion lies: the lines around a gap have changed neighbours."""
    for at, (first, last, old) in enumerate(runs):
        before = runs[at - 1] if at else (0, 0, 0)
        after = runs[at + 1] if at + 1 < len(runs) else (new_count + 1, 0, old_count + 1)
        old_before = before[2] + before[1] - before[0] if at else 0
        old_last = old + last - first
        start = first + (before[1] + 1 == first and old_before + 1 != old)
        end = last - (after[0] == last + 1 and after[2] != old_last + 1)
        if start <= end:
            yield start, end, old + start - first
