"""Which lines of a content were there before: properties over generated pairs, and a table of odd contents."""

from __future__ import annotations

import random
import time

import pytest

from gitflowguard.repo.samelines import same_lines

PIECES = (b"a\n", b"b\n", b"c\r\n", b"d\r", b"e", b"\n", b"x = 1\n", b"\f\n", b"\xc2\x85")


def pairs(count: int) -> list[tuple[bytes, bytes]]:
    """Contents of up to nine lines: two at random, or one and an edit of it."""
    luck = random.Random(11)  # the same cases in each run  # nosec B311
    found = []
    for number in range(count):
        old = [luck.choice(PIECES) for _ in range(luck.randrange(9))]
        new = list(old) if number % 2 else [luck.choice(PIECES) for _ in range(luck.randrange(9))]
        for _ in range(luck.randrange(3)):
            at = luck.randrange(len(new) + 1)
            new[at : at + luck.randrange(2)] = [luck.choice(PIECES)] * luck.randrange(2)
        found.append((b"".join(old), b"".join(new)))
    return found


@pytest.mark.parametrize("path", ["a.py", "a.sh"])
def test_contents_that_differ_have_a_new_line(path: str) -> None:
    """And what is said to be the same is the same, in order, letter by letter with its line's end."""
    for old, new in pairs(20_000):
        was, now = old.splitlines(keepends=True), new.splitlines(keepends=True)
        runs = same_lines(old, new, path)
        last = last_old = count = 0
        for first, end, start in runs:
            assert last < first <= end and start > last_old, (old, new, runs)
            assert now[first - 1 : end] == was[start - 1 : start + end - first], (old, new, runs)
            last, last_old, count = end, start + end - first, count + end - first + 1
        assert count < len(now) or old == new or not now, (old, new, runs)


@pytest.mark.parametrize(
    ("old", "new", "runs"),
    [
        (b"1\n2\n3\n", b"1\n2\n3\n", ((1, 3, 1),)),
        (b"1\n2\n3\n", b"1\nx\n3\n", ((1, 1, 1), (3, 3, 3))),
        (b"1\n2\n3\n", b"0\n1\n2\n3\n", ((2, 4, 1),)),
        (b"1\n2\n3\n4\n5\n", b"1\n2\n4\n5\n", ((1, 1, 1), (4, 4, 5))),  # both neighbours of what went
        (b"1\n2\n", b"1\n", ()),
        (b"1\n", b"", ()),
        (b"", b"1\n", ()),
        (b"1\n2", b"1\n2\n", ((1, 1, 1),)),  # the last line has an end now
        (b"1\n2\n", b"1\r\n2\r\n", ()),
        (b"1\r2\r", b"1\r2\r3\r", ((1, 2, 1),)),  # Python ends a line there
    ],
)
def test_lines_of_a_python_file(old: bytes, new: bytes, runs: tuple[tuple[int, int, int], ...]) -> None:
    """By number, from 1."""
    assert same_lines(old, new, "a.py") == runs


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("a.sh", b"one\rtwo\nthree\n"),
        ("a.py", b"# coding: unicode_escape\nx = 1\\nimport os\n"),
        ("a.py", b"#!/usr/bin/python\n# -*- coding: utf-7 -*-\nx = 1\n"),
        ("a.py", b"# coding: no-such-thing\nx = 1\n"),
        ("a.py", "x = 1\n".encode("utf-16")),
        ("a.ipynb", b'{"cells": []}\n'),
        ("a.bin", b"\0\1\n"),
    ],
)
def test_what_has_no_lines_that_all_count_alike_is_new(path: str, data: bytes) -> None:
    """From the first to the last."""
    assert same_lines(data, data + b"\n", path) == ()
    assert same_lines(data, data, path) == ()


def test_large_contents_take_no_time() -> None:
    """Also those that are made to be hard: the same few lines again and again."""
    luck = random.Random(3)  # the same cases in each run  # nosec B311
    start = time.process_time()
    for kinds in (1, 3, 200, 100_000):
        one, other = (b"".join(b"%d\n" % luck.randrange(kinds) for _ in range(30_000)) for _ in range(2))
        same_lines(one, other + b"end\n", "a.py")
    assert time.process_time() - start < 3
