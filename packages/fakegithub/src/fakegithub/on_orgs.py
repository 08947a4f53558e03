"""Organisations, teams, people, Apps and the rate limit."""

from __future__ import annotations

from typing import Any

from fakegithub.contract import NEW
from fakegithub.door import lacking
from fakegithub.on_repos import repo_body, set_property
from fakegithub.people import App, Org, Team, Token
from fakegithub.repos import Repo
from fakegithub.shapes import NEVER, app_body, node_id, person, shape, team_body
from fakegithub.web import Answer, Ask, Refused, invalid, not_found, serves

ORG = "/orgs/{org}"
LIFETIME = "2026-11-22T13:00:00Z"


@serves("GET", ORG)
def get_org(ask: Ask) -> Answer:
    """The organisation; its plan for owners only."""
    org = ask.org
    more: dict[str, Any] = {}
    if ask.token is not None and (ask.token.org_admin or ask.token.login in org.owners):
        more["plan"] = {"name": org.plan, "space": 1, "private_repos": 1}
    return Answer(
        200,
        shape(
            "organization-full",
            login=org.login,
            id=org.id,
            node_id=node_id("O", org.id),
            url=ask.url("orgs", org.login),
            type="Organization",
            created_at=NEVER,
            updated_at=NEVER,
            **more,
        ),
    )


@serves("GET", f"{ORG}/repos")
def list_repos(ask: Ask) -> Answer:
    """The repositories that the token may see, by name."""
    org = ask.org
    found = [
        repo
        for name, repo in sorted(ask.state.repos.items())
        if repo.owner == org.login and lacking(ask.state, ask.token, repo, "metadata", "read") is None
    ]
    return Answer(200, [minimal(ask, repo) for repo in ask.page(found)])


def minimal(ask: Ask, repo: Repo) -> dict[str, Any]:
    """A repository in a list."""
    said = repo_body(ask, repo, "minimal-repository")
    said["license"] = None
    return said


@serves("GET", f"{ORG}/teams", "org_members")
def list_teams(ask: Ask) -> Answer:
    """The teams, by name."""
    org = ask.org
    return Answer(200, [team_body(ask, org, one) for one in ask.page(sorted_teams(org))])


def sorted_teams(org: Org) -> list[Team]:
    """The teams, by name."""
    return [org.teams[name] for name in sorted(org.teams)]


def team_of(ask: Ask) -> tuple[Org, Team]:
    """The team in the path, by slug or by id."""
    if "team_id" in ask.params:
        for org in ask.state.orgs.values():
            for team in org.teams.values():
                if str(team.id) == ask.params["team_id"]:
                    return org, team
        raise not_found()
    found = ask.org.teams.get(ask.params["team_slug"])
    if found is None:
        raise not_found()
    return ask.org, found


@serves("GET", f"{ORG}/teams/{{team_slug}}")
@serves("GET", "/teams/{team_id}")
@serves("GET", "/organizations/{org_id}/team/{team_id}")
def get_team(ask: Ask) -> Answer:
    """One team."""
    if ask.token is None:
        raise Refused(401, "Requires authentication")
    return Answer(200, team_body(ask, *team_of(ask), full=True))


@serves("GET", f"{ORG}/teams/{{team_slug}}/members")
def get_members(ask: Ask) -> Answer:
    """The members of a team."""
    _, team = team_of(ask)
    return Answer(200, [person(ask, login) for login in ask.page(sorted(team.members))])


@serves("GET", f"{ORG}/teams/{{team_slug}}/memberships/{{username}}")
def get_membership(ask: Ask) -> Answer:
    """Whether somebody is in a team."""
    _, team = team_of(ask)
    if ask.params["username"] not in team.members:
        raise not_found()
    return Answer(200, {"url": ask.url("teams", team.id), "role": "member", "state": "active"})


def user_body(ask: Ask, login: str) -> dict[str, Any]:
    """A person or organisation, as public as it gets."""
    user = ask.state.users.get(login) or ask.state.orgs.get(login)
    if user is None:
        raise not_found()
    said = shape("public-user", created_at=NEVER, updated_at=NEVER, **person(ask, login))
    return {**said, "user_view_type": "public"}


@serves("GET", "/users/{username}")
def get_user(ask: Ask) -> Answer:
    """A person."""
    return Answer(200, user_body(ask, ask.params["username"]))


@serves("GET", "/user/{account_id}")
def get_user_by_id(ask: Ask) -> Answer:
    """A person by id."""
    for user in ask.state.users.values():
        if str(user.id) == ask.params["account_id"]:
            return Answer(200, user_body(ask, user.login))
    raise not_found()


@serves("GET", "/user")
def get_me(ask: Ask) -> Answer:
    """Whose token this is; an App's has nobody."""
    if ask.token is None:
        raise Refused(401, "Requires authentication")
    if ask.token.kind in ("app", "actions", "jwt"):
        raise Refused(403, "Resource not accessible by integration")
    return Answer(200, user_body(ask, ask.token.login))


@serves("GET", "/apps/{app_slug}")
def get_app(ask: Ask) -> Answer:
    """An App by its slug."""
    for app in ask.state.apps.values():
        if app.slug == ask.params["app_slug"]:
            return Answer(200, app_body(ask, app))
    raise not_found()


def self_app(ask: Ask) -> App:
    """The App whose JSON Web Token this is.

    Raises:
        Refused: 401.
    """
    if ask.token is None or ask.token.kind != "jwt":
        raise Refused(401, "A JSON web token could not be decoded")
    return ask.state.apps[ask.token.app]


@serves("GET", "/app", None)
def get_own_app(ask: Ask) -> Answer:
    """The App itself."""
    return Answer(200, app_body(ask, self_app(ask)))


def installation(ask: Ask, owner: str) -> Answer:
    """The App's installation for an owner."""
    app = self_app(ask)
    if owner not in app.installed:
        raise not_found()
    return Answer(
        200,
        shape(
            "installation",
            id=app.installation,
            account=person(ask, owner),
            app_id=app.id,
            app_slug=app.slug,
            target_id=1,
            target_type="Organization" if owner in ask.state.orgs else "User",
            repository_selection="all",
            access_tokens_url=ask.url("app/installations", app.installation, "access_tokens"),
            permissions=app.permissions,
            events=[],
            created_at=NEVER,
            updated_at=NEVER,
            suspended_at=None,
        ),
    )


@serves("GET", "/repos/{owner}/{repo}/installation", None)
def repo_installation(ask: Ask) -> Answer:
    """The App's installation for a repository."""
    return installation(ask, ask.repo.owner)


@serves("GET", f"{ORG}/installation", None)
def org_installation(ask: Ask) -> Answer:
    """The App's installation for an organisation."""
    return installation(ask, ask.org.login)


@serves("POST", "/app/installations/{installation_id}/access_tokens", None)
def create_token(ask: Ask) -> Answer:
    """A token of an installation, with the App's permissions or fewer."""
    app = self_app(ask)
    if str(app.installation) != ask.params["installation_id"]:
        raise not_found()
    scopes = dict((ask.body or {}).get("permissions") or app.permissions)
    if any(app.permissions.get(name) is None for name in scopes):
        raise Refused(422, "The permissions requested are not granted to this installation.")
    value = ask.state.token(None, user=app.slug, kind="app", scopes=scopes, app=app.id)
    return Answer(
        201, {"token": value, "expires_at": LIFETIME, "permissions": scopes, "repository_selection": "all"}
    )


@serves("GET", "/rate_limit", None)
def get_rate_limit(ask: Ask) -> Answer:
    """What is left of the quota; asking costs nothing."""
    token: Token | None = ask.token
    limit = ask.limit if token is not None else 60
    used = min(token.used, limit) if token is not None else 0
    reset = int((token.window if token is not None else 0) + ask.window)
    one = {"limit": limit, "remaining": limit - used, "reset": reset, "used": used}
    said: dict[str, Any] = {"resources": {"core": one, "search": one, "graphql": one}}
    if ask.version != NEW:
        said["rate"] = one
    return Answer(200, said)


PROPERTIES = f"{ORG}/properties"


@serves("GET", f"{PROPERTIES}/schema", "org")
def list_properties(ask: Ask) -> Answer:
    """The custom properties that an organisation knows."""
    return Answer(200, list(ask.org.properties.values()))


@serves("GET", f"{PROPERTIES}/schema/{{custom_property_name}}", "org")
def get_property(ask: Ask) -> Answer:
    """One custom property."""
    found = ask.org.properties.get(ask.params["custom_property_name"])
    if found is None:
        raise not_found()
    return Answer(200, found)


@serves("PUT", f"{PROPERTIES}/schema/{{custom_property_name}}", "org")
def put_property(ask: Ask) -> Answer:
    """Makes or changes a custom property."""
    name = ask.params["custom_property_name"]
    made = {
        "property_name": name,
        "url": ask.url("orgs", ask.org.login, "properties/schema", name),
        "source_type": "organization",
        "required": False,
        "default_value": None,
        "description": None,
        "allowed_values": None,
        "values_editable_by": "org_actors",
        **ask.body,
    }
    ask.org.properties[name] = made
    return Answer(200, made)


@serves("GET", f"{PROPERTIES}/values", "org")
def list_values(ask: Ask) -> Answer:
    """The custom properties of every repository."""
    found = [repo for _, repo in sorted(ask.state.repos.items()) if repo.owner == ask.org.login]
    return Answer(
        200,
        [
            {
                "repository_id": repo.id,
                "repository_name": repo.name,
                "repository_full_name": repo.full_name,
                "properties": [
                    {"property_name": name, "value": value} for name, value in sorted(repo.properties.items())
                ],
            }
            for repo in ask.page(found)
        ],
    )


@serves("PATCH", f"{PROPERTIES}/values", "org")
def patch_values(ask: Ask) -> Answer:
    """Sets custom properties of up to 30 repositories."""
    names = ask.body["repository_names"]
    if len(names) > 30:
        raise invalid("A maximum of 30 repositories can be updated at once")
    repos = [ask.state.find(f"{ask.org.login}/{name}") for name in names]
    for one in ask.body["properties"]:
        if one["property_name"] not in ask.org.properties:
            raise invalid(f"Property '{one['property_name']}' does not exist")
    if any(repo is None for repo in repos):
        raise not_found()
    for repo in repos:
        for one in ask.body["properties"]:
            if repo is not None:
                set_property(repo, one)
    return Answer(204)
