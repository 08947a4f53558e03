"""A repository on GitHub as far as a plan can tell: what each step makes of it, and what it then refuses."""

from __future__ import annotations

from typing import Any

from gitflowguard.model.finding import Unknown
from gitflowguard.model.protection import Classic, Live, Repository, Ruleset
from gitflowguard.protection.nouns import plan as plans
from gitflowguard.protection.nouns.plan import PlanStep
from gitflowguard.protection.simulate import (
    CREATE,
    IF,
    MERGE,
    NO,
    PUSH,
    REMOVE,
    SimulatedAction,
    answer,
)

NAME = "acme/web"


def repository(**settings: Any) -> Repository:
    """A repository with these settings."""
    return Repository(
        name=NAME,
        id=7,
        organisation=True,
        private=False,
        archived=False,
        default_branch="main",
        settings=settings,
        admin=True,
    )


def carried_out(live: Live, step: PlanStep) -> Live:
    """What GitHub would say after one step."""
    if step.action == plans.SETTINGS:
        news = dict(step.settings)
        default = str(news.get("default_branch", live.repository.default_branch))
        settings = {**live.repository.settings, **news}
        return live._replace(repository=live.repository._replace(settings=settings, default_branch=default))
    if step.action in (plans.PROTECT, plans.UNPROTECT):
        assert not isinstance(live.classic, Unknown)
        kept = tuple(one for one in live.classic if one.branch != step.subject)
        return live._replace(classic=(*kept, *((step.classic,) if step.classic else ())))
    assert not isinstance(live.rulesets, Unknown)
    there = {one.id: one for one in live.rulesets}
    if step.action == plans.CREATE:
        assert step.ruleset and step.ruleset.name not in {
            one.name for one in live.rulesets
        }, "names are unique"
        number = max(there, default=0) + 1
        there[number] = step.ruleset._replace(id=number, source=NAME)
    elif step.action == plans.DELETE:
        del there[step.id]
    else:
        assert step.ruleset is not None and step.id in there
        bypass = there[step.id].bypass if isinstance(step.ruleset.bypass, Unknown) else step.ruleset.bypass
        there[step.id] = step.ruleset._replace(id=step.id, source=NAME, bypass=bypass)
    return live._replace(rulesets=tuple(there.values()))


def states(live: Live, steps: tuple[PlanStep, ...]) -> list[Live]:
    """The state before, between and after the steps."""
    found = [live]
    for step in steps:
        found.append(carried_out(found[-1], step))
    return found


ACTORS: tuple[tuple[str, ...], ...] = ((), ("team:release",), ("app:bot",))
BRANCHES = ("main", "develop", "release/1.0", "wip")


def questions() -> list[SimulatedAction]:
    """Every action that a state may refuse."""
    found: list[SimulatedAction] = []
    for actors in ACTORS:
        for name in BRANCHES:
            found += [
                SimulatedAction(PUSH, name, force=force, actors=actors, green=("ci", "x"))
                for force in (False, True)
            ]
            found += [SimulatedAction(action, name, actors=actors, green=()) for action in (CREATE, REMOVE)]
            for approvals in (0, 1, 2):
                for method in ("merge", "squash", "rebase"):
                    for green in ((), ("ci", "x")):
                        found.append(
                            SimulatedAction(
                                MERGE, name, actors=actors, approvals=approvals, method=method, green=green
                            )
                        )
        for action in (PUSH, CREATE, REMOVE):
            found.append(SimulatedAction(action, "1.0", "tag", actors=actors, green=(), force=True))
    return found


QUESTIONS = questions()


def refusals(live: Live) -> set[tuple[int, str]]:
    """(number of the question, NO or IF) for everything that is refused; IF: to whoever meets no condition."""
    assert not isinstance(live.rulesets, Unknown)
    settings: dict[str, Any] = dict(live.repository.settings)
    found: set[tuple[int, str]] = set()
    for number, question in enumerate(QUESTIONS):
        said = answer(question, live.rulesets, None, settings, live.repository.default_branch)
        if said.verdict == NO:
            found.add((number, NO))
        if said.verdict in (NO, IF):
            found.add((number, IF))
    return found


def ids(rulesets: tuple[Ruleset, ...]) -> tuple[Ruleset, ...]:
    """The rulesets as GitHub would have numbered them."""
    return tuple(one._replace(id=number, source=one.source or NAME) for number, one in enumerate(rulesets, 1))


def classic(branch: str, **document: Any) -> Classic:
    """Classic protection of a branch."""
    return Classic(branch, document)
