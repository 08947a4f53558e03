"""What the rulesets and protections of this GitHub forbid: the judge behind rules/branches and the merge button."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from fakegithub.passing import check_passed
from fakegithub.patterns import fnmatch, ref_matches
from fakegithub.people import Org
from fakegithub.repos import Repo

ROLE_IDS = {2: "maintain", 4: "write", 5: "admin"}


class Actor(NamedTuple):
    """Who does something. ``app`` is an App's id, ``deploy_key`` a push by such a key."""

    login: str = "octocat"
    role: str = "write"
    app: int = 0
    deploy_key: bool = False
    org_admin: bool = False


def applies(ruleset: dict[str, Any], repo: Repo, ref: str) -> bool:
    """Whether a ruleset's conditions name this ref of this repository."""
    kind = "tag" if ref.startswith("refs/tags/") else "branch"
    if ruleset.get("target", "branch") != kind:
        return False
    conditions = ruleset.get("conditions") or {}
    if not names_repo(conditions, repo):
        return False
    names = conditions.get("ref_name") or {}
    default = repo.default
    return any(ref_matches(one, ref, default) for one in names.get("include", [])) and not any(
        ref_matches(one, ref, default) for one in names.get("exclude", [])
    )


def names_repo(conditions: dict[str, Any], repo: Repo) -> bool:
    """Whether an organisation's conditions choose a repository; those of a repository always do."""
    if "repository_id" in conditions:
        return repo.id in conditions["repository_id"].get("repository_ids", [])
    if "repository_property" in conditions:
        wanted = conditions["repository_property"]
        return all(has_property(repo, one) for one in wanted.get("include", [])) and not any(
            has_property(repo, one) for one in wanted.get("exclude", [])
        )
    if "repository_name" in conditions:
        wanted = conditions["repository_name"]
        return any(one == "~ALL" or fnmatch(one, repo.name) for one in wanted.get("include", [])) and not any(
            fnmatch(one, repo.name) for one in wanted.get("exclude", [])
        )
    return True


def has_property(repo: Repo, wanted: dict[str, Any]) -> bool:
    """Whether a repository has one of the values of a custom property."""
    value = repo.properties.get(wanted["name"])
    values = value if isinstance(value, list) else [value]
    return any(one in wanted.get("property_values", []) for one in values)


def all_rulesets(repo: Repo) -> list[dict[str, Any]]:
    """The organisation's rulesets that choose this repository, then its own."""
    org = repo.state.orgs.get(repo.owner)
    above = (
        [one for one in org.rulesets.values() if names_repo(one.get("conditions") or {}, repo)] if org else []
    )
    return [*above, *repo.rulesets.values()]


def active(repo: Repo, ref: str) -> list[dict[str, Any]]:
    """The rulesets in force for a ref; evaluated and disabled ones forbid nothing."""
    if not repo.has_rules():
        return []
    return [one for one in all_rulesets(repo) if one["enforcement"] == "active" and applies(one, repo, ref)]


def detailed(repo: Repo, branch: str) -> list[dict[str, Any]]:
    """As rules/branches answers: every rule in force, with the ruleset that it comes from."""
    return [
        {
            **rule,
            "ruleset_source_type": one["source_type"],
            "ruleset_source": one["source"],
            "ruleset_id": one["id"],
        }
        for one in active(repo, f"refs/heads/{branch}")
        for rule in one.get("rules", [])
    ]


def bypasses(ruleset: dict[str, Any], repo: Repo, actor: Actor, pull: bool) -> bool:
    """Whether an actor may pass by a ruleset; ``pull_request`` mode counts inside a pull request only."""
    for one in ruleset.get("bypass_actors") or []:
        if one.get("bypass_mode", "always") == "pull_request" and not pull:
            continue
        kind, number = one["actor_type"], one.get("actor_id")
        org = repo.state.orgs.get(repo.owner)
        if (
            (kind == "Integration" and actor.app == number)
            or (kind == "OrganizationAdmin" and actor.org_admin)
            or (kind == "RepositoryRole" and at_least_role(actor.role, ROLE_IDS.get(number or 0, "")))
            or (kind == "DeployKey" and actor.deploy_key)
            or (
                kind == "User"
                and actor.login in repo.state.users
                and repo.state.users[actor.login].id == number
            )
            or (kind == "Team" and org is not None and member_of(org, number, actor.login))
        ):
            return True
    return False


def at_least_role(role: str, wanted: str) -> bool:
    """A role in a bypass list stands for itself and every higher one."""
    order = ("write", "maintain", "admin")
    return role in order and wanted in order and order.index(role) >= order.index(wanted)


def member_of(org: Org, team: int | None, login: str) -> bool:
    """Whether a user is in the team of this id."""
    return any(one.id == team and login in one.members for one in org.teams.values())


def in_force(repo: Repo, ref: str, actor: Actor, pull: bool = False) -> list[dict[str, Any]]:
    """The rules that bind this actor on a ref."""
    return [
        rule
        for one in active(repo, ref)
        if not bypasses(one, repo, actor, pull)
        for rule in one.get("rules", [])
    ]


def classic_of(repo: Repo, branch: str) -> dict[str, Any] | None:
    """The protection of a branch: its own, else that of a pattern (which only the web page and GraphQL can make)."""
    if not repo.has_rules():
        return None
    if branch in repo.protection:
        return repo.protection[branch]
    return next(
        (doc for name, doc in repo.protection.items() if fnmatch(name, branch)),
        None,
    )


def refusal(repo: Repo, action: str, ref: str, actor: Actor = Actor(), **facts: Any) -> str | None:
    """Why this GitHub would refuse an action on a ref outside a pull request, or None if it would let it happen.

    ``action``: push, force (a push that rewrites), create, delete. ``facts``: ``verified`` (commits are signed),
    ``merge`` (the push brings a merge commit), ``sha`` (its new tip, whose checks may have passed).
    ``ref`` is a full name; a bare one is a branch.
    """
    ref = ref if ref.startswith("refs/") else f"refs/heads/{ref}"
    if repo.settings["archived"]:
        return "This repository was archived so it is read-only."
    if not (actor.role in ("write", "maintain", "admin") or actor.app or actor.deploy_key):
        return "Permission denied"
    for rule in in_force(repo, ref, actor):
        if rule["type"] == "required_status_checks" and all_passed(repo, rule, facts):
            continue
        if (said := rule_refuses(rule, action, ref, facts)) is not None:
            return said
    if ref.startswith("refs/heads/"):
        return classic_refuses(repo, action, ref.removeprefix("refs/heads/"), actor, facts)
    return None


def all_passed(repo: Repo, rule: dict[str, Any], facts: dict[str, Any]) -> bool:
    """Whether the pushed tip has passed every required check: then it may be pushed."""
    wanted = rule["parameters"]["required_status_checks"]
    sha = str(facts.get("sha") or "")
    return bool(sha) and all(
        check_passed(repo, sha, one["context"], one.get("integration_id")) for one in wanted
    )


def rule_refuses(rule: dict[str, Any], action: str, ref: str, facts: dict[str, Any]) -> str | None:
    """What one rule says of a push, a creation or a deletion."""
    kind, options = rule["type"], rule.get("parameters") or {}
    if action == "delete":
        return "Cannot delete this ref" if kind == "deletion" else None
    if (kind, action) in BY_ACTION:
        return BY_ACTION[kind, action]
    if kind == "required_signatures" and not facts.get("verified"):
        return "Commits must have verified signatures."
    if kind == "required_linear_history" and facts.get("merge"):
        return "This branch must not contain merge commits."
    if kind == "required_status_checks" and not (
        action == "create" and options.get("do_not_enforce_on_create")
    ):
        return f"{len(options['required_status_checks'])} required status checks are expected."
    if kind in ("branch_name_pattern", "tag_name_pattern") and action == "create":
        return name_refused(options, ref.split("/", 2)[2])
    return None


def name_refused(options: dict[str, Any], name: str) -> str | None:
    """What a metadata pattern says of a new name."""
    negate = bool(options.get("negate"))
    return (
        f"Name must {'not ' if negate else ''}match a given pattern"
        if name_matches(options, name) == negate
        else None
    )


BY_ACTION = {
    ("creation", "create"): "Cannot create ref due to creations being restricted.",
    ("update", "push"): "Cannot update this protected ref.",
    ("update", "force"): "Cannot update this protected ref.",
    ("non_fast_forward", "force"): "Cannot force-push to this branch",
    ("pull_request", "push"): "Changes must be made through a pull request.",
    ("pull_request", "force"): "Changes must be made through a pull request.",
    ("merge_queue", "push"): "Changes must be made through the merge queue",
    ("merge_queue", "force"): "Changes must be made through the merge queue",
}


def name_matches(options: dict[str, Any], name: str) -> bool:
    """Whether a metadata pattern holds for a name."""
    pattern = options["pattern"]
    return {
        "starts_with": name.startswith(pattern),
        "ends_with": name.endswith(pattern),
        "contains": pattern in name,
        "regex": options["operator"] == "regex" and re.search(pattern, name) is not None,
    }[options["operator"]]


def classic_refuses(repo: Repo, action: str, branch: str, actor: Actor, facts: dict[str, Any]) -> str | None:
    """What the classic protection of a branch says; admins are bound by all of it only where it says so."""
    doc = classic_of(repo, branch)
    if doc is None:
        return None
    if action in ("force", "delete") and (said := classic_history(doc, action)) is not None:
        return said
    if action == "delete" or (actor.role == "admin" and not doc["enforce_admins"]):
        return None
    if doc["lock_branch"]:
        return "Cannot change this locked branch"
    if action == "create":
        return "Cannot create a branch that matches a protected pattern" if doc["block_creations"] else None
    return classic_push(repo, doc, branch, actor, facts)


def classic_push(
    repo: Repo, doc: dict[str, Any], branch: str, actor: Actor, facts: dict[str, Any]
) -> str | None:
    """What classic protection says of a push past the pull requests."""
    checks = doc["required_status_checks"]
    said = {
        "You're not authorized to push to this branch.": doc["restrictions"] is not None
        and actor.login not in doc["restrictions"]["users"],
        "Changes must be made through a pull request.": doc["required_pull_request_reviews"] is not None,
        "Required status checks are expected.": checks is not None and bool(checks["checks"]),
        "Commits must have verified signatures.": branch in repo.signatures and not facts.get("verified"),
        "This branch must not contain merge commits.": doc["required_linear_history"] and facts.get("merge"),
    }
    return next((words for words, holds in said.items() if holds), None)


def classic_history(doc: dict[str, Any], action: str) -> str | None:
    """Force pushes and deletions, which classic protection forbids unless told otherwise."""
    if action == "force":
        return None if doc["allow_force_pushes"] else "Cannot force-push to this protected branch"
    return None if doc["allow_deletions"] else "Cannot delete this protected branch"
