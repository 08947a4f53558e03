"""Whether what has landed leaves the renames as they were that git finds on the target's side of a merge.

A branch that changed a file which the target lost, or added to a directory which it lost, goes where the target has
put them. Which file that is git decides among all that the target removed and added since the merge base (git's
diffcore-rename.c, merge-ort.c). What has landed on the target takes part in that only by files that it adds, that it
removes, or that it edits where the target had added them.
"""

from __future__ import annotations

from gitflowguard.model.record import Record
from gitflowguard.radar.changes import FILES, TREE, above
from gitflowguard.repo.git import GitError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from gitflowguard.app.radar.context import MergeContext
    from gitflowguard.app.radar.verdicts import BranchOnTarget
    from gitflowguard.radar.changes import Changes

# git compares at most this many removed files with as many added ones (git-config(1), merge.renameLimit).
_LIMIT = 7000


class TargetSince(Record):
    """What became of the target since a branch's merge base. gone, names, oids: paths, names, and contents of the
    files that it removed. other: paths to which it did anything but an edit. lost: directories that it removed.
    sources: contents that it removed and whose new places matter to the branch.
    """

    gone: frozenset[str]
    other: frozenset[str]
    lost: frozenset[str]
    names: frozenset[str]
    oids: frozenset[str]
    sources: frozenset[str]


class SameRenames:
    """Says it of branches that are clean on one target. main: the target's tree."""

    def __init__(self, context: MergeContext, main: str, clean: Sequence[BranchOnTarget]) -> None:
        self.context, self.main, self.clean = context, main, clean
        self._since: dict[int, TargetSince] | None = None
        self._alike: frozenset[str] = frozenset()

    def hold(self, first: int, second: int) -> bool:
        """Whether they are for the second, which the target has moved, what they were before the first landed."""
        if self._since is None:
            self._since = self._read()
        since, facts = self._since.get(second), self.clean[first].facts
        return since is not None and facts is not None and same_renames(facts.landed, since, self._alike)

    def _read(self) -> dict[int, TargetSince]:
        """Of each branch that the target has moved; nothing where it can't be read."""
        moved = [
            place
            for place, stand in enumerate(self.clean)
            if stand.base and stand.facts is not None and stand.facts.moved
        ]
        if not moved or self.context.rules.limits:
            return {}
        try:
            pairs = [(self.clean[place].trees[0], self.main) for place in moved]
            diffs = self.context.reader.differences(pairs)
            found = {place: target_since(self._changed(place), diff) for place, diff in zip(moved, diffs)}
            sources = {oid for one in found.values() for oid in one.sources}
            self._alike = frozenset(self.context.reader.alike(sources, self._additions()))
        except GitError:
            return {}
        return found

    def _changed(self, place: int) -> Changes:
        facts = self.clean[place].facts
        return facts.changed if facts is not None else {}

    def _additions(self) -> set[str]:
        """The contents of all files that the branches add."""
        landed = (stand.facts.landed for stand in self.clean if stand.facts is not None)
        return {
            one.new_oid
            for changes in landed
            for one in changes.values()
            if one.added and one.new_mode in FILES
        }


def target_since(changed: Changes, since: Changes) -> TargetSince:
    """changed: what a branch did since its merge base; since: what its target did.

    git looks for the new place of a file where the branch changed it, or added to a directory of it that is gone.
    """
    gone = {path: one for path, one in since.items() if one.gone and one.mode != TREE}
    lost = frozenset(path for path, one in since.items() if one.gone and one.mode == TREE)
    taken = {folder for path, one in changed.items() if one.added for folder in above(path) if folder in lost}
    sources = {
        one.oid
        for path, one in gone.items()
        if one.mode in FILES and (path in changed or not taken.isdisjoint(above(path)))
    }
    return TargetSince(
        gone=frozenset(gone),
        other=frozenset(path for path, one in since.items() if not one.plain),
        lost=lost,
        names=frozenset(map(_name, gone)),
        oids=frozenset(one.oid for one in gone.values()),
        sources=frozenset(sources),
    )


def same_renames(landed: Changes, since: TargetSince, alike: Collection[str]) -> bool:
    """Whether what has landed takes no part in them. alike: contents that resemble a source.

    A file that it edits was there at the merge base, so it is neither. One that it adds may not be taken for a removed
    one: not by its content, by part of it, or by its name; nor may it lie where the target lost all files.
    """
    adds = 0
    for path, one in landed.items():
        if one.plain:
            if path in since.other:
                return False
            continue
        adds += 1
        if not one.added or path in since.gone or not since.lost.isdisjoint((path, *above(path))):
            return False
        if one.new_oid in since.oids or one.new_oid in alike or _name(path) in since.names:
            return False
    return (len(since.other) + adds) * len(since.gone) <= _LIMIT * _LIMIT


def _name(path: str) -> str:
    return path.rpartition("/")[2]
