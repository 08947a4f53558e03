"""The merge button: a pull request against rules, protection, checks and reviews."""

from __future__ import annotations

from typing import Any

from fakegithub.passing import check_passed
from fakegithub.people import at_least
from fakegithub.repos import Pull, Repo, Review
from fakegithub.rules import Actor, classic_of, in_force

WORDS = {"merge": "Merge commits", "squash": "Squash merges", "rebase": "Rebase merges"}


def merge_refusal(repo: Repo, pull: Pull, method: str = "merge", actor: Actor = Actor()) -> str | None:
    """Why the merge button would refuse (a 405), or None if it would merge."""
    if pull.state != "open" or pull.mergeable is False:
        return "Pull Request is not mergeable"
    if pull.draft:
        return "Pull Request is still a draft"
    if not repo.settings[{"merge": "allow_merge_commit"}.get(method, f"allow_{method}_merge")]:
        return f"{WORDS[method]} are not allowed on this repository."
    said = [
        *(
            rule_says(rule, repo, pull, method)
            for rule in in_force(repo, f"refs/heads/{pull.base}", actor, True)
        ),
        *classic_says(repo, pull, method, actor),
    ]
    broken = sorted({one for one in said if one})
    return f"Repository rule violations found\n\n{chr(10).join(broken)}\n\n" if broken else None


def rule_says(rule: dict[str, Any], repo: Repo, pull: Pull, method: str) -> str | None:
    """What one rule says of a merge."""
    kind, options = rule["type"], rule.get("parameters") or {}
    if kind == "update":
        return "Cannot update this protected ref."
    if kind == "required_linear_history" and method == "merge":
        return "This branch must not contain merge commits."
    if kind == "merge_queue":
        return "Changes must be made through the merge queue"
    if kind == "required_signatures" and method != "rebase":
        unsigned = [sha for sha in commits_of(repo, pull) if not repo.commits[sha].verified]
        return "Commits must have verified signatures." if unsigned else None
    if kind == "required_status_checks":
        wanted = [(one["context"], one.get("integration_id")) for one in options["required_status_checks"]]
        return checks_say(repo, pull, wanted, options["strict_required_status_checks_policy"])
    if kind == "pull_request":
        methods = options.get("allowed_merge_methods")
        if methods is not None and method not in methods:
            return f"{WORDS[method]} are not allowed on this branch."
        return reviews_say(
            repo,
            pull,
            options["required_approving_review_count"],
            stale=options["dismiss_stale_reviews_on_push"],
            owners=options["require_code_owner_review"],
            last=options["require_last_push_approval"],
            threads=options["required_review_thread_resolution"],
        )
    return None


def classic_says(repo: Repo, pull: Pull, method: str, actor: Actor) -> list[str | None]:
    """What the classic protection of the base says of a merge."""
    doc = classic_of(repo, pull.base)
    if doc is None or (actor.role == "admin" and not doc["enforce_admins"]):
        return []
    said: list[str | None] = []
    if doc["lock_branch"]:
        said.append("Cannot change this locked branch")
    if doc["required_linear_history"] and method == "merge":
        said.append("This branch must not contain merge commits.")
    if (checks := doc["required_status_checks"]) is not None:
        wanted = [(one["context"], one["app_id"]) for one in checks["checks"]]
        said.append(checks_say(repo, pull, wanted, checks["strict"]))
    if (reviews := doc["required_pull_request_reviews"]) is not None:
        said.append(
            reviews_say(
                repo,
                pull,
                reviews["required_approving_review_count"],
                stale=reviews["dismiss_stale_reviews"],
                owners=reviews["require_code_owner_reviews"],
                last=reviews["require_last_push_approval"],
                threads=doc["required_conversation_resolution"],
            )
        )
    return said


def commits_of(repo: Repo, pull: Pull) -> list[str]:
    """The commits of a pull request, oldest first."""
    if pull.commits is not None:
        return pull.commits
    base = repo.resolve(pull.base) if pull.merged_sha is None else pull.base_sha
    return repo.between(base or pull.base_sha, pull.head_sha)


def checks_say(repo: Repo, pull: Pull, wanted: list[tuple[str, int | None]], strict: bool) -> str | None:
    """Required checks: a check run and a status of one name are both required; neutral and skipped pass."""
    waiting = [name for name, app in wanted if not check_passed(repo, pull.head_sha, name, app)]
    if waiting:
        return f'Required status check "{waiting[0]}" is expected.'
    base = repo.resolve(pull.base)
    if strict and base is not None and base not in repo.ancestors(pull.head_sha):
        return "Head branch is out of date. Review and try the merge again."
    return None


def latest_reviews(pull: Pull) -> dict[str, Review]:
    """The review that counts for each person: comments change nothing."""
    return {one.login: one for one in pull.reviews if one.state != "COMMENTED"}


def reviews_say(
    repo: Repo, pull: Pull, count: int, *, stale: bool, owners: bool, last: bool, threads: bool
) -> str | None:
    """Required reviews: newest per person, with write access, not of the author."""
    latest = latest_reviews(pull)
    able = {login: one for login, one in latest.items() if at_least(repo.role_of(login), "write")}
    if any(one.state == "CHANGES_REQUESTED" for one in able.values()):
        return "Changes were requested by a reviewer with write access."
    good = {
        login
        for login, one in able.items()
        if one.state == "APPROVED" and login != pull.login and (not stale or one.commit == pull.head_sha)
    }
    if len(good) < count:
        many = "reviews are" if count != 1 else "review is"
        return f"At least {count} approving {many} required by reviewers with write access."
    if last and not any(login != pull.pusher and able[login].commit == pull.head_sha for login in good):
        return "New changes require approval from someone other than the last pusher."
    if owners and pull.owners and not good & set(pull.owners):
        return "Waiting on code owner review."
    if threads and pull.unresolved:
        return "A conversation must be resolved before this pull request can be merged."
    return None
