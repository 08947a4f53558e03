"""A flow as bytes that a hook can read in no time.

``marshal``, because it is built in, reads in microseconds, and unlike pickle holds
nothing but values. It is neither stable between Pythons nor safe on damaged
input, so the key and a checksum over every byte are compared before it runs.
"""

from __future__ import annotations

import marshal
from zlib import crc32

from gitflowguard.model.adoption import Adoption
from gitflowguard.model.check import Artefacts, Quality, Tool
from gitflowguard.model.flow import Flow, IdentityPolicy, Kind, MessagePolicy
from gitflowguard.model.ownrule import OwnRule
from gitflowguard.model.protection import Actor, Guard, Protection, RequiredCheck
from gitflowguard.model.template import Template
from gitflowguard.model.training import Training

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_MAGIC = b"gitflowguard policy 9\n"


def pack(flow: Flow, source: bytes, version: str, python: str) -> bytes:
    """The flow, to be found again under the same source, version of ours and tag of Python."""
    body = _key(source, version, python) + marshal.dumps(_plain(flow))
    return _MAGIC + crc32(body).to_bytes(4, "big") + body


def unpack(data: bytes, source: bytes, version: str, python: str) -> Flow | None:
    """The flow, or None if the bytes are damaged or were packed under another key. Never raises."""
    start = len(_MAGIC) + 4
    body = data[start:]
    key = _key(source, version, python)
    if not data.startswith(_MAGIC) or not body.startswith(key):
        return None
    if crc32(body).to_bytes(4, "big") != data[len(_MAGIC) : start]:
        return None
    try:
        return _flow(marshal.loads(body[len(key) :]))  # our own bytes, under a checksum  # nosec B302
    except Exception:  # of another layout of ours; whatever it raises, the flow can be read anew
        return None


def _key(source: bytes, version: str, python: str) -> bytes:
    """All that decides whether the bytes may be used; lengths first, so that no two keys look alike."""
    words = (version.encode(), python.encode(), source)
    return b"".join(len(word).to_bytes(4, "big") + word for word in words)


def _plain(flow: Flow) -> dict[str, Any]:
    """The flow's fields as built-in types: marshal knows no others, and a new field is not forgotten."""
    kinds = [kind._asdict() for kind in flow.kinds]
    for kind in kinds:
        kind["names"] = tuple(name.text for name in kind["names"])
        kind["tag"] = kind["tag"] and kind["tag"].text
    plain = {"kinds": kinds, "message": tuple(flow.message), "ticket": flow.ticket.text}
    tools = {"tools": tuple(tuple(tool) for tool in flow.tools), "quality": tuple(flow.quality)}
    tools["artefacts"] = tuple(flow.artefacts)
    rest = {"protection": _bare(flow.protection), "adoption": tuple(flow.adoption)}
    rest["training"] = tuple(flow.training)
    rest["identity"] = tuple(flow.identity)
    rest["own"] = tuple(tuple(rule) for rule in flow.own)
    return {**flow._asdict(), **plain, **tools, **rest}


def _bare(value: Any) -> Any:
    """Records as plain tuples, at any depth."""
    return tuple(map(_bare, value)) if isinstance(value, tuple) else value


def _flow(plain: dict[str, Any]) -> Flow:
    """The way back."""
    for kind in plain["kinds"]:
        kind["names"] = tuple(Template(text) for text in kind["names"])
        kind["tag"] = kind["tag"] and Template(kind["tag"])
    kinds = tuple(Kind(**kind) for kind in plain["kinds"])
    own = {"kinds": kinds, "message": MessagePolicy(*plain["message"]), "ticket": Template(plain["ticket"])}
    tools = {"tools": tuple(Tool(*row) for row in plain["tools"]), "quality": Quality(*plain["quality"])}
    rest = {"protection": _protection(*plain["protection"]), "adoption": Adoption(*plain["adoption"])}
    more = {"artefacts": Artefacts(*plain["artefacts"]), "training": Training(*plain["training"])}
    more["identity"] = IdentityPolicy(*plain["identity"])
    rules = {"own": tuple(OwnRule(*row) for row in plain["own"])}
    return Flow(**{**plain, **own, **tools, **rest, **more, **rules})


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
