"""Plays every step of the flow through `simulate`: under our rulesets, those of others and classic protection, with the
people who may write.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gitflowguard.model.finding import Unknown
from gitflowguard.model.flow import Flow
from gitflowguard.model.jsonvalue import Json
from gitflowguard.model.names import listed
from gitflowguard.model.protection import Classic, Live, People, Ruleset
from gitflowguard.model.record import Record
from gitflowguard.protection.canon import ours
from gitflowguard.protection.classicrules import as_rulesets
from gitflowguard.protection.compile import Desired
from gitflowguard.protection.flowsteps import FlowStep
from gitflowguard.protection.nouns.plan import UPDATE, ProtectionPlan
from gitflowguard.protection.nouns.played import (
    BLOCKED,
    EVERYBODY,
    NOBODY,
    SOME,
    UNKNOWN,
    PlayedStep,
    Stop,
)
from gitflowguard.protection.people import ROLES, Crowd, crowd_of, names_of, sole_owner
from gitflowguard.protection.simulate import IF, NO, SimulationResult, answer

_MERGE_SETTINGS = ("allow_merge_commit", "allow_squash_merge", "allow_rebase_merge")


class Stage(Record):
    """What a step meets: the rulesets, the repository's settings and default branch, and those who are there.

    rulesets: classic protection is among them. settings: only those that are known.
    """

    rulesets: tuple[Ruleset, ...]
    settings: dict[str, Json]
    default_branch: str
    crowd: Crowd


class Persona(Record):
    """Some who are alike to every rule. names: what a bypass list may call them. shows: the same for a person.

    seen: whether they are known to have write access. login: of one alone, else "".
    """

    names: tuple[str, ...]
    shows: tuple[str, ...]
    seen: bool = True
    login: str = ""


# Stands for everybody where nobody has write access.
_EMPTY = Persona((), ())


class Played(Record):
    """A step and how it ended. open_to: those who can take it. tried: those who are seen to have write access."""

    step: FlowStep
    row: PlayedStep
    open_to: tuple[Persona, ...] = ()
    tried: tuple[Persona, ...] = ()


def now(live: Live) -> Stage:
    """GitHub as it is."""
    there = () if isinstance(live.rulesets, Unknown) else live.rulesets
    return _stage(live, there, live.classic, {})


def afterwards(desired: Desired, live: Live, made: ProtectionPlan) -> Stage:
    """GitHub once the plan is carried out: ours, with what others put into them, and those of others."""
    there = () if isinstance(live.rulesets, Unknown) else live.rulesets
    others = tuple(one for one in there if not ours(one, live.repository.name))
    if made.level == "classic":
        return _stage(live, others, desired.classic, dict(desired.classic_settings))
    if made.level != "rulesets":
        return _stage(live, others, live.classic, {})
    # The last update of each wins: it is what stays.
    changed = {step.subject: step.ruleset for step in made.steps if step.action == UPDATE and step.ruleset}
    have = {one.name: one for one in there if ours(one, live.repository.name)}
    own = (changed.get(one.name) or have.get(one.name) or one for one in desired.rulesets)
    return _stage(live, (*own, *others), live.classic, dict(desired.settings))


def _stage(
    live: Live,
    rulesets: tuple[Ruleset, ...],
    classic: tuple[Classic, ...] | Unknown,
    settings: dict[str, Json],
) -> Stage:
    read = () if isinstance(classic, Unknown) else classic
    known = {key: value for key, value in live.repository.settings.items() if not isinstance(value, Unknown)}
    return Stage(
        rulesets=(*rulesets, *(ruleset for one in read for ruleset in as_rulesets(one))),
        settings={**known, **settings},
        default_branch=str(settings.get("default_branch") or live.repository.default_branch),
        crowd=crowd_of(live),
    )


def play(flow: Flow, stage: Stage, steps: Iterable[FlowStep]) -> tuple[Played, ...]:
    """How each step ends."""
    people = personas(stage)
    return tuple(_played(step, flow, stage, people) for step in steps)


def personas(stage: Stage) -> tuple[Persona, ...]:
    """Everybody whom a rule may treat differently: those who are seen, then those whom only a bypass list names."""
    listed_names = dict.fromkeys(
        actor.name for one in stage.rulesets if not isinstance(one.bypass, Unknown) for actor in one.bypass
    )
    crowd = stage.crowd
    if isinstance(crowd.people, Unknown):
        seen: tuple[Persona, ...] = (Persona((f"role:{ROLES[0]}",), ("everybody with write access",)),)
        unseen = [name for name in listed_names if name != f"role:{ROLES[0]}"]
    else:
        seen = tuple(_groups(crowd, crowd.people, {name.lower() for name in listed_names})) or (_EMPTY,)
        known = {*(f"role:{role}" for role in ROLES), "org-admin"}
        unseen = [name for name in listed_names if name not in known and not name.startswith("user:")]
    return (*seen, *(Persona((name,), (name,), seen=False) for name in unseen))


def _groups(crowd: Crowd, people: People, named: set[str]) -> Iterator[Persona]:
    """The people, those together whom no rule tells apart."""
    alike: dict[tuple[tuple[str, ...], str], list[tuple[str, tuple[str, ...]]]] = {}
    only = sole_owner(crowd.owners, people)
    for one in people.writers:
        names = names_of(one, crowd.organisation)
        alone = one.login == only or names[0] in named
        alike.setdefault((names[1:], one.login if alone else ""), []).append((one.login, names))
    for (_, login), members in alike.items():
        names = members[0][1] if login or len(members) == 1 else members[0][1][1:]
        yield Persona(names, tuple(who for who, _ in members), login=login)


def _played(step: FlowStep, flow: Flow, stage: Stage, people: tuple[Persona, ...]) -> Played:
    """One step, tried by everybody."""
    if step.by:
        people = (Persona((step.by,), (step.by,)),)
    results = [(one, _tried(step, one, flow, stage)) for one in people]
    open_to = tuple(one for one, result in results if result.verdict != NO)
    closed = [(one, result) for one, result in results if result.verdict == NO]
    stops = tuple(
        dict.fromkeys(
            Stop(reason.says, reason.ruleset, reason.clause)
            for one, result in closed
            if one.seen or len(closed) == len(results)
            for reason in result.reasons
            if reason.verdict == NO
        )
    )
    row = PlayedStep(step.verb, step.subject, step.wanted, NOBODY, stops=stops)
    tried = tuple(one for one, _ in results if one.seen and one.shows)
    if all(result.verdict != NO for one, result in results if one.seen):
        return Played(step, row._replace(can=EVERYBODY, stops=(), needs=_needs(results)), open_to, tried)
    return Played(step, _ended(row, open_to, results, stage), open_to, tried)


def _ended(
    row: PlayedStep,
    open_to: tuple[Persona, ...],
    results: list[tuple[Persona, SimulationResult]],
    stage: Stage,
) -> PlayedStep:
    """A step that isn't for everybody."""
    if open_to:
        shows = tuple(word for one in open_to for word in one.shows)
        needs = _needs([(one, result) for one, result in results if one in open_to])
        return row._replace(can=SOME, who=shows, needs=needs)
    why = _hidden(row.stops, stage)
    return row._replace(can=UNKNOWN, why=why) if why and row.wanted != BLOCKED else row


def _hidden(stops: tuple[Stop, ...], stage: Stage) -> str:
    """Why somebody who isn't seen may be able to, "" if nobody may: each ruleset that stops hides its bypass list."""
    blind = {one.name: one.bypass.reason for one in stage.rulesets if isinstance(one.bypass, Unknown)}
    if not stops or any(stop.ruleset not in blind for stop in stops):
        return ""
    names = tuple(dict.fromkeys(stop.ruleset for stop in stops))
    return f"who may bypass {listed(names, 'and')}: {blind[names[0]]}"


def _needs(results: list[tuple[Persona, SimulationResult]]) -> tuple[str, ...]:
    """What has to hold for the first who can."""
    for _, result in results:
        if result.verdict != NO:
            return tuple(reason.says for reason in result.reasons if reason.verdict == IF)
    return ()


def _tried(step: FlowStep, persona: Persona, flow: Flow, stage: Stage) -> SimulationResult:
    """What one meets; of several ways of merging the first that is open, else what stops the first."""
    first: SimulationResult | None = None
    for method in step.methods or ("",):
        asked = step.asked._replace(actors=persona.names, method=method, author=persona.login)
        crowd = None if isinstance(stage.crowd.people, Unknown) else stage.crowd
        result = answer(asked, stage.rulesets, flow, stage.settings, stage.default_branch, crowd)
        if result.verdict != NO:
            return result
        first = first or result
    assert first is not None  # there is one method at least  # nosec B101
    return first


def ways(settings: dict[str, Json]) -> tuple[str, ...]:
    """How the repository merges; a setting that is not shown may be on."""
    methods = ("merge", "squash", "rebase")
    return tuple(method for key, method in zip(_MERGE_SETTINGS, methods) if settings.get(key) is not False)
