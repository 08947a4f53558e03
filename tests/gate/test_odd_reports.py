"""Reports in forms that a training seldom writes: refused by name, or read as what they are."""

from __future__ import annotations

import pytest

from gitflowguard.gate.documents import parse_report
from gitflowguard.gate.dvclock import read_lock
from gitflowguard.gate.junit import parse_junit
from gitflowguard.gate.lookup import look_up
from gitflowguard.gate.predictions import parse_predictions
from gitflowguard.gate.values import CSV_LIMIT, Unreadable


def suite(inner: str, count: str = "1") -> bytes:
    """A report of one suite."""
    return f'<testsuites><testsuite tests="{count}">{inner}</testsuite></testsuites>'.encode()


@pytest.mark.parametrize("count", ["", "-1", "1e3", "999999999", "\u0661"])
def test_a_suite_says_how_many_tests_it_has(count: str) -> None:
    """A number that could be anything proves nothing."""
    with pytest.raises(Unreadable, match="how many tests"):
        parse_junit(suite("", count))


def test_a_report_of_tests_has_a_size() -> None:
    """More than any run of tests writes."""
    with pytest.raises(Unreadable, match="which no report of tests needs"):
        parse_junit(b" " * (64 << 20))


def test_two_tests_that_record_one_name_give_no_one_number() -> None:
    """The same value twice is one value."""
    pair = '<property name="f1" value="{}"/><property name="f1" value="0.9"/>'
    rows = f'<testcase name="a"/><properties>{pair}</properties>'
    assert parse_junit(suite(rows.format("0.9"))).properties == {"f1": "0.9"}
    assert parse_junit(suite(rows.format("0.8"))).properties == {"f1": ["0.8", "0.9"]}


def test_a_test_is_named_by_its_file_where_the_report_has_it() -> None:
    """A class in a file, a file alone, and a class alone."""
    rows = (
        '<testcase classname="tests.test_m.TestF" file="./tests/test_m.py" name="f1"/>'
        '<testcase classname="tests.test_m" file="tests/test_m.py" name="f1"/>'
        '<testcase classname="other.place" file="tests/test_m.py" name="f1"/>'
    )
    found = [case.id for case in parse_junit(suite(rows, "3")).cases]
    assert found == ["tests/test_m::TestF::f1", "tests/test_m::f1", "other/place::f1"]


def test_a_failure_after_a_skip_counts_and_a_skip_after_a_failure_does_not() -> None:
    """An error in the teardown of a skipped test is an error."""
    rows = (
        '<testcase name="a"><skipped/><error/></testcase><testcase name="b"><failure/><skipped/></testcase>'
    )
    ends = {case.end for case in parse_junit(suite(rows, "2")).cases}
    assert ends == {"failed"}


def test_a_stage_of_a_lock_is_a_mapping() -> None:
    """Anything else is told with its name."""
    with pytest.raises(Unreadable, match='a stage "train"'):
        read_lock({"schema": "2.0", "stages": {"train": [1]}})


def test_lists_of_a_toml_report_are_walked_and_a_path_of_many_steps_leads_nowhere() -> None:
    """A date in one is text; no name has a hundred dots."""
    data = parse_report(b"f1 = 0.9\nruns = [1, 2026-01-02]\n", "toml")
    assert look_up(data, "f1") is not None and look_up(data, ".".join("f1" for _ in range(100))) is None


def test_predictions_have_a_size() -> None:
    """Rows are read whole."""
    with pytest.raises(Unreadable, match="has more than"):
        parse_predictions(b"a" * (CSV_LIMIT + 1))
