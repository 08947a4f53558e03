"""A reader of workflow commands that does what GitHub's runner does, for tests.

Source: actions/runner, src/Runner.Common/ActionCommand.cs: a line whose first
text is ``::`` is a command; ``##[`` begins one of the old kind anywhere in a line.
"""

from __future__ import annotations

from typing import NamedTuple


class Command(NamedTuple):
    """One command as the runner understands it."""

    name: str
    properties: dict[str, str]
    message: str


def read(line: str) -> Command | None:
    """The command in the line, or None if it is only printed."""
    text = line.lstrip()
    if not text.startswith("::") or "::" not in text[2:]:
        return None
    head, _, message = text[2:].partition("::")
    name, _, rest = head.partition(" ")
    pairs = (pair.split("=", 1) for pair in rest.split(",") if "=" in pair)
    return Command(name, {key: _decoded(value, True) for key, value in pairs}, _decoded(message, False))


def _decoded(text: str, in_property: bool) -> str:
    """The value behind the percent codes."""
    codes = {"%0D": "\r", "%0A": "\n"} | ({"%3A": ":", "%2C": ","} if in_property else {})
    for code, letter in codes.items():
        text = text.replace(code, letter)
    return text.replace("%25", "%")
