"""Did you mean …? Only ever reached when something is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

# Words that people know from other tools, and the words that say the same here, depending on the place.
_KIN = {
    "alias": "name",
    "all": "full",
    "base": "parent",
    "branch": "name",
    "branches": "kinds",
    "checks": "tools",
    "cmd": "run",
    "command": "run",
    "disable": "ignore",
    "disabled": "ignore",
    "entry": "run",
    "exclude": "ignore",
    "fatal": "error",
    "format": "reads",
    "from": "parent",
    "ignore": "exclude",
    "include": "files",
    "into": "targets",
    "linters": "tools",
    "memory": "megabytes",
    "none": "ignore",
    "off": "ignore none",
    "false": "ignore none",
    "on": "error full",
    "options": "args",
    "origin": "parent",
    "output": "reads",
    "paths": "files",
    "pattern": "name",
    "prefix": "name",
    "regex": "name",
    "severities": "rules",
    "severity": "rules",
    "strict": "full",
    "subject": "max-subject",
    "timeout": "seconds",
    "to": "targets",
    "true": "error full",
    "types": "kinds",
    "version": "versions",
}


def near(word: str, choices: Iterable[str]) -> str:
    """The choice that the word was probably meant to be, or ``""``."""
    known = {choice.lower(): choice for choice in choices}
    low = word.strip().lower()
    if low in known:
        return known[low]
    for kin in _KIN.get(low, "").split():
        if kin in known:
            return kin
    if low.startswith("gfg"):
        return ""  # every code is near to every other
    found = get_close_matches(low[:80].replace("_", "-"), known, n=1, cutoff=0.65)
    return known[found[0]] if found else ""


def did_you_mean(word: str, choices: Iterable[str], otherwise: str = "") -> str:
    """``; did you mean "x"?``, or the other words where nothing is near."""
    found = near(word, choices)
    return f'; did you mean "{found}"?' if found else otherwise
