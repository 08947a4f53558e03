"""Sends recorded exchanges to a fake and compares its answers: statuses, and the kinds of the values.

A recording holds invented ids and commits (``gitflowguard protect selftest --record``). What the fake calls them is
learned from each answer, and put into the requests that follow.
"""

from __future__ import annotations

import re
from typing import Any

from fakegithub.client import Client

_SHA = re.compile(r"[0-9a-f]{40}")
_PART = re.compile(r"[0-9a-f]{40}|(?<=/)\d{3,}(?=/|$|\?)")


class Replay:
    """One run. differences: what the fake answers otherwise, a line each."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.differences: list[str] = []
        self._known: dict[str, Any] = {}

    def run(self, steps: list[dict[str, Any]]) -> list[str]:
        """Sends every step; returns the differences."""
        for step in steps:
            path = _PART.sub(lambda found: str(self._known.get(found[0], found[0])), step["path"])
            answer = self.client.ask(step["method"].upper(), path, self._now(step["body"]))
            place = f"{step['method'].upper()} {step['path']}"
            if answer.status != step["status"]:
                self.differences.append(f"{place}: {answer.status} instead of {step['status']}")
            else:
                self._learn(step["response"], answer.body or None, place)
        return self.differences

    def _now(self, value: Any) -> Any:
        """A recorded value with the fake's ids and commits."""
        if isinstance(value, dict):
            return {key: self._now(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self._now(one) for one in value]
        return self._known.get(str(value), value) if isinstance(value, (int, str)) else value

    def _learn(self, old: Any, new: Any, place: str) -> None:
        """Notes what the fake calls a thing, and where its answer holds another kind of value."""
        if isinstance(old, dict) and isinstance(new, dict):
            for key in old.keys() & new.keys():
                self._learn(old[key], new[key], f"{place} {key}")
        elif isinstance(old, list) and isinstance(new, list):
            for one, other in zip(old, new, strict=False):
                self._learn(one, other, place)
        elif old is None or new is None:
            return
        elif type(old) is not type(new):
            self.differences.append(f"{place}: {type(new).__name__} instead of {type(old).__name__}")
        elif isinstance(old, str) and _SHA.fullmatch(old):
            self._known[old] = new
        elif isinstance(old, int) and old > 1000 and place.endswith("id"):
            self._known[str(old)] = new
