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
    """In each worker the sums; in the process that started them the list."""

    def __init__(self) -> None:
        self.count = 0
        # Only those above the bound: who has them, and what each has cost.
        self.dear: dict[str, float] = {}

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """The setup, the test, and what comes behind it."""
        before = processor()
        try:
            return (yield)
        finally:
            self.count += 1
            seconds = processor() - before
            if seconds > MOST:
                self.dear[item.nodeid] = seconds

    def pytest_testnodedown(self, node: object) -> None:
        """A worker has ended and hands over what it counted."""
        count, dear = getattr(node, "workeroutput", {}).get(_FIELD, (0, {}))
        self.count += count
        self.dear.update(dear)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A worker hands over."""
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[_FIELD] = (self.count, self.dear)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Nothing is said where each test is quick, and of a run that takes slow ones as well."""
        if terminalreporter.config.getoption("markexpr") != "not slow":
            return
        for line in listed(self.dear, self.count):
            terminalreporter.write_line(line)


def listed(dear: dict[str, float], count: int) -> list[str]:
    """What is said of the tests that are above the bound, the dearest first.

    Args:
        dear: those tests, and their seconds.
        count: of all tests that ran.
    """
    found = sorted(((seconds, name) for name, seconds in dear.items()), reverse=True)
    if not found:
        return []
    return [
        f"{len(found)} of {count} tests took more than {MOST:g} s of processor time; where one does so on a quiet "
        "machine, it belongs to `make test-all` (CONTRIBUTING.md):",
        *(f"  {seconds:5.1f} s  {name}" for seconds, name in found[:SHOWN]),
        *([f"  and {len(found) - SHOWN} more"] if len(found) > SHOWN else []),
    ]
