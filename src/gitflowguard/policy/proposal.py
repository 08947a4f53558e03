"""The policy that fits what was seen: which of three ways a team works in, and what its branches are called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gitflowguard.model.flow import DEVELOP, MAIN, Kind
from gitflowguard.model.names import parse_version, plural
from gitflowguard.model.record import Record
from gitflowguard.model.template import Template
from gitflowguard.policy.habits import (
    BUGFIX,
    FEATURE,
    HOTFIX,
    PAGES,
    RELEASE,
    SUPPORT,
    Habit,
    learn,
    settled,
    shape_of,
)
from gitflowguard.policy.lines import LINE_NAMES
from gitflowguard.policy.presets import DEVELOP_NAMES, preset_flow
from gitflowguard.policy.traffic import Traffic

GITFLOW, TRUNK, AS_IS = "gitflow", "trunk", "as-is"
WAYS = (GITFLOW, TRUNK, AS_IS)
# Two reasons for a way that the repository itself doesn't give.
ASKED_FOR, USUAL = "as asked", "the usual way"
# Merges straight into production that make a habit of it.
_STRAIGHT = 5
# So few names show neither a habit nor the lack of one.
_ENOUGH = 6
# Below this share of names with a pattern a team names as it likes; less is enough where an integration branch shows
# that the team works by Gitflow.
_MOST, _SOME = 1 / 2, 1 / 3
# As often, and in a tenth of the merges, has a branch of one name to come for that name to be a habit.
_LITERAL = 3
_CONVENTIONAL = frozenset("feature feat bugfix fix hotfix release chore".split())
# A scheme of versions and tickets to read names by.
_FLOW = preset_flow("gitflow")
_ORDER = (FEATURE, BUGFIX, RELEASE, HOTFIX, SUPPORT, "bot", PAGES)


class ProposalEvidence(Record):
    """What a proposal is made from.

    main, develop: the lines, develop "" for none. names: the team's branches. merged: those that were merged.
    traffic: what came into production lately, None if that was not read. told: whether a git-flow program's
    settings say how the team works. narrow: whether other branches may exist that this clone does not see.
    tags: version tags without their prefix. published: branches that share no history with the lines.
    """

    main: str
    develop: str
    names: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    traffic: Traffic | None = None
    told: bool = False
    narrow: bool = False
    tags: tuple[str, ...] = ()
    published: tuple[str, ...] = ()


class Choice(Record):
    """One of WAYS, and why it is the default, for a person."""

    way: str
    why: str


def habits(known: ProposalEvidence) -> tuple[Habit, ...]:
    """What names show, of branches that are there and of merged ones."""
    found = learn((*known.names, *known.merged), preset_flow("gitflow", known.main, known.develop or None))
    there = frozenset(known.names)
    # A support line stays; `maint/x` that came and went was work.
    return tuple(
        habit._replace(kind=FEATURE) if habit.kind == SUPPORT and there.isdisjoint(habit.names) else habit
        for habit in found
        if "/" in habit.template or habit.kind != SUPPORT or not there.isdisjoint(habit.names)
    )


def usual_way(known: ProposalEvidence, found: tuple[Habit, ...], named: bool = False) -> Choice:
    """The way that the evidence speaks for. named: names were asked for, so that some have to be blocked."""
    if known.told:
        return Choice(GITFLOW, "git-flow is set up here")
    work = _work(known)
    fit = sum(any(_fits(habit.template, name) for habit in found) for name in work)
    if not named and len(work) >= _ENOUGH and fit < len(work) * (_SOME if known.develop else _MOST):
        return Choice(AS_IS, f"{len(work) - fit} of {len(work)} branches follow no naming pattern")
    if known.develop:
        return Choice(GITFLOW, f"there is {known.develop}")
    if known.main in DEVELOP_NAMES:
        return Choice(TRUNK, f"{known.main} is the only line")
    straight = _straight(known)
    if straight >= _STRAIGHT and not known.narrow:
        last = f"the last {plural(known.traffic.commits if known.traffic else 0, 'commit')} on {known.main}"
        return Choice(TRUNK, f"{straight} of {last} are merged work, and no other branch collects it first")
    return Choice(GITFLOW, USUAL)


def _work(known: ProposalEvidence) -> tuple[str, ...]:
    """Names that somebody chose for work, of the branches that are there."""
    flow = preset_flow("gitflow", known.main, known.develop or None)
    return tuple(
        name
        for name in known.names
        if not settled(flow, name)
        and name not in LINE_NAMES
        and (shape_of(name) or ("", ""))[1] not in ("bot", SUPPORT)
    )


def _straight(known: ProposalEvidence) -> int:
    """How much of what came into production lately was work, not a release, a hotfix or another line."""
    if known.traffic is None:
        return 0
    count = 0
    for arrival in known.traffic.arrivals:
        shape = shape_of(arrival.source) if arrival.source else None
        other = arrival.source in LINE_NAMES or (shape is not None and shape[1] in (RELEASE, HOTFIX, SUPPORT))
        count += not other and (arrival.pull or bool(arrival.source))
    return count


class NamePolicy(Record):
    """What a policy says of names.

    conventional: whether ``names: conventional`` says it all. kinds: kind id -> (template, how many show it).
    """

    conventional: bool
    kinds: Mapping[str, tuple[tuple[str, int], ...]]


def names_for(
    known: ProposalEvidence, found: tuple[Habit, ...], base: Mapping[str, Kind], conventional: bool | None
) -> NamePolicy:
    """The names of each kind where they differ from those that the preset has.

    conventional: whether the ready-made set was asked for; None to go by what fits better.
    """
    kinds = {kind: _names_of(kind, found, base) for kind in _ORDER if kind in base}
    kinds[RELEASE] = _released(kinds.get(RELEASE, ()), _literals(known), base)
    if HOTFIX in base and not kinds.get(HOTFIX) and any("/v{version}" in text for text, _ in kinds[RELEASE]):
        kinds[HOTFIX] = (("hotfix/v{version}", 0),)
    kinds[PAGES] = tuple((name, 1) for name in known.published)
    if PAGES in base and kinds[PAGES]:
        kinds[PAGES] = (*((name.text, 0) for name in base[PAGES].names), *kinds[PAGES])
    ready = _all_conventional(found) if conventional is None else conventional
    if ready:
        for kind in (FEATURE, BUGFIX, RELEASE, HOTFIX):
            extra = tuple(pair for pair in kinds.get(kind, ()) if pair[1] and not _is_conventional(pair[0]))
            kinds[kind] = (
                (*((name.text, 0) for name in base[kind].names), *extra) if extra and kind in base else ()
            )
    said = {kind: pairs for kind, pairs in kinds.items() if pairs and kind in base}
    return NamePolicy(ready, {kind: pairs for kind, pairs in said.items() if _differs(pairs, base[kind])})


def _released(
    seen: tuple[tuple[str, int], ...], usual: tuple[tuple[str, int], ...], base: Mapping[str, Kind]
) -> tuple[tuple[str, int], ...]:
    """The names of releases: templates that are seen, else the preset's, and single names that are used again."""
    if not usual or RELEASE not in base:
        return seen
    return (*usual, *(seen or tuple((name.text, 0) for name in base[RELEASE].names)))


def _names_of(kind: str, found: tuple[Habit, ...], base: Mapping[str, Kind]) -> tuple[tuple[str, int], ...]:
    """The templates that names show for a kind; the preset's own stay where versions are not at stake."""
    seen = tuple((habit.template, len(habit.names)) for habit in found if habit.kind == kind)
    if not seen or kind in (RELEASE, HOTFIX):
        return seen
    have = {template for template, _ in seen}
    return (*_led(seen, base[kind]), *((name.text, 0) for name in base[kind].names if name.text not in have))


def _led(seen: tuple[tuple[str, int], ...], kind: Kind) -> tuple[tuple[str, int], ...]:
    """The templates with a usual one ahead of names without a prefix, because messages propose the first.

    Nobody wants ``bump_{slug}`` or ``issue-{number}-{slug}`` proposed where ``feature/{slug}`` is used, too.
    """
    usual = {name.text for name in kind.names}
    lead = next((pair for pair in seen if pair[0] in usual or _is_conventional(pair[0])), None)
    if lead is None or "/" in seen[0][0] or "{ticket}" in seen[0][0]:
        return seen
    return (lead, *(pair for pair in seen if pair != lead))


def _differs(pairs: tuple[tuple[str, int], ...], kind: Kind) -> bool:
    return {text for text, _ in pairs} != {name.text for name in kind.names}


def _all_conventional(found: tuple[Habit, ...]) -> bool:
    """Whether the habits of work lie within Conventional Branch, and go beyond the preset's own names."""
    work = [habit for habit in found if habit.kind in (FEATURE, BUGFIX)]
    short = [habit for habit in work if habit.template.startswith(("feat/", "fix/", "chore/"))]
    return bool(short) and all(_is_conventional(habit.template) for habit in work)


def _is_conventional(template: str) -> bool:
    word, slash, _ = template.partition("/")
    return bool(slash) and word in _CONVENTIONAL


def _literals(known: ProposalEvidence) -> tuple[tuple[str, int], ...]:
    """Branches of one name, such as new_release, that were merged into production again and again."""
    if known.traffic is None or not known.develop:
        return ()
    counts: dict[str, int] = {}
    for arrival in known.traffic.arrivals:
        if arrival.source:
            counts[arrival.source] = counts.get(arrival.source, 0) + 1
    least = max(_LITERAL, sum(counts.values()) // 10)
    flow = preset_flow("gitflow", known.main, known.develop)
    usual = [
        name
        for name, count in counts.items()
        if count >= least and flow.kind_of(name) is None and shape_of(name) is None
    ]
    # A name that others stand below is a directory to git (refs.c, refs_verify_refname_available).
    return tuple((name, counts[name]) for name in usual if "/" not in name and _plain(name))


def _plain(name: str) -> bool:
    return name.isascii() and name.replace("-", "").replace("_", "").replace(".", "").isalnum()


def _fits(template: str, name: str) -> bool:
    return Template(template).match(name, _FLOW) is not None


def targets_for(
    known: ProposalEvidence, names: NamePolicy, base: Mapping[str, Kind]
) -> dict[str, tuple[str, ...]]:
    """Kind id -> where its branches go, where merges show more than the preset allows.

    develop into main, where releases are made so; support lines into main, where fixes come forward so; fixes
    into the support lines that are there.
    """
    found: dict[str, tuple[str, ...]] = {}
    arrivals = known.traffic.arrivals if known.traffic else ()
    merged = [arrival.source for arrival in arrivals]
    # A merge into develop among production's own commits came there by a fast-forward.
    straight = known.develop in merged or any(arrival.target == known.develop for arrival in arrivals)
    if known.develop and straight:
        found[DEVELOP] = (*base[DEVELOP].targets, MAIN)
    lines = names.kinds.get(SUPPORT, ())
    if lines and any(_fits(text, source) for text, count in lines if count for source in merged):
        found[SUPPORT] = (MAIN,)
    if lines and SUPPORT in base:
        for kind in (FEATURE, BUGFIX):
            found[kind] = tuple(dict.fromkeys((*base[kind].targets, SUPPORT)))
    return {kind: targets for kind, targets in found.items() if targets != base[kind].targets}


def scheme_for(versions: Iterable[str]) -> str:
    """How the versions of tags and release branches are written: the plainest scheme that reads clearly the most."""
    texts = tuple(versions)
    counts = {
        name: sum(parse_version(text, name) is not None for text in texts)
        for name in ("semver", "pep440", "calver")
    }
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] - counts["semver"] >= max(2, len(texts) // 10) else "semver"
