"""Patterns of paths as the policy writes them; model.check.Tool says how."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def any_matches(patterns: Iterable[str], path: str) -> bool:
    """Whether one of the patterns means the path."""
    return any(matches(pattern, path) for pattern in patterns)


def matches(pattern: str, path: str) -> bool:
    """Whether a pattern of the policy means the path (model.check.Tool says how)."""
    if "/" not in pattern and pattern != "**":
        path = path.rpartition("/")[2]
    if pattern[:1] == "*" and "*" not in pattern[1:] and "/" not in pattern:
        return path.endswith(pattern[1:])
    return fits(pattern, path)


def fits(pattern: str, text: str) -> bool:
    """Whether a pattern means a whole text: ``**`` is anything, ``*`` anything without a slash.

    By the set of places read so far, so never exponential.
    """
    at = {0}
    rest = pattern
    while rest and at:
        if rest.startswith("**/"):  # also no directory at all
            rest = rest[3:]
            at |= {i + 1 for i in range(min(at), len(text)) if text[i] == "/"}
        elif rest.startswith("**"):
            rest = rest[2:]
            at = set(range(min(at), len(text) + 1))
        elif rest[0] == "*":
            rest = rest[1:]
            at = {end for start in at for end in _segment(text, start)}
        else:
            at = {i + 1 for i in at if i < len(text) and text[i] == rest[0]}
            rest = rest[1:]
    return len(text) in at and not rest


def _segment(path: str, start: int) -> range:
    """Where a run without a slash that begins here may end."""
    slash = path.find("/", start)
    return range(start, (len(path) if slash < 0 else slash) + 1)
