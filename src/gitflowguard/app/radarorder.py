"""The landing order of a target, merged once for real: one branch after the other, on top of the target."""

from __future__ import annotations

from gitflowguard.app.radarlook import root_of, sides_of
from gitflowguard.model.finding import Unknown
from gitflowguard.model.radar import CLEAN, Order, Step
from gitflowguard.radar.orders import against, order
from gitflowguard.radar.screen import changes_rules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitflowguard.app.radaraims import Aim, Open
    from gitflowguard.app.radarlook import Bench, Looked, Stand

    Chain = tuple[tuple[str, str], ...]

# Where an order was merged before and has changed since, so many landings are merged again; beyond that the
# order rests on what is known of each two, and says that it was not merged.
MOST_AGAIN = 16


def orders_of(
    bench: Bench,
    aim: Aim,
    looked: Looked,
    depends: Mapping[str, tuple[str, ...]],
    asked: tuple[str, ...] = (),
    known: Chain = (),
) -> tuple[tuple[Order, ...], Chain]:
    """The best order, and behind it the one that was asked for; and what to remember of the first.

    known: what an earlier run remembered: (tip, tree after its landing) of the branches that landed.
    """
    clean = {one.name: one for one in reversed(aim.branches) if looked.stands[one.tip].state == CLEAN}
    conflicts = {
        (one.name, other.name)
        for one in clean.values()
        for other in clean.values()
        if (meeting := looked.meetings.get((one.tip, other.tip))) is not None and meeting.answer is not None
    }
    found = []
    if clean:
        names, now = order(tuple(clean), conflicts, depends)
        chain = _Chain(bench, looked, [clean[name] for name in names], conflicts, known)
        found.append(chain.landed(aim.target.name, now))
        known = chain.done if found[0].verified else known
    if asked:
        by_name = {one.name: one for one in aim.branches}
        wanted = [by_name[name] for name in asked if name in by_name]
        if wanted:
            tried = _Chain(bench, looked, wanted, conflicts, ()).landed(aim.target.name, ())
            free = tuple(step.branch for step in tried.steps if step.clean)
            found.append(tried._replace(asked=True, now=free))
    return tuple(found), known


class _Chain:
    """Branches that land one after the other; one that conflicts does not, and the rest goes on without it."""

    def __init__(
        self,
        bench: Bench,
        looked: Looked,
        branches: Sequence[Open],
        conflicts: set[tuple[str, str]],
        known: Chain,
    ) -> None:
        self.bench, self.looked, self.branches = bench, looked, branches
        self.before = against([one.name for one in branches], conflicts)
        self.known = known
        self.tree = looked.tree
        self.folder = bench.folder
        self.came: dict[str, str] = {}
        self.done: Chain = ()
        self.told = True

    def landed(self, target: str, now: tuple[str, ...]) -> Order:
        """The order as it went. now: those that are known to land without a conflict, none: all are tried."""
        steps = [self._step(one, bool(now)) for one in self.branches]
        free = {step.branch for step in steps if step.clean}
        return Order(target, tuple(steps), tuple(name for name in now if name in free), self.told)

    def _step(self, one: Open, planned: bool) -> Step:
        stand = self.looked.stands[one.tip]
        before = self.before[one.name]
        if one.tip in self.came or not stand.own:
            return Step(one.name, True)
        if before and planned and self.folder == self.bench.folder:
            # It is known to conflict with what has landed; there is nothing to try while the attributes are
            # those under which that was found.
            return Step(one.name, False, _paths(self.looked, one, before, self.branches), before)
        place = len(self.done)
        same = self.done == self.known[:place]
        if same and self.known[place : place + 1] and self.known[place][0] == one.tip:
            return self._lands(one, stand, self.known[place][1])
        if planned and self.known and len(self.branches) - place > MOST_AGAIN:
            self.told = False
            return Step(one.name, True)
        sides = _next(self.bench, stand, self.tree, self.came)
        answer = self.bench.trials.merge(self.folder, [sides], keep=True)[0]
        if isinstance(answer, Unknown):
            self.told = False
            return Step(one.name, False, (), before)
        if not answer.clean:
            return Step(one.name, False, answer.paths, before)
        return self._lands(one, stand, answer.tree)

    def _lands(self, one: Open, stand: Stand, tree: str) -> Step:
        self.tree = tree
        if self.bench.attributes is not None and (stand.facts is None or changes_rules(stand.facts.landed)):
            self.folder = self.bench.attributes(tree)
        self.came.update(dict.fromkeys(stand.own, one.tip))
        self.done = (*self.done, (one.tip, tree))
        return Step(one.name, True)


def _next(bench: Bench, stand: Stand, tree: str, landed: Mapping[str, str]) -> tuple[str, str]:
    """The commits to merge for the next landing. tree: the target's by now. landed: commit -> tip it came with."""
    root = root_of(landed, stand)
    base = (
        stand.trees[0] if root == stand.base else bench.sounding.trees((root,)).get(root, "") if root else ""
    )
    tips = dict.fromkeys(landed[sha] for sha in stand.own if sha in landed)
    return sides_of(bench.scratch, stand, tree, base, tuple(tips))


def _paths(looked: Looked, one: Open, before: Sequence[str], branches: Sequence[Open]) -> tuple[str, ...]:
    """Where it conflicts with those that land before it."""
    tips = {other.name: other.tip for other in branches}
    found: set[str] = set()
    for name in before:
        meeting = looked.meetings.get((tips[name], one.tip))
        if meeting is not None and meeting.answer is not None:
            found.update(meeting.answer.paths)
    return tuple(sorted(found))
