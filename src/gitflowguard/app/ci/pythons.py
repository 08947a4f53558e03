"""Which Pythons a project supports, as minor versions: read from its metadata, never guessed from an interpreter."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Minor versions that are released and still get fixes (devguide.python.org/versions, November 2026).
KNOWN = ("3.11", "3.12", "3.13", "3.14")
# Where no file of the project names a Python.
ASSUMED = "3.12"
# What setup-python, uv and conda still install; a project may name an old one itself.
_EVER = tuple(f"3.{minor}" for minor in range(8, 21))
_CLASSIFIER = re.compile(r"Programming Language :: Python :: (3\.\d+)$")
_CLAUSE = re.compile(r"(===?|~=|!=|<=|>=|<|>|\^|~|=)?\s*v?(\d+)(?:\.(\d+|\*))?(?:\.(\d+|\*))?[\w.+*-]*$")
_VERSION = re.compile(r"3\.(?:[0-9]|[1-9][0-9])$")


def is_python(text: str) -> bool:
    """Whether the text is a minor version of Python 3, such as ``3.12``."""
    return bool(_VERSION.match(text))


def ordered(pythons: Iterable[str]) -> tuple[str, ...]:
    """Each once, the oldest first: 3.9 before 3.10."""
    return tuple(sorted(set(pythons), key=lambda text: int(text.partition(".")[2])))


def from_classifiers(classifiers: Iterable[object]) -> tuple[str, ...]:
    """The versions that trove classifiers name (pypi.org/classifiers)."""
    found = (_CLASSIFIER.match(one) for one in classifiers if isinstance(one, str))
    return ordered(match[1] for match in found if match)


def allowed(specifier: str, candidates: Iterable[str] = KNOWN) -> tuple[str, ...]:
    """Those of the minor versions of which some release fits the specifier.

    specifier: ``>=3.11,<4`` (packaging.python.org, version specifiers) or Poetry's ``^3.11`` and ``3.11.* || 3.12.*``.
    A clause that can't be read allows nothing.
    """
    ways = [[clause.strip() for clause in way.split(",")] for way in re.split(r"\|\|?", specifier)]
    return ordered(
        one
        for one in candidates
        if any(all(_holds(clause, int(one.partition(".")[2])) for clause in way if clause) for way in ways)
    )


def named(specifier: str) -> tuple[str, ...]:
    """The versions for a specifier: known ones, else old or new ones that it insists on."""
    return allowed(specifier) or allowed(specifier, _EVER)


def _holds(clause: str, minor: int) -> bool:
    """Whether some release 3.minor.x fits one clause."""
    found = _CLAUSE.match(clause)
    if found is None:
        return clause == "*"
    sign = found[1] or "=="
    major, at = int(found[2]), found[3]
    wild = at in (None, "*")
    own, wanted = (3, minor), (major, 0 if wild else int(at))
    if sign in ("==", "===", "="):
        return own[0] == major and (wild or own == wanted)
    if sign == "!=":
        exact = found[4] not in (None, "*")
        return exact or own != wanted
    if sign in ("^", "~") or sign == "~=":
        loose = sign == "^" or wild or (sign == "~=" and found[4] is None)
        return own >= wanted and own[0] == major and (loose or own == wanted)
    return _compared(sign, own, wanted, found[4])


def _compared(sign: str, own: tuple[int, int], wanted: tuple[int, int], patch: str | None) -> bool:
    """An ordering: a patch release may lie on the right side of it where the first one does not."""
    if sign == "<":
        return own < wanted or (own == wanted and patch not in (None, "*", "0"))
    return own <= wanted if sign == "<=" else own >= wanted
