"""The table of `make test-hostile` says what pytest's report says."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools import hostile

REPORT = """\
<testsuites><testsuite>
<testcase name="a"><properties><property name="hostile" value="faults"/><property name="tried" value="40"/>
<property name="wrong" value="2"/></properties><failure>x</failure></testcase>
<testcase name="b"><properties><property name="hostile" value="faults"/></properties></testcase>
<testcase name="c"><properties><property name="hostile" value="faults"/></properties><error>x</error></testcase>
<testcase name="d"><properties><property name="hostile" value="kill points"/><property name="tried" value="0"/>
<property name="wrong" value="0"/></properties></testcase>
<testcase name="e"><properties><property name="hostile" value="kill points"/></properties><skipped/></testcase>
<testcase name="f"/>
</testsuite></testsuites>
"""


def test_cases_and_tallies_are_counted(tmp_path: Path) -> None:
    """A test without a tally is one case; one that breaks before its tally is one that went wrong."""
    report = tmp_path / "report.xml"
    report.write_text(REPORT)
    found = hostile.counts(report)
    assert found["faults"] == (42, 3) and found["kill points"] == (0, 0)
    text = hostile.table(found, 90)
    assert "| faults | 42 | 3 traceback or false clean |" in text and "make test-hostile" in text


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["0", "1"])
def test_a_marked_test_is_in_the_report_of_pytest(tmp_path: Path, workers: str) -> None:
    """Without workers too, where pytest compares the kind of report with the fixtures that write into it."""
    report = tmp_path / "report.xml"
    one = "tests/forge/test_token.py::test_secrets_have_no_representation"
    argv = [sys.executable, "-m", "pytest", "-n", workers, f"--junitxml={report}", one]
    subprocess.run(argv, cwd=hostile.ROOT, check=True)
    assert hostile.counts(report)["token canary"] == (1, 0)


def test_every_section_that_a_test_names_is_in_the_table() -> None:
    """A marker with a slip of the pen would count nowhere."""
    root = Path(__file__).resolve().parents[1]
    named = set()
    for path in root.rglob("*.py"):
        named |= set(re.findall(r'mark\.hostile\("([^"]+)"\)', path.read_text("utf-8")))
    assert named and named <= set(hostile.SECTIONS)


def test_a_run_that_takes_too_long_is_interrupted() -> None:
    """Also where this process was started deaf to SIGINT; the report is then still written."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        start = time.monotonic()
        assert hostile.run([sys.executable, "-c", "import time; time.sleep(60)"], 1) == (
            -signal.SIGINT,
            False,
        )
        assert time.monotonic() - start < 30
        assert hostile.run([sys.executable, "-c", "raise SystemExit(5)"], 30) == (5, True)
    finally:
        signal.signal(signal.SIGINT, before)


def test_the_page_has_room_for_it() -> None:
    """Between its two marks."""
    page = hostile.PAGE.read_text("utf-8")
    assert page.count(hostile.BEGIN) == page.count(hostile.END) == 1
