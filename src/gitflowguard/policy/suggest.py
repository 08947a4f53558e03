"""Did you mean …? Only ever reached when something is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

# Words that people know from other tools, and the words that say the same here, depending on the place.
_KIN = {
    "admins": "bypass",
    "alias": "name",
    "all": "full",
    "base": "parent",
    "branch": "name",
    "approvers": "approvals",
    "branches": "kinds names",
    "checks": "tools",
    "classic-protection": "classic",
    "cmd": "run",
    "codeowners": "code-owners",
    "command": "run",
    "contexts": "checks",
    "conversations": "threads",
    "count": "approvals",
    "creators": "created-by",
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
    "guard": "protection",
    "linters": "tools",
    "memory": "megabytes",
    "methods": "merge-methods",
    "none": "ignore",
    "off": "ignore none",
    "false": "ignore none",
    "on": "error full",
    "options": "args",
    "origin": "parent",
    "output": "reads",
    "owners": "code-owners",
    "paths": "files",
    "pattern": "name",
    "prefix": "name",
    "protect": "protection",
    "regex": "name",
    "required-approving-review-count": "approvals",
    "required-checks": "checks",
    "required-status-checks": "checks",
    "reviews": "approvals",
    "ruleset": "rulesets",
    "settings": "repository",
    "severities": "rules",
    "severity": "rules",
    "signed": "signatures",
    "status-checks": "checks",
    "strict": "full up-to-date",
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
