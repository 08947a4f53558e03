"""What a server takes, by the table that follows GitHub's descriptions (data/servers.json, data/facts.json)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

DATA = Path(__file__).resolve().parent / "data"


class Entry(NamedTuple):
    """An entry of a bypass list, and where it stands. ``actor``: its type, and the slug where it is an App."""

    actor: tuple[str, str]
    mode: str
    target: str
    owner: str
    server: str


@cache
def facts() -> dict[str, list[dict[str, Any]]]:
    """What is said in prose, with its sources."""
    found: dict[str, list[dict[str, Any]]] = json.loads((DATA / "facts.json").read_text())
    return found


@cache
def servers() -> dict[str, dict[str, Any]]:
    """Version (``3.17``; "" for github.com) -> what its description lists."""
    found: dict[str, dict[str, Any]] = json.loads((DATA / "servers.json").read_text())["servers"]
    return found


def refusal(entry: Entry) -> str | None:
    """The id of the fact by which GitHub refuses the entry, None if it takes it."""
    have = {
        "actor": entry.actor,
        "mode": (entry.mode,),
        "target": (entry.target,),
        "owner": (entry.owner,),
    }
    for fact in facts()["refused"]:
        if all(fact.get(key, values[0]) in values for key, values in have.items()):
            return str(fact["id"])
    row = servers().get(".".join(entry.server.split(".")[:2]))
    if row is not None and entry.actor[0] not in row["actors"]:
        return "no-such-actor"
    if row is not None and entry.mode not in row["modes"]:
        return "no-such-mode"
    return None


def words(fact: str, entry: Entry) -> str:
    """How GitHub says it: known of one (tangosdev/sm64ds-decomp#1136), made up in its manner for the others."""
    if fact == "actions-never-bypass":
        return "Actor GitHub Actions integration must be part of the ruleset source or owner organization"
    return f"Actor {entry.actor[0]} with the bypass mode {entry.mode} is not available here: {fact}"


def most_approvals(level: str) -> int:
    """How many approvals a level of protection takes."""
    return next((int(one["most"]) for one in facts()["approvals"] if one["level"] == level), 10)


def has(plan: str, private: bool, thing: str) -> bool:
    """Whether a plan has ``rulesets`` or ``classic`` for such a repository."""
    rows = [one for one in facts()["plans"] if one["plan"] == plan and one["private"] == private]
    return all(thing not in one["lacks"] for one in rows)
