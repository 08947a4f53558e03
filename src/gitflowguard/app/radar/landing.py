"""Branches landed on a target one after the other, without a work tree: the files after each of them."""

from __future__ import annotations

from gitflowguard.app.radar.breakage import edges
from gitflowguard.app.radar.order import conflicts_of, sides_after
from gitflowguard.model.finding import Unknown
from gitflowguard.model.record import Record
from gitflowguard.radar.orders import order
from gitflowguard.radar.screen import changes_rules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitflowguard.app.radar.aims import Open
    from gitflowguard.app.radar.context import MergeContext
    from gitflowguard.app.radar.verdicts import TargetVerdicts
    from gitflowguard.radar.nouns import Broken


class Landed(Record):
    """What is there after some landings. came: commit -> the tip that brought it. folder: with the attributes."""

    tree: str
    folder: str
    came: Mapping[str, str] = {}


class Landings:
    """Landings on one target; what was landed once, in the same order, is known."""

    def __init__(self, context: MergeContext, verdicts: TargetVerdicts) -> None:
        self.context, self.verdicts = context, verdicts
        self._known: dict[tuple[str, ...], Landed | None] = {(): Landed(verdicts.tree, context.folder)}

    def tree(self, branches: Sequence[Open]) -> str:
        """The files after these have landed in this order; "" where one of them can't be merged."""
        tips = tuple(one.tip for one in branches)
        at = next(count for count in range(len(tips), -1, -1) if tips[:count] in self._known)
        for count in range(at + 1, len(tips) + 1):
            before = self._known[tips[: count - 1]]
            self._known[tips[:count]] = before and self._next(before, tips[count - 1])
        last = self._known[tips]
        return last.tree if last else ""

    def _next(self, before: Landed, tip: str) -> Landed | None:
        """After one more; None where it doesn't merge."""
        stand = self.verdicts.stands[tip]
        if tip in before.came:
            return before
        sides = sides_after(self.context, stand, before.tree, before.came)
        answer = self.context.trials.merge(before.folder, [sides])[0]
        if isinstance(answer, Unknown) or not answer.clean:
            return None
        rules = stand.facts is None or changes_rules(stand.facts.landed)
        folder = self.context.attributes(answer.tree) if rules else before.folder
        return Landed(answer.tree, folder, {**before.came, **dict.fromkeys(stand.own, tip)})


def batches(
    branches: Sequence[Open], verdicts: TargetVerdicts, broken: Sequence[Broken]
) -> tuple[tuple[Open, ...], ...]:
    """Branches that can land together, in the order of landing: as many as can, then as many of the rest, and so on.

    branches: clean on the target, the oldest first. broken: merges that are known not to work, which nobody tries.
    """
    pairs, alone = edges(broken)
    left = {one.name: one for one in branches if one.name not in alone}
    conflicts = conflicts_of(tuple(left.values()), verdicts) | pairs
    stands = {
        one.name: tuple(other.name for other in left.values() if _on(one, other, verdicts))
        for one in left.values()
    }
    found = []
    while left:
        _, now = order(tuple(left), conflicts, stands)
        # Where each waits for another, none of them can land first without a conflict.
        names = now or tuple(left)[:1]
        found.append(tuple(left.pop(name) for name in names))
    return tuple(found)


def _on(one: Open, other: Open, verdicts: TargetVerdicts) -> bool:
    """Whether a branch holds the work of another."""
    return one.tip != other.tip and other.tip in verdicts.stands[one.tip].own
