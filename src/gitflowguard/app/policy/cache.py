"""The compiled policy, kept in ``<common git dir>/gitflowguard/``; light, because every hook reads it.

One file per policy text, named by its checksum and proved by the bytes inside (gitflowguard.cachefile), so that
two work trees with two policies do not chase each other. A miss raises
NeedsCompiling: the caller loads the full program, which parses and writes it.
"""

from __future__ import annotations

import os
import zlib

from gitflowguard.app.policy.file import Source
from gitflowguard.cachefile import CacheFiles
from gitflowguard.model.adoption import Adoption
from gitflowguard.model.check import Artefacts, Quality, Tool
from gitflowguard.model.flow import Flow, IdentityPolicy, Kind, MessagePolicy
from gitflowguard.model.ownrule import OwnRule
from gitflowguard.model.protection import Actor, Guard, Protection, RequiredCheck
from gitflowguard.model.template import Template
from gitflowguard.model.training import Training

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from gitflowguard.policy.errors import PolicyError
    from gitflowguard.repo.place import Place

# Every branch with a policy of its own leaves a file; what is remembered of lines (app.policy.load) counts with them.
START, KEPT = "policy-", 16
POLICIES = CacheFiles("policy 10", 32 << 20, START, KEPT)


class NeedsCompiling(Exception):
    """The policy text has no compiled form yet."""

    def __init__(self, source: Source) -> None:
        super().__init__(source.path)
        self.source = source


def folder(place: Place) -> str:
    """Where we keep things of ours in a repository."""
    return os.path.join(place.common, "gitflowguard")


def cache_path(place: Place, source: Source) -> str:
    """The file that holds the compiled form of a policy text."""
    return os.path.join(folder(place), f"{START}{zlib.crc32(source.data):08x}.bin")


def read_compiled(place: Place, source: Source) -> Flow:
    """The compiled policy; raises NeedsCompiling where there is none that fits."""
    flow = POLICIES.load(cache_path(place, source), source.data, flow_of)
    if flow is None:
        raise NeedsCompiling(source)
    return flow


def understood(place: Place, source: Source, known: Mapping[bytes, Flow | PolicyError]) -> Flow:
    """What a policy's text means: as it was just parsed, else as it is kept. Raises PolicyError and NeedsCompiling."""
    found = known.get(source.data)
    if isinstance(found, Exception):
        raise found
    return found or read_compiled(place, source)


def write_compiled(place: Place, source: Source, flow: Flow) -> None:
    """Keeps a compiled policy for the next hook; a repository that cannot be written to does without."""
    POLICIES.save(cache_path(place, source), source.data, plain(flow))


def plain(flow: Flow) -> dict[str, Any]:
    """The flow's fields as built-in types: marshal knows no others, and a new field is not forgotten."""
    kinds = [kind._asdict() for kind in flow.kinds]
    for kind in kinds:
        kind["names"] = tuple(name.text for name in kind["names"])
        kind["tag"] = kind["tag"] and kind["tag"].text
    some = {"kinds": kinds, "message": tuple(flow.message), "ticket": flow.ticket.text}
    tools = {"tools": tuple(tuple(tool) for tool in flow.tools), "quality": tuple(flow.quality)}
    tools["artefacts"] = tuple(flow.artefacts)
    rest = {"protection": _bare(flow.protection), "adoption": tuple(flow.adoption)}
    rest["training"] = tuple(flow.training)
    rest["identity"] = tuple(flow.identity)
    rest["own"] = tuple(tuple(rule) for rule in flow.own)
    return {**flow._asdict(), **some, **tools, **rest}


def _bare(value: Any) -> Any:
    """Records as plain tuples, at any depth."""
    return tuple(map(_bare, value)) if isinstance(value, tuple) else value


def flow_of(row: dict[str, Any]) -> Flow:
    """The way back."""
    for kind in row["kinds"]:
        kind["names"] = tuple(Template(text) for text in kind["names"])
        kind["tag"] = kind["tag"] and Template(kind["tag"])
    kinds = tuple(Kind(**kind) for kind in row["kinds"])
    own = {"kinds": kinds, "message": MessagePolicy(*row["message"]), "ticket": Template(row["ticket"])}
    tools = {"tools": tuple(Tool(*one) for one in row["tools"]), "quality": Quality(*row["quality"])}
    rest = {"protection": _protection(*row["protection"]), "adoption": Adoption(*row["adoption"])}
    more = {"artefacts": Artefacts(*row["artefacts"]), "training": Training(*row["training"])}
    more["identity"] = IdentityPolicy(*row["identity"])
    rules = {"own": tuple(OwnRule(*one) for one in row["own"])}
    return Flow(**{**row, **own, **tools, **rest, **more, **rules})


def _protection(
    level: str, guards: tuple[Any, ...], settings: tuple[tuple[str, bool | str], ...]
) -> Protection:
    """The way back for one section."""
    return Protection(level, tuple(_guard(Guard(*row)) for row in guards), settings)


def _guard(row: Guard) -> Guard:
    return row._replace(
        checks=tuple(RequiredCheck(*one) for one in row.checks),
        bypass=_actors(row.bypass),
        created_by=_actors(row.created_by),
        deleted_by=None if row.deleted_by is None else _actors(row.deleted_by),
    )


def _actors(rows: tuple[Actor, ...]) -> tuple[Actor, ...]:
    return tuple(Actor(*row) for row in rows)
