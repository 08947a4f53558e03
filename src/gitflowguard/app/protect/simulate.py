"""What GitHub would say, offline: the question put to the compiled rulesets."""

from __future__ import annotations

from gitflowguard.model.flow import Flow
from gitflowguard.model.nearname import WrongName, did_you_mean
from gitflowguard.model.record import Record
from gitflowguard.protection.compile import compile_flow
from gitflowguard.protection.effective import BRANCH, TAG
from gitflowguard.protection.nouns.answer import SimulationAnswer
from gitflowguard.protection.simulate import SimulatedAction, answer


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
    question = SimulatedAction(
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
    settings = dict(desired.settings)
    found = answer(question, desired.rulesets, flow, settings, str(settings.get("default_branch", "")))
    reasons = tuple((one.verdict, one.says, one.ruleset) for one in found.reasons)
    return SimulationAnswer(_words(ask), found.verdict, reasons)


def _words(ask: Ask) -> str:
    """The question."""
    who = f" as {', '.join(ask.actors)}" if ask.actors else ""
    if ask.action == "merge":
        return f"merge {ask.head} into {ask.name}{who}"
    verb = "force-push to" if ask.force else "push to" if ask.action == "push" else ask.action
    return f"{verb} the {'tag' if ask.tag else 'branch'} {ask.name}{who}"
