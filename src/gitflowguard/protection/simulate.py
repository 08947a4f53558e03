"""May this be merged, pushed, created, deleted? Answered from rulesets, offline, each answer with its reason.

GitHub cannot look at the branch that a pull request comes from; that the required check does, so the policy's own
verdict belongs to the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

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
from gitflowguard.protection.people import Crowd, demand_of, stuck

MERGE, PUSH, CREATE, REMOVE = "merge", "push", "create", "delete"
YES, NO, IF = "yes", "no", "if"
_METHOD_KEYS = {
    "merge": "allow_merge_commit",
    "squash": "allow_squash_merge",
    "rebase": "allow_rebase_merge",
}
# What cannot block such an action at all.
_APART = {
    MERGE: ("deletion", "creation"),
    PUSH: ("deletion", "creation"),
    CREATE: ("deletion", "update", "pull_request", "required_linear_history", "merge_queue"),
}
_NAME_PATTERNS = ("branch_name_pattern", "tag_name_pattern")
# The parameter of a rule on pull requests that says how they are merged; a reason names it as a rule of its own.
METHOD_RULE = "allowed_merge_methods"
SETTING = "settings"
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
    author: the login of whoever opens the pull request, "" for anybody. pushers: how many people have pushed to it.
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
    author: str = ""
    pushers: int = 1


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
    crowd: Crowd | None = None,
) -> SimulationResult:
    """What GitHub would say under these rulesets and settings; with a flow, also what our check would say.

    crowd: who may approve. None where nobody is known; the answer then names the approvals that it takes.
    """
    reasons: list[Reason] = []
    rules = rules_for(rulesets, question.name, default_branch, question.target)
    if question.action == REMOVE and question.target == BRANCH and question.name == default_branch:
        # docs.github.com, "Creating and deleting branches within your repository".
        reasons.append(Reason(NO, "GitHub never deletes the default branch"))
    passed: dict[str, Ruleset] = {}
    for rule in rules:
        if passes_by(rule.ruleset, question.actors, question.action == MERGE):
            passed[rule.ruleset.name] = rule.ruleset
        else:
            reasons += _blocked(question, rule, crowd)
    for name, ruleset in passed.items():
        free = tuple(one for one in question.actors if passes_by(ruleset, (one,), question.action == MERGE))
        reasons.append(Reason(YES, f"{listed(free)} may bypass {name}", name))
    if question.action == MERGE:
        reasons += _methods(question, rules, settings or {}, passed)
        reasons += _pair(question, rules, flow, passed)
    elif flow is not None and question.action == CREATE:
        reasons += _named(question, flow)
    elif flow is not None and question.action == PUSH and question.target == BRANCH:
        reasons += _pushed(question, rules, flow)
    verdicts = {reason.verdict for reason in reasons}
    verdict = NO if NO in verdicts else IF if IF in verdicts else YES
    if not reasons:
        what = "tag" if question.target == TAG else "branch"
        reasons.append(Reason(YES, f"no rule forbids it for the {what} {question.name}"))
    order = (NO, IF, YES)
    return SimulationResult(
        verdict, tuple(sorted(dict.fromkeys(reasons), key=lambda one: order.index(one.verdict)))
    )


def _blocked(question: SimulatedAction, rule: EffectiveRule, crowd: Crowd | None) -> Iterator[Reason]:
    """What one rule has against it."""
    name, kind = question.name, rule.clause.type
    if not _concerns(question, kind):
        return
    if kind in _FLAT:
        yield _reason(rule, NO, f"{name} cannot be {_FLAT[kind]}")
    elif kind == "pull_request":
        yield from _reviewed(question, rule, crowd)
    elif kind in _NAME_PATTERNS:
        yield from _patterned(question, rule)
    elif kind in _READ:
        yield from _READ[kind](question, rule)
    else:
        yield _reason(rule, IF, f"the rule {kind} is kept, which can't be evaluated here")


def _signed(question: SimulatedAction, rule: EffectiveRule) -> Iterator[Reason]:
    yield _reason(rule, IF, "every commit is signed")


def _straight(question: SimulatedAction, rule: EffectiveRule) -> Iterator[Reason]:
    """A linear history, which a merge commit ends."""
    if question.method == "merge":
        yield _reason(rule, NO, f"{question.name} takes no merge commits")
    elif not question.method:
        yield _reason(rule, IF, "it makes no merge commit")


def _reason(rule: EffectiveRule, verdict: str, says: str) -> Reason:
    return Reason(verdict, says, rule.ruleset.name, rule.clause.type)


def _concerns(question: SimulatedAction, kind: str) -> bool:
    """Whether a rule of this type is about such an action."""
    if kind in _NAME_PATTERNS:
        return question.action == CREATE
    if question.action == REMOVE:
        return kind == "deletion"
    if kind == "non_fast_forward":
        return question.action == PUSH and question.force
    return kind not in _APART[question.action]


def _queued(question: SimulatedAction, rule: EffectiveRule) -> Iterator[Reason]:
    """A merge queue merges in its own way, whatever a pull request's author chooses."""
    way = queue_method(rule)
    if question.action == PUSH:
        yield _reason(rule, NO, f"changes to {question.name} come through the merge queue only")
    elif question.method and question.method != way:
        yield _reason(
            rule, NO, f"the merge queue of {question.name} merges by {way}, not by {question.method}"
        )
    elif question.action == MERGE:
        yield _reason(rule, IF, f"it goes through the merge queue, which merges by {way}")


def queue_method(rule: EffectiveRule) -> str:
    """How a merge queue merges: ``merge``, ``squash`` or ``rebase``."""
    return str(rule.clause.parameters.get("merge_method") or "MERGE").lower()


def _patterned(question: SimulatedAction, rule: EffectiveRule) -> Iterator[Reason]:
    """A pattern of names, which only Enterprise plans have. A regular expression isn't evaluated here."""
    wanted = rule.clause.parameters
    pattern, operator = str(wanted.get("pattern", "")), wanted.get("operator")
    fits = {
        "starts_with": question.name.startswith(pattern),
        "ends_with": question.name.endswith(pattern),
        "contains": pattern in question.name,
    }.get(str(operator))
    if fits is None:
        yield _reason(rule, IF, f"its name passes the pattern {pattern}, which can't be evaluated here")
    elif fits is bool(wanted.get("negate")):
        verb = "must not" if fits else "must"
        words = str(operator).replace("_", " ").replace("starts", "start").replace("ends", "end")
        says = f"a name {verb} {words.removesuffix('s')} {pattern}"
        yield _reason(rule, NO, f"{question.name} can't be created: {says}")


def _reviewed(question: SimulatedAction, rule: EffectiveRule, crowd: Crowd | None) -> Iterator[Reason]:
    """The reviews of a pull request; a push has none."""
    if question.action == PUSH:
        yield _reason(rule, NO, f"changes to {question.name} come by pull request only")
        return
    wanted = rule.clause.parameters
    if crowd is not None and question.approvals is None:
        why = stuck(demand_of(rule.ruleset.name, wanted), crowd, question.author, question.pushers)
        if why:
            yield _reason(rule, NO, why)
            return
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


# The rules that are read beyond their name; another one is a row here.
_READ: dict[str, Callable[[SimulatedAction, EffectiveRule], Iterator[Reason]]] = {
    "required_status_checks": _checked,
    "required_signatures": _signed,
    "required_linear_history": _straight,
    "merge_queue": _queued,
}


def _methods(
    question: SimulatedAction,
    rules: tuple[EffectiveRule, ...],
    settings: dict[str, bool | str],
    passed: dict[str, Ruleset],
) -> Iterator[Reason]:
    """Whether the merge method is one that every rule and the repository have."""
    left = tuple(method for method in METHODS if settings.get(_METHOD_KEYS[method]) is not False)
    if question.method and question.method not in left:
        yield Reason(NO, f"the repository does not merge by {question.method}", "", SETTING)
    for rule in rules:
        allowed = rule.clause.parameters.get("allowed_merge_methods")
        if rule.clause.type != "pull_request" or allowed is None or rule.ruleset.name in passed:
            continue
        left = tuple(method for method in left if method in allowed)
        if question.method and question.method not in allowed:
            says = f"{question.name} is merged into by {listed(tuple(allowed))}, not by {question.method}"
            yield Reason(NO, says, rule.ruleset.name, METHOD_RULE)
    if not left:
        says = f"no way of merging is left for {question.name}: each is blocked somewhere"
        yield Reason(NO, says, "", METHOD_RULE)
    elif not question.method and len(left) < len(METHODS):
        yield Reason(IF, f"it is merged by {listed(left)}")


def _pair(
    question: SimulatedAction, rules: tuple[EffectiveRule, ...], flow: Flow | None, passed: dict[str, Ruleset]
) -> Iterator[Reason]:
    """What the policy says of head and base, and whether anything at GitHub would act on it."""
    if flow is None or not question.head:
        return
    legal = flow.may_merge(question.head, question.name, robot=True)
    if legal and not flow.may_merge(question.head, question.name):
        yield Reason(IF, f"a robot has opened it: anybody can call a branch {question.head}")
    if legal is False:
        check = check_name(flow, question.name)
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


def _pushed(question: SimulatedAction, rules: tuple[EffectiveRule, ...], flow: Flow) -> Iterator[Reason]:
    """A push to a name outside the policy, which may be mistyped: where the branch isn't there, the push creates it."""
    if flow.kind_of(question.name) is not None:
        return
    for rule in rules:
        if rule.clause.type == "creation" and not passes_by(rule.ruleset, question.actors, False):
            yield _reason(rule, IF, f"it exists already: {question.name} cannot be created")
            return


def _named(question: SimulatedAction, flow: Flow) -> Iterator[Reason]:
    """A name that GitHub's patterns let through and the policy does not."""
    if question.target == BRANCH and flow.kind_of(question.name) is None:
        says = f"{misfit(question.name, flow)}; if GitHub takes it, the hooks and the pull request check block it"
        yield Reason(YES, says)
