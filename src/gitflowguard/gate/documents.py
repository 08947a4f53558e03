"""JSON, YAML and TOML as plain data; duplicate keys, deep nesting, aliases and tags are refused."""

from __future__ import annotations

import json
from typing import Any

from gitflowguard.gate.values import Unreadable, Written, checked_text

MOST_DEPTH = 60
MOST_YAML_VALUES = 20_000
FORMS = {".json": "json", ".yaml": "yaml", ".yml": "yaml", ".lock": "yaml", ".toml": "toml"}


def form_of(path: str) -> str:
    """``json``, ``yaml`` or ``toml`` by the name's end, "" for any other."""
    return FORMS.get("." + path.rpartition(".")[2].lower(), "")


def parse_report(data: bytes, form: str) -> Any:
    """The data of a report. Raises Unreadable."""
    text = checked_text(data, form)
    try:
        return {"json": _json, "yaml": _yaml, "toml": _toml}[form](text)
    except RecursionError:
        raise Unreadable("is nested too deep") from None


def _json(text: str) -> Any:
    _shallow(text)
    try:
        return json.loads(
            text,
            parse_float=Written,
            parse_int=Written,
            parse_constant=Written,
            object_pairs_hook=_unique,
        )
    except json.JSONDecodeError as problem:
        raise Unreadable(f"isn't JSON: {problem.msg} on line {problem.lineno}") from None


def _shallow(text: str) -> None:
    """Raises Unreadable for nesting beyond what a report needs: how deep `json` itself can go differs by Python."""
    depth, quoted, skip = 0, False, False
    for letter in text:
        if skip:
            skip = False
        elif quoted:
            skip, quoted = letter == "\\", letter != '"'
        elif letter == '"':
            quoted = True
        elif letter in "[{":
            depth += 1
            if depth > MOST_DEPTH:
                raise Unreadable("is nested too deep")
        elif letter in "]}":
            depth -= 1


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise Unreadable(f'holds the key "{twice[:40]}" twice')
    return found


def _toml(text: str) -> Any:
    import tomllib

    try:
        return _spelled(tomllib.loads(text, parse_float=Written))
    except (tomllib.TOMLDecodeError, ValueError) as problem:
        raise Unreadable(f"isn't TOML: {str(problem)[:80]}") from None


def _spelled(value: Any) -> Any:
    """TOML's whole numbers as spellings; dates as text."""
    if isinstance(value, dict):
        return {key: _spelled(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_spelled(inner) for inner in value]
    if isinstance(value, (bool, str)):
        return value
    return Written(value) if isinstance(value, int) else str(value)


def _yaml(text: str) -> Any:
    import yaml

    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            builder.feed(event)
    except (yaml.YAMLError, ValueError) as problem:
        mark = getattr(problem, "problem_mark", None)
        where = f" on line {mark.line + 1}" if mark is not None else ""
        raise Unreadable(f"isn't YAML{where}") from None
    return builder.root


class _Builder:
    """Builds plain data from YAML's events, so that no tag and no alias means anything."""

    def __init__(self) -> None:
        self.root: Any = None
        self._stack: list[tuple[Any, str | None]] = []
        self._count = 0

    def feed(self, event: Any) -> None:
        """One event of the parser."""
        name = type(event).__name__
        if name in ("MappingEndEvent", "SequenceEndEvent"):
            self._stack.pop()
        elif name in ("ScalarEvent", "MappingStartEvent", "SequenceStartEvent", "AliasEvent"):
            self._node(event, name)
        elif name == "DocumentStartEvent" and self._count:
            raise Unreadable("holds more than one document")

    def _node(self, event: Any, name: str) -> None:
        self._count += 1
        if self._count > MOST_YAML_VALUES or len(self._stack) > MOST_DEPTH:
            raise Unreadable("holds more values, or deeper ones, than a report has")
        if name == "AliasEvent" or event.anchor is not None:
            raise Unreadable("uses anchors (&) or aliases (*)")
        if event.tag is not None and name != "ScalarEvent" or event.tag not in (None, "!"):
            raise Unreadable("uses tags (!)")
        value: Any = {} if name == "MappingStartEvent" else []
        if name == "ScalarEvent":
            if self._stack and isinstance(self._stack[-1][0], dict) and self._stack[-1][1] is None:
                self._key(event.value)
                return
            value = _scalar(event.value) if event.implicit[0] else event.value
        self._put(value)
        if name != "ScalarEvent":
            self._stack.append((value, None))

    def _key(self, text: str) -> None:
        box = self._stack[-1][0]
        if text in box:
            raise Unreadable(f'holds the key "{text[:40]}" twice')
        self._stack[-1] = (box, text)

    def _put(self, value: Any) -> None:
        if not self._stack:
            self.root = value
            return
        box, key = self._stack[-1]
        if isinstance(box, list):
            box.append(value)
        elif key is None:
            raise Unreadable("holds a key that isn't text")
        else:
            box[key] = value
            self._stack[-1] = (box, None)


_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}
_ODD = {".nan": "NaN", ".inf": "Infinity", "+.inf": "Infinity", "-.inf": "-Infinity"}


def _scalar(text: str) -> Any:
    """A plain word as YAML 1.2 has it: a number where it looks like one."""
    low = text.lower()
    if low in _WORDS:
        return _WORDS[low]
    if low in _ODD:
        return Written(_ODD[low])
    bare = low.lstrip("+-")
    number = bare[:1].isdigit() or (bare[:1] == "." and bare[1:2].isdigit())
    return Written(text) if number and _numeric(text) else text


def _numeric(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text.isascii()
