"""The merges that git makes without a conflict: each branch on its target, and each two clean together."""

from __future__ import annotations

from gitflowguard.model.finding import Unknown
from gitflowguard.model.record import Record
from gitflowguard.radar.nouns import CLEAN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from gitflowguard.app.radar.aims import Aim, Open
    from gitflowguard.app.radar.context import MergeContext
    from gitflowguard.app.radar.verdicts import TargetVerdicts
    from gitflowguard.radar.changes import Changes
    from gitflowguard.radar.nouns import Broken


class Breaks(Record):
    """What came of it. notes: sentences on what was looked at and what was not. blind: whether some merges that were
    asked about couldn't be judged."""

    found: tuple[Broken, ...] = ()
    notes: tuple[str, ...] = ()
    blind: bool = False


class MergeSide(Record):
    """One of the two that are merged. name: for people. tree: its files."""

    name: str
    tree: str


class Merged(Record):
    """A clean merge. branches: one with the target, or two, in the order of landing. tree: its files."""

    branches: tuple[str, ...]
    tree: str
    one: MergeSide
    other: MergeSide


class Single(Record):
    """A branch merged with its target. brings: what it changes on the target; meets: what the target has
    that the branch has not."""

    open: Open
    merged: Merged
    brings: Changes
    meets: Changes


class Merges:
    """The clean merges of one target. only: commits whose own merges are wanted; none: all."""

    def __init__(
        self, context: MergeContext, aim: Aim, verdicts: TargetVerdicts, only: frozenset[str] = frozenset()
    ) -> None:
        self.context, self.target, self.verdicts, self.only = context, aim.target, verdicts, only
        self.main = verdicts.tree
        self.singles = self._singles(aim)

    def _singles(self, aim: Aim) -> list[Single]:
        """Every clean branch on the target, the newest first; of several at one commit one."""
        tips = {one.tip: one for one in reversed(aim.branches) if self._clean(one)}
        opens = [one for one in aim.branches if tips.get(one.tip) == one]
        trees = self._present([one.tip for one in opens])
        opens = [one for one in opens if one.tip in trees]
        asked = [(self.main, trees[one.tip]) for one in opens]
        asked += [(self.verdicts.stands[one.tip].trees[1], trees[one.tip]) for one in opens]
        diffs = self.context.reader.differences(asked)
        found = []
        for one, brings, meets in zip(opens, diffs, diffs[len(opens) :]):
            sides = MergeSide(self.target.name, self.main), MergeSide(
                one.name, self.verdicts.stands[one.tip].trees[1]
            )
            found.append(Single(one, Merged((one.name,), trees[one.tip], *sides), brings, meets))
        return found

    def _clean(self, one: Open) -> bool:
        return self.verdicts.stands[one.tip].state == CLEAN

    def _present(self, tips: Sequence[str]) -> dict[str, str]:
        """Tip -> the tree of its merge with the target, which may be known without having been made now."""
        trees = {tip: self.verdicts.stands[tip].tree for tip in tips}
        kinds = self.context.reader.types([trees[tip] for tip in tips])
        lost = [tip for tip, (_, kind) in zip(tips, kinds) if kind != "tree"]
        for tip, tree in zip(lost, self.merge([(self.target.tip, tip) for tip in lost])):
            trees[tip] = tree
        return {tip: tree for tip, tree in trees.items() if tree}

    def merge(self, pairs: Sequence[tuple[str, str]]) -> list[str]:
        """The tree of each merge of two commits, "" where there is none without a conflict."""
        answers = self.context.trials.merge(self.context.folder, pairs) if pairs else []
        return ["" if isinstance(one, Unknown) or not one.clean else one.tree for one in answers]

    def couples(self, wanted: Callable[[int, int], bool]) -> list[tuple[int, int]]:
        """Places in `singles` of two that are clean together, (first to land, second), the newest first.

        wanted: whether two of them can matter to each other."""
        found = []
        for later in range(1, len(self.singles)):
            for newer in range(later):
                if self.wants(later, newer) and wanted(later, newer):
                    way = self._way(later, newer)
                    found += [way] if way is not None else []
        return found

    def wants(self, *places: int) -> bool:
        """Whether a merge of these places in `singles` is asked for."""
        return not self.only or any(self.singles[place].open.tip in self.only for place in places)

    def _way(self, one: int, other: int) -> tuple[int, int] | None:
        """The order in which two land without a conflict, the older first if both are."""
        for first, second in ((one, other), (other, one)):
            tips = self.singles[first].open.tip, self.singles[second].open.tip
            if tips not in self.verdicts.meetings:
                return first, second
        return None

    def pairs(self, couples: Iterable[tuple[int, int]]) -> list[Merged | None]:
        """The merges of two branches each: the first lands, then the second; None where nothing new comes out."""
        places = list(couples)
        commits = []
        for first, second in places:
            landed = self.singles[first]
            commit = self.context.scratch.commit(landed.merged.tree, self.target.tip, landed.open.tip)
            commits.append((commit, self.singles[second].open.tip))
        found: list[Merged | None] = []
        for (first, second), tree in zip(places, self.merge(commits)):
            one, other = self.singles[first], self.singles[second]
            if tree and tree not in (one.merged.tree, other.merged.tree):
                names = (one.open.name, other.open.name)
                found.append(Merged(names, tree, self._landed(one), self._landed(other)))
            else:
                found.append(None)
        return found

    def _landed(self, single: Single) -> MergeSide:
        return MergeSide(f"{self.target.name} with {single.open.name}", single.merged.tree)
