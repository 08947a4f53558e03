"""What a GitHub server takes, before it is asked: who may bypass what, and how many approvals.

Judged by the table in `served`, which follows GitHub's published descriptions. An owner or a server that isn't known
settles nothing: only what every server blocks is named then.
"""

from __future__ import annotations

from typing import Any

from gitflowguard.model.protection import Actor
from gitflowguard.model.record import Record
from gitflowguard.model.served import FACTS, SERVERS

ORGANIZATION, PERSON = "Organization", "User"
_TYPES = {
    "team": "Team",
    "app": "Integration",
    "role": "RepositoryRole",
    "user": "User",
    "deploy-key": "DeployKey",
    "org-admin": "OrganizationAdmin",
}


class BypassPlace(Record):
    """Where a bypass list is sent.

    target: ``branch`` or ``tag``. rules: the types of its ruleset's rules.
    owner: ORGANIZATION or PERSON, "" where it isn't known.
    server: "" for github.com and GHE.com, the version of a GitHub Enterprise Server, None where it isn't known.
    """

    target: str
    rules: tuple[str, ...] = ()
    owner: str = ""
    server: str | None = None


def objection(actor: Actor, place: BypassPlace) -> str:
    """Why an actor can't stand in the bypass list there, "" if it can."""
    kind, _, name = actor.name.partition(":")
    facts = {
        "actor": (_TYPES.get(kind, kind), name if kind == "app" else ""),
        "mode": (actor.mode,),
        "target": (place.target,),
        "owner": (place.owner,),
    }
    for fact in FACTS["refused"]:
        if all(fact.get(key, values[0]) in values for key, values in facts.items()):
            return str(fact["says"])
    for fact in FACTS["idle"]:
        if actor.mode == fact["mode"] and place.rules and set(place.rules) <= set(fact["rules"]):
            return str(fact["says"])
    return _unlisted(facts["actor"][0], actor, place.server)


def _unlisted(github: str, actor: Actor, server: str | None) -> str:
    """What a server's description has no word for; "" where it has, or where there is no description."""
    row = row_of(server)
    if row is None:
        return ""
    if github not in row["actors"]:
        return f"{_called(server)} knows no bypass for {github}"
    if actor.mode not in row["modes"]:
        return f"{_called(server)} knows no bypass mode {actor.mode}"
    return ""


def row_of(server: str | None) -> dict[str, Any] | None:
    """What is known of a server: None for a version that the table doesn't have."""
    if server is None:
        return None
    return SERVERS.get(".".join(server.split(".")[:2]))


def _called(server: str | None) -> str:
    return f"GitHub Enterprise Server {server}" if server else "GitHub"


def most_approvals(level: str) -> tuple[int, str]:
    """(how many approvals a level of protection takes, in words); (10, "") for rulesets."""
    for fact in FACTS["approvals"]:
        if fact["level"] == level:
            return int(fact["most"]), str(fact["says"])
    return 10, ""
