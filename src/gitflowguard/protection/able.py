"""What the policy asks of a repository and its server doesn't take, known before anything is sent."""

from __future__ import annotations

from collections.abc import Iterator

from gitflowguard.model.capability import (
    ORGANIZATION,
    PERSON,
    BypassPlace,
    most_approvals,
    objection,
)
from gitflowguard.model.finding import Unknown
from gitflowguard.model.flow import Flow
from gitflowguard.model.protection import PREFIX, Live, Ruleset
from gitflowguard.model.record import Record
from gitflowguard.protection.compile import Desired
from gitflowguard.protection.words import about, actor_words

_LISTS = {"start": "created-by", "keep": "deleted-by"}


class Unable(Record):
    """key: of the policy that asks for it, dotted. about: whose protection. says: why the server doesn't take it."""

    key: str
    about: str
    says: str


def able(flow: Flow, desired: Desired, live: Live, level: str) -> Iterator[Unable]:
    """Everything that the owner of the repository, its server, or the level of protection doesn't take."""
    if level == "classic":
        yield from _approvals(flow)
    elif level:
        for ruleset in desired.rulesets:
            yield from _actors(ruleset, live)


def _approvals(flow: Flow) -> Iterator[Unable]:
    """More approvals than classic branch protection takes, where the policy's level is auto."""
    most, why = most_approvals("classic")
    for kind in flow.kinds:
        count = flow.review_into(kind).approvals
        if kind.protected and kind.fixed and count > most:
            says = f"{kind.fixed} needs {count} approvals, and {why}"
            yield Unable(f"protection.kinds.{kind.id}.approvals", kind.fixed, says)


def _actors(ruleset: Ruleset, live: Live) -> Iterator[Unable]:
    """Those of a bypass list."""
    place = BypassPlace(
        target=ruleset.target,
        rules=tuple(clause.type for clause in ruleset.clauses),
        owner=ORGANIZATION if live.repository.organisation else PERSON,
        server=live.server,
    )
    for actor in () if isinstance(ruleset.bypass, Unknown) else ruleset.bypass:
        why = objection(actor, place)
        if why:
            yield Unable(
                _key(ruleset), about(ruleset), f"{actor_words(actor)} can't bypass {ruleset.name}: {why}"
            )


def _key(ruleset: Ruleset) -> str:
    """The list of the policy that a ruleset's bypass comes from."""
    word, _, purpose = ruleset.name.removeprefix(PREFIX).partition(" (")
    sections = {"other names": ("names", "bypass"), "version tags": ("tags", "bypass")}
    sections["new version tags"] = ("tags", "created-by")
    if word in sections:
        return ".".join(("protection", *sections[word]))
    return f"protection.kinds.{word}.{_LISTS.get(purpose.rstrip(')'), 'bypass')}"
