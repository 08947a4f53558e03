"""``[tool.gitflowguard]`` of a pyproject.toml.

``tomllib`` reads it; where the keys stand it does not say, so a small scanner of
table headers and ``key =`` lines finds them. A key that it cannot find (inside an
inline table that spans lines, say) goes by the place of what is around it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

from gitflowguard.policy.document import Document, Path, PolicyFault, Spot, decode
from gitflowguard.policy.errors import refuse, shown, visible
from gitflowguard.policy.limits import MAX_TOML, MAX_VALUES, TOO_MANY

TABLE = ("tool", "gitflowguard")
_BARE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


def read(source: bytes, where: str) -> Document:
    """Reads the table. Raises PolicyError where the file isn't TOML or has no such table."""
    text = decode(source, where, MAX_TOML)
    try:
        whole: Any = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        says, line, column = _located(str(problem))
        raise refuse(where, f"this is not TOML: {visible(says)}", line, column) from None
    except (ValueError, RecursionError):
        raise refuse(
            where, "this is not TOML that can be read: it is nested too deep, or a number is too long"
        ) from None
    for name in TABLE:
        whole = whole.get(name) if isinstance(whole, dict) else None
    if not isinstance(whole, dict):
        raise refuse(where, "there is no table [tool.gitflowguard]")
    if _count(whole) > MAX_VALUES:
        raise refuse(where, TOO_MANY)
    keys = _places(text, whole)
    if not whole:
        raise refuse(where, '[tool.gitflowguard] is empty; write at least: preset = "gitflow"', *keys[()])
    return Document(where, whole, keys, dict(keys), tuple(_odd(whole, ())))


def _located(says: str) -> tuple[str, int, int]:
    """``Invalid value (at line 3, column 5)`` in its parts; line 0 where it names none."""
    head, found, tail = says.rpartition(" (at line ")
    numbers = tail.rstrip(")").split(", column ")
    if found and len(numbers) == 2 and all(number.isdigit() for number in numbers):
        return head, int(numbers[0]), int(numbers[1])
    return (head or says), 0, 1


def _count(value: Any) -> int:
    """How many values the table holds, itself included."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(_count, inner))


def _odd(value: Any, path: Path) -> Iterator[PolicyFault]:
    """Dates and times, and fractions outside of ``model``: a policy has none, so they are text without quotes."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _odd(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _odd(inner, (*path, index))
    elif isinstance(value, float) and path[:1] == ("model",):
        return
    elif not isinstance(value, (str, int)):
        yield PolicyFault(path, f"{shown(value)} is a number or date here; write it in quotes if it is text")


def _places(text: str, table: dict[str, Any]) -> dict[Path, Spot]:
    """Path below the table -> line and column of its key, for every key that the scanner finds."""
    found: dict[Path, Spot] = {}
    header: tuple[str, ...] = ()
    for number, line in _lines(text):
        start = len(line) - len(line.lstrip())
        is_header = line[start : start + 1] == "["
        words, end = _key(line, start + is_header)
        if is_header:
            header = words
        elif line[end : end + 1] != "=":
            continue
        path = words if is_header else (*header, *words)
        if path[:2] == TABLE:
            _note(found, table, path[2:], (number, start + 1))
            if not is_header:
                _inline(found, _at(table, path[2:]), path[2:], line, number, end)
    return {(): (1, 1), **found}


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Number and text of each line that does not begin inside a string of several lines."""
    quote = ""
    for number, line in enumerate(text.split("\n"), 1):
        if not quote:
            yield number, line
        for mark in ('"""', "'''"):
            if quote in ("", mark) and line.count(mark) % 2:
                quote = "" if quote else mark


def _key(line: str, index: int) -> tuple[tuple[str, ...], int]:
    """The dotted key at the index, and the index of what follows it (blanks skipped)."""
    words: list[str] = []
    while True:
        index = _blanks(line, index)
        quote = line[index : index + 1]
        if quote in ("'", '"') and line.find(quote, index + 1) > 0:
            end = line.find(quote, index + 1)
            words.append(line[index + 1 : end])
            end += 1
        else:
            end = index
            while end < len(line) and line[end] in _BARE:
                end += 1
            words.append(line[index:end])
        index = _blanks(line, end)
        if line[index : index + 1] != ".":
            return tuple(words), index
        index += 1


def _blanks(line: str, index: int) -> int:
    """The first index from here that holds no blank."""
    while line[index : index + 1] in (" ", "\t"):
        index += 1
    return index


def _note(found: dict[Path, Spot], table: dict[str, Any], path: Path, spot: Spot) -> None:
    """The place of a key and, where they have none yet, of the tables that it opens on its way."""
    for size in range(len(path) + 1):
        if size == 0 or _at(table, path[: size - 1], path[size - 1]) is not None:
            found.setdefault(path[:size], spot)


def _at(table: Any, path: Path, key: str | int | None = None) -> Any:
    """The value at the path, or whether it has the key (None if not)."""
    for step in path:
        table = table.get(step) if isinstance(table, dict) else None
    if key is None:
        return table
    return True if isinstance(table, dict) and key in table else None


def _inline(found: dict[Path, Spot], value: Any, path: Path, line: str, number: int, start: int) -> int:
    """The places of an inline table's keys, which stand on its line, in order; returns where the last one ends."""
    for key, inner in value.items() if isinstance(value, dict) else ():
        at = line.find(key, start)
        while at >= 0 and not line[at + len(key) :].lstrip(" \t\"'").startswith("="):
            at = line.find(key, at + 1)
        if at >= 0:
            found.setdefault((*path, key), (number, at + 1))
            start = _inline(found, inner, (*path, key), line, number, at + len(key))
    return start
