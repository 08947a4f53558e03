"""What one run of `protect` knows for all its repositories: the policy, what is compiled from it, the forge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitflowguard.app.protect.fit import proposal
from gitflowguard.app.protect.workflow import workflow_notes
from gitflowguard.engine import evaluate
from gitflowguard.forge import errors
from gitflowguard.forge.errors import ForgeError
from gitflowguard.forge.port import Forge
from gitflowguard.model.facts import Refs, View
from gitflowguard.model.finding import Report, Unknown
from gitflowguard.model.flow import Flow
from gitflowguard.model.guarded import LOCKED, MISSING, UNREACHABLE, UNSEEN, Guarded
from gitflowguard.model.moment import AT_PROTECT, moment_of
from gitflowguard.model.names import plural
from gitflowguard.model.protection import Live, PullHead, Ruleset, lacks
from gitflowguard.model.record import Record
from gitflowguard.protection.canon import inherited, ours
from gitflowguard.protection.compile import Desired, compile_flow
from gitflowguard.protection.defaultbranch import default_branch
from gitflowguard.protection.flowsteps import steps
from gitflowguard.protection.lint import lint
from gitflowguard.protection.able import Unable, able
from gitflowguard.protection.nouns.outcome import Reading
from gitflowguard.protection.nouns.plan import ProtectionPlan
from gitflowguard.protection.nouns.played import PlayedStep
from gitflowguard.protection.plan import plan
from gitflowguard.protection.play import Played, afterwards, play
from gitflowguard.protection.scorecard import Tier
from gitflowguard.protection.scorecard import tier as tier_of
from gitflowguard.rules import registry
from gitflowguard.rules.protection.unknown_check import RULE as UNKNOWN_CHECK

_SECTION = "protection"

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gitflowguard.policy.origins import ValueOrigin


class Replay(Record):
    """What was done in the repository before, to be played through.

    pulls: how many of the newest pull requests, 0 for none. asked: whether somebody asked for it, so that a repository
    in sync is looked at in full. here: (repository, names of its branches) as this clone knows them, for where GitHub
    doesn't say.
    """

    pulls: int = 0
    asked: bool = False
    here: tuple[str, tuple[str, ...]] = ("", ())


class ProtectScope(Record):
    """forge: who is asked. lines: the branches with exactly one name. known: every name of the policy that GitHub has
    an id for. unseen: whether a check that never reported may be required anyway.
    property_name: of the custom property by which an organisation's rulesets choose repositories; "" for
        repositories that are looked at one by one.
    places: dotted key -> where the policy says it. replay: what is played through beside the flow.
    extended: what became of the policy that this one extends.
    """

    forge: Forge
    flow: Flow
    desired: Desired
    lines: tuple[str, ...]
    known: tuple[str, ...]
    unseen: bool = False
    property_name: str = ""
    places: Mapping[str, ValueOrigin] = {}
    replay: Replay = Replay()
    extended: tuple[Guarded, ...] = ()


class Planned(Record):
    """A repository that was looked at, and what follows from that.

    strangers: a sentence for each name of the policy behind which there is nobody on GitHub.
    fits: the policy's section `protection` as the people who are there can satisfy it; "" where it is so already.
    notes: sentences about the workflow that reports our check. played: how each step of the flow would end.
    replayed: what of that was done in the repository before.
    """

    live: Live
    plan: ProtectionPlan
    report: Report
    strangers: tuple[str, ...] = ()
    fits: str = ""
    notes: tuple[str, ...] = ()
    played: tuple[PlayedStep, ...] = ()
    replayed: tuple[Reading, ...] = ()


def scope_of(
    forge: Forge, flow: Flow, unseen: bool = False, places: Mapping[str, ValueOrigin] | None = None
) -> ProtectScope:
    """Compiles the policy, once for all repositories. places: dotted key -> where the policy says it."""
    desired = compile_flow(flow)
    lines = tuple(one.branch for one in desired.classic)
    return ProtectScope(
        forge=forge,
        flow=flow,
        desired=desired,
        lines=lines,
        known=_known(desired.rulesets),
        unseen=unseen,
        places=places or {},
    )


def organisation_scope(scope: ProtectScope, property_name: str) -> ProtectScope:
    """The same policy as a handful of rulesets of an organisation, for every repository with the property."""
    chosen = ((property_name, "true"),)
    rulesets = tuple(one._replace(properties=chosen) for one in scope.desired.rulesets)
    desired = scope.desired._replace(rulesets=rulesets, classic=(), settings=(), classic_settings=())
    return scope._replace(desired=desired, property_name=property_name)


def _known(rulesets: tuple[Ruleset, ...]) -> tuple[str, ...]:
    """Everybody whom the rulesets name: who may bypass, and the Apps whose checks are required."""
    found: dict[str, None] = {}
    for ruleset in rulesets:
        if not isinstance(ruleset.bypass, Unknown):
            found.update(dict.fromkeys(actor.name for actor in ruleset.bypass))
        for clause in ruleset.clauses:
            for check in clause.parameters.get("required_status_checks", ()):
                if check.get("app"):
                    found[f"app:{check['app']}"] = None
    return tuple(found)


def planned(scope: ProtectScope, name: str, full: bool = False, everything: bool = False) -> Planned:
    """Looks at a repository and plans. Raises ForgeError.

    full: also what a repository in sync need not be asked for. Without it that follows only where something differs,
    so that an unchanged repository costs as few requests as possible. everything: as in `judged`.
    """
    if scope.property_name:
        live = scope.forge.organisation(name, scope.known, scope.property_name)
        strangers = scope.forge.strangers(name, scope.known)
        report = _evaluated(scope, tuple(_placed(scope, able(scope.flow, scope.desired, live, "rulesets"))))
        return Planned(live, plan(scope.desired, live, "rulesets"), report, strangers)
    full = full or scope.replay.asked
    live = _live(scope, name, full)
    level = scope.flow.protection.level
    found = _plan(scope, live)
    if not full and (found.steps or _classic_matters(level, live)):
        full = True
        live = _live(scope, name, True)
        found = _plan(scope, live)
    if not full:
        facts = (*default_branch(scope.flow, scope.desired, live, found.level), *live.extended)
        return Planned(live, found, _evaluated(scope, facts))
    owner = live.repository.name.partition("/")[0] if live.repository.organisation else ""
    heads, replayed = done_before(scope, live)
    stage = afterwards(scope.desired, live, found)
    played = play(scope.flow, stage, steps(scope.flow, live, heads)) if found.level else ()
    report = judged(scope, live, found, everything, played)
    strangers = scope.forge.strangers(owner, scope.known)
    notes = workflow_notes(scope.forge, scope.flow, live.repository.name)
    return Planned(
        live=live,
        plan=found,
        report=report,
        strangers=strangers,
        fits=proposal(scope.flow, live),
        notes=notes,
        played=tuple(one.row for one in played),
        replayed=replayed,
    )


def _live(scope: ProtectScope, name: str, full: bool) -> Live:
    """The present state, with what became of the policy that was asked about once for all repositories."""
    return scope.forge.look(name, scope.lines, scope.known, full)._replace(extended=scope.extended)


def brief_plan(scope: ProtectScope, name: str) -> ProtectionPlan:
    """The plan by what a repository in sync is asked for: two requests, and one for each ruleset of ours that changed.

    Enough to say whether it is in sync; a plan to be sent is made by `planned`. Raises ForgeError.
    """
    return _plan(scope, _live(scope, name, False))


def done_before(scope: ProtectScope, live: Live) -> tuple[tuple[PullHead, ...], tuple[Reading, ...]]:
    """The heads of the newest pull requests and the branches: from GitHub, else as this clone knows them."""
    replay, name = scope.replay, live.repository.name
    if not replay.pulls or live.repository.archived:
        return (), ()
    try:
        heads = scope.forge.heads(name, replay.pulls)
    except ForgeError as problem:
        if problem.kind not in (errors.PERMISSION, errors.ABSENT):
            raise
        why = Reading("pull requests and branches", str(problem))
        if replay.here[0].lower() != name.lower():
            return (), (why,)
        heads = tuple(map(PullHead, replay.here[1]))
        return heads, (why, Reading(f"{plural(len(heads), 'branch')} of this clone"))
    pulls = sum(bool(one.base) for one in heads)
    return heads, (Reading(f"{plural(pulls, 'pull request')} and {_branches(len(heads) - pulls)}"),)


def _branches(count: int) -> str:
    return f"{count} other {'branch' if count == 1 else 'branches'}"


def _plan(scope: ProtectScope, live: Live) -> ProtectionPlan:
    """The plan for a repository; what its organisation has for it already is not asked of it."""
    # One that the repository has itself stays wanted: who may bypass the organisation's may be hidden from us.
    there = () if isinstance(live.rulesets, Unknown) else live.rulesets
    names = {one.name for one in there if ours(one, live.repository.name)}
    own = tuple(one for one in scope.desired.rulesets if one.name in names or not inherited(one, live))
    found = plan(scope.desired._replace(rulesets=own), live, scope.flow.protection.level)
    count = len(scope.desired.rulesets) - len(own)
    if not count:
        return found
    note = f"{plural(count, 'ruleset')} of the organization {'does' if count == 1 else 'do'} what the policy wants"
    return found._replace(notes=(*found.notes, note))


def _classic_matters(level: str, live: Live) -> bool:
    """Whether classic protection stands in for rulesets."""
    return level == "classic" or (isinstance(live.rulesets, Unknown) and lacks(live.rulesets))


def judged(
    scope: ProtectScope,
    live: Live,
    made: ProtectionPlan,
    everything: bool = True,
    played: tuple[Played, ...] | None = None,
) -> Report:
    """The findings of family 9. Without everything: only what is wrong with the wanted protection itself, since a plan
    says all the rest in better words. played: the steps of the flow, where they have been played already.
    """
    facts = lint(scope.flow, scope.desired, live if everything else _after(scope, live), made, played)
    facts = (*_placed(scope, able(scope.flow, scope.desired, live, made.level)), *facts)
    if not everything:
        facts = tuple(fact for fact in facts if fact.stops or fact.topic in (UNSEEN, UNREACHABLE, LOCKED))
    return _evaluated(scope, facts)


def _placed(scope: ProtectScope, facts: Iterable[Unable]) -> Iterator[Guarded]:
    """What the server doesn't take, with the place in the policy that asks for it."""
    for one in facts:
        place = scope.places.get(one.key)
        path, line = (place.path, place.line) if place is not None and place.line else ("", 0)
        at = f"{path}:{line}: " if line else ""
        yield Guarded(one.about, MISSING, f"{at}{one.says}", path=path, line=line, stops=True)


def _evaluated(scope: ProtectScope, facts: tuple[Guarded, ...]) -> Report:
    """What the rules say of the facts."""
    silenced = {UNKNOWN_CHECK.name: "--allow-unseen"} if scope.unseen else {}
    return evaluate(
        registry.load(at=moment_of(AT_PROTECT)), facts, View(scope.flow, Refs({}, {}, {})), silenced
    )


def _after(scope: ProtectScope, live: Live) -> Live:
    """The repository with the settings that the plan will change: what it fixes isn't a contradiction."""
    settings = {**live.repository.settings, **dict(scope.desired.settings)}
    return live._replace(repository=live.repository._replace(settings=settings))


def tier(scope: ProtectScope, found: Planned) -> str:
    """Which tier of OpenSSF Scorecard's Branch-Protection the policy reaches, the lowest of the lines; "" where nothing
    is protected by rulesets.
    """
    if found.plan.level != "rulesets":
        return ""
    reached = min(
        (tier_of(scope.desired.rulesets, branch) for branch in scope.lines), key=_reached, default=None
    )
    if reached is None:
        return ""
    said = f"OpenSSF Scorecard, Branch-Protection: tier {reached.reached} of 5 on {reached.branch}"
    return said + (f"; the next one needs: {'; '.join(reached.lacks)}" if reached.lacks else "")


def _reached(one: Tier) -> int:
    return one.reached
