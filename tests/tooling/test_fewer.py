"""What a worker of pytest-xdist sends, and what a reader of a run gets from it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import fewer

ROOT = Path(__file__).parents[2]
CONFTEST = """
import pytest
from tests import fewer

HEARD = []

def pytest_configure(config):
    config.pluginmanager.register(fewer.Plugin())
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Listener())

class Listener:
    def pytest_runtest_logreport(self, report):
        HEARD.append(f"{report.nodeid.partition('::')[2]} {report.when} {report.outcome}")
    def pytest_terminal_summary(self, terminalreporter):
        for line in sorted(HEARD):
            terminalreporter.write_line("heard " + line)
"""
TESTS = """
import pytest

@pytest.fixture
def breaks():
    yield
    print("words of the teardown")
    assert False, "on the way out"

@pytest.fixture
def never():
    assert False, "on the way in"

def test_fine(): pass
def test_bad():
    print("words of the test")
    assert 1 == 2
def test_skipped(): pytest.skip("not here")
def test_teardown(breaks): pass
def test_setup(never): pass
"""
EVERYTHING = {
    "test_bad call failed", "test_fine call passed", "test_setup setup failed", "test_skipped call skipped",
    "test_teardown call passed", "test_teardown teardown failed",
}  # fmt: skip


@pytest.mark.parametrize(("words", "more"), [((), False), (("--durations=1",), True)])
def test_all_that_did_not_pass_is_heard(tmp_path: Path, words: tuple[str, ...], more: bool) -> None:
    """With the words that it printed; what passed is heard once, or each phase of it where somebody asks for times."""
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_all.py").write_text(TESTS)
    done = subprocess.run(
        (
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "xdist.plugin", "-n", "1"),
            *("-o", f"pythonpath={ROOT}", "--rootdir", str(tmp_path), str(tmp_path), *words),
        ),
        cwd=tmp_path, capture_output=True, text=True, check=False,
        # Both processes would load each plugin that is installed, which is half of what they cost.
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )  # fmt: skip
    heard = {line.removeprefix("heard ") for line in done.stdout.splitlines() if line.startswith("heard ")}
    assert heard >= EVERYTHING and (heard > EVERYTHING) is more, done.stdout
    assert "1 failed, 2 passed, 1 skipped, 2 errors" in done.stdout
    assert all(
        said in done.stdout for said in ("words of the test", "words of the teardown", "on the way in")
    )


def test_a_report_that_passed_keeps_what_a_reader_needs() -> None:
    """Its name, result and time; one of another phase says nothing."""
    report = pytest.TestReport(
        "a::b", ("a", 1, "b"), {"slow": 1}, "passed", None, "call", [("out", "x")], 0.5, 1.0, 1.5
    )
    assert fewer.Reports().pytest_report_to_serializable(report) is None
    assert (report.keywords, report.sections, report.duration) == ({}, [], 0.5)
    report.when = "setup"
    assert fewer.Reports().pytest_report_to_serializable(report) == {"left_out": True}
    report.outcome = "failed"
    assert fewer.Reports().pytest_report_to_serializable(report) is None
