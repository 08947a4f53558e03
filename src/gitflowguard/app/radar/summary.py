"""From verdicts on commits to words about branches: contacts, pairs, work that is there twice, orders."""

from __future__ import annotations

from gitflowguard.app.radar.breakage import entries
from gitflowguard.app.radar.detail import ConflictCase, details
from gitflowguard.app.radar.known import KnownVerdicts
from gitflowguard.app.radar.look import NO_BASE, sides_of
from gitflowguard.app.radar.order import orders_of
from gitflowguard.app.radar.people import people
from gitflowguard.app.radar.twins import twins_of
from gitflowguard.model.finding import Unknown
from gitflowguard.model.names import listed
from gitflowguard.model.record import Record
from gitflowguard.radar.answers import ConflictedMerge
from gitflowguard.radar.nouns import CLEAN, STALE, Contact, Pair, Radar, Remedy
from gitflowguard.radar.remedy import Side, may_update, remedy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitflowguard.app.radar.aims import Aim, Open
    from gitflowguard.app.radar.context import MergeContext
    from gitflowguard.app.radar.known import Clashes, Stacked
    from gitflowguard.app.radar.stacks import Stacks
    from gitflowguard.app.radar.verdicts import TargetVerdicts
    from gitflowguard.radar.nouns import Broken, RadarTarget
    from gitflowguard.radar.remedy import RemedyGround


class _Couple(Record):
    """Two branches of which something is to be reported, in the order in which they better land."""

    first: Open
    second: Open
    there: ConflictedMerge | Unknown | None
    back: ConflictedMerge | Unknown | None

    @property
    def conflicts(self) -> tuple[str, ...]:
        """The ways round that are known to conflict, as in `Pair.ways`."""
        both = (("first", self.there), ("second", self.back))
        return tuple(way for way, one in both if isinstance(one, ConflictedMerge))

    @property
    def untold(self) -> Unknown | None:
        """Why one of the ways round is not known."""
        return next((one for one in (self.there, self.back) if isinstance(one, Unknown)), None)

    @property
    def shown(self) -> tuple[Open, Open, ConflictedMerge] | None:
        """The way round whose conflict is described: who is there, who comes, and their merge."""
        if isinstance(self.there, ConflictedMerge):
            return self.first, self.second, self.there
        return (self.second, self.first, self.back) if isinstance(self.back, ConflictedMerge) else None


def summarize(
    context: MergeContext,
    aim: Aim,
    verdicts: TargetVerdicts,
    ground: RemedyGround,
    stacks: Stacks,
    kept: KnownVerdicts = KnownVerdicts(),
    asked: tuple[str, ...] = (),
    texts: bool = False,
    plain: bool = False,
    broken: Sequence[Broken] = (),
) -> tuple[Radar, KnownVerdicts]:
    """What is reported of one target, and what is to be kept of it.

    ground: what remedies rest on. stacks: who is asked what stands on what.
    kept: what an earlier run kept. asked: an order to try. texts: whether lines between markers are wanted.
    plain: conflicts alone, without orders and work that is there twice. broken: merges that git makes, as they were
    found one by one.
    """
    clean = [one for one in aim.branches if verdicts.stands[one.tip].state == CLEAN]
    depends, stacked = _depends(clean, verdicts, stacks, kept.stacks)
    stands = {name: tuple(base.name for base in bases) for name, bases in depends.items()}
    held = frozenset(one.name for one in clean if not may_update(ground, aim.target.name, one.name))
    orders, chain = (
        ((), kept.chain)
        if plain
        else orders_of(context, aim, verdicts, stands, held, asked, kept.chain, broken)
    )
    places = {step.branch: place for order in orders[:1] for place, step in enumerate(order.steps)}
    couples = _couples(clean, verdicts, places, stands, held)
    stale = [one for one in aim.branches if verdicts.stands[one.tip].state == STALE]
    clashes = _clashes(context, aim.target, verdicts, stale, couples, texts, kept)
    owners = people(
        context.reader,
        aim.target.tip,
        {one.tip: _without_bases(one, depends, verdicts) for one in (*clean, *stale)},
        kept.people,
    )
    orphans = {one.name for one in aim.branches if verdicts.stands[one.tip].why == NO_BASE}
    contacts = tuple(
        _contact(
            ground,
            aim.target,
            one if one.pull is not None else one._replace(author=owners.get(one.tip) or one.author),
            verdicts,
            clashes,
            depends.get(one.name, ()),
        )
        for one in aim.branches
        if one.name not in orphans
    )
    pairs = tuple(_pair(ground, aim.target, couple, clashes) for couple in couples)
    twins, patches = ((), kept.patches) if plain else twins_of(context, verdicts, clean, kept.patches)
    radar = Radar(
        (aim.target,), contacts, pairs, twins, orders,
        broken=entries(broken, aim.branches, places, lambda one: remedy(ground, aim.target, _side(one)).steps),
        merges=verdicts.merges, pairs_of=verdicts.pairs_of, notes=_apart(aim.target, sorted(orphans)),
    )  # fmt: skip
    return radar, kept._replace(
        clashes=kept.clashes if texts else kept.clashes | clashes if plain else clashes,
        chain=chain,
        patches=patches,
        people=kept.people | owners if plain else owners,
        stacks=kept.stacks | stacked if plain else stacked,
    )


def _without_bases(one: Open, depends: Mapping[str, tuple[Open, ...]], verdicts: TargetVerdicts) -> list[str]:
    """The commits of a branch that it has from no other, children first."""
    below = {sha for base in depends.get(one.name, ()) for sha in verdicts.stands[base.tip].own}
    return [sha for sha in verdicts.stands[one.tip].own if sha not in below]


def _apart(target: RadarTarget, orphans: Sequence[str]) -> tuple[str, ...]:
    """A note on the branches that have no commit in common with the target, such as gh-pages: they never land."""
    if not orphans:
        return ()
    share = "shares" if len(orphans) == 1 else "share"
    return (
        f"{listed(tuple(orphans), 'and')} {share} no history with {target.name}, so there is nothing to merge",
    )


def _depends(
    clean: Sequence[Open], verdicts: TargetVerdicts, stacks: Stacks, known: Stacked
) -> tuple[dict[str, tuple[Open, ...]], Stacked]:
    """(branch -> those whose work it holds as well, or that it was cut from and that have moved on since; what to
    remember of the latter)."""
    own = {one.tip: verdicts.stands[one.tip].own for one in clean}
    under, again = stacks.under(clean, own, known)
    found = {
        one.name: tuple(
            other
            for other in clean
            if other.tip != one.tip and (other.tip in own[one.tip] or other.name in under.get(one.name, ()))
        )
        for one in clean
    }
    return found, again


def _couples(
    clean: Sequence[Open],
    verdicts: TargetVerdicts,
    places: Mapping[str, int],
    stands: Mapping[str, tuple[str, ...]],
    held: frozenset[str],
) -> list[_Couple]:
    """Each two branches that meet, once; the one that better lands first stands first.

    That is what the other one stands on; else the one that may not be updated (``held``), because whoever comes
    second is; else the one that the order has first.
    """
    by_tip: dict[str, list[Open]] = {}
    for one in clean:
        by_tip.setdefault(one.tip, []).append(one)
    found: dict[tuple[str, str], _Couple] = {}
    for tips in verdicts.meetings:
        for one in by_tip.get(tips[0], ()):
            for other in by_tip.get(tips[1], ()):
                first, second = sorted(
                    (one, other),
                    key=lambda branch: (
                        not {one.name, other.name}.isdisjoint(stands.get(branch.name, ())),
                        branch.name not in held,
                        places.get(branch.name, 0),
                        branch.name,
                    ),
                )
                there = verdicts.meetings.get((first.tip, second.tip))
                back = verdicts.meetings.get((second.tip, first.tip))
                found[first.name, second.name] = _Couple(first, second, there, back)
    return list(found.values())


def _clashes(
    context: MergeContext,
    target: RadarTarget,
    verdicts: TargetVerdicts,
    stale: Sequence[Open],
    couples: Sequence[_Couple],
    texts: bool,
    kept: KnownVerdicts,
) -> Clashes:
    """(tip, other tip or "", names) -> what clashes there; what is known is not checked again."""
    cases: dict[tuple[str, ...], ConflictCase] = {}
    for one in stale:
        stand = verdicts.stands[one.tip]
        if stand.conflict is not None:
            cases[_alone(one)] = ConflictCase(
                merge=stand.conflict,
                names=(target.name, one.name),
                theirs=stand.own,
                trees=(verdicts.tree, stand.trees[1]),
            )
    for couple in couples:
        if couple.shown is not None:
            first, second, merge = couple.shown
            there, comes = verdicts.stands[first.tip], verdicts.stands[second.tip]
            cases[_both(first, second)] = ConflictCase(
                merge=merge,
                names=(first.name, second.name),
                theirs=comes.own,
                trees=(there.trees[1], comes.trees[1]),
                ours=there.own,
            )
    known = kept.clashes
    found = {key: known[key] for key in cases if key in known and not texts}
    fresh = {key: case for key, case in cases.items() if key not in found}
    fresh |= _merged_again(context, verdicts, fresh)
    last = kept.before.authors
    rows = details(context.reader, list(fresh.values()), target.tip, verdicts.tree, texts, last)
    return found | dict(zip(fresh, rows))


def _merged_again(
    context: MergeContext, verdicts: TargetVerdicts, cases: Mapping[tuple[str, ...], ConflictCase]
) -> dict[tuple[str, ...], ConflictCase]:
    """The conflicts with the target that an earlier run found: what it made of them is not kept (app.radar.look)."""
    alone = [key for key in cases if not key[1]]
    kinds = context.reader.types([cases[key].merge.answer.tree for key in alone])
    lost = [key for key, (oid, _) in zip(alone, kinds) if not oid]
    stands = [verdicts.stands[key[0]] for key in lost]
    sides = [sides_of(context.scratch, one, verdicts.tree, one.base and one.trees[0]) for one in stands]
    answers = context.trials.merge(context.folder, sides) if sides else []
    return {
        key: cases[key]._replace(merge=ConflictedMerge(pair, answer))
        for key, pair, answer in zip(lost, sides, answers)
        if not isinstance(answer, Unknown) and not answer.clean
    }


def _alone(one: Open) -> tuple[str, ...]:
    return one.tip, "", one.name


def _both(there: Open, comes: Open) -> tuple[str, ...]:
    """The key of two: their tips in the order of landing, and the names that these go by."""
    return there.tip, comes.tip, there.name, comes.name


def _side(one: Open) -> Side:
    return Side(one.name, one.ref, one.tip)


def _contact(
    ground: RemedyGround,
    target: RadarTarget,
    one: Open,
    verdicts: TargetVerdicts,
    clashes: Clashes,
    depends: tuple[Open, ...],
) -> Contact:
    stand = verdicts.stands[one.tip]
    squashed = tuple(base.name for base in depends if (base.tip, one.tip) in verdicts.squashed)
    ends = remedy(ground, target, _side(one)) if stand.state == STALE and not one.top else Remedy()
    bases = tuple(base.name for base in depends)
    return Contact(
        branch=one.name,
        ref=one.ref,
        tip=one.tip,
        kind=one.kind,
        target=target.name,
        state=stand.state,
        clashes=clashes.get(_alone(one), ()),
        why=stand.why,
        author=one.author,
        when=one.when,
        depends=bases,
        if_squashed=squashed,
        remedy=ends,
        blank=stand.blank,
        worktree=one.top,
        pull=one.pull,
    )


def _pair(ground: RemedyGround, target: RadarTarget, couple: _Couple, clashes: Clashes) -> Pair:
    shown, conflicts = couple.shown, couple.conflicts
    return Pair(
        target=target.name,
        first=couple.first.name,
        second=couple.second.name,
        clashes=clashes.get(_both(*shown[:2]), ()) if shown is not None else (),
        ways=conflicts[0] if len(conflicts) == 1 else "both",
        remedy=_end(ground, target, couple) if conflicts else Remedy(),
        untold=couple.untold,
    )


def _end(ground: RemedyGround, target: RadarTarget, couple: _Couple) -> Remedy:
    """How the conflict of two ends: in the other order where that is known to be clean, else by an update."""
    there, comes = couple.first, couple.second
    if couple.conflicts == ("second",):
        there, comes = comes, there
    clean = (comes.name, there.name) if len(couple.conflicts) == 1 and couple.untold is None else ()
    if any(one.top for one in ((comes, there) if clean else (comes,))):
        return Remedy()  # what isn't committed yet: whoever works there commits when they are ready
    return remedy(ground, target, _side(comes), _side(there), clean)
