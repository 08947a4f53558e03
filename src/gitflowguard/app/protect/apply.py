"""Brings a repository to what the policy wants: step by step, each looked at, and the whole afterwards."""

from __future__ import annotations

from collections.abc import Callable

from gitflowguard.app.protect.kept import KeptError, States
from gitflowguard.app.protect.plan import fits
from gitflowguard.app.protect.scope import Planned, ProtectScope, planned
from gitflowguard.app.protect.steps import carry_out
from gitflowguard.forge.errors import ForgeError
from gitflowguard.model.finding import Unknown
from gitflowguard.model.names import plural
from gitflowguard.model.protection import Live
from gitflowguard.protection.canon import fingerprint, ours
from gitflowguard.protection.inforce import lacking, samples, wanted_on
from gitflowguard.protection.nouns.outcome import (
    DONE,
    IN_PART,
    NOT_DONE,
    UNSURE,
    Deed,
    RepositoryResult,
)
from gitflowguard.protection.nouns.plan import (
    CREATE,
    DELETE,
    UNPROTECT,
    UPDATE,
    PlanStep,
    ProtectionPlan,
    SettingChange,
)
from gitflowguard.protection.plan import RULESETS, restore
from gitflowguard.protection.planfile import PlanError

STALE = "what GitHub blocks has changed since the plan was made; plan again"
_NOT_REACHED = "an earlier step was not done"
_LOOSER = "it blocks less than before, and an earlier step was taken in part only"
_CUT = "the run was cut off while it was sent"
_NOT_VERIFIED = "every step is done, but the run was cut off before the result was checked; run it again"

Tell = Callable[[str], None]


class Stopped(Exception):
    """The run was cut off by a signal in the middle of an apply. outcome: what is done, and what is not known."""

    def __init__(self, outcome: RepositoryResult, cause: BaseException) -> None:
        super().__init__(str(cause))
        self.outcome = outcome
        self.code = code_of(cause)


def code_of(cause: BaseException) -> int:
    """The exit code of a run that a signal ended: 130 for Ctrl-C, 128 + signal for another."""
    return cause.code if isinstance(cause, SystemExit) and isinstance(cause.code, int) else 130


def refusal(found: Planned) -> str:
    """Why the plan must not be applied, "" if it may be."""
    if found.strangers:
        return found.strangers[0]
    wrong = found.report.errors
    if not wrong:
        return ""
    first = wrong[0]
    more = f" (and {plural(len(wrong) - 1, 'other finding')})" if len(wrong) > 1 else ""
    return f"{first.code} {first.name}: {first.finding.says}{more}"


def apply(scope: ProtectScope, states: States, made: ProtectionPlan, tell: Tell) -> RepositoryResult:
    """Applies a plan that was shown. Raises ForgeError before anything was sent, Stopped when it is cut off.

    The state is looked at once more and compared with the one that the plan was made from, then kept for undo.
    """
    name = made.repository
    if not made.steps:
        found = planned(scope, name)
        left = found.plan.changes
        return RepositoryResult(
            name, found.plan, found.report, refused=STALE if left else "", stale=bool(left)
        )
    found = planned(scope, name, full=True)
    if fingerprint(found.live) != made.fingerprint:
        return RepositoryResult(name, made, found.report, refused=STALE, stale=True)
    blocked = refusal(found) or _foreign(found.live, made)
    if blocked:
        return RepositoryResult(name, made, found.report, refused=blocked, fits=fits(found))
    try:
        new = states.before(found.live, made)
    except KeptError as problem:
        return RepositoryResult(name, made, found.report, refused=str(problem))
    outcome = RepositoryResult(name, made, found.report, _take(scope, made, tell))
    if new and all(deed.state == NOT_DONE for deed in outcome.deeds):
        states.forget(name)  # nothing has changed, so there is nothing to lead back from
    if not all(deed.state == DONE for deed in outcome.deeds):
        return outcome
    try:
        return _verified(scope, states, outcome)
    except (KeyboardInterrupt, SystemExit) as cause:
        raise Stopped(outcome._replace(error=_NOT_VERIFIED), cause) from None


def undo(
    scope: ProtectScope, states: States, name: str, tell: Tell, agreed: Callable[[ProtectionPlan], bool]
) -> RepositoryResult:
    """Leads back to the state from before the last apply. Raises ForgeError, KeptError, PlanError, Stopped."""
    previous = states.last(name)
    live = planned(scope, name, full=True).live
    if live.repository.id != previous.repository.id:
        says = f"{name} is not the repository any more that it was then (it was made anew under its name)"
        raise KeptError(f"{says}; nothing was sent")
    for was, now in ((previous.rulesets, live.rulesets), (previous.classic, live.classic)):
        if isinstance(now, Unknown) and not isinstance(was, Unknown):
            raise KeptError(f"can't read the current state, so nothing was sent: {now.reason}")
    back = restore(
        previous._replace(repository=previous.repository._replace(name=live.repository.name)), live
    )
    if not back.steps and back.unknown:
        raise KeptError(f"can't read the current state, so nothing was sent: {back.unknown[0].reason}")
    if not back.steps:
        states.forget(name)
        return RepositoryResult(name, back, notes=("it is as it was before the last apply already",))
    if not agreed(back):
        return RepositoryResult(name, back, refused="it was not confirmed")
    outcome = RepositoryResult(name, back, deeds=_take(scope, back, tell))
    if all(deed.state == DONE for deed in outcome.deeds):
        states.forget(name)
    return outcome


def _take(scope: ProtectScope, made: ProtectionPlan, tell: Tell) -> tuple[Deed, ...]:
    """Takes the steps in order, up to the first that is not done: the order is what keeps holes shut.

    Where a server left something out of a step, those that block more are still taken, and no other.
    """
    deeds: list[Deed] = []
    rest = list(made.steps)
    try:
        while rest:
            part = any(deed.state == IN_PART for deed in deeds)
            deed = Deed(rest[0], NOT_DONE, _LOOSER) if part and _looser(rest[0]) else None
            deed = deed or carry_out(scope.forge, made.repository, rest[0])
            deeds.append(deed)
            rest.pop(0)
            tell(_line(deed, len(deeds), len(made.steps)))
            if deed.state not in (DONE, IN_PART):
                break
    except (KeyboardInterrupt, SystemExit) as cause:
        deeds.append(Deed(rest.pop(0), UNSURE, _CUT))
        outcome = RepositoryResult(made.repository, made, deeds=(*deeds, *_unreached(rest)))
        raise Stopped(outcome, cause) from None
    return (*deeds, *_unreached(rest))


def _looser(step: PlanStep) -> bool:
    """Whether less may be blocked once the step is taken; a new ruleset never lets more through."""
    if step.action == CREATE:
        return False
    return step.action in (DELETE, UNPROTECT) or any(change.weaker for change in step.changes)


def _unreached(rest: list[PlanStep]) -> list[Deed]:
    return [Deed(step, NOT_DONE, _NOT_REACHED) for step in rest]


def _line(deed: Deed, number: int, of: int) -> str:
    why = f": {deed.why}" if deed.why else ""
    return (
        f"step {number} of {of}: {deed.step.action.replace('-', ' ')} {deed.step.subject}: {deed.state}{why}"
    )


def _verified(scope: ProtectScope, states: States, outcome: RepositoryResult) -> RepositoryResult:
    """Every step is done: is that all, and is it in force? What can't be checked is said, and isn't a success."""
    name = outcome.repository
    try:
        again = planned(scope, name, full=True)
        live, left = again.live, again.plan.changes
        if again.plan.level == RULESETS and not scope.property_name:
            left += in_force(scope, name, live.repository.default_branch)
    except ForgeError as problem:
        return outcome._replace(
            error=f"every step is done, but the result couldn't be checked afterwards: {problem}"
        )
    try:
        states.finished(name)
    except (KeptError, PlanError) as problem:
        says = f"every step is done, but the state for `protect undo` is gone: {problem}"
        return outcome._replace(left=left, notes=(*outcome.notes, says))
    return outcome._replace(left=left)


def _foreign(live: Live, made: ProtectionPlan) -> str:
    """Why a plan must not be applied that would change somebody else's ruleset; a file can be edited. "" if it may."""
    known = () if isinstance(live.rulesets, Unknown) else live.rulesets
    mine = {one.id for one in known if ours(one, live.repository.name)}
    for number, step in enumerate(made.steps, 1):
        if step.action in (UPDATE, DELETE) and step.id not in mine:
            return (
                f"step {number} of the plan is about a ruleset that is not ours ({step.subject}); plan again"
            )
    return ""


def in_force(scope: ProtectScope, name: str, default_branch: str) -> tuple[SettingChange, ...]:
    """Each rule that is wanted for a branch and that GitHub does not name as in force there.

    Branches of every kind are asked about, also ones that do not exist. Raises ForgeError.
    """
    found: list[SettingChange] = []
    for branch in samples(scope.flow):
        wanted = wanted_on(scope.desired.rulesets, branch, default_branch)
        if not wanted:
            continue
        for clause in lacking(wanted, scope.forge.rules_on(name, branch)):
            says = f"the rule {clause.type} is wanted, and GitHub does not name it as in force"
            found.append(SettingChange(branch, says))
    return tuple(found)
