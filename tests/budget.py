"""How many random cases a test tries: a share in `make test`, all in `make test-all` and where a file is run by itself.

tests/conftest.py sets the budget of a run as hypothesis's own default; `examples` scales a test's number by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

import hypothesis
import pytest
from _pytest.mark.structures import ParameterSet

T = TypeVar("T")

# What a test without a number of its own tries: in `make test`, and in all other runs.
FEW, MANY = 30, 100


def load(quick: bool) -> None:
    """Set the budget of this process, before a test module is imported. A busy machine is no reason to fail."""
    hypothesis.settings.register_profile(
        "budget",
        max_examples=FEW if quick else MANY,
        deadline=None,
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
    )
    hypothesis.settings.load_profile("budget")


def examples(whole: int, quick: int = 0) -> int:
    """Return this run's share of a number of cases.

    quick: how many in `make test` where a case costs far more than others do, 0 for the common share.
    """
    if quick and not is_whole():
        return min(quick, whole)
    return max(1, whole * min(hypothesis.settings().max_examples, MANY) // MANY)


def is_whole() -> bool:
    """Return whether this run tries all cases: `make test-all`, `make test-hostile`, a file by itself."""
    return hypothesis.settings().max_examples >= MANY


def spread(items: Sequence[T], quick: int) -> Sequence[T]:
    """Return all items in a whole run; in `make test` so many, from the first to the last at equal distances."""
    if is_whole() or len(items) <= quick:
        return items
    return [items[index * (len(items) - 1) // (quick - 1)] for index in range(quick)]


def sampled(rows: Iterable[object], *quick: object, every: int = 0) -> list[ParameterSet]:
    """Return each row as the parameters of a test; in `make test` only some of them run, the others are `slow`.

    Args:
        rows: tuples of parameters, or single ones.
        quick: the rows that run, by their place or by themselves. One that isn't there is an error.
        every: the distance of the rows that run, from the first on, where none is named.
    """
    listed = list(rows)
    places = {one if isinstance(one, int) else listed.index(one) for one in quick}
    places |= set(range(0, len(listed), every)) if every else set()
    assert places and max(places) < len(listed)
    return [
        pytest.param(
            *(row if isinstance(row, tuple) else (row,)), marks=() if place in places else pytest.mark.slow
        )
        for place, row in enumerate(listed)
    ]
