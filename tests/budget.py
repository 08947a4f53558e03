"""How many random cases a test tries: a share in `make test`, all in `make test-all` and where a file is run by itself.

tests/conftest.py sets the budget of a run as hypothesis's own default; `examples` scales a test's number by it.
"""

from __future__ import annotations

import hypothesis

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


def examples(whole: int) -> int:
    """Return this run's share of a number of cases."""
    return max(1, whole * min(hypothesis.settings().max_examples, MANY) // MANY)
