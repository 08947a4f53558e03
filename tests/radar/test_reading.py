"""Answers of git read strictly: real streams, cut ones, garbled ones, and texts against git's own merges."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitflowguard.radar import answers, changes
from gitflowguard.radar.answers import (
    GarbledMerge,
    MergeAnswer,
    MergeMessage,
    StageEntry,
)
from gitflowguard.radar.changes import Edit, PathChange, edits, touch
from gitflowguard.radar.clashes import hunks, spans
from gitflowguard.repo.objectreader import ObjectReader
from gitflowguard.repo.scratch import Scratch
from gitflowguard.repo.trial import Trials
from tests.budget import examples, sampled

TREE, OID = "4b825dc642cb6eb9a060e54bf8d69288fbee4904", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
CLEAN = f"1\0{TREE}\0\0"
# As git 2.39 and 2.55 write it.
CONFLICT = (
    f"0\0{TREE}\000100644 {OID} 1\ta b.txt\000100644 {OID} 2\ta b.txt\000100644 {OID} 3\ta b.txt\0"
    "\0001\0a b.txt\0Auto-merging\0Auto-merging a b.txt\n\0"
    "1\0a b.txt\0CONFLICT (contents)\0CONFLICT (content): Merge conflict in a b.txt\n\0\0"
).replace("\000100644", "\0" + "100644")
QUIET = f"0\0{TREE}\0" + f"100644 {OID} 2\tx\0" + "\0"
# Before 2.45.
ADVICE = (
    "Recursive merging with submodules currently only supports trivial cases.\nPlease manually handle the merging of "
    "each conflicted submodule.\nThis can be accomplished with the following steps:\n"
)


def test_a_real_stream_is_read_whole() -> None:
    found = answers.read((CLEAN + CONFLICT + CLEAN).encode(), True)
    assert [one.clean for one in found] == [True, False, True]
    assert found[1].paths == ("a b.txt",) and len(found[1].entries) == 3
    assert found[1].messages == (
        MergeMessage("Auto-merging", ("a b.txt",)),
        MergeMessage("CONFLICT (contents)", ("a b.txt",)),
    )
    assert found[0] == MergeAnswer(True, TREE) and answers.read(b"", True) == []


def test_answers_without_messages() -> None:
    found = answers.read((QUIET + CLEAN).encode(), False)
    assert found == [MergeAnswer(False, TREE, (StageEntry("100644", OID, 2, "x"),)), MergeAnswer(True, TREE)]


def test_a_stream_that_is_cut_gives_the_whole_answers_before() -> None:
    """At every byte: never an answer that is not whole, and never another one."""
    data = (CLEAN + CONFLICT + CLEAN).encode()
    whole = answers.read(data, True)
    for end in range(len(data)):
        try:
            found = answers.read(data[:end], True)
        except GarbledMerge:
            continue
        assert found == whole[: len(found)] and len(found) < 3


def test_advice_on_submodules_ends_an_answer() -> None:
    """As git 2.39 writes it, in the place of the empty field."""
    submodule = f"0\0{TREE}\0" + f"160000 {OID} 1\tmodule\0" + "\0"
    submodule += "1\0module\0CONFLICT (submodule)\0x\n\0" + ADVICE + "\0"
    found = answers.read((CLEAN + submodule + CONFLICT).encode(), True)
    assert [one.clean for one in found] == [True, False, False]
    assert [one.kind for one in found[1].messages] == ["CONFLICT (submodule)"]


@pytest.mark.parametrize(
    "text",
    [
        ADVICE + CLEAN,
        CLEAN + ADVICE + CONFLICT,
        f"0\0{TREE}\0" + f"160000 {OID} 1\tmodule\0" + "\0" + "Other advice\n\0" + CLEAN,
        f"2\0{TREE}\0\0",
        "1\0main\0\0",
        f"1\0{TREE}\0more\0",
        f"0\0{TREE}\0" + "100644 x 1\ta\0\0",
        f"0\0{TREE}\0" + f"100644 {OID} 4\ta\0\0",
        f"0\0{TREE}\0" + f"100644 {OID} 1 a\0\0",
        f"0\0{TREE}\0\0one\0a\0k\0m\0\0\0",
    ],
)
def test_what_does_not_fit_is_garbled(text: str) -> None:
    with pytest.raises(GarbledMerge):
        answers.read((text + CLEAN).encode(), True)


def test_a_conflict_without_paths() -> None:
    """git has such; it is a conflict all the same."""
    found = answers.read(f"0\0{TREE}\0\0".encode(), False)
    assert found == [MergeAnswer(False, TREE)] and found[0].paths == ()


def test_names_that_are_no_text() -> None:
    data = f"0\0{TREE}\0".encode() + f"100644 {OID} 2\t".encode() + b"\xff\n\0\0"
    assert answers.read(data, False)[0].paths == ("\udcff\n",)


def test_raw_differences() -> None:
    """An empty pair, a changed file, a directory that is gone stays and one that is not is left out."""
    row = f":100644 100755 {TREE} {OID} M\0a\0:040000 000000 {TREE} {OID} D\0gone\0:040000 040000 {TREE} {OID} M\0d\0"
    pair = f"{TREE} {OID}\n"
    found = changes.read((pair + row + pair + f":000000 100644 {OID} {TREE} A\0new\n\0" + pair).encode(), 3)
    assert [sorted(one) for one in found] == [["a", "gone"], ["new\n"], []]
    assert found[0]["gone"].gone and found[1]["new\n"].added
    both = f":000000 100644 {OID} {TREE} A\0d\0:040000 000000 {TREE} {OID} D\0d\0"
    assert changes.read((pair + both).encode(), 1)[0]["d"].added
    assert not found[0]["a"].plain and PathChange("100644", "100644", "x", "y").plain
    assert not PathChange("120000", "120000", "x", "y").plain
    for wrong, count in ((pair, 2), ("no answer\0", 1), ("", 1), ("one two three\n:x", 1)):
        with pytest.raises(ValueError):
            changes.read(wrong.encode(), count)


def test_edit_scripts_of_patches() -> None:
    """Whatever the context; without a line break at the end; where there was nothing."""
    patch = [
        b"@@ -1,4 +1,3 @@",
        b" a",
        b"-b",
        b"-c",
        b"+x",
        b" d",
        b"@@ -9 +8,2 @@",
        b"-i",
        b"+i",
        b"\\ No newline",
        b"+j",
    ]
    assert edits(patch) == (
        Edit((2, 3), (2, 2), (b"x",)),
        Edit((9, 9), (8, 9), (b"i\\ No newline", b"j")),
    )
    assert edits([b"@@ -0,0 +1,2 @@", b"+a", b"+b"]) == (Edit((1, 0), (1, 2), (b"a", b"b")),)
    assert edits([b"@@ -3,2 +2,0 @@", b"-a", b"-b", b"\\ No newline"]) == (Edit((3, 4), (3, 2), ()),)
    assert edits([]) == ()


def test_edits_that_touch() -> None:
    def at(first: int, last: int) -> Edit:
        return Edit((first, last), (first, last), ())

    assert touch((at(1, 2),), (at(3, 3),)) and not touch((at(1, 2),), (at(4, 4),))
    assert (
        touch((at(5, 4),), (at(5, 4),))
        and touch((at(5, 4),), (at(5, 9),))
        and touch((at(5, 4),), (at(1, 4),))
    )
    assert not touch((), (at(1, 1),)) and not touch((at(1, 1),), ())
    assert not touch((at(1, 1), at(9, 9)), (at(4, 5), at(12, 12))) and touch(
        (at(1, 1), at(9, 9)), (at(4, 5), at(10, 9))
    )


# No line of seven equal signs alone: nobody could tell it from git's own.
_LINES = ("a0\n", "a1\n", "b0\n", "\n", "======= \n", "<<<<<<< x\n", "c\r\n", "c\n")


def some_text(rng: random.Random, base: bytes | None) -> bytes:
    """A short text of few different lines; from another one by a few edits, the end with and without a line break."""
    if base is None:
        lines = [rng.choice(_LINES) for _ in range(rng.randrange(14))]
    else:
        lines = base.decode().splitlines(keepends=True)
        for _ in range(rng.randrange(1, 4)):
            at = rng.randrange(len(lines) + 1)
            lines[at : at + rng.randrange(3)] = [rng.choice(_LINES) for _ in range(rng.randrange(3))]
    text = "".join(lines)
    kind = rng.random()
    if kind < 0.1:
        text = text.rstrip("\r\n")
    elif kind < 0.14:
        text = text.replace("\r", "").replace("\n", "\r\n")
    return (text if kind < 0.97 else "").encode()


def lines_of(text: bytes) -> list[str]:
    rows = [row.rstrip(b"\r").decode() for row in text.split(b"\n")]
    return rows[:-1] if rows[-1] == "" else rows


def holds(lines: list[str], span: tuple[int, int], part: tuple[str, ...]) -> bool:
    """Whether the part lies in the lines of the span."""
    own = lines[span[0] - 1 : span[1]]
    return any(tuple(own[at : at + len(part)]) == part for at in range(len(own) - len(part) + 1))


@pytest.mark.parametrize("number", sampled(range(4), 0))
def test_lines_are_those_that_git_merges(number: int, tmp_path: Path) -> None:
    """Edits that do not touch merge; every place between git's markers lies in a span, and its text is told."""
    rng = random.Random(number)
    subprocess.run(["git", "init", "-q", str(tmp_path / "repo")], check=True)
    (tmp_path / "scratch").mkdir()
    scratch = Scratch(str(tmp_path / "scratch"), [str(tmp_path / "repo" / ".git" / "objects")])
    bases = [some_text(rng, None) for _ in range(200)]
    texts = [(base, some_text(rng, base), some_text(rng, base)) for base in bases]
    blobs = [tuple(scratch.blob(text) for text in row) for row in texts]
    trees = [
        scratch.tree({str(n): ("100644", row[side]) for n, row in enumerate(blobs)}) for side in range(3)
    ]
    root = scratch.commit(trees[0])
    answer = Trials(scratch, 1).merge("", [(scratch.commit(trees[1], root), scratch.commit(trees[2], root))])[
        0
    ]
    assert isinstance(answer, MergeAnswer)
    reader = ObjectReader(scratch)
    scripts = reader.scripts({(row[0], row[side]) for row in blobs for side in (1, 2) if row[0] != row[side]})
    conflicts = 0
    for place, (row, (_, ours, theirs)) in enumerate(zip(blobs, texts)):
        mine, its = scripts.get((row[0], row[1]), ()), scripts.get((row[0], row[2]), ())
        assert mine is not None and its is not None
        assert touch(mine, its) == touch(its, mine)
        if str(place) not in answer.paths:
            continue
        conflicts += 1
        assert touch(mine, its)
        found = spans(mine, its)
        marked = reader.blobs([f"{answer.tree}:{place}"])[0]
        assert marked is not None
        places = hunks(marked)
        assert found and len(places) == sum(
            line.startswith(b"<<<<<<< ") and len(line.rstrip(b"\r")) == 48 for line in marked.split(b"\n")
        )
        for hunk in places:
            assert any(
                holds(lines_of(ours), one, hunk.ours) and holds(lines_of(theirs), other, hunk.theirs)
                for one, other, _ in found
            ), (texts[place], hunk, found)
    assert conflicts > 50


@settings(max_examples=examples(200), deadline=None, derandomize=True, database=None)
@given(st.binary(max_size=60).map(lambda data: data.replace(b"\r", b"<").replace(b"\t", b"\n")))
def test_no_text_is_taken_for_a_marker(text: bytes) -> None:
    assert hunks(text) == ()
