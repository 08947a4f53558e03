"""The landing order of a target, merged once for real: one branch after the other, on top of the target."""

from __future__ import annotations

from gitflowguard.app.radar.breakage import edges
from gitflowguard.app.radar.lacking import lacking
from gitflowguard.app.radar.look import root_of, sides_of
from gitflowguard.model.finding import Unknown
from gitflowguard.radar.nouns import CLEAN, LandingOrder, LandingStep
from gitflowguard.radar.orders import against, order
from gitflowguard.radar.screen import changes_rules
from gitflowguard.repo.git import GitError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence, Set

    from gitflowguard.app.radar.aims import Aim, Open
    from gitflowguard.app.radar.look import BranchOnTarget, MergeContext, TargetVerdicts
    from gitflowguard.radar.answers import MergeAnswer
    from gitflowguard.radar.nouns import Broken

    Chain = tuple[tuple[str, str, tuple[str, ...]], ...]

# Where an order was merged before and has changed since, this many landings are merged again; beyond that the
# order rests on what is known of each two, and says that it was not merged.
MOST_AGAIN = 16


def orders_of(
    bench: MergeContext,
    aim: Aim,
    looked: TargetVerdicts,
    depends: Mapping[str, tuple[str, ...]],
    held: frozenset[str],
    asked: tuple[str, ...] = (),
    known: Chain = (),
    broken: Sequence[Broken] = (),
) -> tuple[tuple[LandingOrder, ...], Chain]:
    """The best order, and behind it the one that was asked for; and what to remember of the first.

    depends: branch -> those that it stands on. held: those that may not be updated, so they had better land first.
    known: what an earlier run remembered: (tip, tree after its landing, ()) of a branch that landed, and
    (tip, "", conflicted paths) of one that did not. broken: merges that git makes and that nobody should land; with
    them the order is another one, so nothing of it is remembered.
    """
    oldest = [one for one in reversed(aim.branches) if looked.stands[one.tip].state == CLEAN]
    clean = {one.name: one for one in _first_things_first(oldest, depends, held)}
    conflicts = conflicts_of(tuple(clean.values()), looked)
    pairs, alone = edges(broken)
    breaks = pairs | {(aim.target.name, name) for name in alone}
    found = []
    if clean:
        names, now = order(tuple(name for name in clean if name not in alone), conflicts | pairs, depends)
        names += tuple(name for name in clean if name in alone)
        before = () if breaks else known
        chain = _Chain(
            bench, looked, [clean[name] for name in names], conflicts, before, aim.target.name, breaks
        )
        found.append(chain.landed(aim.target.name, now))
        known = chain.done if found[0].verified and not breaks else known
    if asked:
        by_name = {one.name: one for one in aim.branches}
        wanted = [by_name[name] for name in asked if name in by_name]
        if wanted:
            chain = _Chain(bench, looked, wanted, conflicts, (), aim.target.name, breaks)
            tried = chain.landed(aim.target.name, ())
            free = tuple(step.branch for step in tried.steps if step.clean)
            found.append(tried._replace(asked=True, now=free))
    return tuple(found), known


def _first_things_first(
    oldest: Sequence[Open], depends: Mapping[str, tuple[str, ...]], held: frozenset[str]
) -> list[Open]:
    """Those that may not be updated, then the others, the oldest first; each behind what it stands on."""
    left = {one.name: one for one in sorted(oldest, key=lambda one: one.name not in held)}
    found: list[Open] = []
    for name in list(left):
        todo = [name]
        while todo:
            one = todo[-1]
            below = [base for base in depends.get(one, ()) if base in left and base not in todo]
            if below:
                todo.append(below[0])
                continue
            todo.pop()
            if one in left:
                found.append(left.pop(one))
    return found


def conflicts_of(clean: Sequence[Open], looked: TargetVerdicts) -> set[tuple[str, str]]:
    """(who lands, who conflicts then), by name."""
    return {
        (one.name, other.name)
        for one in clean
        for other in clean
        if (meeting := looked.meetings.get((one.tip, other.tip))) is not None and meeting.answer is not None
    }


class _Chain:
    """Branches that land one after the other; one that conflicts does not, and the rest goes on without it."""

    def __init__(
        self,
        bench: MergeContext,
        looked: TargetVerdicts,
        branches: Sequence[Open],
        conflicts: set[tuple[str, str]],
        known: Chain,
        target: str,
        breaks: Set[tuple[str, str]],
    ) -> None:
        self.bench, self.looked, self.branches = bench, looked, branches
        self.before = against([one.name for one in branches], conflicts)
        self.known = known
        self.tree = looked.tree
        self.folder = bench.folder
        self.came: dict[str, str] = {}
        self.done: Chain = ()
        self.told = True
        # (who is there, who comes) of merges that are broken; the target is there from the beginning.
        self.breaks, self.there = breaks, [target]

    def landed(self, target: str, now: tuple[str, ...]) -> LandingOrder:
        """The order as it went. now: those that are known to land without a conflict, none: all are tried."""
        steps: list[LandingStep] = []
        left = list(self.branches)
        while left:
            count = (
                next((n for n, one in enumerate(left) if not self.before[one.name]), len(left)) if now else 0
            )
            if stops := self._stops(left[0]):
                count = 1
                steps.append(stops)
            elif count:
                steps += self._clashing(left[:count])
            else:
                steps.append(self._step(left[0], bool(now)))
            left = left[count or 1 :]
        free = {step.branch for step in steps if step.clean}
        return LandingOrder(target, tuple(steps), tuple(name for name in now if name in free), self.told)

    def _step(self, one: Open, planned: bool) -> LandingStep:
        if one.tip in self.came or not self.looked.stands[one.tip].own:
            return LandingStep(one.name, True)
        remembered = self._remembered(one)
        if remembered is not None:
            return remembered
        if planned and self._too_many():
            self.told = False
            return LandingStep(one.name, True)
        answer = self.bench.trials.merge(self.folder, [self._sides(one)], keep=True)[0]
        return self._came_of(one, answer)

    def _clashing(self, branches: list[Open]) -> list[LandingStep]:
        """Branches that conflict with an earlier one, each by itself. They are tried together: what else has
        landed may have made room (a file that one deleted and another copied is a renamed one now)."""
        steps: list[LandingStep] = []
        left = list(branches)
        while left:
            one = left[0]
            if stops := self._stops(one):
                steps.append(stops)
                del left[0]
                continue
            if one.tip in self.came:
                steps.append(LandingStep(left.pop(0).name, True))
                continue
            remembered = self._remembered(one)
            if remembered is not None:
                steps.append(remembered)
                del left[0]
                continue
            if self._too_many() or not self.told:
                self.told = False
                return steps + [self._foretold(one) for one in left]
            answers = self.bench.trials.merge(self.folder, [self._sides(one) for one in left])
            for answer in answers:
                one = left.pop(0)
                if stops := self._stops(one):
                    steps.append(stops)
                    continue
                if isinstance(answer, Unknown) or not answer.clean:
                    steps.append(self._came_of(one, answer))
                    continue
                steps.append(self._step(one, False))  # merged again, so that its tree is kept
                break
        return steps

    def _stops(self, one: Open) -> LandingStep | None:
        """The step of a branch whose merge is known to be broken, with what is there by now; it doesn't land."""
        names = tuple(name for name in self.there if (name, one.name) in self.breaks)
        return LandingStep(one.name, False, breaks=names) if names else None

    def _too_many(self) -> bool:
        """Whether more would have to be merged again than a run after a push should take."""
        return bool(self.known) and len(self.branches) - len(self.done) > MOST_AGAIN

    def _remembered(self, one: Open) -> LandingStep | None:
        """What came of it in an earlier run, after the same landings."""
        place = len(self.done)
        if self.done != self.known[:place] or not self.known[place:] or self.known[place][0] != one.tip:
            return None
        _, tree, paths = self.known[place]
        return self._lands(one, tree) if tree else self._stays(one, paths)

    def _sides(self, one: Open) -> tuple[str, str]:
        return sides_after(self.bench, self.looked.stands[one.tip], self.tree, self.came)

    def _came_of(self, one: Open, answer: MergeAnswer | Unknown) -> LandingStep:
        if isinstance(answer, Unknown):
            self.told = False
            base, tip = self.looked.stands[one.tip].trees
            lacking(self.bench.sounding, [(base, self.tree, tip)] if base else [], answer, ())
            return LandingStep(one.name, False, (), self.before[one.name])
        return self._lands(one, answer.tree) if answer.clean else self._stays(one, answer.paths)

    def _lands(self, one: Open, tree: str) -> LandingStep:
        stand = self.looked.stands[one.tip]
        self.tree = tree
        if self.bench.attributes is not None and (stand.facts is None or changes_rules(stand.facts.landed)):
            try:
                self.folder = self.bench.attributes(tree)
            except GitError:
                if not self.bench.fetch:
                    raise
                self.told = False  # a partial clone without the attributes of what has landed
        self.there.append(one.name)
        self.came.update(dict.fromkeys(stand.own, one.tip))
        self.done = (*self.done, (one.tip, tree, ()))
        return LandingStep(one.name, True)

    def _stays(self, one: Open, paths: tuple[str, ...]) -> LandingStep:
        self.done = (*self.done, (one.tip, "", paths))
        return LandingStep(one.name, False, paths, self.before[one.name])

    def _foretold(self, one: Open) -> LandingStep:
        """By what is known of each two."""
        before = self.before[one.name]
        return LandingStep(one.name, False, _paths(self.looked, one, before, self.branches), before)


def sides_after(
    bench: MergeContext, stand: BranchOnTarget, tree: str, landed: Mapping[str, str]
) -> tuple[str, str]:
    """The commits to merge for the next landing. tree: the target's by now. landed: commit -> tip it came with."""
    root = root_of(landed, stand)
    base = (
        stand.trees[0] if root == stand.base else bench.sounding.trees((root,)).get(root, "") if root else ""
    )
    tips = dict.fromkeys(landed[sha] for sha in stand.own if sha in landed)
    return sides_of(bench.scratch, stand, tree, base, tuple(tips))


def _paths(
    looked: TargetVerdicts, one: Open, before: Sequence[str], branches: Sequence[Open]
) -> tuple[str, ...]:
    """Where it conflicts with those that land before it."""
    tips = {other.name: other.tip for other in branches}
    found: set[str] = set()
    for name in before:
        meeting = looked.meetings.get((tips[name], one.tip))
        if meeting is not None and meeting.answer is not None:
            found.update(meeting.answer.paths)
    return tuple(sorted(found))
