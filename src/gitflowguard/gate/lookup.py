"""A metric's name to its value: ``True.f1-score`` is the key f1-score below the key True, or one key with a dot."""

from __future__ import annotations

from typing import Any

from gitflowguard.gate.values import Numeral, numeral

_MOST_STEPS = 12
MANY = "stands in more than one place"


def find_all(data: Any, name: str) -> list[Any]:
    """Every value that the name can mean; keys may hold dots themselves, so there can be several."""
    return _below(data, name.split("."))


def _below(data: Any, steps: list[str]) -> list[Any]:
    if not steps:
        return [data]
    if len(steps) > _MOST_STEPS:
        return []
    found: list[Any] = []
    if isinstance(data, dict):
        for size in range(1, len(steps) + 1):
            key = ".".join(steps[:size])
            if key in data:
                found += _below(data[key], steps[size:])
    elif isinstance(data, list) and steps[0].isdigit() and len(steps[0]) < 6 and int(steps[0]) < len(data):
        found += _below(data[int(steps[0])], steps[1:])
    return found


def look_up(data: Any, name: str) -> Numeral | None:
    """The number of that name, None where there is no such value."""
    found = find_all(data, name)
    if not found:
        return None
    return numeral(found[0]) if len(found) == 1 else Numeral(fault=MANY)


def support_of(data: Any, name: str) -> Numeral | None:
    """How many rows a metric of scikit-learn's classification_report rests on.

    A class has a support of its own; ``accuracy`` and the averages rest on all rows.
    """
    top, _, _ = name.rpartition(".")
    if top:
        return look_up(data, f"{top}.support")
    return look_up(data, "macro avg.support") if name == "accuracy" else None
