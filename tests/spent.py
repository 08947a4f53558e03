"""Says at the end of a run which tests have cost more than a quick test may: a report, never a failure.

What counts is the processor time of the test and of all programs that it has waited for, with the fixtures that were
made for it. A busy machine stretches it far less than the time on the clock, but caches and sibling cores still do by
half, so the bound is generous and nothing fails by it. CONTRIBUTING.md says when a test is slow.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

# Seconds of processor time.
MOST = 4.0
# How many are listed.
SHOWN = 15
_FIELD = "processor_seconds"


def processor() -> float:
    """Seconds of processor time of this process and of the children that it has waited for."""
    return sum(os.times()[:4])


class Plugin:
    """In each worker a number for each report; in the process that started them the list."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self._before = 0.0

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """The first phase begins here."""
        self._before = processor()
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Iterator[None]:
        """What was spent since the report before it: on the setup, the test, or what comes behind it."""
        report = yield
        now = processor()
        setattr(report, _FIELD, now - self._before)
        self._before = now
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Also from a worker, with the field."""
        self.spent[report.nodeid] = self.spent.get(report.nodeid, 0.0) + getattr(report, _FIELD, 0.0)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Nothing is said where each test is quick, and of a run that takes slow ones as well."""
        if terminalreporter.config.getoption("markexpr") != "not slow":
            return
        for line in listed(self.spent):
            terminalreporter.write_line(line)


def listed(spent: dict[str, float]) -> list[str]:
    """What is said of the tests that are above the bound, the dearest first."""
    found = sorted(((seconds, name) for name, seconds in spent.items() if seconds > MOST), reverse=True)
    if not found:
        return []
    return [
        f"{len(found)} of {len(spent)} tests took more than {MOST:g} s of processor time; where one does so on a quiet "
        "machine, it belongs to `make test-all` (CONTRIBUTING.md):",
        *(f"  {seconds:5.1f} s  {name}" for seconds, name in found[:SHOWN]),
        *([f"  and {len(found) - SHOWN} more"] if len(found) > SHOWN else []),
    ]
