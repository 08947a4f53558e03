"""Two messages for a test instead of six: what a worker of pytest-xdist sends of a test that passed.

Each message is written, sent, read and handed to every plugin, and the process that prints the dots has no core of its
own: a millisecond a test. What is left out says nothing: that a test begins and ends, that its setup and its teardown
passed, and the words of the report that only a failure shows. A failed or skipped phase goes as it is. Where
somebody asks for more (a JUnit file, durations, names), all is sent.
"""

from __future__ import annotations

from typing import Any

import pytest

_KEY = "left_out"
_SILENT = ("logstart", "logfinish")


class Plugin:
    """In a worker; without pytest-xdist there is nobody to send to."""

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Stand between the worker and its channel."""
        for plugin in session.config.pluginmanager.get_plugins():
            send = getattr(plugin, "sendevent", None)
            if send is not None and not asked(session.config):
                plugin.sendevent = _filtered(send)
                session.config.pluginmanager.register(Reports())


class Reports:
    """How a report becomes a message."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_to_serializable(
        self, report: pytest.TestReport | pytest.CollectReport
    ) -> dict[str, Any] | None:
        """None, and so pytest's own words, for all that did not pass."""
        if not isinstance(report, pytest.TestReport) or not report.passed:
            return None
        if report.when != "call":
            return {_KEY: True}
        report.keywords, report.sections = {}, []
        return None


def asked(config: pytest.Config) -> bool:
    """Whether this run prints or writes more than dots and failures."""
    if config.getoption("verbose") > 0 or {"p", "P", "A"} & set(config.getoption("reportchars")):
        return True
    return bool(config.getoption("xmlpath") or config.getoption("durations"))


def _filtered(send: Any) -> Any:
    def sendevent(name: str, **words: Any) -> None:
        if name not in _SILENT and not (name == "testreport" and _KEY in words["data"]):
            send(name, **words)

    return sendevent
