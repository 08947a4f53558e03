"""The landing order of a target, merged once for real: one branch after the other, on top of the target."""

from __future__ import annotations

from gitflowguard.app.radar.breakage import edges
from gitflowguard.app.radar.lacking import lacking
from gitflowguard.app.radar.look import root_of, sides_of
from gitflowguard.app.radar.smallmerge import small_sides
from gitflowguard.model.finding import Unknown
from gitflowguard.model.record import Record
from gitflowguard.radar.changes import NONE, SUBMODULE, PathChange
from gitflowguard.radar.ground import TargetOverlay
from gitflowguard.radar.nouns import CLEAN, LandingOrder, LandingStep
from gitflowguard.radar.orders import against, order
from gitflowguard.radar.screen import changes_rules
from gitflowguard.repo.git import GitError
from gitflowguard.repo.overlay import folder_entries, overlay

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence, Set

    from gitflowguard.app.radar.aims import Aim, Open
    from gitflowguard.app.radar.context import MergeContext
    from gitflowguard.app.radar.known import Chain, Outcome
    from gitflowguard.app.radar.verdicts import BranchOnTarget, TargetVerdicts
    from gitflowguard.radar.answers import MergeAnswer
    from gitflowguard.radar.changes import Changes
    from gitflowguard.radar.nouns import Broken


class Decision(Record):
    """What decides whether a branch lands. paths: the files that do, () if nothing does, None for a whole merge.
    key: all that the outcome hangs on, to remember it by.
    """

    paths: tuple[str, ...] | None
    key: tuple[str, ...] = ()


def orders_of(
    context: MergeContext,
    aim: Aim,
    verdicts: TargetVerdicts,
    depends: Mapping[str, tuple[str, ...]],
    held: frozenset[str],
    asked: tuple[str, ...] = (),
    known: Chain = {},
    broken: Sequence[Broken] = (),
) -> tuple[tuple[LandingOrder, ...], Chain]:
    """The best order, and behind it the one that was asked for; and what to remember of the first.

    depends: branch -> those that it stands on. held: those that may not be updated, so they had better land first.
    known: what earlier runs remember of merges, by what decided them. broken: merges that git makes and that nobody
    should land.
    """
    oldest = [one for one in reversed(aim.branches) if verdicts.stands[one.tip].state == CLEAN]
    clean = {one.name: one for one in _first_things_first(oldest, depends, held)}
    conflicts = conflicts_of(tuple(clean.values()), verdicts)
    pairs, alone = edges(broken)
    breaks = pairs | {(aim.target.name, name) for name in alone}
    found = []
    if clean:
        names, now = order(tuple(name for name in clean if name not in alone), conflicts | pairs, depends)
        names += tuple(name for name in clean if name in alone)
        branches = [clean[name] for name in names]
        chain = _Chain(context, verdicts, branches, conflicts, known, aim.target.name, breaks)
        found.append(chain.landed(now))
        known = chain.done if found[0].verified else known
    if asked:
        by_name = {one.name: one for one in aim.branches}
        wanted = [by_name[name] for name in asked if name in by_name]
        if wanted:
            chain = _Chain(context, verdicts, wanted, conflicts, known, aim.target.name, breaks)
            tried = chain.landed(())
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


def conflicts_of(clean: Sequence[Open], verdicts: TargetVerdicts) -> set[tuple[str, str]]:
    """(who lands, who conflicts then), by name."""
    by_tip: dict[str, list[str]] = {}
    for one in clean:
        by_tip.setdefault(one.tip, []).append(one.name)
    return {
        (first, second)
        for tips, met in verdicts.meetings.items()
        if not isinstance(met, Unknown)
        for first in by_tip.get(tips[0], ())
        for second in by_tip.get(tips[1], ())
    }


class _Chain:
    """Branches that land one after the other; one that conflicts does not, and the rest goes on without it.

    What does not meet anything that landed needs no merge, and of what meets it in edited files alone only these
    are merged (radar.ground). Those that do not meet each other are merged together. What came of a merge is
    remembered by what decides it, so that it holds wherever the branch comes to stand in another order.
    """

    def __init__(
        self,
        context: MergeContext,
        verdicts: TargetVerdicts,
        branches: Sequence[Open],
        conflicts: set[tuple[str, str]],
        known: Chain,
        target: str,
        breaks: Set[tuple[str, str]],
    ) -> None:
        self.context, self.verdicts, self.branches = context, verdicts, branches
        self.before = against([one.name for one in branches], conflicts)
        self.known = known
        self.done: Chain = {}
        self.ground = TargetOverlay(lambda path: folder_entries(context.reader, verdicts.tree, path))
        self.folder = context.folder
        self.came: dict[str, str] = {}
        self.steps: dict[str, LandingStep] = {}
        self.verified = True
        # (who is there, who comes) of merges that are broken; the target is there from the beginning.
        self.target, self.breaks, self.there = target, breaks, {target}
        self._tree = verdicts.tree

    def landed(self, now: tuple[str, ...]) -> LandingOrder:
        """The order as it went. now: those that are known to land without a conflict, none: all are tried."""
        left = list(self.branches)
        while left:
            doubtful = bool(now) and bool(self.before[left[0].name])
            alike = (bool(now) and bool(self.before[one.name]) != doubtful for one in left)
            count = next((place for place, differs in enumerate(alike) if differs), len(left))
            (self._clashing if doubtful else self._landing)(left[:count])
            left = left[count:]
        steps = tuple(self.steps[one.name] for one in self.branches)
        free = {step.branch for step in steps if step.clean}
        return LandingOrder(self.target, steps, tuple(name for name in now if name in free), self.verified)

    def _landing(self, branches: Sequence[Open]) -> None:
        """Lets each land, or finds that it conflicts."""
        left = list(branches)
        while left:
            left, wave = self._wave(left)
            self._settle(wave)

    def _wave(self, branches: Sequence[Open]) -> tuple[list[Open], list[tuple[Open, Decision]]]:
        """Lets land what needs no merge. Returns what has to wait, and what can be merged now, in any order,
        because none of it meets another, nor what waits before it."""
        busy, owned, waits, undecided = TargetOverlay(), set[str](), False, set[str]()
        later: list[Open] = []
        wave: list[tuple[Open, Decision]] = []
        for one in branches:
            stand = self.verdicts.stands[one.tip]
            facts = stand.facts
            alone = facts is None or busy.meets(facts) != () or not owned.isdisjoint(stand.own)
            alone = alone or changes_rules(facts.landed if facts is not None else {})
            alone = alone or any((name, one.name) in self.breaks for name in undecided)
            if waits or ((later or wave) and alone):
                later.append(one)
            else:
                decision = self._decision(one)
                if self._at_once(one, decision):
                    continue
                waits = decision.paths is None  # a whole merge may bring more than the branch itself changed
                if waits and (later or wave):
                    later.append(one)
                else:
                    wave.append((one, decision))
            undecided.add(one.name)
            owned.update(stand.own)
            if facts is None:
                waits = True
            else:
                busy.land({**facts.changed, **facts.landed})
        return later, wave

    def _clashing(self, branches: Sequence[Open]) -> None:
        """Branches that conflict with an earlier one, each by itself. They are tried together: what else has
        landed may have made room (a file that one deleted and another copied is a renamed one now)."""
        left = list(branches)
        while left:
            tried = [(one, self._decision(one)) for one in left]
            answers = iter(
                self._merged([(one, it) for one, it in tried if it.paths != () and it.key not in self.known])
            )
            for one, decision in tried:
                del left[0]
                if not self._at_once(one, decision):
                    self._came_of(one, decision, next(answers))
                if self.steps[one.name].clean:
                    break

    def _decision(self, one: Open) -> Decision:
        stand = self.verdicts.stands[one.tip]
        facts = stand.facts
        if one.tip in self.came or not stand.own or self._stops(one):
            return Decision(())
        tips = tuple(dict.fromkeys(self.came[sha] for sha in stand.own if sha in self.came))
        paths = None if facts is None or tips else self.ground.meets(facts)
        key: tuple[str, ...] = ()
        if paths is None or facts is None:
            key = (one.tip, self.verdicts.tree, self.ground.fingerprint(), *stand.edge, *sorted(tips))
        elif paths:
            words = ((path, facts.changed[path].oid, *self.ground.now[path]) for path in paths)
            key = (one.tip, *(word for row in words for word in row))
        return Decision(paths, key)

    def _at_once(self, one: Open, decision: Decision) -> bool:
        """Settles what needs no merge; whether it is one of these."""
        stand = self.verdicts.stands[one.tip]
        if stops := self._stops(one):
            self.steps[one.name] = LandingStep(one.name, False, breaks=stops)
        elif one.tip in self.came or not stand.own:
            self.steps[one.name] = LandingStep(one.name, True)
        elif decision.paths == () and stand.facts is not None:
            self._lands(one, stand.facts.landed)
        elif decision.key in self.known:
            self._outcome(one, decision, self.known[decision.key])
        else:
            return False
        return True

    def _stops(self, one: Open) -> tuple[str, ...]:
        """Those that are there by now and with which its merge is known to be broken; it doesn't land then."""
        if not self.breaks:
            return ()
        names = (self.target, *(other.name for other in self.branches))
        return tuple(name for name in names if name in self.there and (name, one.name) in self.breaks)

    def _settle(self, wave: Sequence[tuple[Open, Decision]]) -> None:
        """Merges each and lets it land, or finds that it conflicts."""
        for (one, decision), answer in zip(wave, self._merged(wave)):
            self._came_of(one, decision, answer)

    def _merged(self, wave: Sequence[tuple[Open, Decision]]) -> list[MergeAnswer | Unknown]:
        if not wave:
            return []
        sides = [self._sides(one, decision.paths) for one, decision in wave]
        return self.context.trials.merge(self._folder(), sides)

    def _sides(self, one: Open, paths: tuple[str, ...] | None) -> tuple[str, str]:
        """The commits to merge: of trees that hold nothing but the files which decide, or of whole ones."""
        stand = self.verdicts.stands[one.tip]
        if paths is None or stand.facts is None:
            return sides_after(self.context, stand, self._whole(), self.came)
        return small_sides(self.context.scratch, self.ground.now, stand.facts.changed, paths)

    def _whole(self) -> str:
        """The target's tree by now."""
        if not self._tree:
            self._tree = overlay(self.context.reader, [self.verdicts.tree], self.ground.changes())[0]
            if not self._tree:  # a partial clone lacks a folder
                self._tree, self.verified = self.verdicts.tree, False
        return self._tree

    def _folder(self) -> str:
        """The work tree with the attributes that hold by now."""
        if not self.folder:
            try:
                self.folder = self.context.attributes(self._whole())
            except GitError:
                if not self.context.fetch:
                    raise
                self.verified = False  # a partial clone without the attributes of what has landed
        return self.folder or self.context.folder

    def _came_of(self, one: Open, decision: Decision, answer: MergeAnswer | Unknown) -> None:
        if isinstance(answer, Unknown):
            self.verified = False
            base, tip = self.verdicts.stands[one.tip].trees
            lacking(self.context.reader, [(base, self._whole(), tip)] if base else [], answer, ())
            self.steps[one.name] = LandingStep(one.name, False, (), self.before[one.name])
        elif not answer.clean:
            self._outcome(one, decision, (False, answer.paths))
        elif decision.paths is None:
            changes = self.context.reader.differences([(self._whole(), answer.tree)])[0]
            self.context.scratch.spared.update(
                change.new_oid for change in changes.values() if change.new_mode not in (NONE, SUBMODULE)
            )
            self._outcome(one, decision, (True, tuple((path, *change) for path, change in changes.items())))
            self._tree = answer.tree
        else:
            found = self.context.reader.types([f"{answer.tree}:{path}" for path in decision.paths])
            merged = tuple(oid for oid, _ in found)
            self.context.scratch.spared.update(merged)
            self._outcome(one, decision, (True, merged))

    def _outcome(self, one: Open, decision: Decision, outcome: Outcome) -> None:
        """Settles it. outcome: as it is remembered."""
        clean, found = outcome
        facts, now = self.verdicts.stands[one.tip].facts, self.ground.now
        self.done[decision.key] = outcome
        if not clean:
            self.steps[one.name] = LandingStep(one.name, False, found, self.before[one.name])
        elif decision.paths is None or facts is None:
            self._lands(one, {path: PathChange(*change) for path, *change in found})
        else:
            merged = {
                path: PathChange(now[path][0], now[path][0], now[path][1], oid)
                for path, oid in zip(decision.paths, found)
            }
            self._lands(one, {**facts.landed, **merged})

    def _lands(self, one: Open, changes: Changes) -> None:
        self.ground.land(changes)
        self._tree = ""
        if changes_rules(changes):
            self.folder = ""
        self.there.add(one.name)
        self.came.update(dict.fromkeys(self.verdicts.stands[one.tip].own, one.tip))
        self.steps[one.name] = LandingStep(one.name, True)


def sides_after(
    context: MergeContext, stand: BranchOnTarget, tree: str, landed: Mapping[str, str]
) -> tuple[str, str]:
    """The commits to merge for the next landing. tree: the target's by now. landed: commit -> tip it came with."""
    root = root_of(landed, stand)
    base = (
        stand.trees[0] if root == stand.base else context.reader.trees((root,)).get(root, "") if root else ""
    )
    tips = dict.fromkeys(landed[sha] for sha in stand.own if sha in landed)
    return sides_of(context.scratch, stand, tree, base, tuple(tips))
