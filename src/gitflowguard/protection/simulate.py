"""May this be merged, pushed, created, deleted? Answered from rulesets, offline, each answer with its reason.

GitHub cannot look at the branch that a pull request comes from; that the required check does, so the policy's own
verdict belongs to the answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitflowguard.model.checkname import check_name
from gitflowguard.model.flow import Flow
from gitflowguard.model.misfit import misfit
from gitflowguard.model.names import listed, plural
from gitflowguard.model.protection import METHODS, Ruleset
from gitflowguard.model.record import Record
from gitflowguard.protection.effective import (
    BRANCH,
    TAG,
    EffectiveRule,
    passes_by,
    rules_for,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

MERGE, PUSH, CREATE, REMOVE = "merge", "push", "create", "delete"
YES, NO, IF = "yes", "no", "if"
_METHOD_KEYS = {
    "merge": "allow_merge_commit",
    "squash": "allow_squash_merge",
    "rebase": "allow_rebase_merge",
}
# What cannot hinder such an action at all.
_APART = {
    MERGE: ("deletion", "creation"),
    PUSH: ("deletion", "creation"),
    CREATE: ("deletion", "update", "pull_request", "required_linear_history"),
}
# Rules that refuse whatever they are about.
_FLAT = {
    "deletion": "deleted",
    "creation": "created",
    "update": "moved",
    "non_fast_forward": "rewritten",
}


class SimulatedAction(Record):
    """What somebody wants to do.

    action: MERGE, PUSH, CREATE or REMOVE. name: the branch or tag; the base of a merge. target: BRANCH or TAG.
    head: the branch that is merged. force: whether a push rewrites, or moves a tag.
    actors: every name that the person goes by, such as ``user:ada`` and ``team:release``.
    approvals, method, green: None or "" where it is not said; the answer then says what is needed.
    """

    action: str
    name: str
    target: str = BRANCH
    head: str = ""
    force: bool = False
    actors: tuple[str, ...] = ()
    approvals: int | None = None
    method: str = ""
    green: tuple[str, ...] | None = None


class Reason(Record):
    """Why, or under which condition. verdict: YES, NO or IF. ruleset: its name, "" for the policy or a setting."""

    verdict: str
    says: str
    ruleset: str = ""
    clause: str = ""


class SimulationResult(Record):
    """verdict: NO where one reason says so, else IF where something is still needed, else YES."""

    verdict: str
    reasons: tuple[Reason, ...]


def answer(
    question: SimulatedAction,
    rulesets: tuple[Ruleset, ...],
    flow: Flow | None = None,
    settings: dict[str, bool | str] | None = None,
    default_branch: str = "",
) -> SimulationResult:
    """What GitHub would say under these rulesets and settings; with a flow, also what our check would say."""
    reasons: list[Reason] = []
    rules = rules_for(rulesets, question.name, default_branch, question.target)
    passed: dict[str, None] = {}
    for rule in rules:
        if passes_by(rule.ruleset, question.actors, question.action == MERGE):
            passed[rule.ruleset.name] = None
        else:
            reasons += _hindered(question, rule)
    reasons += [Reason(YES, f"{listed(question.actors)} may bypass {name}", name) for name in passed]
    if question.action == MERGE:
        reasons += _methods(question, rules, settings or {}, passed)
        reasons += _pair(question, rules, flow, passed)
    elif flow is not None and question.action == CREATE:
        reasons += _named(question, flow)
    verdicts = {reason.verdict for reason in reasons}
    verdict = NO if NO in verdicts else IF if IF in verdicts else YES
    if not reasons:
        what = "tag" if question.target == TAG else "branch"
        reasons.append(Reason(YES, f"no rule forbids it for the {what} {question.name}"))
    order = (NO, IF, YES)
    return SimulationResult(
        verdict, tuple(sorted(dict.fromkeys(reasons), key=lambda one: order.index(one.verdict)))
    )


def _hindered(question: SimulatedAction, rule: EffectiveRule) -> Iterator[Reason]:
    """What one rule has against it."""
    name, kind = question.name, rule.clause.type
    if not _concerns(question, kind):
        return
    if kind in _FLAT:
        yield _reason(rule, NO, f"{name} cannot be {_FLAT[kind]}")
    elif kind == "pull_request":
        yield from _reviewed(question, rule)
    elif kind == "required_status_checks":
        yield from _checked(question, rule)
    elif kind == "required_signatures":
        yield _reason(rule, IF, "every commit is signed")
    elif kind != "required_linear_history":
        yield _reason(rule, IF, f"the rule {kind} is kept, which can't be evaluated here")
    elif question.method == "merge":
        yield _reason(rule, NO, f"{name} takes no merge commits")
    elif not question.method:
        yield _reason(rule, IF, "it makes no merge commit")


def _reason(rule: EffectiveRule, verdict: str, says: str) -> Reason:
    return Reason(verdict, says, rule.ruleset.name, rule.clause.type)


def _concerns(question: SimulatedAction, kind: str) -> bool:
    """Whether a rule of this type is about such an action."""
    if question.action == REMOVE:
        return kind == "deletion"
    if kind == "non_fast_forward":
        return question.action == PUSH and question.force
    return kind not in _APART[question.action]


def _reviewed(question: SimulatedAction, rule: EffectiveRule) -> Iterator[Reason]:
    """The reviews of a pull request; a push has none."""
    if question.action == PUSH:
        yield _reason(rule, NO, f"changes to {question.name} come by pull request only")
        return
    wanted = rule.clause.parameters
    count = int(wanted.get("required_approving_review_count") or 0)
    if question.approvals is None and count:
        yield _reason(
            rule, IF, f"{plural(count, 'person')} approves it" if count == 1 else f"{count} people approve it"
        )
    elif count > (question.approvals or 0):
        yield _reason(
            rule, NO, f"{question.name} needs {plural(count, 'approval')}, and it has {question.approvals}"
        )
    if wanted.get("require_code_owner_review"):
        yield _reason(rule, IF, "the owners of the changed files in CODEOWNERS approve it")
    if wanted.get("require_last_push_approval"):
        yield _reason(rule, IF, "somebody other than its author approves the last push")
    if wanted.get("required_review_thread_resolution"):
        yield _reason(rule, IF, "every thread is resolved")


def _checked(question: SimulatedAction, rule: EffectiveRule) -> Iterator[Reason]:
    """The required checks."""
    clause = rule.clause
    if question.action == CREATE and clause.parameters.get("do_not_enforce_on_create"):
        return
    for row in clause.parameters.get("required_status_checks") or ():
        check = row["context"]
        if question.green is None:
            yield _reason(rule, IF, f'the check "{check}" is green')
        elif check not in question.green:
            yield _reason(rule, NO, f'the check "{check}" is not green')
    if clause.parameters.get("strict_required_status_checks_policy") and question.action == MERGE:
        yield _reason(rule, IF, f"it holds the tip of {question.name}")


def _methods(
    question: SimulatedAction,
    rules: tuple[EffectiveRule, ...],
    settings: dict[str, bool | str],
    passed: dict[str, None],
) -> Iterator[Reason]:
    """Whether the merge method is one that every rule and the repository have."""
    left = tuple(method for method in METHODS if settings.get(_METHOD_KEYS[method]) is not False)
    if question.method and question.method not in left:
        yield Reason(NO, f"the repository does not merge by {question.method}", "", "settings")
    for rule in rules:
        allowed = rule.clause.parameters.get("allowed_merge_methods")
        if rule.clause.type != "pull_request" or allowed is None or rule.ruleset.name in passed:
            continue
        left = tuple(method for method in left if method in allowed)
        if question.method and question.method not in allowed:
            says = f"{question.name} is merged into by {listed(tuple(allowed))}, not by {question.method}"
            yield Reason(NO, says, rule.ruleset.name, "pull_request")
    if not left:
        yield Reason(NO, f"no way of merging is left for {question.name}: each is blocked somewhere")
    elif not question.method and len(left) < len(METHODS):
        yield Reason(IF, f"it is merged by {listed(left)}")


def _pair(
    question: SimulatedAction, rules: tuple[EffectiveRule, ...], flow: Flow | None, passed: dict[str, None]
) -> Iterator[Reason]:
    """What the policy says of head and base, and whether anything at GitHub would act on it."""
    if flow is None or not question.head:
        return
    legal = flow.may_merge(question.head, question.name, robot=True)
    if legal and not flow.may_merge(question.head, question.name):
        yield Reason(IF, f"a robot has opened it: anybody can call a branch {question.head}")
    check = check_name(flow, question.name)
    if legal is False:
        says = f"{question.head} may not be merged into {question.name}"
        for rule in rules:
            rows = rule.clause.parameters.get("required_status_checks") or ()
            if rule.ruleset.name not in passed and any(row["context"] == check for row in rows):
                yield Reason(
                    NO, f'{says}: the check "{check}" blocks it', rule.ruleset.name, rule.clause.type
                )
                return
        yield Reason(YES, f'{says} by the policy, but no ruleset requires the check "{check}" here')
    elif legal is None:
        says = (
            f"{question.name} doesn't match any branch type in the policy, so none of our rulesets covers it"
        )
        yield Reason(YES, f"{says}; the pull request check blocks it, and nothing requires that check here")


def _named(question: SimulatedAction, flow: Flow) -> Iterator[Reason]:
    """A name that GitHub's patterns let through and the policy does not."""
    if question.target == BRANCH and flow.kind_of(question.name) is None:
        says = f"{misfit(question.name, flow)}; if GitHub takes it, the hooks and the pull request check block it"
        yield Reason(YES, says)
