"""From verdicts on commits to words about branches: contacts, pairs, work that is there twice, orders."""

from __future__ import annotations

from gitflowguard.app.radar.detail import ConflictCase, details
from gitflowguard.app.radar.kept import KnownVerdicts
from gitflowguard.app.radar.look import NO_BASE
from gitflowguard.app.radar.order import orders_of
from gitflowguard.app.radar.twins import twins_of
from gitflowguard.model.names import HEADS, listed
from gitflowguard.model.record import Record
from gitflowguard.radar.nouns import CLEAN, STALE, Contact, Pair, Radar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitflowguard.app.radar.aims import Aim, Open
    from gitflowguard.app.radar.kept import Clashes
    from gitflowguard.app.radar.look import MergeContext, PairMerge, TargetVerdicts
    from gitflowguard.model.finding import Argv
    from gitflowguard.radar.nouns import RadarTarget


class _Couple(Record):
    """Two branches of which something is to be reported, in the order in which they better land."""

    first: Open
    second: Open
    there: PairMerge | None
    back: PairMerge | None

    @property
    def shown(self) -> PairMerge | None:
        """The way round whose conflict is described."""
        return next((one for one in (self.there, self.back) if one and one.answer), None)


def summarize(
    bench: MergeContext,
    aim: Aim,
    looked: TargetVerdicts,
    kept: KnownVerdicts = KnownVerdicts(),
    asked: tuple[str, ...] = (),
    texts: bool = False,
    plain: bool = False,
) -> tuple[Radar, KnownVerdicts]:
    """What is reported of one target, and what is to be kept of it.

    kept: what an earlier run kept. asked: an order to try. texts: whether lines between markers are wanted.
    plain: conflicts alone, without orders and work that is there twice.
    """
    clean = [one for one in aim.branches if looked.stands[one.tip].state == CLEAN]
    depends = {one.name: _depends(one, clean, looked) for one in clean}
    stands = {name: tuple(base.name for base in bases) for name, bases in depends.items()}
    orders, chain = ((), kept.chain) if plain else orders_of(bench, aim, looked, stands, asked, kept.chain)
    places = {step.branch: place for order in orders[:1] for place, step in enumerate(order.steps)}
    couples = _couples(clean, looked, places)
    stale = [one for one in aim.branches if looked.stands[one.tip].state == STALE]
    clashes = _clashes(bench, aim.target, looked, stale, couples, texts, kept.clashes)
    orphans = {one.name for one in aim.branches if looked.stands[one.tip].why == NO_BASE}
    contacts = tuple(
        _contact(aim.target, one, looked, clashes, depends.get(one.name, ()))
        for one in aim.branches
        if one.name not in orphans
    )
    pairs = tuple(_pair(aim.target, couple, clashes) for couple in couples)
    twins, patches = ((), kept.patches) if plain else twins_of(bench, looked, clean, kept.patches)
    radar = Radar(
        (aim.target,), contacts, pairs, twins, orders,
        merges=looked.merges, pairs_of=looked.pairs_of, notes=_apart(aim.target, sorted(orphans)),
    )  # fmt: skip
    return radar, kept._replace(
        clashes=kept.clashes if texts else kept.clashes | clashes if plain else clashes,
        chain=chain,
        patches=patches,
    )


def _apart(target: RadarTarget, orphans: Sequence[str]) -> tuple[str, ...]:
    """A note on the branches that have no commit in common with the target, such as gh-pages: they never land."""
    if not orphans:
        return ()
    share = "shares" if len(orphans) == 1 else "share"
    return (
        f"{listed(tuple(orphans), 'and')} {share} no history with {target.name}, so there is nothing to merge",
    )


def _depends(one: Open, clean: Sequence[Open], looked: TargetVerdicts) -> tuple[Open, ...]:
    """The branches whose work this one holds as well."""
    own = looked.stands[one.tip].own
    return tuple(other for other in clean if other.tip != one.tip and other.tip in own)


def _couples(clean: Sequence[Open], looked: TargetVerdicts, places: Mapping[str, int]) -> list[_Couple]:
    """Each two branches that meet, once; the one that lands first in the order stands first."""
    by_tip: dict[str, list[Open]] = {}
    for one in clean:
        by_tip.setdefault(one.tip, []).append(one)
    found: dict[tuple[str, str], _Couple] = {}
    for tips in looked.meetings:
        for one in by_tip.get(tips[0], ()):
            for other in by_tip.get(tips[1], ()):
                first, second = sorted(
                    (one, other), key=lambda branch: (places.get(branch.name, 0), branch.name)
                )
                there = looked.meetings.get((first.tip, second.tip))
                back = looked.meetings.get((second.tip, first.tip))
                found[first.name, second.name] = _Couple(first, second, there, back)
    return list(found.values())


def _clashes(
    bench: MergeContext,
    target: RadarTarget,
    looked: TargetVerdicts,
    stale: Sequence[Open],
    couples: Sequence[_Couple],
    texts: bool,
    known: Clashes,
) -> Clashes:
    """(tip, other tip or "", names) -> what clashes there; what is known is not checked again."""
    cases: dict[tuple[str, ...], ConflictCase] = {}
    for one in stale:
        stand = looked.stands[one.tip]
        if stand.answer is not None:
            cases[_alone(one)] = ConflictCase(stand.answer, stand.sides, (target.name, one.name), stand.own)
    for couple in couples:
        meeting = couple.shown
        if meeting is not None and meeting.answer is not None:
            ours, theirs = looked.stands[meeting.first].own, looked.stands[meeting.second].own
            key = _both(couple, meeting)
            cases[key] = ConflictCase(meeting.answer, meeting.sides, (key[2], key[3]), theirs, ours)
    found = {key: known[key] for key in cases if key in known and not texts}
    fresh = {key: case for key, case in cases.items() if key not in found}
    return found | dict(zip(fresh, details(bench.sounding, list(fresh.values()), target.tip, texts)))


def _alone(one: Open) -> tuple[str, ...]:
    return one.tip, "", one.name


def _both(couple: _Couple, meeting: PairMerge) -> tuple[str, str, str, str]:
    """The key of a meeting: its tips in their order, and the names that these go by."""
    names = (couple.first.name, couple.second.name)
    if meeting.first != couple.first.tip:
        names = names[::-1]
    return meeting.first, meeting.second, *names


def _contact(
    target: RadarTarget,
    one: Open,
    looked: TargetVerdicts,
    clashes: Clashes,
    depends: tuple[Open, ...],
) -> Contact:
    stand = looked.stands[one.tip]
    squashed = tuple(base.name for base in depends if (base.tip, one.tip) in looked.squashed)
    mend = _mend(one, target) if stand.state == STALE else ()
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
        mend=mend,
        blank=stand.blank,
        worktree=one.top,
        pull=one.pull,
    )


def _pair(target: RadarTarget, couple: _Couple, clashes: Clashes) -> Pair:
    there, back, shown = couple.there, couple.back, couple.shown
    conflicts = [way for way, one in (("first", there), ("second", back)) if one is not None and one.answer]
    untold = next((one.why for one in (there, back) if one is not None and one.why is not None), None)
    return Pair(
        target=target.name,
        first=couple.first.name,
        second=couple.second.name,
        clashes=clashes.get(_both(couple, shown), ()) if shown is not None else (),
        ways=conflicts[0] if len(conflicts) == 1 else "both",
        mend=_mend(couple.second, target) if conflicts else (),
        untold=untold,
    )


def _mend(one: Open, target: RadarTarget) -> tuple[Argv, ...]:
    """The commands that bring the target in, or land the branch where it may not have that: what stops there
    is to be resolved."""
    if one.top:
        return ()  # no command: whoever works there commits when they are ready
    if one.pull is not None and one.pull.fork:
        return ()  # only whoever has the fork can
    switch: Argv = ("git", "switch", one.name)
    if one.ref.startswith(HEADS[:5]):  # no branch: a pull request's head, say
        switch = ("git", "switch", "--create", one.name.replace("/", "-"), one.ref)
    fetch: tuple[Argv, ...] = (
        (("git", "fetch", target.ref.partition("/")[0]),) if target.ref != target.name else ()
    )
    if not one.updates:
        return (*fetch, ("git", "switch", target.name), ("git", "merge", "--no-ff", one.ref))
    return (*fetch, switch, ("git", "merge", target.ref))
