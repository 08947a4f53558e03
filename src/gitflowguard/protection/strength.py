"""Which of two protections refuses more, and one that refuses all that either does.

Between two states a repository passes through `strongest` of them: whatever both refuse, and whatever either of
them refuses, is refused there. That it is sometimes more than either does no harm for the seconds it lasts.
"""

from __future__ import annotations

from collections.abc import Iterable

from gitflowguard.model.finding import Unknown
from gitflowguard.model.jsonvalue import Document, Json
from gitflowguard.model.protection import Actor, Classic, Clause, Ruleset
from gitflowguard.protection.canon import (
    classic_document,
    clauses_of,
    document,
    ordered,
)

# Where less is more: a list of what is allowed, and a switch that lets something through.
_ALLOWING_LISTS = ("allowed_merge_methods",)
_ALLOWING_SWITCHES = (
    "do_not_enforce_on_create",
    "update_allows_fetch_and_merge",
    "allow_force_pushes",
    "allow_deletions",
    "allow_fork_syncing",
)


def strongest(one: Ruleset, other: Ruleset) -> Ruleset:
    """A ruleset under the second one's name that refuses whatever either refuses. Both have the same target."""
    if one.enforcement != "active":
        return other
    if other.enforcement != "active":
        return one._replace(name=other.name, id=other.id, source=other.source)
    return other._replace(
        include=tuple(sorted({*one.include, *other.include})),
        exclude=tuple(sorted({*one.exclude} & {*other.exclude})),
        clauses=_clauses(clauses_of(one), clauses_of(other)),
        bypass=_bypass(one.bypass, other.bypass),
    )


def covers(one: Ruleset, other: Ruleset) -> bool:
    """Whether the first refuses all that the second refuses, as far as can be determined from their words."""
    if other.enforcement != "active":
        return True
    return document(strongest(other, one)) == document(one)


def _clauses(one: dict[str, Clause], other: dict[str, Clause]) -> tuple[Clause, ...]:
    """Every clause of either; of those that both have, the stronger parameters."""
    found = {**one, **other}
    for key in one.keys() & other.keys():
        clause = other[key]
        made, shut = _parameters(one[key].parameters, clause.parameters)
        found[key] = Clause(clause.type, made)
        if shut:
            # Each allows only what the other forbids, so nothing may move for a moment.
            found["update"] = Clause("update")
    return tuple(clause for _, clause in sorted(found.items()))


def _parameters(one: Document, other: Document) -> tuple[Document, bool]:
    """The stronger of each parameter, and whether two lists of what is allowed have nothing in common.

    What cannot be compared is taken from the second.
    """
    made: Document = {**one, **other}
    shut = False
    for key in one.keys() & other.keys():
        if key in _ALLOWING_LISTS:
            common = [word for word in other[key] if word in one[key]]
            made[key] = common or other[key]
            shut = shut or not common
        else:
            made[key] = _stronger(key, one[key], other[key])
    return made, shut


def _stronger(key: str, one: Json, other: Json) -> Json:
    """The stronger of two values."""
    if isinstance(one, bool) and isinstance(other, bool):
        return (one and other) if key in _ALLOWING_SWITCHES else (one or other)
    if isinstance(one, int) and isinstance(other, int):
        return max(one, other)
    if isinstance(one, list) and isinstance(other, list):
        every = [*other, *(row for row in one if row not in other)]
        return ordered([row for row in every if not _vague(row, every)])
    return other


def _vague(row: Json, rows: list[Json]) -> bool:
    """Whether it asks for a check by anybody that another row asks of one app."""
    if not isinstance(row, dict) or "context" not in row or row.get("app"):
        return False
    return any(other["context"] == row["context"] and other.get("app") for other in rows)


def _bypass(
    one: tuple[Actor, ...] | Unknown, other: tuple[Actor, ...] | Unknown
) -> tuple[Actor, ...] | Unknown:
    """Only those who may bypass both, each by the narrower way."""
    if isinstance(one, Unknown) or isinstance(other, Unknown):
        return one if isinstance(one, Unknown) else other
    there = {actor.name: actor for actor in one}
    found: list[Actor] = []
    for actor in sorted(set(other)):
        if actor.name in there:
            found.append(there[actor.name] if there[actor.name].mode == "pull_request" else actor)
    return tuple(found)


def strongest_classic(one: Classic, other: Classic) -> Classic:
    """A whole document that refuses whatever either refuses."""
    return Classic(other.branch, _both(one.document, other.document), one.signatures or other.signatures)


def covers_classic(one: Classic, other: Classic) -> bool:
    """Whether the first refuses all that the second refuses."""
    return classic_document(strongest_classic(other, one)) == classic_document(one)


def _both(one: Document, other: Document) -> Document:
    """The stronger of each value, at any depth; a null demands nothing."""
    made: Document = {}
    for key in _keys(one, other):
        first, second = one.get(key), other.get(key)
        if key == "restrictions" and first is not None and second is not None:
            made[key] = {name: [x for x in second[name] if x in first.get(name, ())] for name in second}
        elif isinstance(first, dict) and isinstance(second, dict):
            made[key] = _both(first, second)
        elif key in _ALLOWING_SWITCHES:
            made[key] = bool(first) and bool(second)
        elif first is None or second is None:
            made[key] = second if first is None else first
        else:
            made[key] = _stronger(key, first, second)
    return made


def _keys(one: Iterable[str], other: Iterable[str]) -> list[str]:
    return list(dict.fromkeys((*other, *one)))
