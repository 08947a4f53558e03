"""What GitHub would say: the question put to the compiled rulesets, or to those that a repository has now."""

from __future__ import annotations

from gitflowguard.forge.port import Forge
from gitflowguard.model.finding import Unknown
from gitflowguard.model.flow import Flow
from gitflowguard.model.nearname import WrongName, did_you_mean
from gitflowguard.model.protection import Live
from gitflowguard.model.record import Record
from gitflowguard.protection.compile import compile_flow
from gitflowguard.protection.effective import BRANCH, TAG
from gitflowguard.protection.nouns.answer import SimulationAnswer
from gitflowguard.protection.people import names_of
from gitflowguard.protection.play import now
from gitflowguard.protection.readings import readings
from gitflowguard.protection.simulate import (
    NO,
    Reason,
    SimulatedAction,
    SimulationResult,
    answer,
)


class Ask(Record):
    """action: ``merge``, ``push``, ``create`` or ``delete``. name: the branch or tag; the base of a merge.

    approvals, method, checks: None or "" where it is not said.
    """

    action: str
    name: str
    head: str = ""
    tag: bool = False
    force: bool = False
    actors: tuple[str, ...] = ()
    approvals: int | None = None
    method: str = ""
    checks: tuple[str, ...] | None = None


def simulate(flow: Flow, ask: Ask) -> SimulationAnswer:
    """The answer, with what the flow itself says of a merge. Raises WrongName for a base that the policy lacks.

    No ruleset of ours is about such a base, so "yes" would be the answer to a mistyped name.
    """
    if ask.action == "merge" and flow.kind_of(ask.name) is None:
        names = tuple(name for kind in flow.kinds if (name := flow.only(kind.id)))
        hint = did_you_mean(ask.name, names)
        raise WrongName(f"--may-merge: {ask.name} doesn't match any branch in the policy{hint}")
    desired = compile_flow(flow)
    settings = dict(desired.settings)
    found = answer(_question(ask), desired.rulesets, flow, settings, str(settings.get("default_branch", "")))
    return _answered(ask, found)


def simulate_live(flow: Flow, ask: Ask, forge: Forge, name: str) -> SimulationAnswer:
    """The answer of the repository as it is now: its rulesets, its organization's, classic protection, its people.

    Raises WrongName for a branch that isn't there, ForgeError.
    """
    if not ask.tag and ask.action != "create":
        known = tuple(one.name for one in forge.heads(name, 0))
        if ask.name not in known:
            raise WrongName(
                f"--may-{ask.action}: {name} has no branch {ask.name}{did_you_mean(ask.name, known)}"
            )
    live = forge.look(name, (ask.name,) if not ask.tag else (), (), True)
    stage = now(live)
    asked = _question(ask)._replace(actors=_actors(ask.actors, live), author=_login(ask.actors))
    people = None if isinstance(stage.crowd.people, Unknown) else stage.crowd
    found = answer(asked, stage.rulesets, flow, stage.settings, stage.default_branch, people)
    unknown = tuple(f"{one.what}: {one.why}" for one in readings(live) if one.why)
    without = _powerless(ask, live)
    if without:
        found = SimulationResult(NO, (Reason(NO, without), *found.reasons))
    return _answered(ask, found)._replace(where=live.repository.name, unknown=unknown)


def _question(ask: Ask) -> SimulatedAction:
    return SimulatedAction(
        action=ask.action,
        name=ask.name,
        target=TAG if ask.tag else BRANCH,
        head=ask.head,
        force=ask.force,
        actors=ask.actors,
        approvals=ask.approvals,
        method=ask.method,
        green=ask.checks,
    )


def _actors(given: tuple[str, ...], live: Live) -> tuple[str, ...]:
    """Those who ask, and the roles that a person among them has here."""
    people = () if isinstance(live.people, Unknown) else live.people.writers
    names = {name.lower() for name in given}
    roles = tuple(
        name
        for one in people
        if f"user:{one.login.lower()}" in names
        for name in names_of(one, live.repository.organisation)[1:]
    )
    return tuple(dict.fromkeys((*given, *roles)))


def _powerless(ask: Ask, live: Live) -> str:
    """Why nobody, or this person, can change anything here, "" if they can."""
    name, login, people = live.repository.name, _login(ask.actors), live.people
    if live.repository.archived:
        return f"{name} is archived, so nobody can change anything in it"
    if not login or isinstance(people, Unknown) or not people.whole:
        return ""
    writers = {one.login.lower() for one in people.writers}
    return "" if login.lower() in writers else f"{login} has no write access to {name}"


def _login(given: tuple[str, ...]) -> str:
    """The one person among those who ask, "" where there is none."""
    found = [name.removeprefix("user:") for name in given if name.startswith("user:")]
    return found[0] if len(found) == 1 else ""


def _answered(ask: Ask, found: SimulationResult) -> SimulationAnswer:
    reasons = tuple((one.verdict, one.says, one.ruleset, one.clause) for one in found.reasons)
    return SimulationAnswer(_words(ask), found.verdict, reasons)


def _words(ask: Ask) -> str:
    """The question."""
    who = f" as {', '.join(ask.actors)}" if ask.actors else ""
    if ask.action == "merge":
        return f"merge {ask.head} into {ask.name}{who}"
    verb = "force-push to" if ask.force else "push to" if ask.action == "push" else ask.action
    return f"{verb} the {'tag' if ask.tag else 'branch'} {ask.name}{who}"
