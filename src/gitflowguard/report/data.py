"""JSON text of which no reader and no log can be harmed."""

from __future__ import annotations

from json import dumps

from gitflowguard.report.escape import json_text


def dump(document: object) -> str:
    """The document as ASCII JSON, indented, keys in the order given, ending in a newline.

    Surrogates are shown (RFC 8259, 8.2 leaves what a reader does with them open).
    A second number sign is written by its code, which says the same in JSON,
    so that a log never holds a runner's ``##[command]``.
    """
    return dumps(_cleaned(document), indent=2).replace("##", "#\\u0023") + "\n"


def _cleaned(value: object) -> object:
    """The same value with every string in it fit for JSON."""
    if isinstance(value, str):
        return json_text(value)
    if isinstance(value, dict):
        return {key: _cleaned(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_cleaned(item) for item in value]
    return value
