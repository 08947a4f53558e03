"""(policy, live) -> all that rules on protection judge: what is missing, weaker, never seen, or blocks every merge.

Looked at before anything is sent, and by ``verify`` afterwards. What a token is not shown is Unknown, never "off".
"""

from __future__ import annotations

from collections.abc import Iterator

from gitflowguard.model.finding import Unknown
from gitflowguard.model.flow import Flow
from gitflowguard.model.guarded import MISSING, UNREACHABLE, UNSEEN, WEAKER, Guarded
from gitflowguard.model.protection import Live, Owners, RequiredCheck, Ruleset
from gitflowguard.protection.blocking import blocking
from gitflowguard.protection.compile import Desired
from gitflowguard.protection.defaultbranch import default_branch
from gitflowguard.protection.flowsteps import steps
from gitflowguard.protection.nouns.plan import (
    CREATE,
    DELETE,
    PROTECT,
    SETTINGS,
    UNPROTECT,
    PlanStep,
    ProtectionPlan,
)
from gitflowguard.protection.play import Played, afterwards, play
from gitflowguard.protection.silent import silent
from gitflowguard.protection.stopped import stopped
from gitflowguard.protection.words import about, actor_words

APPLY = ("gitflowguard", "protect", "apply")
_OURS = "gitflow ("
_EVENTS = (
    "pull_request)",
    "pull_request_target)",
    "push)",
    "merge_group)",
    "workflow_dispatch)",
    "schedule)",
)


def lint(
    flow: Flow, desired: Desired, live: Live, made: ProtectionPlan, played: tuple[Played, ...] | None = None
) -> tuple[Guarded, ...]:
    """Every difference between the policy and what GitHub says, and every contradiction, each once.

    desired: compiled from the flow. made: the plan from ``live`` to it; what it leaves to an organization's rulesets is
    not a difference. played: the steps of the flow where they have been played already, with what was done here before.
    """
    if live.repository.archived:
        return ()
    found = (
        *_planned(made),
        *_passing(desired, made.level),
        *_deleting(desired, live, made.level),
        *_owners(flow, live),
        *_unseen(desired, live),
        *silent(desired, live),
        *_hidden(live),
        *blocking(flow, desired, live, made),
        *_stopped(flow, desired, live, made, played),
        *_uncounted(flow, live),
        *default_branch(flow, desired, live, made.level),
        *live.extended,
    )
    return tuple(dict.fromkeys(found))


def _stopped(
    flow: Flow, desired: Desired, live: Live, made: ProtectionPlan, played: tuple[Played, ...] | None
) -> Iterator[Guarded]:
    """Every step of the flow that somebody can't take, once the plan is carried out."""
    stage = afterwards(desired, live, made)
    found = play(flow, stage, steps(flow, live)) if played is None else played
    yield from stopped(found, stage, tuple(kind.id for kind in flow.kinds))


def _uncounted(flow: Flow, live: Live) -> Iterator[Guarded]:
    """Approvals are asked for, and who could give them isn't known."""
    reviews = [flow.review_into(kind) for kind in flow.kinds]
    wanted = any(one.approvals or one.last_push or one.code_owners for one in reviews)
    if isinstance(live.people, Unknown) and wanted:
        yield Guarded("the repository", UNREACHABLE, unknown=live.people)


def _planned(made: ProtectionPlan) -> Iterator[Guarded]:
    """What the plan would change is what is missing, or weaker."""
    for step in made.steps:
        yield from _step(step)
    for unknown in made.unknown:
        for topic in (MISSING, WEAKER):
            yield Guarded("the repository", topic, unknown=unknown)


def _step(step: PlanStep) -> Iterator[Guarded]:
    """One finding for what is not there at all; else one for each change."""
    if step.action == CREATE and step.ruleset is not None:
        who = about(step.ruleset)
        yield Guarded(who, MISSING, f"{who}: GitHub has no ruleset {step.subject}", (APPLY,))
    elif step.action == PROTECT and not step.before:
        yield Guarded(step.subject, MISSING, f"GitHub does not protect {step.subject}", (APPLY,))
    elif step.action in (DELETE, UNPROTECT):
        says = f"{step.subject} is on GitHub, and the policy no longer wants it"
        yield Guarded(
            step.changes[0].about if step.changes else step.subject, WEAKER, says, (APPLY,), advice=True
        )
    else:
        off = step.before.get("enforcement") in ("disabled", "evaluate")
        for change in step.changes:
            known = step.action == SETTINGS and change.weaker
            more = "more" if change.weaker else "less"
            says = f"{change.about}: GitHub blocks {more} than the policy; applied, {change.says}"
            # A setting that merges need isn't a weakness; blocking.py has its own words for it.
            if not known:
                topic = MISSING if off else WEAKER
                yield Guarded(change.about, topic, says, (APPLY,), advice=change.weaker)


def _passing(desired: Desired, level: str) -> Iterator[Guarded]:
    """Who may bypass a protection that ought to hold for everybody, by the policy itself."""
    if level != "rulesets":
        return
    for ruleset in desired.rulesets:
        for actor in () if isinstance(ruleset.bypass, Unknown) else ruleset.bypass:
            if _protecting(ruleset) and actor.mode != "pull_request":
                says = (
                    f"{actor_words(actor)} may bypass {ruleset.name} at any time, so it protects "
                    f"{about(ruleset)} only from everybody else"
                )
                yield Guarded(about(ruleset), WEAKER, says, advice=True)


def _protecting(ruleset: Ruleset) -> bool:
    """Whether the ruleset keeps history: a bypass of it is a hole, where that of one for creating is its purpose."""
    return (
        any(clause.type == "non_fast_forward" for clause in ruleset.clauses)
        or ruleset.target == "tag"
        and any(clause.type == "update" for clause in ruleset.clauses)
    )


def _deleting(desired: Desired, live: Live, level: str) -> Iterator[Guarded]:
    """Branches that GitHub would delete as soon as they are merged once, although they are still needed."""
    wanted = dict(desired.settings if level == "rulesets" else desired.classic_settings)
    there = live.repository.settings.get("delete_branch_on_merge")
    if wanted.get("delete_branch_on_merge", there) is not True:
        return
    for ruleset in desired.rulesets:
        kept = any(clause.type == "deletion" for clause in ruleset.clauses) and ruleset.target == "branch"
        who = about(ruleset)
        # Classic protection keeps the branches that it can name.
        held = any(classic.branch == who for classic in desired.classic)
        if kept and (bool(ruleset.bypass) if level == "rulesets" else not held):
            why = "whoever may delete them merges" if level == "rulesets" else "no ruleset keeps them"
            says = f"with delete_branch_on_merge GitHub deletes {who} at the first merge, and {why}"
            yield Guarded(who, WEAKER, says, advice=level == "rulesets")


def _owners(flow: Flow, live: Live) -> Iterator[Guarded]:
    """Reviews by code owners that nobody can be asked for."""
    lines = [kind for kind in flow.kinds if kind.protected and flow.review_into(kind).code_owners]
    if not lines:
        return
    if isinstance(live.owners, Unknown):
        yield Guarded("the repository", WEAKER, unknown=live.owners)
    elif not live.owners.path:
        who = ", ".join(kind.fixed or f"{kind.id} branches" for kind in lines)
        says = f"code owners have to approve on {who}, and there is no CODEOWNERS, so GitHub asks nobody"
        yield Guarded("the repository", WEAKER, says, advice=True)
    else:
        yield from _owner_errors(live.owners)


def _owner_errors(owners: Owners) -> Iterator[Guarded]:
    """Lines of CODEOWNERS that GitHub passes over."""
    for line, says in owners.errors:
        words = f"GitHub passes over this line of {owners.path}: {says}"
        yield Guarded("the repository", WEAKER, words, advice=True, path=owners.path, line=line)


def _hidden(live: Live) -> Iterator[Guarded]:
    """Rulesets of an organisation that are in force and whose rules this token isn't shown."""
    for name, why in live.hidden:
        says = f"whether the organization's ruleset {name} blocks a step of the flow: {why.reason}"
        yield Guarded("the repository", UNREACHABLE, unknown=Unknown(says))


def _unseen(desired: Desired, live: Live) -> Iterator[Guarded]:
    """Required checks that were never reported."""
    wanted: dict[RequiredCheck, str] = {}
    for ruleset in desired.rulesets:
        for clause in ruleset.clauses:
            for row in clause.parameters.get("required_status_checks") or ():
                wanted.setdefault(RequiredCheck(row["context"], row.get("app", "")), about(ruleset))
    if wanted and isinstance(live.checks, Unknown):
        yield Guarded("the repository", UNSEEN, unknown=live.checks)
        return
    for check, who in wanted.items():
        assert not isinstance(live.checks, Unknown)  # returned above  # nosec B101
        says = _never(check, live.checks)
        if says:
            yield Guarded(who, UNSEEN, f"{who}: {says}, so no pull request could be merged")


def _never(check: RequiredCheck, seen: tuple[RequiredCheck, ...]) -> str:
    """Why the check is not among those that were seen, "" if it is.

    Of our own, one is enough: they are jobs of one workflow, and a release branch may not have had a pull request yet.
    """
    if check in seen or (not check.app and any(one.context == check.context for one in seen)):
        return ""
    if check.context.startswith(_OURS):
        if any(one.context.startswith(_OURS) and one.app == check.app for one in seen):
            return ""
        return (
            f'the check "{check.context}" was never reported: the workflow of gitflowguard is not there yet'
        )
    others = sorted({one.app or "a commit status" for one in seen if one.context == check.context})
    if others:
        return f'the check "{check.context}" is reported by {", ".join(others)}, never by {check.app}'
    return f'the check "{check.context}" was never reported{_near(check.context, seen)}'


def _near(context: str, seen: tuple[RequiredCheck, ...]) -> str:
    """Which check was meant. A pull request's page shows ``workflow / job (event)``, and a check is named by its job;
    that of a reusable workflow by both jobs (docs.github.com, "Troubleshooting required status checks").
    """
    wanted = _bare(context)
    for one in seen:
        have = _bare(one.context)
        if have == wanted:
            return f'; there is "{one.context}"'
        if wanted.endswith(f" / {have}"):
            return f'; there is "{one.context}": a check goes by its job, without the name of the workflow'
        if have.endswith(f" / {wanted}"):
            return f'; there is "{one.context}": the job of a reusable workflow goes by both names'
    return ""


def _bare(context: str) -> str:
    """A check's name in small letters, without the event that the page adds."""
    words = " ".join(context.lower().split())
    head, _, event = words.rpartition(" (")
    return head if head and event in _EVENTS else words
