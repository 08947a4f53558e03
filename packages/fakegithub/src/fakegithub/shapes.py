"""Bodies of answers: what a handler says, and for every other required key a value of the described type.

What the product reads is always said by a handler; the rest is there because a client of GitHub finds it there.
"""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import quote

from fakegithub.contract import description
from fakegithub.people import App, Org, Team, User
from fakegithub.web import Ask

NEVER = "2026-11-22T12:00:00Z"
FORMATS = {"uri": "https://api.github.com/filled", "date-time": NEVER, "email": "filled@example.invalid"}
PLAIN = {"string": "", "integer": 0, "number": 0, "boolean": False, "array": (), "null": None}


@cache
def skeleton(name: str) -> dict[str, Any]:
    """The required keys of a schema with plain values."""
    made = plain({"$ref": f"#/components/schemas/{name}"}, 0)
    return made if isinstance(made, dict) else {}


def plain(node: dict[str, Any], depth: int) -> Any:
    """A value of the described type."""
    if "$ref" in node:
        return plain(description()["components"]["schemas"][node["$ref"].rsplit("/", 1)[-1]], depth)
    if node.get("nullable"):
        return filled(node, depth) if depth == 0 and "properties" in node else None
    if "enum" in node:
        return node["enum"][0]
    for key in ("oneOf", "anyOf", "allOf"):
        if key in node:
            return plain(node[key][0], depth)
    if "properties" in node:
        return filled(node, depth)
    kind = node.get("type", "object")
    if kind == "string":
        return FORMATS.get(node.get("format", ""), "0" * node.get("minLength", 0))
    return {} if kind == "object" else PLAIN[kind]


def filled(node: dict[str, Any], depth: int) -> dict[str, Any]:
    """An object with its required keys."""
    return {key: plain(node["properties"][key], depth + 1) for key in node.get("required", ())}


def shape(kind: str, /, **said: Any) -> dict[str, Any]:
    """A body of a described shape with what a handler says."""
    return {**skeleton(kind), **said}


def node_id(kind: str, number: int) -> str:
    """A global id as GitHub gives one."""
    return f"{kind}_kwDO{number:08d}"


def person(ask: Ask, login: str) -> dict[str, Any]:
    """A user or organisation in short."""
    who: User | Org | None = ask.state.orgs.get(login) or ask.state.users.get(login)
    bot = login.endswith("[bot]")
    page = f"apps/{login.removesuffix('[bot]')}" if bot else login
    return shape(
        "simple-user",
        login=login,
        id=who.id if who else 41898282,
        node_id=node_id("U", who.id if who else 1),
        url=ask.url("users", quote(login)),
        html_url=f"https://github.com/{page}",
        gravatar_id="",
        type="Bot" if bot else "Organization" if login in ask.state.orgs else "User",
        site_admin=False,
    )


def app_body(ask: Ask, app: App) -> dict[str, Any]:
    """A GitHub App."""
    return shape(
        "integration",
        id=app.id,
        slug=app.slug,
        node_id=node_id("A", app.id),
        owner=person(ask, app.owner),
        name=app.slug.replace("-", " ").title(),
        description="",
        permissions=app.permissions,
        events=[],
        html_url=f"https://github.com/apps/{app.slug}",
    )


def team_body(ask: Ask, org: Org, team: Team, full: bool = False) -> dict[str, Any]:
    """A team."""
    said: dict[str, Any] = {
        "id": team.id,
        "node_id": node_id("T", team.id),
        "slug": team.slug,
        "name": team.slug.title(),
        "description": team.description,
        "privacy": "closed",
        "permission": "pull",
        "url": ask.url("organizations", org.id, "team", team.id),
        "html_url": f"https://github.com/orgs/{org.login}/teams/{team.slug}",
        "members_url": ask.url("organizations", org.id, "team", team.id, "members{/member}"),
        "repositories_url": ask.url("organizations", org.id, "team", team.id, "repos"),
        "parent": None,
        "type": "organization",
        "organization_id": org.id,
    }
    if not full:
        return shape("team", **said)
    organization = shape("team-organization", login=org.login, id=org.id, url=ask.url("orgs", org.login))
    return shape(
        "team-full", **said, members_count=len(team.members), repos_count=0, organization=organization
    )
