"""Flow -> everything that is sent to GitHub: rulesets, settings, classic protection where there are no rulesets.

One ruleset for each purpose, because a bypass is given for a whole ruleset: who may create a release branch need not
be somebody who may rewrite it. What is compiled for whom: docs/protection.md.
"""

from __future__ import annotations

from gitflowguard.model.adoptionfiles import POLICY_YAML
from gitflowguard.model.checkname import check_name
from gitflowguard.model.flow import Flow, Kind
from gitflowguard.model.jsonvalue import Document, Json
from gitflowguard.model.protection import (
    NAMES,
    PREFIX,
    TAGS,
    Actor,
    Classic,
    Clause,
    Guard,
    RequiredCheck,
    Ruleset,
)
from gitflowguard.model.record import Record
from gitflowguard.protection.templates import patterns_of, tag_patterns

ACTIONS_APP = "github-actions"
# GitHub's own branches for a merge queue (docs.github.com, "Managing a merge queue").
_QUEUE = "refs/heads/gh-readonly-queue/**/*"
# A role that every repository has, a person's too; a bypass for one that it hasn't would be an error on GitHub.
FINISHERS = Actor("role:admin")
OTHER_NAMES = PREFIX + "other names"
VERSION_TAGS = PREFIX + "version tags"
NEW_TAGS = PREFIX + "new version tags"


class Desired(Record):
    """What a policy wants of one repository.

    classic: for the branches with exactly one name; classic protection by REST knows no patterns.
    settings, classic_settings: the repository's settings under either level.
    """

    rulesets: tuple[Ruleset, ...]
    classic: tuple[Classic, ...]
    settings: tuple[tuple[str, bool | str], ...]
    classic_settings: tuple[tuple[str, bool | str], ...]


def compile_flow(flow: Flow) -> Desired:
    """Everything that the policy wants."""
    rulesets: list[Ruleset] = []
    for kind in flow.kinds:
        rulesets += _of_kind(kind, flow)
    rulesets += [_names(flow), *_tags(flow)]
    classic = tuple(_classic(kind, flow) for kind in flow.kinds if kind.protected and kind.fixed)
    own = flow.protection.settings
    # Without rulesets nothing keeps a release branch from being deleted before it is merged back.
    kept = {"delete_branch_on_merge": False}
    needed: dict[str, bool | str] = {"allow_merge_commit": True}
    return Desired(tuple(rulesets), classic, _settings(needed, own), _settings({**needed, **kept}, own))


def is_base(kind: Kind, flow: Flow) -> bool:
    """Whether pull requests go into branches of this kind."""
    return any(kind.id in other.targets for other in flow.kinds)


def is_kept(kind: Kind) -> bool:
    """Whether such a branch is short-lived, and still needed after its first merge: it goes to several lines."""
    return not kind.protected and kind.tag is not None


def is_ruled(kind: Kind, flow: Flow) -> bool:
    """Whether a ruleset says how work gets into branches of the kind."""
    return kind.protected or is_kept(kind) or _asked(flow.protection.guard(kind.id))


def methods_into(kind: Kind, flow: Flow) -> tuple[str, ...]:
    """How pull requests into the kind may be merged.

    Merge commits only, where a long-lived or a release branch goes in: squashed, git would not know that it arrived.
    """
    own = flow.protection.guard(kind.id).merge_methods
    needed = kind.protected or any(kind.id in other.targets and is_kept(other) for other in flow.kinds)
    return own or (("merge",) if needed else ("merge", "squash"))


def required_checks(kind: Kind, flow: Flow) -> tuple[RequiredCheck, ...]:
    """Ours first, then the team's, each once."""
    ours = RequiredCheck(check_name(flow, kind.names[0].example(flow)), ACTIONS_APP)
    own = flow.protection.guard(kind.id).checks
    if any(check.context == ours.context for check in own):
        return own
    return (ours, *own)


def _of_kind(kind: Kind, flow: Flow) -> list[Ruleset]:
    """The rulesets of one kind of branch: none for those that everybody may do with as they like."""
    guard = flow.protection.guard(kind.id)
    include = patterns_of(kind, flow)
    name = PREFIX + kind.id
    found: list[Ruleset] = []
    if kind.protected:
        clauses = (Clause("deletion"), Clause("non_fast_forward"), *_merging(kind, guard, flow))
        found.append(_branches(name, include, clauses, guard.bypass))
    elif is_ruled(kind, flow):
        kept = (Clause("non_fast_forward"),) if is_kept(kind) else ()
        clauses = (*kept, *_merging(kind, guard, flow))
        found.append(_branches(f"{name} (work)", include, clauses, guard.bypass))
    if is_kept(kind) or (guard.deleted_by and not kind.protected):
        found.append(_branches(f"{name} (keep)", include, (Clause("deletion"),), _deleters(guard)))
    if guard.created_by:
        found.append(_branches(f"{name} (start)", include, (Clause("creation"),), guard.created_by))
    return found


def _deleters(guard: Guard) -> tuple[Actor, ...]:
    """Who may delete a branch that is kept until it is merged everywhere: somebody has to, in the end."""
    return (FINISHERS,) if guard.deleted_by is None else guard.deleted_by


def _asked(guard: Guard) -> bool:
    """Whether the team asks for something that only a ruleset of its own can give."""
    return guard.pull_request is True or bool(guard.checks) or guard.signatures is True


def _merging(kind: Kind, guard: Guard, flow: Flow) -> tuple[Clause, ...]:
    """How work gets into a branch."""
    found: list[Clause] = []
    wanted = guard.pull_request if guard.pull_request is not None else kind.protected or is_base(kind, flow)
    if wanted:
        found.append(Clause("pull_request", _pull_request(kind, guard, flow)))
    checks = required_checks(kind, flow) if wanted else guard.checks
    if checks:
        found.append(Clause("required_status_checks", _checks(checks, bool(guard.up_to_date))))
    if guard.signatures:
        found.append(Clause("required_signatures"))
    return tuple(found)


def _pull_request(kind: Kind, guard: Guard, flow: Flow) -> Document:
    """The parameters of a pull request rule; GitHub wants the first five always."""
    review = flow.review_into(kind)
    threads = kind.protected if guard.threads is None else guard.threads
    return {
        "required_approving_review_count": review.approvals,
        "dismiss_stale_reviews_on_push": review.dismiss_stale,
        "require_code_owner_review": review.code_owners,
        "require_last_push_approval": review.last_push,
        "required_review_thread_resolution": threads,
        "allowed_merge_methods": list(methods_into(kind, flow)),
    }


def _checks(checks: tuple[RequiredCheck, ...], strict: bool) -> Document:
    """The parameters of a rule of required checks. A new branch needs none: nothing has run on it yet."""
    return {
        "strict_required_status_checks_policy": strict,
        "do_not_enforce_on_create": True,
        "required_status_checks": [_row(check) for check in checks],
    }


def _row(check: RequiredCheck) -> Document:
    row: Document = {"context": check.context}
    return {**row, "app": check.app} if check.app else row


def _branches(
    name: str, include: tuple[str, ...], clauses: tuple[Clause, ...], bypass: tuple[Actor, ...]
) -> Ruleset:
    return Ruleset(name=name, target="branch", include=include, exclude=(), clauses=clauses, bypass=bypass)


def _names(flow: Flow) -> Ruleset:
    """Nobody creates a branch that matches no branch type, except those whom the policy names."""
    known = [pattern for kind in flow.kinds for pattern in patterns_of(kind, flow)]
    exclude = tuple(dict.fromkeys((*known, _QUEUE)))
    guard = flow.protection.guard(NAMES)
    return Ruleset(
        name=OTHER_NAMES,
        target="branch",
        include=("~ALL",),
        exclude=exclude,
        clauses=(Clause("creation"),),
        bypass=guard.created_by or guard.bypass,
    )


def _tags(flow: Flow) -> tuple[Ruleset, ...]:
    """A version tag stays where it is; who may make one is only limited where the policy says who."""
    include = tag_patterns(flow)
    if not include:
        return ()
    guard = flow.protection.guard(TAGS)
    kept = Ruleset(
        name=VERSION_TAGS,
        target="tag",
        include=include,
        exclude=(),
        clauses=(Clause("deletion"), Clause("update")),
        bypass=guard.bypass,
    )
    if not guard.created_by:
        return (kept,)
    return (
        kept,
        Ruleset(
            name=NEW_TAGS,
            target="tag",
            include=include,
            exclude=(),
            clauses=(Clause("creation"),),
            bypass=guard.created_by,
        ),
    )


def _settings(
    needed: dict[str, bool | str], own: tuple[tuple[str, bool | str], ...]
) -> tuple[tuple[str, bool | str], ...]:
    """What the flow needs, under what the team has set itself."""
    return tuple(sorted({**needed, **dict(own)}.items()))


def _classic(kind: Kind, flow: Flow) -> Classic:
    """The whole document of classic protection for a branch."""
    guard = flow.protection.guard(kind.id)
    review = flow.review_into(kind)
    checks: list[Json] = [
        {"context": check.context, "app": check.app} if check.app else {"context": check.context}
        for check in required_checks(kind, flow)
    ]
    document: Document = {
        "required_status_checks": {"strict": bool(guard.up_to_date), "checks": checks},
        "enforce_admins": True,
        "required_pull_request_reviews": {
            "required_approving_review_count": min(review.approvals, 6),
            "dismiss_stale_reviews": review.dismiss_stale,
            "require_code_owner_reviews": review.code_owners,
            "require_last_push_approval": review.last_push,
        },
        "restrictions": None,
        "allow_force_pushes": False,
        "allow_deletions": False,
        "required_conversation_resolution": True if guard.threads is None else guard.threads,
    }
    return Classic(kind.fixed, document, bool(guard.signatures))


def proposed_owners(flow: Flow, owner: str) -> str:
    """A CODEOWNERS for a team that has none: owners of what judges everybody, and of everything else.

    owner: ``@acme/maintainers`` or ``@ada``.
    """
    policy = (POLICY_YAML, ".github/")
    rows = ["# Whom GitHub asks for a review: the last pattern that a file matches decides.", f"* {owner}"]
    rows += [f"/{path} {owner}" for path in policy]
    lines = ", ".join(kind.fixed or kind.label for kind in flow.kinds if kind.protected)
    return "\n".join((rows[0], f"# Demanded on {lines}.", *rows[1:])) + "\n"
