"""The name that was probably meant, for an argument that names nothing."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


class WrongName(Exception):
    """An argument that names nothing; the text says what was probably meant. A caller maps it to exit 2."""


# `difflib`'s ratio of mastre to master is 0.83, of feature/other to feature/login 0.69.
_NEAR = 0.8


def near_name(name: str, names: Iterable[str]) -> str:
    """The one of the names that differs from this one by a slip of the finger, "" if none does.

    A folder that two names share says nothing: of ``feature/login`` and ``feature/logs`` the last parts are compared.
    """
    from difflib import SequenceMatcher

    best, found = 0.0, ""
    for other in names:
        if other == name:
            continue
        head, tail = _apart(name, other)
        # mian, lgoin: two letters that changed places. MAIN: another case.
        slip = sorted(head) == sorted(tail) or name.lower() == other.lower()
        ratio = 1.0 if slip else SequenceMatcher(None, head, tail).ratio()
        if ratio > best:
            best, found = ratio, other
    return found if best >= _NEAR else ""


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """``; did you mean develop?``, "" where nothing is near."""
    near = near_name(name, names)
    return f"; did you mean {near}?" if near else ""


def _apart(one: str, other: str) -> tuple[str, str]:
    """Two names without the folders that they begin with both."""
    while (head := one.partition("/"))[1] and other.startswith(head[0] + "/"):
        one, other = head[2], other[len(head[0]) + 1 :]
    return one, other
