"""(desired, live) -> the steps between them, in an order that never leaves a hole.

First what is missing and what is too weak, then the settings, then what is too strong and what is wanted no more. A
ruleset that becomes stronger in one thing and weaker in another is changed twice, first to the stronger of both. So
until the settings change everything is refused that was refused before, and from then on everything that will be.
"""

from __future__ import annotations

from gitflowguard.model.finding import Unknown
from gitflowguard.model.protection import Clause, Live, Ruleset, lacks
from gitflowguard.model.record import Record
from gitflowguard.protection.canon import clauses_of, document, fingerprint, ours
from gitflowguard.protection.compile import Desired
from gitflowguard.protection.nouns.plan import (
    CREATE,
    DELETE,
    UPDATE,
    PlanStep,
    ProtectionPlan,
)
from gitflowguard.protection.planclassic import classic_phases
from gitflowguard.protection.plansettings import settings_step
from gitflowguard.protection.strength import covers, strongest
from gitflowguard.protection.words import ruleset_changes

RULESETS = "rulesets"
CLASSIC = "classic"
# What a setting of the policy turns off again. Any other rule that the policy does not want was put there by somebody.
_OURS = ("pull_request", "required_status_checks", "required_signatures")
_HALF = "first the stronger of both; the rest follows when everything else is in place"
_REPLACED = " (replaced)"


class Phases(Record):
    """Steps by when they are safe: before everything else is in place, or after."""

    first: tuple[PlanStep, ...] = ()
    last: tuple[PlanStep, ...] = ()
    notes: tuple[str, ...] = ()
    unknown: tuple[Unknown, ...] = ()


def level_of(level: str, live: Live) -> str | Unknown:
    """``rulesets`` or ``classic``, from the policy's word and what GitHub has; Unknown where it can't be determined."""
    if level == CLASSIC:
        return CLASSIC
    if isinstance(live.rulesets, Unknown):
        return CLASSIC if level != RULESETS and lacks(live.rulesets) else live.rulesets
    return RULESETS


def plan(desired: Desired, live: Live, level: str = "auto") -> ProtectionPlan:
    """The steps from what GitHub has to what the policy wants. level: as the policy has it."""
    name, print_ = live.repository.name, fingerprint(live)
    chosen = level_of(level, live)
    if live.repository.archived:
        return ProtectionPlan(
            name, print_, "", notes=("the repository is archived: nobody can change anything in it",)
        )
    if isinstance(chosen, Unknown):
        return ProtectionPlan(name, print_, "", unknown=(chosen,))
    if chosen == CLASSIC and isinstance(live.classic, Unknown):
        # Neither the one nor the other can be seen: nothing is known to be in force.
        both = (live.rulesets, live.classic) if isinstance(live.rulesets, Unknown) else (live.classic,)
        return ProtectionPlan(name, print_, "", unknown=both)
    if chosen == CLASSIC:
        first, last, notes, unknown = classic_phases(desired.classic, live)
        phases = Phases(first, last, notes, unknown)
        wanted = desired.classic_settings
    else:
        phases = _ruleset_phases(desired.rulesets, live, exact=False)
        wanted = desired.settings
    settings, more, hidden = settings_step(wanted, live)
    steps = (*phases.first, *settings, *phases.last)
    return ProtectionPlan(
        repository=name,
        fingerprint=print_,
        level=chosen,
        steps=steps,
        notes=(*phases.notes, *more),
        unknown=(*phases.unknown, *hidden),
    )


def restore(previous: Live, live: Live) -> ProtectionPlan:
    """The steps back to a state that was kept: ours as they were, with all that others had put into them."""
    name, print_ = previous.repository.name, fingerprint(live)
    phases = Phases()
    level = ""
    if not isinstance(previous.rulesets, Unknown) and not isinstance(live.rulesets, Unknown):
        kept = tuple(one._replace(id=0) for one in previous.rulesets if ours(one, name))
        phases, level = _ruleset_phases(kept, live, exact=True), RULESETS
    if not isinstance(previous.classic, Unknown) and not isinstance(live.classic, Unknown):
        first, last, notes, unknown = classic_phases(previous.classic, live, exact=True)
        phases = Phases(
            (*phases.first, *first),
            (*phases.last, *last),
            (*phases.notes, *notes),
            (*phases.unknown, *unknown),
        )
        level = level or CLASSIC
    known = {
        key: value for key, value in previous.repository.settings.items() if not isinstance(value, Unknown)
    }
    settings, more, hidden = settings_step(tuple(sorted(known.items())), live)
    steps = (*phases.first, *settings, *phases.last)
    return ProtectionPlan(
        repository=name,
        fingerprint=print_,
        level=level,
        steps=steps,
        notes=(*phases.notes, *more),
        unknown=(*phases.unknown, *hidden),
    )


def _ruleset_phases(wanted: tuple[Ruleset, ...], live: Live, exact: bool) -> Phases:
    """exact: whether what others put into our rulesets goes, too."""
    assert not isinstance(live.rulesets, Unknown)  # the level was chosen by it  # nosec B101
    there: dict[str, Ruleset] = {}
    surplus: list[Ruleset] = []
    for one in sorted(
        (one for one in live.rulesets if ours(one, live.repository.name)), key=lambda one: one.id
    ):
        if one.name in there or one.name not in {want.name for want in wanted}:
            surplus.append(one)
        else:
            there[one.name] = one
    found = [_one(want, there.get(want.name), exact) for want in wanted]
    gone = tuple(_deleted(one) for one in surplus)
    return Phases(
        tuple(step for phases in found for step in phases.first),
        (*(step for phases in found for step in phases.last), *gone),
        tuple(note for phases in found for note in phases.notes),
        tuple(one for phases in found for one in phases.unknown),
    )


def _one(want: Ruleset, have: Ruleset | None, exact: bool) -> Phases:
    """The steps for one ruleset."""
    if have is None:
        return Phases((_created(want),))
    if have.target != want.target:
        # GitHub wants names to be unique, so the old one first makes room.
        moved = have._replace(name=have.name + _REPLACED)
        return Phases((_updated(have, moved), _created(want)), (_deleted(moved),))
    goal, notes = _goal(want, have, exact)
    unknown: tuple[Unknown, ...] = ()
    if isinstance(have.bypass, Unknown):
        unknown = (
            Unknown(f"can't determine who may bypass {have.name}: {have.bypass.reason}", have.bypass.mend),
        )
    if document(goal) == document(have):
        return Phases((), (), notes, unknown)
    if covers(goal, have):
        return Phases((_updated(have, goal),), (), notes, unknown)
    if covers(have, goal):
        return Phases((), (_updated(have, goal),), notes, unknown)
    middle = strongest(have, goal)
    # Each half tells its own part of what changes in the end; what is only so in between isn't news.
    changes = ruleset_changes(have, goal)
    half = _updated(have, middle)._replace(
        changes=tuple(change for change in changes if not change.weaker), note=_HALF
    )
    rest = _updated(middle, goal)._replace(changes=tuple(change for change in changes if change.weaker))
    return Phases((half,), (rest,), notes, unknown)


def _goal(want: Ruleset, have: Ruleset, exact: bool) -> tuple[Ruleset, tuple[str, ...]]:
    """What the ruleset should hold: what is wanted, and what the policy has no word for as it is."""
    goal = want._replace(id=have.id, source=have.source)
    if isinstance(have.bypass, Unknown) or isinstance(want.bypass, Unknown):
        goal = goal._replace(bypass=have.bypass)
    if exact:
        return goal, ()
    wanted, there = clauses_of(want), clauses_of(have)
    clauses = [
        Clause(clause.type, {**(there[key].parameters if key in there else {}), **clause.parameters})
        for key, clause in wanted.items()
    ]
    foreign = [clause for key, clause in there.items() if key not in wanted and clause.type not in _OURS]
    notes = tuple(
        f"{have.name} holds the rule {clause.type}, which the policy does not know; it stays"
        for clause in foreign
    )
    return goal._replace(clauses=(*clauses, *foreign)), notes


def _created(want: Ruleset) -> PlanStep:
    return PlanStep(CREATE, want.name, ruleset_changes(None, want), ruleset=want, after=document(want))


def _updated(have: Ruleset, goal: Ruleset) -> PlanStep:
    return PlanStep(
        UPDATE,
        have.name,
        ruleset_changes(have, goal),
        have.id,
        goal,
        before=document(have),
        after=document(goal),
    )


def _deleted(have: Ruleset) -> PlanStep:
    return PlanStep(DELETE, have.name, ruleset_changes(have, None), have.id, before=document(have))
