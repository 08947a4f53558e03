"""Repositories: settings, who may do what in them, and CODEOWNERS."""

from __future__ import annotations

from typing import Any

from fakegithub.contract import NEW
from fakegithub.people import ROLES, at_least
from fakegithub.repos import MERGE_SETTINGS, Repo
from fakegithub.shapes import NEVER, node_id, person, shape
from fakegithub.web import Answer, Ask, Refused, invalid, not_found, serves

REPO = "/repos/{owner}/{repo}"
LINKS = {
    "pulls_url": "pulls{/number}",
    "branches_url": "branches{/branch}",
    "commits_url": "commits{/sha}",
    "contents_url": "contents/{+path}",
    "statuses_url": "statuses/{sha}",
    "compare_url": "compare/{base}...{head}",
    "git_refs_url": "git/refs{/sha}",
    "issue_comment_url": "issues/comments{/number}",
    "collaborators_url": "collaborators{/collaborator}",
}
WORKS_WITH = ("allow_merge_commit", "allow_squash_merge", "allow_rebase_merge")


def repo_body(ask: Ask, repo: Repo, kind: str = "full-repository") -> dict[str, Any]:
    """A repository as this token sees it.

    Merge settings are there for those who may write only (docs.github.com, "Get a repository": "In order to see
    merge-related settings … you must have contents:read and contents:write").
    """
    settings = {key: value for key, value in repo.settings.items() if key not in MERGE_SETTINGS}
    said = shape(
        kind,
        id=repo.id,
        node_id=node_id("R", repo.id),
        name=repo.name,
        full_name=repo.full_name,
        private=repo.private,
        visibility="private" if repo.private else "public",
        owner=person(ask, repo.owner),
        html_url=f"https://github.com/{repo.full_name}",
        clone_url=f"https://github.com/{repo.full_name}.git",
        url=ask.url("repos", repo.full_name),
        fork=repo.parent is not None,
        topics=repo.topics,
        created_at=NEVER,
        updated_at=NEVER,
        pushed_at=NEVER,
        disabled=False,
        license=None,
        language=None,
        mirror_url=None,
        **{key: ask.url("repos", repo.full_name, rest) for key, rest in LINKS.items()},
        **settings,
    )
    if ask.version != NEW:
        said["has_downloads"] = True
    if ask.token is not None:
        role = ask.state.role(ask.token, repo)
        role = "read" if role == "none" else role
        said["permissions"] = {
            "admin": at_least(role, "admin"),
            "maintain": at_least(role, "maintain"),
            "push": at_least(role, "write"),
            "triage": at_least(role, "triage"),
            "pull": True,
        }
    if kind == "full-repository":
        return full(ask, repo, said)
    return said


def full(ask: Ask, repo: Repo, said: dict[str, Any]) -> dict[str, Any]:
    """What only the answer about one repository has."""
    said["network_count"] = said["subscribers_count"] = 0
    ask.found = ask.found or repo
    if ask.may("contents", "write") or ask.may("administration", "write"):
        said.update({key: repo.settings[key] for key in MERGE_SETTINGS})
        if ask.version == NEW:
            del said["use_squash_pr_title_as_default"]
    if ask.may("administration", "read") and ask.token is not None:
        said["security_and_analysis"] = {"secret_scanning": {"status": "disabled"}}
    if repo.owner in ask.state.orgs:
        said["organization"] = person(ask, repo.owner)
    if repo.properties:
        said["custom_properties"] = repo.properties
    if repo.parent is not None and (parent := ask.state.find(repo.parent)) is not None:
        said["parent"] = said["source"] = repo_body(ask, parent, "repository")
    return said


@serves("GET", REPO)
def get_repo(ask: Ask) -> Answer:
    """The repository."""
    return Answer(200, repo_body(ask, ask.repo))


@serves("PATCH", REPO, "administration")
def patch_repo(ask: Ask) -> Answer:
    """Settings, whole or in part; the name too.

    "You can't disable all merge methods" and a default branch that is not there are refused as GitHub does.
    """
    repo, said = ask.repo, dict(ask.body)
    after = {**repo.settings, **said}
    if not any(after[key] for key in WORKS_WITH):
        words = "Sorry, you need to allow at least one merge strategy. (no_merge_method)"
        raise invalid(
            {"resource": "Repository", "field": "merge_commit_allowed", "code": "custom", "message": words}
        )
    if "default_branch" in said and f"refs/heads/{said['default_branch']}" not in repo.refs:
        message = f"The branch {said['default_branch']} was not found. Please push that ref first or create it via the"
        raise invalid(
            {"resource": "Repository", "field": "default_branch", "code": "invalid", "message": message}
        )
    if said.get("allow_auto_merge") and repo.private and repo.plan_name() == "free":
        said.pop("allow_auto_merge")
    name = said.pop("name", repo.name)
    repo.private = bool(said.pop("private", repo.private))
    if "visibility" in said:
        repo.private = said.pop("visibility") == "private"
    repo.settings.update({key: value for key, value in said.items() if key in repo.settings})
    if name != repo.name:
        ask.state.rename(repo.full_name, f"{repo.owner}/{name}")
    ask.state.tick()
    return Answer(200, repo_body(ask, repo))


@serves("GET", f"{REPO}/collaborators")
def get_collaborators(ask: Ask) -> Answer:
    """Everybody who may do at least what ``permission`` says, by their login; only for those who may push.

    docs.github.com, "List repository collaborators": outside collaborators, members by their organisation's base
    permission, by teams, and owners.
    """
    _pushing(ask, "Must have push access to view repository collaborators.")
    wanted = ROLES[1 + PERMISSIONS.index(ask.query.get("permission", "pull"))]
    found = [login for login in sorted(_everybody(ask)) if at_least(_role(ask, login), wanted)]
    return Answer(200, [_collaborator(ask, login) for login in ask.page(found)])


def _pushing(ask: Ask, words: str) -> None:
    """Refuses a token whose person may not push; Apps and jobs have their own permissions."""
    if ask.token is None or (
        ask.token.kind not in ("app", "actions")
        and not at_least(ask.state.role(ask.token, ask.repo), "write")
    ):
        raise Refused(403, words)


def _everybody(ask: Ask) -> set[str]:
    """The logins that may have a role: an organisation itself has none."""
    return {login for login in (*ask.state.users, *ask.repo.roles) if login not in ask.state.orgs}


def _role(ask: Ask, login: str) -> str:
    """The role of a person, also where a token alone says it."""
    held = [one.role for one in ask.state.tokens.values() if one.login == login and one.kind != "actions"]
    return max((ask.repo.role_of(login), *(role for role in held if role)), key=ROLES.index)


def _collaborator(ask: Ask, login: str) -> dict[str, Any]:
    role = _role(ask, login)
    allowed = {name: at_least(role, as_role) for name, as_role in zip(PERMISSIONS, ROLES[1:], strict=True)}
    return shape("collaborator", **person(ask, login), permissions=allowed, role_name=role)


@serves("GET", f"{REPO}/collaborators/{{username}}/permission")
def get_permission(ask: Ask) -> Answer:
    """What a user may do; only for those who may push (docs: "push access is required")."""
    _pushing(ask, "Must have push access to view collaborator permission.")
    login = ask.params["username"]
    if login not in ask.state.users:
        raise Refused(404, f"{login} is not a user")
    role = ask.repo.role_of(login)
    old = {"maintain": "write", "triage": "read"}.get(role, role)
    user = {
        **person(ask, login),
        "permissions": {
            name: at_least(role, as_role) for name, as_role in zip(PERMISSIONS, ROLES[1:], strict=True)
        },
        "role_name": role,
    }
    return Answer(200, shape("repository-collaborator-permission", permission=old, role_name=role, user=user))


PERMISSIONS = ("pull", "triage", "push", "maintain", "admin")


@serves("GET", f"{REPO}/codeowners/errors", "contents")
def get_codeowners_errors(ask: Ask) -> Answer:
    """The mistakes in CODEOWNERS; 404 where there is no such file."""
    repo = ask.repo
    sha = repo.resolve(ask.query.get("ref", repo.default))
    places = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
    if sha is None or not any(place in repo.commits[sha].tree for place in places):
        raise not_found()
    return Answer(200, {"errors": repo.codeowners_errors})


@serves("GET", f"{REPO}/teams", "administration")
def get_teams(ask: Ask) -> Answer:
    """Teams with access; none are kept."""
    return Answer(200, [])


@serves("GET", f"{REPO}/properties/values")
def get_properties(ask: Ask) -> Answer:
    """The custom properties of a repository."""
    said = ask.repo.properties.items()
    return Answer(200, [{"property_name": name, "value": value} for name, value in sorted(said)])


@serves("PATCH", f"{REPO}/properties/values", "administration")
def patch_properties(ask: Ask) -> Answer:
    """Sets custom properties that the organisation knows."""
    org = ask.state.orgs.get(ask.repo.owner)
    for one in ask.body["properties"]:
        if org is None or one["property_name"] not in org.properties:
            raise invalid(f"Property '{one['property_name']}' does not exist")
        set_property(ask.repo, one)
    return Answer(204)


def set_property(repo: Repo, said: dict[str, Any]) -> None:
    """Sets one custom property; null removes it."""
    if said["value"] is None:
        repo.properties.pop(said["property_name"], None)
    else:
        repo.properties[said["property_name"]] = said["value"]
