"""The landing order of a target, merged once for real: one branch after the other, on top of the target."""

from __future__ import annotations

from gitflowguard.app.radar.look import root_of, sides_of, three
from gitflowguard.model.finding import Unknown
from gitflowguard.radar.changes import PathChange
from gitflowguard.radar.ground import Ground
from gitflowguard.radar.nouns import CLEAN, LandingOrder, LandingStep
from gitflowguard.radar.orders import against, order
from gitflowguard.radar.screen import changes_rules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from gitflowguard.app.radar.aims import Aim, Open
    from gitflowguard.app.radar.look import BranchOnTarget, MergeContext, TargetVerdicts
    from gitflowguard.radar.answers import MergeAnswer
    from gitflowguard.radar.changes import Changes

    # Tip, how it landed, and the conflicted paths or (path, the fields of a PathChange).
    ChainRow = tuple[str, str, tuple[Any, ...]]
    Chain = tuple[ChainRow, ...]
    Paths = tuple[str, ...] | None

# How a branch landed, for the next run: STAYED: not, for it conflicts. LANDED_AS_IS: with what it changes on the
# target, but for some files that were merged. WHOLE: with what a whole merge brought.
STAYED, LANDED_AS_IS, WHOLE = "", "+", "="
# Where an order was merged before and has changed since, so many landings are merged again; beyond that the
# order rests on what is known of each two, and says that it was not merged.
MOST_AGAIN = 16


def orders_of(
    bench: MergeContext,
    aim: Aim,
    looked: TargetVerdicts,
    depends: Mapping[str, tuple[str, ...]],
    asked: tuple[str, ...] = (),
    known: Chain = (),
) -> tuple[tuple[LandingOrder, ...], Chain]:
    """The best order, and behind it the one that was asked for; and what to remember of the first.

    known: what an earlier run remembered (ChainRow).
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
    """Branches that land one after the other; one that conflicts does not, and the rest goes on without it.

    What does not meet anything that landed needs no merge, and of what meets it in edited files alone only these
    are merged (radar.ground). Those that do not meet each other are merged together.
    """

    def __init__(
        self,
        bench: MergeContext,
        looked: TargetVerdicts,
        branches: Sequence[Open],
        conflicts: set[tuple[str, str]],
        known: Chain,
    ) -> None:
        self.bench, self.looked, self.branches = bench, looked, branches
        self.before = against([one.name for one in branches], conflicts)
        self.known = known
        self.ground = Ground()
        self.folder = bench.folder
        self.came: dict[str, str] = {}
        self.rows: dict[str, ChainRow] = {}
        self.steps: dict[str, LandingStep] = {}
        self.told = True
        self._tree = looked.tree

    @property
    def done(self) -> Chain:
        """What to remember of it, in the order of the branches."""
        return tuple(self.rows[one.name] for one in self.branches if one.name in self.rows)

    def landed(self, target: str, now: tuple[str, ...]) -> LandingOrder:
        """The order as it went. now: those that are known to land without a conflict, none: all are tried."""
        left = self._again()
        if self.known and self._merges(left) > MOST_AGAIN:
            self.told = False
            for one in left:
                self.steps[one.name] = (
                    self._foretold(one) if self.before[one.name] else LandingStep(one.name, True)
                )
            left = []
        while left:
            doubtful = bool(now) and bool(self.before[left[0].name])
            alike = (bool(now) and bool(self.before[one.name]) != doubtful for one in left)
            count = next((place for place, differs in enumerate(alike) if differs), len(left))
            if doubtful:
                self._clashing(left[:count])
            else:
                self._landing(left[:count])
            left = left[count:]
        steps = tuple(self.steps[one.name] for one in self.branches)
        free = {step.branch for step in steps if step.clean}
        return LandingOrder(target, steps, tuple(name for name in now if name in free), self.told)

    def _again(self) -> list[Open]:
        """Lets land what an earlier run remembered of the same beginning; returns the rest."""
        rows = list(self.known)
        for place, one in enumerate(self.branches):
            if self._there(one):
                continue
            if not rows or rows[0][0] != one.tip:
                return list(self.branches[place:])
            _, how, found = rows.pop(0)
            if how == STAYED:
                self._stays(one, found)
                continue
            changes = {path: PathChange(*change) for path, *change in found}
            facts = self.looked.stands[one.tip].facts
            self._lands(
                one, changes if how == WHOLE or facts is None else {**facts.landed, **changes}, how, changes
            )
        return []

    def _there(self, one: Open) -> bool:
        """Whether nothing is left to land of it."""
        if one.tip not in self.came and self.looked.stands[one.tip].own:
            return False
        self.steps[one.name] = LandingStep(one.name, True)
        return True

    def _merges(self, left: Sequence[Open]) -> int:
        """How many of these will have to be merged, at most."""
        ground, count = Ground(), 0
        ground.land(self.ground.changes())
        for one in left:
            facts = self.looked.stands[one.tip].facts
            count += bool(self.before[one.name]) or facts is None or ground.meets(facts) != ()
            ground.land(facts.landed if facts is not None else {})
        return count

    def _landing(self, branches: Sequence[Open]) -> None:
        """Lets each land, or finds that it conflicts."""
        left = list(branches)
        while left:
            left, wave = self._wave(left)
            for (one, paths), answer in zip(wave, self._merged(wave)):
                self._came_of(one, paths, answer)

    def _wave(self, branches: Sequence[Open]) -> tuple[list[Open], list[tuple[Open, Paths]]]:
        """Lets land what needs no merge. Returns what has to wait, and what can be merged now, in any order,
        because none of it meets another, nor what waits before it."""
        busy, owned, waits = Ground(), set[str](), False
        later: list[Open] = []
        wave: list[tuple[Open, Paths]] = []
        for one in branches:
            stand = self.looked.stands[one.tip]
            facts = stand.facts
            alone = facts is None or busy.meets(facts) != () or not owned.isdisjoint(stand.own)
            if waits or ((later or wave) and alone):
                later.append(one)
            elif self._there(one):
                continue
            else:
                paths = self._meets(stand)
                if paths == () and facts is not None:
                    self._lands(one, facts.landed, LANDED_AS_IS)
                    continue
                waits = paths is None  # a whole merge may bring more than the branch itself changed
                if waits and (later or wave):
                    later.append(one)
                else:
                    wave.append((one, paths))
            owned.update(stand.own)
            if facts is None:
                waits = True
            else:
                busy.land({**facts.changed, **facts.landed})
        return later, wave

    def _meets(self, stand: BranchOnTarget) -> Paths:
        """The files that decide; None for a whole merge."""
        if stand.facts is None or not self.came.keys().isdisjoint(stand.own):
            return None
        return self.ground.meets(stand.facts)

    def _merged(self, wave: Sequence[tuple[Open, Paths]]) -> list[MergeAnswer | Unknown]:
        if not wave:
            return []
        sides = [self._sides(one, paths) for one, paths in wave]
        return self.bench.trials.merge(self._folder(), sides)

    def _sides(self, one: Open, paths: Paths) -> tuple[str, str]:
        """The commits to merge: of trees that hold nothing but the files which decide, or of whole ones."""
        stand = self.looked.stands[one.tip]
        if paths is None or stand.facts is None:
            return _next(self.bench, stand, self.tree(), self.came)
        changed, scratch = stand.facts.changed, self.bench.scratch
        old = scratch.tree({path: (changed[path].mode, changed[path].oid) for path in paths})
        ours = scratch.tree({path: self.ground.now[path] for path in paths})
        theirs = scratch.tree({path: (changed[path].new_mode, changed[path].new_oid) for path in paths})
        return three(scratch, old, ours, theirs)

    def _clashing(self, branches: Sequence[Open]) -> None:
        """Branches that conflict with an earlier one, each by itself. They are tried together: what else has
        landed may have made room (a file that one deleted and another copied is a renamed one now)."""
        left = list(branches)
        while left:
            if self._there(left[0]):
                del left[0]
                continue
            wave = [(one, self._meets(self.looked.stands[one.tip])) for one in left]
            for (one, paths), answer in zip(wave, self._merged(wave)):
                left.remove(one)
                self._came_of(one, paths, answer)
                if self.steps[one.name].clean:
                    break

    def tree(self) -> str:
        """The target's tree by now."""
        if not self._tree:
            self._tree = self.bench.sounding.overlaid(self.looked.tree, self.ground.files())
        return self._tree

    def _folder(self) -> str:
        """The work tree with the attributes that hold by now."""
        if not self.folder and self.bench.attributes is not None:
            self.folder = self.bench.attributes(self.tree())
        return self.folder or self.bench.folder

    def _came_of(self, one: Open, paths: Paths, answer: MergeAnswer | Unknown) -> None:
        facts = self.looked.stands[one.tip].facts
        if isinstance(answer, Unknown):
            self.told = False
            self.steps[one.name] = LandingStep(one.name, False, (), self.before[one.name])
        elif not answer.clean:
            self._stays(one, answer.paths)
        elif paths is None or facts is None:
            changes = self.bench.sounding.differences([(self.tree(), answer.tree)])[0]
            self._lands(one, changes, WHOLE, changes)
            self._tree = answer.tree
        else:
            changes = self._edited(answer.tree, paths)
            self._lands(one, {**facts.landed, **changes}, LANDED_AS_IS, changes)

    def _edited(self, tree: str, paths: Sequence[str]) -> Changes:
        """What a merge of single files made of them."""
        found = self.bench.sounding.types([f"{tree}:{path}" for path in paths])
        now = self.ground.now
        return {
            path: PathChange(now[path][0], now[path][0], now[path][1], oid)
            for path, (oid, _) in zip(paths, found)
        }

    def _lands(self, one: Open, changes: Changes, how: str, told: Changes | None = None) -> None:
        self.ground.land(changes)
        self._tree = ""
        if changes_rules(changes):
            self.folder = ""
        self.came.update(dict.fromkeys(self.looked.stands[one.tip].own, one.tip))
        self.rows[one.name] = (one.tip, how, tuple((path, *change) for path, change in (told or {}).items()))
        self.steps[one.name] = LandingStep(one.name, True)

    def _stays(self, one: Open, paths: tuple[str, ...]) -> None:
        self.rows[one.name] = (one.tip, STAYED, paths)
        self.steps[one.name] = LandingStep(one.name, False, paths, self.before[one.name])

    def _foretold(self, one: Open) -> LandingStep:
        """By what is known of each two."""
        before = self.before[one.name]
        return LandingStep(one.name, False, _paths(self.looked, one, before, self.branches), before)


def _next(
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
