"""``[tool.gitflowguard]`` of a pyproject.toml.

``tomllib`` reads it; where the keys stand it does not say, so a small scanner of
table headers and ``key =`` lines finds them. A key that it cannot find (inside an
inline table that spans lines, say) goes by the place of what is around it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

from gitflowguard.policy.document import Document, Fault, Path, Spot, decode
from gitflowguard.policy.errors import refuse, shown, visible
from gitflowguard.policy.limits import MAX_TOML

TABLE = ("tool", "gitflowguard")
_BARE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


def read(source: bytes, where: str) -> Document:
    """Reads the table. Raises PolicyError where the file is no TOML or has no such table."""
    text = decode(source, where, MAX_TOML)
    try:
        whole: Any = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        says, line, column = _located(str(problem))
        raise refuse(where, f"this is not TOML: {visible(says)}", line, column) from None
    except (ValueError, RecursionError):
        raise refuse(where, "this is not TOML that can be read: it is nested too deep, or a number is too long") from None
    for name in TABLE:
        whole = whole.get(name) if isinstance(whole, dict) else None
    if not isinstance(whole, dict):
        raise refuse(where, "there is no table [tool.gitflowguard]")
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


def _odd(value: Any, path: Path) -> Iterator[Fault]:
    """Dates, times and fractions: a policy has none, so they are text without quotes."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _odd(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _odd(inner, (*path, index))
    elif not isinstance(value, (str, int)):
        yield Fault(path, f"{shown(value)} is a number or date here; write it in quotes if it is text")


def _places(text: str, table: dict[str, Any]) -> dict[Path, Spot]:
    """Path below the table -> line and column of its key, for every key that the scanner finds."""
    found: dict[Path, Spot] = {(): (1, 1)}
    header: tuple[str, ...] = ()
    for line, column, words, rest in _keys(text):
        if rest is None:
            header = words
        path = words if rest is None else (*header, *words)
        if path[:2] != TABLE:
            continue
        below = path[2:]
        for size in range(len(below) + 1):
            if _has(table, below[:size]):
                found.setdefault(below[:size], (line, column))
        if rest is None and not below:
            found[()] = (line, column)
        if rest is not None:
            start = column + len(text.splitlines()[line - 1][column - 1 :]) - len(rest)
            _inline(_at(table, below), below, rest, line, start, found)
    return found
