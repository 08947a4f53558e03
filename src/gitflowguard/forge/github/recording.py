"""Exchanges with GitHub, written down so that anybody may read them: without ids, logins, names, dates and commits.

The form is that of the recordings which the stand-in of our tests replays: a list of
``{"method", "path", "body", "status", "response"}``.
"""

from __future__ import annotations

import json
import re
from typing import Any

from gitflowguard.forge.github.names import KNOWN_APPS
from gitflowguard.report.data import dump

_SHA = re.compile(r"\b[0-9a-f]{40}\b")
_DATE = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
# Ids in paths; the number of a pull request is none.
_NUMBER = re.compile(r"(?<=/rulesets/)\d+|(?<=/user/)\d+|(?<=/check-runs/)\d+")
_DAY = "2026-01-01T00:00:00Z"
# Below this an integer under a key of ids is GitHub's own (the roles 2, 4 and 5), or a pull request's number.
_SMALL = 100
_IDS = ("id", "_id", "_ids")
_OPAQUE = ("node_id", "gravatar_id", "temp_clone_token", "signature", "payload", "email")


def _any_of(names: dict[str, str]) -> re.Pattern[str]:
    """Any of the names as a whole word: ada, and not metadata."""
    words = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.I)


class Recorder:
    """Keeps what is exchanged, scrubbed. owner, name: of the scratch repository."""

    def __init__(self, owner: str, name: str) -> None:
        self.steps: list[dict[str, Any]] = []
        self._names = {owner.lower(): "owner", name.lower(): "scratch"}
        self._shas: dict[str, str] = {}
        self._ids: dict[int, int] = {}
        self._words = _any_of(self._names)

    def keep(self, verb: str, path: str, body: Any, status: int, text: str) -> None:
        """One exchange."""
        try:
            data = json.loads(text) if text else None
        except ValueError:
            data = None
        self.steps.append(
            {
                "method": verb.lower(),
                "path": self._text(_NUMBER.sub(self._number, path)),
                "body": self._scrubbed(body),
                "status": status,
                "response": self._scrubbed(data),
            }
        )

    def text(self) -> str:
        """All of it, as JSON."""
        return dump(self.steps)

    def _scrubbed(self, value: Any, key: str = "") -> Any:
        """A value without what is anybody's."""
        if isinstance(value, dict):
            self._meet(value)
            return {self._text(name): self._scrubbed(one, name) for name, one in value.items()}
        if isinstance(value, list):
            return [self._scrubbed(one, key) for one in value]
        if isinstance(value, bool) or value is None:
            return value
        if isinstance(value, int):
            own = key.endswith(_IDS) and value >= _SMALL and value not in KNOWN_APPS.values()
            return self._id(value) if own else value
        if isinstance(value, str):
            return "" if key in _OPAQUE else self._text(value)
        return value

    def _meet(self, value: dict[str, Any]) -> None:
        """A login is met in its object before its name is read elsewhere in it."""
        login = value.get("login")
        if isinstance(login, str) and login and login.lower() not in self._names:
            self._names[login.lower()] = f"person-{len(self._names) - 1}"
            self._words = _any_of(self._names)

    def _text(self, text: str) -> str:
        found = _SHA.sub(lambda match: self._sha(match[0]), text)
        found = _DATE.sub(_DAY, found)
        return self._words.sub(lambda match: self._names[match[0].lower()], found)

    def _sha(self, sha: str) -> str:
        if sha.strip("0"):
            self._shas.setdefault(sha, f"{len(self._shas) + 1:040x}")
        return self._shas.get(sha, sha)

    def _id(self, number: int) -> int:
        return self._ids.setdefault(number, 1001 + len(self._ids))

    def _number(self, match: re.Match[str]) -> str:
        return str(self._id(int(match[0])))
