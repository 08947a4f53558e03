"""Classic branch protection: whole documents, literal branches."""

from __future__ import annotations

from typing import Any

from fakegithub import able
from fakegithub.repos import Repo
from fakegithub.rules import classic_of
from fakegithub.shapes import app_body, person, shape, team_body
from fakegithub.web import Answer, Ask, Refused, not_found, serves

BRANCH = "/repos/{owner}/{repo}/branches/{branch}/protection"
FLAGS = (
    "required_linear_history", "allow_force_pushes", "allow_deletions", "block_creations",
    "required_conversation_resolution", "lock_branch", "allow_fork_syncing",
)  # fmt: skip


def branch_of(ask: Ask) -> str:
    """The branch in the path; a pattern is none (RS#252).

    Raises:
        Refused: 404.
    """
    name = ask.params["branch"]
    if f"refs/heads/{name}" not in ask.repo.refs:
        raise Refused(404, "Branch not found")
    return name


def protected(ask: Ask) -> tuple[str, dict[str, Any]]:
    """The branch in the path and its protection.

    Raises:
        Refused: 404 "Branch not protected".
    """
    name = branch_of(ask)
    doc = classic_of(ask.repo, name)
    if doc is None:
        raise Refused(404, "Branch not protected")
    return name, doc


def normal(ask: Ask, body: dict[str, Any]) -> dict[str, Any]:
    """A document as it is kept: every key, null booleans as false, contexts and checks as one list.

    Raises:
        Refused: 422 for people, teams and apps that are not there, and for restrictions on a person's repository.
    """
    doc: dict[str, Any] = {flag: bool(body.get(flag)) for flag in FLAGS}
    doc["enforce_admins"] = bool(body["enforce_admins"])
    checks = body["required_status_checks"]
    if checks is not None:
        listed = checks.get("checks")
        if listed is None:
            listed = [{"context": one} for one in checks.get("contexts", [])]
        checks = {
            "strict": checks["strict"],
            "checks": [
                {
                    "context": one["context"],
                    "app_id": None if one.get("app_id") in (-1, None) else one["app_id"],
                }
                for one in listed
            ],
        }
    doc["required_status_checks"] = checks
    reviews = body["required_pull_request_reviews"]
    if reviews is not None:
        reviews = {
            "dismiss_stale_reviews": bool(reviews.get("dismiss_stale_reviews")),
            "require_code_owner_reviews": bool(reviews.get("require_code_owner_reviews")),
            "require_last_push_approval": bool(reviews.get("require_last_push_approval")),
            "required_approving_review_count": reviews.get("required_approving_review_count", 1),
            "dismissal_restrictions": actors(ask, reviews.get("dismissal_restrictions")),
            "bypass_pull_request_allowances": actors(ask, reviews.get("bypass_pull_request_allowances")),
        }
        most = able.most_approvals("classic")
        if not 0 <= reviews["required_approving_review_count"] <= most:
            says = f"required_approving_review_count must be between 0 and {most}."
            raise Refused(422, f"Invalid request.\n\n{says}")
    doc["required_pull_request_reviews"] = reviews
    restrictions = body["restrictions"]
    if restrictions is not None and ask.repo.owner not in ask.state.orgs:
        raise Refused(
            422,
            "Validation Failed",
            errors=["Only organization repositories can have users and team restrictions"],
        )
    doc["restrictions"] = actors(ask, restrictions)
    return doc


def actors(ask: Ask, said: dict[str, Any] | None) -> dict[str, list[str]] | None:
    """People, teams and apps of a restriction; an empty object is none."""
    if not said:
        return None
    org = ask.state.orgs.get(ask.repo.owner)
    users, teams, apps = (list(said.get(key, [])) for key in ("users", "teams", "apps"))
    missing = [one for one in users if one not in ask.state.users]
    missing += [one for one in teams if org is None or one not in org.teams]
    missing += [one for one in apps if all(app.slug != one for app in ask.state.apps.values())]
    if missing:
        raise Refused(
            422, "Validation Failed", errors=[f"Could not resolve to an actor: {', '.join(missing)}"]
        )
    return {"users": users, "teams": teams, "apps": apps}


def set_protection(repo: Repo, pattern: str, **said: Any) -> dict[str, Any]:
    """Protects a branch or a pattern from a test, with everything that is not said switched off."""
    doc: dict[str, Any] = {flag: False for flag in FLAGS}
    for key in ("enforce_admins", "required_status_checks", "required_pull_request_reviews", "restrictions"):
        doc[key] = False if key == "enforce_admins" else None
    repo.protection[pattern] = {**doc, **said}
    return repo.protection[pattern]


def people(ask: Ask, said: dict[str, list[str]], place: str) -> dict[str, Any]:
    """People, teams and apps as GitHub answers them."""
    org = ask.state.orgs.get(ask.repo.owner)
    found = [app for app in ask.state.apps.values() if app.slug in said["apps"]]
    return {
        "url": place,
        "users_url": f"{place}/users",
        "teams_url": f"{place}/teams",
        "apps_url": f"{place}/apps",
        "users": [person(ask, one) for one in said["users"]],
        "teams": [team_body(ask, org, org.teams[one]) for one in said["teams"]] if org else [],
        "apps": [app_body(ask, one) for one in found],
    }


def body_of(ask: Ask, name: str, doc: dict[str, Any]) -> dict[str, Any]:
    """A protection as GitHub answers it; what is not asked for is left out."""
    place = ask.url("repos", ask.repo.full_name, "branches", name, "protection")
    said: dict[str, Any] = {
        "url": place,
        "required_signatures": {
            "url": f"{place}/required_signatures",
            "enabled": name in ask.repo.signatures,
        },
        "enforce_admins": {"url": f"{place}/enforce_admins", "enabled": doc["enforce_admins"]},
        **{flag: {"enabled": doc[flag]} for flag in FLAGS},
    }
    if (checks := doc["required_status_checks"]) is not None:
        said["required_status_checks"] = {
            "url": f"{place}/required_status_checks",
            "strict": checks["strict"],
            "contexts": [one["context"] for one in checks["checks"]],
            "contexts_url": f"{place}/required_status_checks/contexts",
            "checks": checks["checks"],
        }
    if (reviews := doc["required_pull_request_reviews"]) is not None:
        part = {"url": f"{place}/required_pull_request_reviews", **reviews}
        for key in ("dismissal_restrictions", "bypass_pull_request_allowances"):
            value = part.pop(key)
            if value is not None:
                part[key] = people(ask, value, f"{place}/{key}")
        said["required_pull_request_reviews"] = part
    if doc["restrictions"] is not None:
        said["restrictions"] = shape(
            "branch-restriction-policy", **people(ask, doc["restrictions"], f"{place}/restrictions")
        )
    return said


@serves("GET", BRANCH, "administration", hidden=True, plan=True)
def get_protection(ask: Ask) -> Answer:
    """The protection of a branch; for admins only."""
    return Answer(200, body_of(ask, *protected(ask)))


@serves("PUT", BRANCH, "administration", hidden=True, plan=True)
def put_protection(ask: Ask) -> Answer:
    """Replaces the whole protection of a branch."""
    name = branch_of(ask)
    ask.repo.protection[name] = normal(ask, ask.body)
    ask.state.tick()
    return Answer(200, body_of(ask, name, ask.repo.protection[name]))


@serves("DELETE", BRANCH, "administration", hidden=True, plan=True)
def delete_protection(ask: Ask) -> Answer:
    """Removes the protection of a branch."""
    name, doc = protected(ask)
    found = next((key for key, value in ask.repo.protection.items() if value is doc), None)
    if found is None:
        raise not_found()
    del ask.repo.protection[found]
    ask.repo.signatures.discard(name)
    return Answer(204)


@serves("GET", f"{BRANCH}/required_signatures", "administration", hidden=True, plan=True)
def get_signatures(ask: Ask) -> Answer:
    """Whether signed commits are asked for."""
    name, doc = protected(ask)
    return Answer(200, body_of(ask, name, doc)["required_signatures"])


@serves("POST", f"{BRANCH}/required_signatures", "administration", hidden=True, plan=True)
def post_signatures(ask: Ask) -> Answer:
    """Asks for signed commits."""
    name, doc = protected(ask)
    ask.repo.signatures.add(name)
    return Answer(200, body_of(ask, name, doc)["required_signatures"])


@serves("DELETE", f"{BRANCH}/required_signatures", "administration", hidden=True, plan=True)
def delete_signatures(ask: Ask) -> Answer:
    """No longer asks for signed commits."""
    name, _ = protected(ask)
    ask.repo.signatures.discard(name)
    return Answer(204)
