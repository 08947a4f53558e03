"""YAML, the part of it that nobody can misread.

Built on PyYAML's event stream with a stack of our own, so that nesting cannot
exhaust Python's, and nothing is ever resolved: no alias, anchor, merge key or
tag, and a plain word is a number, ``true``, ``false``, ``null`` or text. What YAML
1.1 reads as something else (``off``, ``010``, ``1:30``, ``1.10``, ``2020-01-01``)
is refused in words; quotes make anything text.
"""

from __future__ import annotations

from typing import Any

import yaml

from gitflowguard.model.finding import SEVERITIES
from gitflowguard.policy.document import (
    Document,
    Path,
    PolicyFault,
    Spot,
    decode,
    dotted,
)
from gitflowguard.policy.errors import PolicyError, Problem, refuse, shown
from gitflowguard.policy.limits import (
    MAX_DEPTH,
    MAX_PROBLEMS,
    MAX_VALUES,
    MAX_YAML,
    TOO_MANY,
)
from gitflowguard.policy.suggest import did_you_mean
from gitflowguard.policy.yamlscalar import fraction, marked, scalar
from gitflowguard.policy.yamlsyntax import syntax

EMPTY = "the file is empty; write at least: preset: gitflow"


class _Stop(Exception):
    """Reading on would only repeat the same mistake."""


# The only section with fractions; elsewhere 3.10 is a version that somebody forgot to quote.
_DECIMALS = ("model",)


class _Frame:
    """A mapping or list that is still open."""

    def __init__(self, path: Path, box: dict[str, Any] | list[Any]) -> None:
        self.path = path
        self.box = box
        self.key: str | None = None
        self.lines: dict[str, int] = {}

    def next_path(self) -> Path:
        """Where the next value goes."""
        if isinstance(self.box, list):
            return (*self.path, len(self.box))
        return (*self.path, self.key or "")

    def put(self, value: Any) -> None:
        """Stores a value and awaits the next key."""
        if isinstance(self.box, list):
            self.box.append(value)
        else:
            self.box[self.key or ""] = value
            self.key = None


class _Reader:
    """Takes events, one by one, and builds the data."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.keys: dict[Path, Spot] = {}
        self.values: dict[Path, Spot] = {}
        self.faults: list[PolicyFault] = []
        self.lost: list[Problem] = []
        self.stack: list[_Frame] = []
        self.root: Any = None
        self.documents = 0

    def feed(self, event: Any) -> None:
        """One event of ``yaml.parse``."""
        if isinstance(event, yaml.DocumentStartEvent):
            self.start(event)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self.stack.pop()
        elif isinstance(event, yaml.NodeEvent):
            self.node(event)

    def start(self, event: yaml.DocumentStartEvent) -> None:
        """``---``, or the beginning."""
        self.documents += 1
        if self.documents > 1:
            self.stop(event, "a second document starts here; a policy is one document")
        if event.version or event.tags:
            self.stop(event, "remove the % directives; a policy is plain YAML")

    def node(self, event: Any) -> None:
        """A key or a value."""
        frame = self.stack[-1] if self.stack else None
        if frame is not None and isinstance(frame.box, dict) and frame.key is None:
            self.key(frame, event)
        else:
            self.value(frame, event)

    def key(self, frame: _Frame, event: Any) -> None:
        """Text, once in its mapping."""
        if not isinstance(event, yaml.ScalarEvent):
            self.stop(event, "a key must be plain text")
        text = event.value
        line, column = _spot(event)
        path = (*frame.path, text)
        if text in frame.lines:
            where = f" in {dotted(frame.path)}" if frame.path else ""
            says = (
                f"the key {shown(text)}{where} appears twice: on line {frame.lines[text]} and on line {line}"
            )
            self.lost.append(Problem(self.where, line, column, says))
        frame.lines.setdefault(text, line)
        frame.key = text
        self.keys[path] = (line, column)
        value, says = scalar(event)
        if text == "<<" and event.implicit[0]:
            says = "merge keys (<<) are not read; write the values out"
        elif not says and not isinstance(value, str):
            says = f"a key must be text; write {shown(text)} in quotes"
        if says:
            self.fault(path, says, on_key=True)

    def value(self, frame: _Frame | None, event: Any) -> None:
        """A scalar, or the start of a mapping or list."""
        path = frame.next_path() if frame else ()
        value: Any
        self.values[path] = _spot(event)
        if len(self.values) > MAX_VALUES:
            self.stop(event, TOO_MANY)
        if isinstance(event, yaml.ScalarEvent):
            value, says = scalar(event)
            if says and path[:1] == _DECIMALS and fraction(event):
                value, says = event.value, ""  # kept as written: 0.80 is two places, and no float
        elif isinstance(event, yaml.AliasEvent):
            value, says = None, "aliases (*) are not read; write the value out, or quote a name with a star"
        else:
            value, says = ({} if isinstance(event, yaml.MappingStartEvent) else []), marked(event)
        if says and path[-2:-1] == ("rules",):
            says += did_you_mean(str(getattr(event, "value", "")), SEVERITIES)
        if says:
            self.fault(path, says)
        if frame is None:
            self.root = value
        else:
            frame.put(value)
        if isinstance(value, (dict, list)):
            self.open(event, _Frame(path, value))

    def open(self, event: Any, frame: _Frame) -> None:
        """Goes one level deeper."""
        self.stack.append(frame)
        if len(self.stack) > MAX_DEPTH:
            self.stop(event, "this is nested too deep for a policy")

    def opened(self) -> Spot | None:
        """Where the innermost mapping or list that is still open began."""
        return self.values[self.stack[-1].path] if self.stack else None

    def fault(self, path: Path, says: str, on_key: bool = False) -> None:
        """Notes a value that cannot be read; goes on unless there are far too many."""
        self.faults.append(PolicyFault(path, says, on_key))
        if len(self.faults) >= MAX_PROBLEMS:
            raise _Stop

    def stop(self, event: Any, says: str) -> None:
        """Notes a mistake behind which nothing can be read."""
        self.lost.append(Problem(self.where, *_spot(event), says))
        raise _Stop


def read(source: bytes, where: str) -> Document:
    """Reads a policy. Raises PolicyError where the text isn't YAML or isn't a mapping.

    Values that may not stand are in ``faults`` and ``lost``, so that they can be
    reported together with what a closer look finds.
    """
    text = decode(source, where, MAX_YAML)
    reader = _Reader(where)
    stopped = _run(reader, text)
    found = Document(
        where=where,
        data={},
        keys=reader.keys,
        values=reader.values,
        faults=tuple(reader.faults),
        lost=tuple(reader.lost),
    )
    if stopped:
        raise PolicyError((*found.lost, *(found.problem(fault) for fault in found.faults)))
    if not reader.documents or (reader.root is None and not reader.faults):
        raise refuse(where, EMPTY)
    if not isinstance(reader.root, dict):
        raise refuse(
            where, "a policy is a list of keys and values, such as: preset: gitflow", *reader.values[()]
        )
    return found._replace(data=reader.root)


def _run(reader: _Reader, text: str) -> bool:
    """Feeds the whole text; True where it had to stop early."""
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            reader.feed(event)
    except _Stop:
        return True
    except yaml.MarkedYAMLError as problem:
        reader.lost.append(syntax(problem, text, reader.where, reader.opened()))
        return True
    except (yaml.YAMLError, ValueError, RecursionError) as problem:
        reader.lost.append(Problem(reader.where, 1, 1, f"this is not YAML: {shown(str(problem))}"))
        return True
    return False


def _spot(event: Any) -> Spot:
    """Where the event starts."""
    return event.start_mark.line + 1, event.start_mark.column + 1
