"""Exit codes."""

from __future__ import annotations

import pytest

from gitflowguard.cli.exits import MEANINGS, exit_of
from gitflowguard.model.finding import Report, Silenced
from tests.report.samples import DIRECT, STACK, UNTOLD


@pytest.mark.parametrize(
    ("report", "lenient", "strict"),
    [
        (Report(), 0, 0),
        (Report((STACK,)), 0, 0),
        (Report(silenced=(Silenced(DIRECT, "why"),)), 0, 0),
        (Report((STACK,), (UNTOLD,)), 0, 3),
        (Report((STACK, DIRECT)), 1, 1),
        (Report((DIRECT,), (UNTOLD,)), 1, 1),
    ],
)
def test_errors_fail_and_enforcement_fails_closed(report: Report, lenient: int, strict: int) -> None:
    assert exit_of(report) == lenient
    assert exit_of(report, strict=True) == strict


def test_the_codes_are_stable() -> None:
    assert MEANINGS == {
        0: "clean; warnings do not fail",
        1: "violations",
        2: "usage or configuration",
        3: "could not look",
        4: "our bug",
        5: "partly applied",
        130: "interrupted",
    }
