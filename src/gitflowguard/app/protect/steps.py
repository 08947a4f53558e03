"""Takes one step of a plan, and looks whether it was taken: an answer alone proves nothing.

GitHub has answered 200 without doing anything (terraform-provider-github#2784), and 502 after doing it. So every step
is read back. The answer to a change shows the state that the server made of it: what is missing there, the server has
left out. What its answer held, and what is neither as sent nor as before afterwards, somebody else has changed.
"""

from __future__ import annotations

from gitflowguard.forge.errors import ForgeError
from gitflowguard.forge.port import Forge
from gitflowguard.model.names import listed
from gitflowguard.model.protection import Classic, Ruleset
from gitflowguard.protection.canon import classic_document, document, holds, left_out
from gitflowguard.protection.nouns import plan as words
from gitflowguard.protection.nouns.outcome import DONE, IN_PART, NOT_DONE, UNSURE, Deed
from gitflowguard.protection.nouns.plan import PlanStep

# How often a step is sent whose outcome was uncertain and that turns out not to be done.
TURNS = 3
# Seconds between looks at what was written: GitHub is not always consistent at once; together 15 s.
SETTLING = (1.0, 2.0, 4.0, 8.0)

AS_SENT, AS_BEFORE, OTHERWISE = "as sent", "as before", "otherwise"
_MEANWHILE = "it is neither as it was nor as it was sent: somebody else has changed it meanwhile; plan again"
_LEFT_OUT = "the server took it, and its answer leaves out"
_IDLE = "GitHub answered that it was done, and it is not"


def carry_out(forge: Forge, place: str, step: PlanStep) -> Deed:
    """Takes a step; never raises ForgeError."""
    deed = Deed(step, NOT_DONE)
    for _ in range(TURNS):
        deed, again = _turn(forge, place, step)
        if not again:
            break
    return deed


def _turn(forge: Forge, place: str, step: PlanStep) -> tuple[Deed, bool]:
    """Sends a step and looks at what came of it; the deed, and whether it is worth sending once more."""
    problem: ForgeError | None = None
    answer: Ruleset | Classic | None = None
    try:
        answer = _send(forge, place, step)
    except ForgeError as refused:
        problem = refused
        if not refused.uncertain and not _taken(step, refused):
            return Deed(step, NOT_DONE, str(refused)), False
    made = answer.id if isinstance(answer, Ruleset) else 0
    missing = _missing(step, answer)
    try:
        state = settled(forge, place, step, made, patient=problem is None and not missing)
    except ForgeError as blind:
        first = f"{problem}; " if problem is not None else ""
        return Deed(step, UNSURE, f"{first}it couldn't be checked afterwards: {blind}"), False
    if state == AS_SENT:
        return Deed(step, DONE), False
    if missing:
        says = f"{_LEFT_OUT} {listed(missing, 'and')}; take it out of the policy, or ask its administrators"
        return Deed(step, IN_PART, says), False
    if state == OTHERWISE:
        certain = problem is not None and not problem.uncertain
        return Deed(step, NOT_DONE if certain else UNSURE, _MEANWHILE), False
    if problem is None:
        return Deed(step, NOT_DONE, _IDLE), False
    return Deed(step, NOT_DONE, str(problem)), problem.uncertain


def _taken(step: PlanStep, problem: ForgeError) -> bool:
    """Whether the name is taken already: perhaps by ourselves, by a request whose answer never came."""
    return step.action == words.CREATE and problem.status == 422 and "unique" in str(problem).lower()


def _missing(step: PlanStep, answer: Ruleset | Classic | None) -> tuple[str, ...]:
    """What was sent and the server's own answer doesn't hold, each in a few words."""
    if isinstance(answer, Ruleset) and step.ruleset is not None:
        return left_out(answer, step.ruleset)
    if isinstance(answer, Classic):
        there = classic_document(answer)
        return tuple(key for key, value in step.after.items() if there.get(key) != value)
    return ()


def _send(forge: Forge, place: str, step: PlanStep) -> Ruleset | Classic | None:
    """Orders what the step says; what the server's answer says that it is now, where that is a rule."""
    if step.action == words.CREATE and step.ruleset is not None:
        return forge.create(place, step.ruleset)
    if step.action == words.UPDATE and step.ruleset is not None:
        return forge.replace(place, step.ruleset)
    if step.action == words.PROTECT and step.classic is not None:
        return forge.protect(place, step.classic)
    if step.action == words.DELETE:
        forge.remove(place, step.id)
    elif step.action == words.SETTINGS:
        forge.settings(place, step.settings)
    elif step.action == words.UNPROTECT:
        forge.unprotect(place, step.subject)
    return None


def settled(forge: Forge, place: str, step: PlanStep, made: int, patient: bool) -> str:
    """How the step's subject is now; raises ForgeError. patient: whether it should be as sent, and needs a moment."""
    for pause in (*(SETTLING if patient else SETTLING[:1]), 0.0):
        state = _state(forge, place, step, made)
        if state == AS_SENT or not pause:
            return state
        forge.pause(pause)
    return state


def _state(forge: Forge, place: str, step: PlanStep, made: int) -> str:
    if step.action == words.SETTINGS:
        return _settings_state(forge, place, step)
    if step.action in (words.PROTECT, words.UNPROTECT):
        return _classic_state(step, forge.classic(place, step.subject))
    if step.action == words.CREATE and not made:
        return _ruleset_state(step, forge.called(place, step.subject))
    return _ruleset_state(step, forge.ruleset(place, made or step.id))


def _ruleset_state(step: PlanStep, found: Ruleset | None) -> str:
    if found is None:
        return {words.DELETE: AS_SENT, words.CREATE: AS_BEFORE}.get(step.action, OTHERWISE)
    if step.action != words.DELETE and step.ruleset is not None and holds(found, step.ruleset):
        return AS_SENT
    return AS_BEFORE if step.before and document(found) == step.before else OTHERWISE


def _settings_state(forge: Forge, place: str, step: PlanStep) -> str:
    now = forge.repository(place).settings
    if all(now.get(key) == value for key, value in step.settings):
        return AS_SENT
    return AS_BEFORE if all(now.get(key) == value for key, value in step.before.items()) else OTHERWISE


def _classic_state(step: PlanStep, found: Classic | None) -> str:
    there = classic_document(found) if found is not None else {}
    wanted = step.after if step.action == words.PROTECT else {}
    if bool(there) == bool(wanted) and all(there.get(key) == value for key, value in wanted.items()):
        return AS_SENT
    return AS_BEFORE if there == step.before else OTHERWISE
