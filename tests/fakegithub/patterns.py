"""GitHub's patterns for refs, written a second time so that the product's matcher is judged by another one.

docs.github.com, "Creating rulesets": Ruby's ``File.fnmatch`` with ``File::FNM_PATHNAME``. Vectors recorded from
Ruby stand in test_patterns.py.
"""

from __future__ import annotations

import re
from functools import cache


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern as a regular expression; ``*`` and ``?`` never cross a slash nor match a leading dot."""
    parts = pattern.split("/")
    text = ""
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        if part == "**" and not last:
            text += r"(?:(?!\.)[^/]+/)*"
        else:
            text += segment(part) + ("" if last else "/")
    return re.compile(rf"{text}\Z", re.DOTALL)


def segment(part: str) -> str:
    """One piece between slashes."""
    text, at = "", 0
    while at < len(part):
        sign, hidden = part[at], "" if at else r"(?!\.)"
        if sign == "*":
            while part[at : at + 1] == "*":
                at += 1
            text += f"{hidden}[^/]*"
            continue
        if sign == "[" and (end := part.find("]", at + 2)) > 0:
            inside = part[at + 1 : end]
            negative = inside[0] in "!^"
            text += f"{hidden}(?!/)[{'^' if negative else ''}{escaped(inside[negative:])}]"
            at = end
        elif sign == "?":
            text += f"{hidden}[^/]"
        elif sign == "\\" and at + 1 < len(part):
            at += 1
            text += re.escape(part[at])
        else:
            text += re.escape(sign)
        at += 1
    return text


def escaped(inside: str) -> str:
    """What stands between brackets, with the dash kept as a range."""
    return re.sub(r"([\\\]\[^&~|])", r"\\\1", inside)


def fnmatch(pattern: str, ref: str) -> bool:
    """Whether ``File.fnmatch(pattern, ref, File::FNM_PATHNAME)``."""
    return compiled(pattern).match(ref) is not None


def ref_matches(pattern: str, ref: str, default: str) -> bool:
    """Whether a condition of a ruleset names a full ref, ``~ALL`` and ``~DEFAULT_BRANCH`` included."""
    if pattern == "~ALL":
        return True
    if pattern == "~DEFAULT_BRANCH":
        return ref == f"refs/heads/{default}"
    return fnmatch(pattern, ref)
