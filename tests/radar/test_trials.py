"""Traps of `git merge-tree` from 2.38 on: what looks like a conflict and is none, and what must not spoil the rest."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from gitflowguard.model.finding import Unknown
from gitflowguard.process import Completed
from gitflowguard.radar.answers import MergeAnswer
from gitflowguard.repo.scratch import Scratch
from gitflowguard.repo.trial import Trials
from tests.conftest import executable
from tests.radar import ours, truth
from tests.radar.histories import FIRST, SUB, Op, build, write

MISSING = "9" * 40
_AT = {path: place for place, path in enumerate(sorted(FIRST))}


class Bench:
    """A scratch directory with a base and sides to merge."""

    def __init__(self, root: Path) -> None:
        root.mkdir()
        self.scratch = Scratch(str(root), [])
        self.base = self.commit({"a": b"1\n2\n3\n"})

    def commit(self, files: dict[str, bytes], *parents: str, **modes: tuple[str, str]) -> str:
        blobs = {path: ("100644", self.scratch.blob(data)) for path, data in files.items()}
        return self.scratch.commit(self.scratch.tree(blobs | modes), *parents)

    def edits(self) -> tuple[str, str, str]:
        """Two that conflict, and one that is clean with both."""
        one = self.commit({"a": b"one\n2\n3\n"}, self.base)
        other = self.commit({"a": b"other\n2\n3\n"}, self.base)
        return one, other, self.commit({"a": b"1\n2\n3\n", "b": b"new\n"}, self.base)

    def modules(self) -> tuple[str, str]:
        """Two that move a submodule to different commits."""
        with_module = self.commit({"a": b"1\n"}, module=(SUB, "1" * 40))
        return (
            self.commit({"a": b"1\n"}, with_module, module=(SUB, "2" * 40)),
            self.commit({"a": b"1\n"}, with_module, module=(SUB, "3" * 40)),
        )


@pytest.fixture
def context(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "scratch")


def verdicts(found: list[MergeAnswer | Unknown]) -> list[bool | None]:
    """Clean, not clean, or not told."""
    return [None if isinstance(one, Unknown) else one.clean for one in found]


@pytest.mark.parametrize("cores", [1, 2])
def test_a_missing_commit_is_no_conflict_and_the_rest_goes_on(context: Bench, cores: int) -> None:
    """git 2.39 gives exit code 1 for it, as for a conflict, and ends the batch there."""
    one, other, third = context.edits()
    trials = Trials(context.scratch, cores)
    pairs = [
        (one, third),
        (MISSING, one),
        (one, other),
        (one, MISSING),
        (MISSING, MISSING),
        (other, third),
    ] * 4
    found = trials.merge("", pairs)
    assert verdicts(found) == [True, None, False, None, None, True] * 4
    assert trials.made == len(pairs)
    assert all("could not make this merge" in one.reason for one in found if isinstance(one, Unknown))


def test_a_merge_without_history_in_common_cannot_be_told(context: Bench) -> None:
    one, other, _ = context.edits()
    alien = context.commit({"z": b"z\n"})
    assert verdicts(Trials(context.scratch, 1).merge("", [(one, alien), (one, other)])) == [None, False]


def test_submodule_advice_in_the_middle_of_the_answers(context: Bench) -> None:
    """Before git 2.45 it stands unframed in the stream; verdicts and paths are right all the same."""
    one, other, third = context.edits()
    here, there = context.modules()
    found = Trials(context.scratch, 1).merge(
        "", [(one, other), (here, there), (one, third), (here, there), (other, one)]
    )
    assert verdicts(found) == [False, False, True, False, False]
    paths = [answer.paths for answer in found if isinstance(answer, MergeAnswer)]
    assert paths == [("a",), ("module",), (), ("module",), ("a",)]


def test_many_clean_merges_do_not_stop_for_one_another(context: Bench) -> None:
    """A dialogue line by line would wait for ever before git 2.49; ours writes and reads at once."""
    one, other, third = context.edits()
    told: list[int] = []
    trials = Trials(context.scratch, 2, told.append)
    found = trials.merge("", [(one, third), (other, third)] * 1500)
    assert verdicts(found) == [True] * 3000
    assert told[-1] == 3000


def wrapper(folder: Path, body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts a script of ours in git's place; $real is git itself, and $0.ran shows that the script was used."""
    real = f"{os.environ['PATH'].split(os.pathsep)[0]}/git"
    executable(folder / "git", f'#!/bin/sh\nreal="{real}"\n: >"$0.ran"\n{body}\nexec "$real" "$@"\n')
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


OLD = """\
for word; do
  [ "$word" = merge-tree ] && tree=1
  [ "$word" = --stdin ] && [ -n "$tree" ] && { echo "error: unknown option" >&2; exit 129; }
done"""
CRASHES = """\
case "$*" in *merge-tree*) ;; *) exec "$real" "$@" ;; esac
cat >"$0.in.$$"
{ while read -r one other; do
  [ "$one" = "$other" ] && kill -SEGV $$
  echo "$one $other" | "$real" "$@"
done; } <"$0.in.$$"
exit 0"""


def test_a_git_without_batches_says_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As 2.38, which does not know --stdin."""
    answers = []
    for name in ("new", "old"):
        if name == "old":
            wrapper(tmp_path / "bin", OLD, monkeypatch)
        context = Bench(tmp_path / name)
        one, other, third = context.edits()
        here, there = context.modules()
        pairs = [(one, other), (MISSING, one), (one, third), (here, there), (other, one)]
        found = Trials(context.scratch, 1).merge("", pairs)
        assert verdicts(found) == [False, None, True, False, False]
        answers.append([(one.clean, one.tree, one.entries) for one in found if isinstance(one, MergeAnswer)])
    assert answers[0] == answers[1]
    assert (tmp_path / "bin" / "git.ran").exists()


def test_a_crash_is_told_of_its_pair_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As git to 2.53 does at some merges of criss-crossed history."""
    wrapper(tmp_path / "bin", CRASHES, monkeypatch)
    context = Bench(tmp_path / "scratch")
    one, other, third = context.edits()
    pairs = [(one, other), (one, one), (one, third), (other, other), (third, one)]
    found = Trials(context.scratch, 1).merge("", pairs)
    assert verdicts(found) == [False, None, True, None, True]
    reasons = [one.reason for one in found if isinstance(one, Unknown)]
    assert all("could not make this merge" in reason for reason in reasons), reasons


def test_what_cannot_be_read_is_asked_once_more_and_then_not_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answers in no form that we know: every merge of them can't determine, and it ends."""
    body = """case "$*" in *merge-tree*) cat >/dev/null; printf '2\\0x\\0'; exit 0 ;; esac"""
    wrapper(tmp_path / "bin", body, monkeypatch)
    context = Bench(tmp_path / "scratch")
    one, other, third = context.edits()
    for pairs in ([(one, other)], [(one, other), (one, third)]):
        found = Trials(context.scratch, 1).merge("", pairs)
        assert verdicts(found) == [None] * len(pairs)
        assert all("could not be read" in answer.reason for answer in found if isinstance(answer, Unknown))


def test_the_whole_radar_on_a_git_without_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("changed",)
    branches: list[tuple[tuple[Op, ...], ...]] = [
        ((("edit", _AT["a.txt"], 3, 1, words), ("sub", _AT["module"], "2")),),
        ((("edit", _AT["a.txt"], 3, 1, ("other",)),),),
        ((("sub", _AT["module"], "3"), ("movedir", 0, "g/h")),),
        ((("add", "d/new.py", 1, False),),),
    ]
    history = build(branches, [], [("commit", 0, (("edit", _AT["a.txt"], 9, 1, words),))], (), ())
    write(history, tmp_path / "repo")
    clone = truth.Clone(tmp_path / "repo", tmp_path / "clone", ())
    real = truth.real(clone, history.target, history.branches)
    wrapper(tmp_path / "bin", OLD, monkeypatch)
    aim, verdicts, _ = ours.seen(tmp_path / "repo")
    assert ours.from_looked(aim, verdicts) == real
    assert len(real.pairs) >= 4


def test_an_exit_code_without_an_answer_is_no_answer() -> None:
    trials = Trials.__new__(Trials)
    trials._batches = False
    assert trials._read(Completed(1, b"", b"error"), True) == []
    assert trials._read(Completed(128, b"x", b"fatal"), True) == []


def test_what_is_to_be_kept_is_kept_although_it_was_made_before(context: Bench, tmp_path: Path) -> None:
    """git writes no object that it finds: what a throwaway merge made must not be found."""
    one, _, third = context.edits()
    (tmp_path / "other").mkdir()
    scratch = Scratch(str(tmp_path / "other"), [context.scratch.spare, context.scratch.commits])
    trials = Trials(scratch, 1)
    for merged in (trials.merge("", [(one, third)]), trials.merge("", [(one, third)], keep=True)):
        answer = merged[0]
        assert isinstance(answer, MergeAnswer) and answer.clean
    assert isinstance(answer, MergeAnswer) and not scratch.kept()  # nobody has said that it is worth it
    scratch.worth.add(answer.tree)
    assert scratch.kept() == [answer.tree]
    assert not scratch.kept()


OUTSIDE = (
    *(
        "../.gitattributes",
        "a/../../../.gitattributes",
        "/.gitattributes",
        "a//.gitattributes",
        "./.gitattributes",
    ),
    *(".git/.gitattributes", "a/.GIT/.gitattributes", "git~1/.gitattributes", "a\0b/.gitattributes"),
    *(f"{'d' * 300}/.gitattributes", "file/.gitattributes"),
)


def test_attributes_of_a_path_that_git_never_checks_out_are_written_nowhere(tmp_path: Path) -> None:
    root = tmp_path / "around" / "scratch"
    root.mkdir(parents=True)
    scratch = Scratch(str(root), [])
    before = {path for path in tmp_path.rglob("*")}
    files = {"file": b"", **dict.fromkeys(OUTSIDE, b"* merge=union\n"), "a/.gitattributes": b"x\n"}
    top = Path(scratch.folder(files))
    made = {path for path in tmp_path.rglob("*")} - before
    assert made == {top, top / "file", top / "a", top / "a/.gitattributes"}


def test_a_full_disk_is_no_fault_of_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "scratch"
    root.mkdir()
    scratch = Scratch(str(root), [])

    def full(path: str, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", path)

    monkeypatch.setattr("gitflowguard.repo.scratch._write", full)
    with pytest.raises(OSError, match="No space left"):
        scratch.folder({"a/.gitattributes": b""})
