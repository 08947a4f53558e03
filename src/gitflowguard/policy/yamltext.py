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
from gitflowguard.policy.document import Document, Fault, Path, Spot, decode, dotted
from gitflowguard.policy.errors import PolicyError, Problem, refuse, shown, visible
from gitflowguard.policy.limits import MAX_DEPTH, MAX_PROBLEMS, MAX_VALUES, MAX_YAML, TOO_MANY
from gitflowguard.policy.suggest import did_you_mean

EMPTY = "the file is empty; write at least: preset: gitflow"
_PREFIX = "tag:yaml.org,2002:"
_WORDS = {"true": True, "false": False, "null": None, "~": None}
_RESOLVER: Any = yaml.resolver.Resolver()

# (words in PyYAML's message, what we say, whether the place is where the thing began)
_SYNTAX = (
    ("mapping values are not allowed", "a colon stands inside this value; put the value in quotes", False),
    ("scanning an alias", "a value that starts with * needs quotes", True),
    ("scanning an anchor", "a value that starts with & needs quotes", True),
    ("cannot start any token", "a value cannot start with this character; put it in quotes", False),
    ("unexpected end of stream", "this quote is never closed", True),
    ("expected ',' or", "a comma or a closing bracket is missing; a name with { } inside brackets needs quotes", False),
    ("could not find expected ':'", "a colon is missing after this key", True),
    ("unknown escape character", "inside double quotes a backslash is special; use single quotes", False),
)  # fmt: skip


class _Stop(Exception):
    """Reading on would only repeat the same mistake."""


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
        self.faults: list[Fault] = []
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
                f"the key {shown(text)}{where} stands twice: on line {frame.lines[text]} and on line {line}"
            )
            self.lost.append(Problem(self.where, line, column, says))
        frame.lines.setdefault(text, line)
        frame.key = text
        self.keys[path] = (line, column)
        value, says = _scalar(event)
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
            value, says = _scalar(event)
        elif isinstance(event, yaml.AliasEvent):
            value, says = None, "aliases (*) are not read; write the value out, or quote a name with a star"
        else:
            value, says = ({} if isinstance(event, yaml.MappingStartEvent) else []), _marked(event)
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

    def fault(self, path: Path, says: str, on_key: bool = False) -> None:
        """Notes a value that cannot be read; goes on unless there are far too many."""
        self.faults.append(Fault(path, says, on_key))
        if len(self.faults) >= MAX_PROBLEMS:
            raise _Stop

    def stop(self, event: Any, says: str) -> None:
        """Notes a mistake behind which nothing can be read."""
        self.lost.append(Problem(self.where, *_spot(event), says))
        raise _Stop


def read(source: bytes, where: str) -> Document:
    """Reads a policy. Raises PolicyError where the text is no YAML or no mapping.

    Values that may not stand are in ``faults`` and ``lost``, so that they can be
    told together with what a closer look finds.
    """
    text = decode(source, where, MAX_YAML)
    reader = _Reader(where)
    stopped = _run(reader, text)
    found = Document(where, {}, reader.keys, reader.values, tuple(reader.faults), tuple(reader.lost))
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
        reader.lost.append(_unclosed(problem, reader) or _syntax(problem, text, reader.where))
        return True
    except (yaml.YAMLError, ValueError, RecursionError) as problem:
        reader.lost.append(Problem(reader.where, 1, 1, f"this is not YAML: {shown(str(problem))}"))
        return True
    return False


def _spot(event: Any) -> Spot:
    """Where the event starts."""
    return event.start_mark.line + 1, event.start_mark.column + 1


def _marked(event: Any) -> str:
    """What is wrong with an anchor or a tag before a value."""
    if event.anchor is not None:
        return f"remove the anchor {shown('&' + event.anchor)}; a policy names nothing inside itself"
    if event.tag is not None:
        return f"remove the tag {shown(event.tag.replace(_PREFIX, '!!'))}; write the plain value"
    return ""


def _scalar(event: yaml.ScalarEvent) -> tuple[str | int | bool | None, str]:
    """The value, and what is wrong with how it is written."""
    text: str = event.value
    says = _marked(event)
    if says or not event.implicit[0]:
        return (None if says else text), says
    if not text:
        return None, "there is no value here; write one, or remove the line (null is written out)"
    if text in _WORDS:
        return _WORDS[text], ""
    if _plain_number(text):
        return int(text), ""
    return text, _misread(text)


def _plain_number(text: str) -> bool:
    """``0``, ``90``, ``-1``: what every reader takes for the same number."""
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) <= 18 and (digits == "0" or digits[0] != "0")


def _misread(text: str) -> str:
    """What is wrong with a word that YAML 1.1 or 1.2 takes for something other than text."""
    tag = _RESOLVER.resolve(yaml.ScalarNode, text, (True, False)).removeprefix(_PREFIX)
    quoted = f"write {shown(text)} in quotes if it is text"
    if tag in ("bool", "null") or text.lower() in ("y", "n"):
        return f"{visible(text)} means different things to different readers; write true, false or null, or {quoted}"
    if tag == "timestamp":
        return f"{visible(text)} would be read as a date; {quoted}"
    if tag in ("int", "float", "value", "merge") or _number_like(text):
        return f"{visible(text)} would be read as another number or as a symbol; {quoted}"
    return ""


def _number_like(text: str) -> bool:
    """Whether YAML 1.2 or Python would take the word for a number (``1e5``, ``0o10``, 5,000 digits)."""
    if text[0] not in "+-.0123456789":
        return False
    if len(text) > 18 and text.lstrip("+-").isdigit():
        return True
    for number in (float, _any_base):
        try:
            number(text)
        except ValueError:
            continue
        return True
    return False


def _any_base(text: str) -> int:
    """``0x10``, ``0o10``, ``0b1``."""
    return int(text, 0)


def _unclosed(problem: yaml.MarkedYAMLError, reader: _Reader) -> Problem | None:
    """A bracket that is open at the end of the file, at its own place: PyYAML names the end."""
    if "'<stream end>'" not in (problem.problem or "") or not reader.stack:
        return None
    return Problem(reader.where, *reader.values[reader.stack[-1].path], "this bracket is never closed")


def _syntax(problem: yaml.MarkedYAMLError, text: str, where: str) -> Problem:
    """PyYAML's words in ours."""
    told = f"{problem.context or ''} {problem.problem or ''}"
    mark: Any = problem.problem_mark or problem.context_mark
    if text[mark.index : mark.index + 1] == "\t":
        return Problem(where, mark.line + 1, mark.column + 1, "a tab stands here; YAML wants spaces")
    for needle, says, begin in _SYNTAX:
        if needle in told:
            start = (problem.context_mark or mark) if begin else mark
            return Problem(where, start.line + 1, start.column + 1, says)
    says = f"this is not YAML ({visible(problem.problem or 'unreadable')}); check the indentation"
    return Problem(where, mark.line + 1, mark.column + 1, says)
