"""Merges tried without a work tree: `git merge-tree`, many at a time, and none can spoil another.

One process takes many merges (``--stdin``, git 2.39), and as many processes run as there are cores. git ends
a batch at the first merge that it cannot make; the rest is then asked again, and what remains is that one
alone, which can't be determined. An exit code of 1 without a tree isn't a conflict: 2.39 gives it for a bad object.
"""

from __future__ import annotations

import os

from gitflowguard.model.finding import Unknown
from gitflowguard.process import run_together
from gitflowguard.radar.answers import GarbledMerge, MergeAnswer, read
from gitflowguard.repo.deadline import left as limit
from gitflowguard.repo.git import reason
from gitflowguard.repo.standingmerge import UNREAD, StandingMerges

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gitflowguard.process import Completed
    from gitflowguard.repo.scratch import Scratch

TIMEOUT = 600.0
# Below this a second process costs more than it saves.
_FEW = 12
_PORTION = 100
_USAGE = 129  # an option that this git does not know (parse-options.c)


class Trials:
    """Trial merges in a scratch repository. made: how many were tried so far. due: with those that are asked for now.

    on_progress: is called after each portion.
    touching: pairs that will most likely conflict, -1 as long as that isn't known.
    """

    def __init__(
        self,
        scratch: Scratch,
        cores: int = 0,
        on_progress: Callable[[int], None] | None = None,
        timeout: float = TIMEOUT,
    ) -> None:
        self.scratch = scratch
        self.cores = cores or len(os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else (0,))
        self.made = self.due = 0
        self.touching = -1
        self.on_progress = on_progress
        self.timeout = timeout
        self.until = 0.0  # time.monotonic(); set by whoever can't wait
        self._batches = True
        self._stays = False
        self._standing: dict[str, StandingMerges] = {}

    def stay(self) -> None:
        """Lets one git make what are a few merges at a time; `end` has to follow."""
        self._stays = True

    def end(self) -> None:
        """Ends the gits that stayed."""
        self._stays = False
        for one in self._standing.values():
            one.end()
        self._standing.clear()

    def estimate(self, pairs: int) -> None:
        """Takes how many pairs will most likely conflict, before they are merged."""
        self.touching = pairs
        if self.on_progress is not None:
            self.on_progress(self.made)

    def merge(
        self, folder: str, pairs: Sequence[tuple[str, str]], keep: bool = False, inner: bool = False
    ) -> list[MergeAnswer | Unknown]:
        """What comes of merging the second commit of each pair into the first.

        folder: the work tree with the target's attributes (Scratch.folder). keep: whether what is made is worth
        keeping (Scratch.keeping). inner: as git merges the merge bases of other merges, without renamed directories
        (merge-ort.c, need_dir_renames).
        """
        if (
            self._stays
            and not keep
            and not inner
            and len(pairs) < _FEW
            and (few := self._few(folder, pairs)) is not None
        ):
            return few
        env = self.scratch.keeping if keep else self.scratch.env
        self.due = self.made + len(pairs)
        found: list[MergeAnswer | Unknown | None] = [None] * len(pairs)
        left = list(range(len(pairs)))
        messages = True
        alone = False
        while left:
            parts, later = self._parts(left, alone)
            asked = [self._ask(folder, [pairs[index] for index in part], messages, inner) for part in parts]
            again: list[int] = []
            garbled = lost = False
            for part, done in zip(parts, run_together(asked, env, limit(self.timeout, self.until))):
                if done.code == _USAGE and self._batches:
                    self._batches = False  # git 2.38; --stdin is new in 2.39 (RelNotes/2.39.0)
                    again += part
                    continue
                if UNREAD in done.err and done.code in (0, 1):
                    # A tree that isn't there counts as empty (tree.c), and the answer is wrong: which one's?
                    lost = True
                    again += self._lost(part, done, found)
                    continue
                try:
                    answers = self._read(done, messages)
                except GarbledMerge:
                    # The advice on submodules that git before 2.45 mixes in (RelNotes/2.45.0): once more without words.
                    garbled, alone = True, not messages
                    again += self._unreadable(part, found) if alone else part
                    continue
                for index, answer in zip(part, answers):
                    found[index] = answer
                again += self._behind(part, len(answers), done, found)
            messages, alone = messages and not garbled, alone or lost
            left = again + later
            if self.on_progress is not None:
                self.on_progress(self.made + len(pairs) - len(left))
        self.made += len(pairs)
        return [one if one is not None else Unknown("this merge was not made") for one in found]

    def _few(self, folder: str, pairs: Sequence[tuple[str, str]]) -> list[MergeAnswer | Unknown] | None:
        """`merge` by the git that stays; None where a process of its own has to say it."""
        if folder not in self._standing:
            self._standing[folder] = StandingMerges(self.scratch, folder)
        self.due = self.made + len(pairs)
        out = self._standing[folder].merge(pairs, limit(self.timeout, self.until))
        try:
            answers = read(out, True) if out is not None else []
        except GarbledMerge:
            return None
        if len(answers) != len(pairs):
            return None
        self.made += len(pairs)
        if self.on_progress is not None:
            self.on_progress(self.made)
        return list(answers)

    @staticmethod
    def _unreadable(part: list[int], found: list[MergeAnswer | Unknown | None]) -> list[int]:
        """What is to be asked again, each merge by itself; one that could not be read alone can't be determined."""
        if len(part) == 1:
            found[part[0]] = Unknown("git gave an answer to this merge that could not be read")
            return []
        return part

    @staticmethod
    def _lost(part: list[int], done: Completed, found: list[MergeAnswer | Unknown | None]) -> list[int]:
        """What is to be asked again, each merge by itself, where one of them lacks a tree."""
        if len(part) == 1:
            found[part[0]] = Unknown(f"git could not make this merge: {_last_line(done)}")
            return []
        return part

    @staticmethod
    def _behind(
        part: list[int], answered: int, done: Completed, found: list[MergeAnswer | Unknown | None]
    ) -> list[int]:
        """What is still to be asked of a part: behind the merge at which git gave up, which is marked."""
        if answered >= len(part):
            return []
        found[part[answered]] = Unknown(f"git could not make this merge: {_last_line(done)}")
        return part[answered + 1 :]

    def _parts(self, left: list[int], alone: bool) -> tuple[list[list[int]], list[int]]:
        """What each process is asked, and what has to wait. alone: one merge a process."""
        cores = max(1, self.cores)
        if alone or not self._batches:
            return [[index] for index in left[: cores * 2]], left[cores * 2 :]
        count = 1 if len(left) < _FEW else cores
        # Whoever follows the progress wants to hear of it before the end.
        now = left if self.on_progress is None else left[: _PORTION * cores]
        return [now[start::count] for start in range(count)], left[len(now) :]

    def _ask(
        self, folder: str, pairs: list[tuple[str, str]], messages: bool, inner: bool
    ) -> tuple[tuple[str, ...], bytes]:
        how = (*(("-c", "merge.directoryRenames=false") if inner else ()), "merge-tree", "--write-tree")
        quiet = () if messages else ("--no-messages",)
        if not self._batches:
            return self.scratch.argv(folder, *how, "-z", *quiet, *pairs[0]), b""
        text = "".join(f"{one} {other}\n" for one, other in pairs)
        return self.scratch.argv(folder, *how, "--stdin", *quiet), text.encode()

    def _read(self, done: Completed, messages: bool) -> list[MergeAnswer]:
        if self._batches:
            return read(done.out, messages)
        if done.code not in (0, 1) or not done.out:
            return []
        # A single answer has no status before it and no empty field behind it (git-merge-tree(1), "Output").
        return read(b"%d\0%s\0" % (1 - done.code, done.out), messages)


def _last_line(done: Completed) -> str:
    said = reason(done.err)
    if said:
        return said.removeprefix("fatal: ").removeprefix("error: ")
    return f"it was killed by signal {-done.code}" if done.code < 0 else f"exit code {done.code}"
