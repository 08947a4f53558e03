"""Gits that stay for a whole look: they say what a git a question says, and where they don't, one of these is asked."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from gitflowguard.app.radar.tally import Tally
from gitflowguard.app.radar.twins import _several
from gitflowguard.model.finding import Unknown
from gitflowguard.process import Dialogue, ProcessError
from gitflowguard.radar.answers import MergeAnswer
from gitflowguard.repo.objectreader import ObjectReader
from gitflowguard.repo.trial import Trials
from tests.conftest import executable
from tests.radar.test_trials import MISSING, OLD, Bench, verdicts, wrapper

COUNTS = 'echo "$*" >>"$0.log"'


@pytest.fixture
def context(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "scratch")


def started(tmp_path: Path, word: str) -> int:
    """How many gits were started for it; `COUNTS` is in git's place."""
    return sum(word in line.split(" ") for line in (tmp_path / "bin" / "git.log").read_text().splitlines())


def one_by_one(trials: Trials, folder: str, pairs: list[tuple[str, str]]) -> list[MergeAnswer | Unknown]:
    return [trials.merge(folder, [pair])[0] for pair in pairs]


@pytest.mark.parametrize(
    "rules", [{}, {".gitattributes": b"* merge=union\n"}, {".gitattributes": b"* binary\n"}]
)
def test_one_git_makes_many_merges_and_says_the_same(
    context: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rules: dict[str, bytes]
) -> None:
    one, other, third = context.edits()
    folder = context.scratch.folder(rules)
    pairs = [(one, third), (one, other), (other, one), (third, other), (one, one), (other, third)] * 3
    said = Trials(context.scratch, 1).merge(folder, pairs)
    wrapper(tmp_path / "bin", COUNTS, monkeypatch)
    trials = Trials(context.scratch, 1)
    trials.stay()
    try:
        assert one_by_one(trials, folder, pairs) == said
        assert trials.merge(folder, pairs[:5]) == said[:5]
    finally:
        trials.end()
    assert trials.made == len(pairs) + 5
    assert started(tmp_path, "merge-tree") == 1


def test_a_merge_of_what_the_merge_before_made(context: Bench) -> None:
    """Each needs the one before it, whose objects are younger than the process."""
    trials = Trials(context.scratch, 1)
    trials.stay()
    at = context.base
    for number in range(4):
        side = context.commit({"a": b"1\n2\n3\n", f"f{number}": b"new\n"}, context.base)
        (answer,) = trials.merge("", [(at, side)])
        assert isinstance(answer, MergeAnswer) and answer.clean
        at = context.scratch.commit(answer.tree, at, side)
    trials.end()
    found = ObjectReader(context.scratch).types([f"{at}:f{number}" for number in range(4)])
    assert all(kind == "blob" for _, kind in found)


def test_what_it_cannot_merge_another_git_is_asked(context: Bench) -> None:
    one, other, third = context.edits()
    trials = Trials(context.scratch, 1)
    trials.stay()
    pairs = [(one, other), (MISSING, one), (one, third), (one, MISSING), (one, other)]
    try:
        assert verdicts(one_by_one(trials, "", pairs)) == [False, None, True, None, False]
    finally:
        trials.end()


def test_a_tree_that_is_not_here_is_not_taken_for_an_empty_one(context: Bench) -> None:
    """git merges on, and says it on standard error only."""
    one, _, third = context.edits()
    scratch = context.scratch
    holed = scratch.commit(
        scratch.tree({"a": ("100644", scratch.blob(b"1\n2\n3\n")), "d": ("040000", MISSING)})
    )
    edited = scratch.commit(
        scratch.tree({"a": ("100644", scratch.blob(b"1\n")), "d": ("040000", "8" * 40)}), holed
    )
    other = scratch.commit(scratch.tree({"a": ("100644", scratch.blob(b"1\n2\n3\n"))}), holed)
    trials = Trials(scratch, 1)
    alone = trials.merge("", [(edited, other)])
    trials.stay()
    try:
        assert verdicts(one_by_one(trials, "", [(one, third), (edited, other), (one, third)])) == [
            True,
            None,
            True,
        ]
    finally:
        trials.end()
    assert verdicts(alone) == [None]


DIES = """\
case "$*" in *merge-tree*)
  read -r a; read -r b; [ "$a" = "$b" ] && exit 1
  printf '%s\\n%s\\n' "$a" "$b" | "$real" "$@"; exit ;;
esac"""


@pytest.mark.parametrize("body", [OLD, DIES], ids=["knows no batches", "dies at the first question"])
def test_a_git_that_does_not_stay(
    context: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    """The first question of ours has two equal lines."""
    one, other, third = context.edits()
    wrapper(tmp_path / "bin", body, monkeypatch)
    trials = Trials(context.scratch, 1)
    trials.stay()
    try:
        assert verdicts(trials.merge("", [(one, other), (one, third)])) == [False, True]
    finally:
        trials.end()
    assert (tmp_path / "bin" / "git.ran").exists()


def test_one_git_answers_all_small_questions(
    context: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names with line breaks, what isn't there, what is made later, and much at once."""
    scratch = context.scratch
    wrapper(tmp_path / "bin", COUNTS, monkeypatch)
    asked, stays = ObjectReader(scratch), ObjectReader(scratch)
    stays.stay()
    try:
        for number in range(3):
            blobs = {
                name: scratch.blob(f"{name} {number}\n".encode() * 9000) for name in ("a b", "c\nd", "é")
            }
            tree = scratch.tree({name: ("100644", oid) for name, oid in blobs.items()})
            specs = [
                tree,
                MISSING,
                *(f"{tree}:{name}" for name in (*blobs, "no\nthing", "")),
                *blobs.values(),
            ]
            assert stays.types(specs) == asked.types(specs)
            assert stays.blobs(specs) == asked.blobs(specs)
            assert stays.blobs([tree], b"tree") == asked.blobs([tree], b"tree") != [None]
        assert started(tmp_path, "--batch-command") == 1
        many = [f"{tree}:{number}" for number in range(300)]
        assert stays.types(many) == [("", "")] * 300
    finally:
        stays.end()
    assert started(tmp_path, "--batch-check") == 4 and started(tmp_path, "--batch") == 6
    assert stays.types([tree]) == [(tree, "tree")]


def test_a_reader_that_dies_is_asked_anew(
    context: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrapper(tmp_path / "bin", 'case "$*" in *--batch-command*) exit 3 ;; esac', monkeypatch)
    reader = ObjectReader(context.scratch)
    reader.stay()
    assert reader.types([context.base, MISSING]) == [(context.base, "commit"), ("", "")]
    reader.end()


@pytest.mark.parametrize(
    "rest", ["cat >/dev/null", "exec cat >/dev/null"], ids=("goes-on", "closes-its-output")
)
def test_a_program_that_says_nothing_is_given_up(tmp_path: Path, rest: str) -> None:
    begun = tmp_path / "begun"
    quiet = executable(tmp_path / "quiet", f"#!/bin/sh\necho hm >&2\n: >'{begun}'\n{rest}\n")
    talk = Dialogue((str(quiet),), dict(os.environ))
    try:
        while not begun.exists():  # a busy machine starts it late; the time of `ask` is short
            time.sleep(0.01)
        assert talk.ask(b"well?\n" * 50_000, bool, 0.5) is None
        assert talk.err == b"hm\n"
    finally:
        talk.end()


def test_a_program_that_is_not_there_is_said() -> None:
    with pytest.raises(ProcessError):
        Dialogue(("no-such-program-anywhere",), dict(os.environ))


@pytest.mark.parametrize("size", [0, 1, 65_000, 65_527, 65_528, 65_536, 200_000])
def test_what_is_stored_as_it_is_can_be_read(context: Bench, size: int) -> None:
    """Around the length of the largest block that isn't compressed."""
    data = os.urandom(size)
    oid = context.scratch.blob(data)
    assert ObjectReader(context.scratch).blobs([oid]) == [data]


def test_all_comparisons_are_counted_once() -> None:
    told: list[tuple[int, int]] = []
    tally = Tally(20, lambda done, total: told.append((done, total)))
    tally.merged(3)  # of nothing that counts
    tally.merging(100, 12, 20)
    for made in (106, 112, 113):
        tally.merged(made)
    tally.reach(200)
    tally.reach(150)  # never back
    tally.merging(113, 0, 210)
    tally.merged(120)
    tally.reach(tally.total)
    assert told == [(0, 210), (10, 210), (20, 210), (200, 210), (210, 210)]


def test_patches_are_made_of_what_two_branches_have_apart() -> None:
    touched = {"a": "f", "b": "f", "c": "f", "d": "g", "e": "g", "m": "", "n": ""}
    mine, both, its = frozenset(("mine",)), frozenset(("mine", "its")), frozenset(("its",))
    owners = {"a": mine, "b": mine, "c": its, "d": mine, "e": both, "m": mine, "n": its}
    assert sorted(_several(touched, owners)) == ["a", "b", "c"]
