"""Tries the whole flow for real, in a scratch repository, and compares what happens with what `simulate` promises.

The policy is applied as one person can live with it: no approvals, and checks that a commit status of that person may
report. Everything else is as the policy has it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitflowguard.app.protect.openquestions import QUESTIONS
from gitflowguard.app.protect.scope import planned, scope_of
from gitflowguard.app.protect.second import Somebody
from gitflowguard.app.protect.steps import carry_out
from gitflowguard.app.protect.trying import Ground, merged, tried
from gitflowguard.forge import errors
from gitflowguard.forge.errors import ForgeError
from gitflowguard.model.finding import Unknown
from gitflowguard.model.protection import Guard, Live, RequiredCheck
from gitflowguard.protection.compile import required_checks
from gitflowguard.protection.flowsteps import (
    CHANGE,
    DELETE,
    INTO,
    MOVE,
    PUSH_PAST,
    REWRITE,
    START,
    FlowStep,
    by_pull,
    steps,
)
from gitflowguard.protection.nouns.outcome import DONE
from gitflowguard.protection.nouns.trial import NOT_TRIED, SelftestResult, Trial
from gitflowguard.protection.people import names_of
from gitflowguard.protection.play import now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gitflowguard.forge.github.scratch import ScratchRepository
    from gitflowguard.forge.port import Forge
    from gitflowguard.model.flow import Flow

# Branches are made first, merged before they are deleted, and tags come last.
_ORDER = (START, CHANGE, PUSH_PAST, REWRITE, INTO, DELETE, MOVE)


class WrongScratch(Exception):
    """The repository isn't one to try things in; nothing was sent."""


def selftest(
    flow: Flow,
    forge: Forge,
    scratch: ScratchRepository,
    private: bool,
    keep: bool,
    tell: Callable[[str], None],
    other: ScratchRepository | None = None,
) -> SelftestResult:
    """Makes, seeds and protects the repository, tries everything, and deletes it. Raises WrongScratch, ForgeError.

    other: the repository as a second account sees it, None where there is none.
    """
    second = _second(scratch, other) if other is not None else ""
    taken(scratch, private)
    alone = for_one(flow)
    ground = _seeded(alone, scratch)
    live = _protected(alone, forge, scratch.name, tell)
    ground = ground._replace(stage=now(live), actors=_actors(live, ground.login))
    found: list[Trial] = []
    for trial in _trials(ground, live, other, second):
        found.append(trial)
        tell(f"{trial.does}: promised {trial.promised}, happened {trial.happened}")
    return SelftestResult(scratch.name, tuple(found), _ended(scratch, keep))


def taken(scratch: ScratchRepository, private: bool) -> None:
    """Takes an empty repository of ours, or makes one. Raises WrongScratch for any other."""
    from gitflowguard.forge.github.scratch import MARKER

    there = scratch.found()
    if there is None:
        scratch.make(private)
        return
    if there.get("description") != MARKER:
        says = f"{scratch.name} is there already and isn't a scratch repository; name one that doesn't exist"
        raise WrongScratch(f'{says}, or give an empty one the description "{MARKER}"')
    if not scratch.empty():
        says = f"{scratch.name} isn't empty: it has branches, perhaps of an earlier run"
        raise WrongScratch(f"{says}; delete it (gh repo delete {scratch.name}) and run this again")


def for_one(flow: Flow) -> Flow:
    """The policy as one person can live with it."""
    guards = {guard.kind: guard for guard in flow.protection.guards}
    for kind in flow.kinds:
        if by_pull(kind, flow):
            own = guards.get(kind.id, Guard(kind.id))
            checks = tuple(RequiredCheck(one.context) for one in required_checks(kind, flow))
            guards[kind.id] = own._replace(approvals=0, code_owners=False, last_push=False, checks=checks)
    return flow._replace(protection=flow.protection._replace(guards=tuple(guards.values())))


def _seeded(flow: Flow, scratch: ScratchRepository) -> Ground:
    """The lines that have one name, main one commit ahead of the others."""
    first = scratch.first()
    lines = [kind.fixed for kind in flow.kinds if kind.protected and kind.fixed]
    found = scratch.found() or {}
    default = str(found.get("default_branch", ""))
    for name in lines:
        if name != default:
            scratch.create(f"heads/{name}", first)
    scratch.move(f"heads/{default}", scratch.commit(first))
    return Ground(scratch=scratch, flow=flow, first=first, login=scratch.login(first))


def _protected(flow: Flow, forge: Forge, name: str, tell: Callable[[str], None]) -> Live:
    """Applies the policy. Raises ForgeError where a step isn't done."""
    scope = scope_of(forge, flow, unseen=True)
    for step in planned(scope, name, full=True).plan.steps:
        deed = carry_out(forge, name, step)
        tell(f"{step.action.replace('-', ' ')} {step.subject}: {deed.state}")
        if deed.state != DONE:
            raise ForgeError("", f"{step.subject} was not applied: {deed.why}")
    return forge.look(name, scope.lines, scope.known, True)


def _actors(live: Live, login: str) -> tuple[str, ...]:
    """Every name of whoever tries."""
    people = () if isinstance(live.people, Unknown) else live.people.writers
    for one in people:
        if one.login.lower() == login.lower():
            return names_of(one, live.repository.organisation)
    return (f"user:{login.lower()}",) if login else ()


def _second(scratch: ScratchRepository, other: ScratchRepository) -> str:
    """The login of the second account. Raises WrongScratch where it isn't another one."""
    login = other.me()
    if not login or login.lower() == scratch.me().lower():
        whose = f"{login}'s, like the first one" if login else "no person's"
        raise WrongScratch(f"the second token is {whose}; give one of another account")
    return login


def _trials(ground: Ground, live: Live, other: ScratchRepository | None, second: str) -> Iterator[Trial]:
    """Every step of the flow that one person can take, those of a second one, then the open questions."""
    flow = [step for step in steps(ground.flow, live) if not step.by and step.asked.pushers == 1]
    for step in sorted(flow, key=_place):
        if step.verb.startswith(INTO):
            yield from merged(step, ground)
        elif step.verb in _ORDER:
            yield tried(step, ground)
    if other is not None:
        yield from Somebody(other, ground, second, _actors(live, second)).trials(tuple(flow))
    for number, ask in enumerate(QUESTIONS, 1):
        yield _asked(ask, f"S{number}", ground)


def _asked(ask: Callable[[Ground], Trial], question: str, ground: Ground) -> Trial:
    """The row of an open question; where the server has no such thing, the others are asked anyway."""
    try:
        return ask(ground)
    except ForgeError as problem:
        if problem.kind == errors.CREDENTIALS:
            raise
        return Trial(f"answer the question {question}", "", NOT_TRIED, question, str(problem))


def _place(step: FlowStep) -> int:
    """Where in the order a step comes; the steps of tags keep theirs, behind all branches."""
    number = next((n for n, verb in enumerate(_ORDER) if step.verb.startswith(verb)), len(_ORDER))
    return len(_ORDER) if step.asked.target == "tag" else number


def _ended(scratch: ScratchRepository, keep: bool) -> str:
    """Deletes the repository, or says how."""
    how = f"delete it with: gh repo delete {scratch.name}"
    if keep:
        return f"{scratch.name} is kept; {how}"
    done = scratch.delete()
    return f"{scratch.name} is deleted" if done.ok else f"{scratch.name} couldn't be deleted; {how}"
