"""Layers of a Keras model that run code when it is loaded: Lambda, and whatever names a module that isn't Keras's.

keras.io, "Deserialization", and CVE-2024-3660, CVE-2025-1550, CVE-2025-8747: a model's config.json names the class of
each object and the module that it is imported from.
"""

from __future__ import annotations

import json

from gitflowguard.artefacts.limits import Opaque
from gitflowguard.model.blob import PickleImport

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_CODE = ("Lambda", "__lambda__", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer")
_HOMES = tuple(
    f"{home}.{part}"
    for home in ("keras", "keras.src", "tf_keras", "tf_keras.src", "tensorflow.keras", "keras.engine", "keras.api")
    for part in (
        "layers", "models", "initializers", "optimizers", "losses", "metrics", "regularizers", "constraints",
        "activations", "dtype_policies", "engine", "random",
    )
)  # fmt: skip
_PLAIN = ("keras", "keras.models", "keras.src.models", "builtins")
_MOST = 2_000_000


def in_config(data: bytes) -> tuple[PickleImport, ...]:
    """What a config.json names; raises Opaque where it isn't JSON."""
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Opaque("the Keras model's configuration isn't JSON") from None
    return tuple(dict.fromkeys(_walk(found)))


def _walk(value: Any) -> Iterator[PickleImport]:
    """Without recursion: how deep the configuration goes is its author's choice."""
    todo, left = [value], _MOST
    while todo and left:
        left -= 1
        one = todo.pop()
        if isinstance(one, dict):
            todo.extend(one.values())
            yield from _named(one)
        elif isinstance(one, list):
            todo.extend(one)
        elif isinstance(one, str) and one[:1] == "{" and '"class_name"' in one:
            try:
                todo.append(json.loads(one))  # Keras keeps layers as text in layers
            except (ValueError, RecursionError):
                yield PickleImport("keras", "?", 0, "keras")


def _named(one: dict[str, Any]) -> Iterator[PickleImport]:
    name, module = one.get("class_name"), one.get("module")
    if not isinstance(name, str):
        return
    if name in _CODE:
        yield PickleImport("keras", name, 0, "keras")
    elif isinstance(module, str) and module:
        config = one.get("config")
        if name == "function" and (module != "builtins" or not isinstance(config, str)):
            known = (
                module.startswith(_HOMES)
                and "activations" in module
                or module in ("keras.losses", "keras.metrics")
            )
            if not known:
                yield PickleImport(module, str(config)[:80], 0, "keras")
        elif module == "builtins" and name not in ("function", "slice", "tuple", "set", "Ellipsis"):
            yield PickleImport(module, name, 0, "keras")
        elif not (module.startswith(_HOMES) or module in _PLAIN):
            yield PickleImport(module, name, 0, "keras")


def in_text(path: str, data: bytes) -> Iterator[PickleImport]:
    """Layers of code in a configuration of its own (to_json, to_yaml); other programs have classes and modules too."""
    if b"class_name" not in data or b"layers" not in data:
        return
    import re

    if data.lstrip()[:1] == b"{":
        try:
            yield from (one for one in in_config(data) if one.name in _CODE)
        except Opaque:
            return
    else:
        for found in re.finditer(rb"""\bclass_name:\s*["']?(\w+)""", data):
            if found[1].decode() in _CODE:
                yield PickleImport("keras", found[1].decode(), found.start(), "keras")
                return


def in_binary(data: bytes) -> tuple[PickleImport, ...]:
    """The same of a model in HDF5 or in a SavedModel's metadata, where it is text that lies in the file as it is."""
    found: dict[PickleImport, None] = {}
    at = data.find(b'"class_name"')
    tried = 0
    while at >= 0 and tried < 64:
        start = data.rfind(b"{", max(0, at - 64), at)
        if start >= 0:
            tried += 1
            end = data.find(b"\0", start)
            text = data[start : end if end > 0 else len(data)].decode("utf-8", "replace")
            try:
                value, size = json.JSONDecoder().raw_decode(text)
            except (ValueError, RecursionError):
                # Cut in pieces: a class of code is named somewhere in it, or isn't.
                for name in _CODE:
                    if f'"{name}"' in text:
                        found[PickleImport("keras", name, 0, "keras")] = None
                size = len(text)
            else:
                found.update(dict.fromkeys(_walk(value)))
            at = data.find(b'"class_name"', max(start + size, at + 1))
        else:
            at = data.find(b'"class_name"', at + 1)
    return tuple(found)
