"""Reports are hostile text: every spelling of a number that isn't one, and every size and depth."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitflowguard.gate.documents import form_of, parse_report
from gitflowguard.gate.junit import FAILED, PASSED, SKIPPED, XFAILED, parse_junit
from gitflowguard.gate.lookup import MANY, look_up, support_of
from gitflowguard.gate.outcomes import faults_of_tests
from gitflowguard.gate.patterns import matches_test
from gitflowguard.model.paths import matches as path_matches
from gitflowguard.gate.values import Unreadable

SUITE = '<testsuites><testsuite name="pytest" tests="{}">{}</testsuite></testsuites>'


@pytest.mark.parametrize(
    ("spelled", "words"),
    [
        ("NaN", "is NaN"),
        ("Infinity", "is infinite"),
        ("-Infinity", "is infinite"),
        ("1e999", "is infinite"),
        ("9" * 79, ""),
        ("9" * 5000, "has 5000 digits"),
        ("null", "is null"),
        ('"0.93"', 'is the text "0.93"'),
        ("true", "is true"),
        ("[0.93]", "is a list"),
        ("{}", "is a mapping"),
        ("0.93", ""),
        ("1E-400", ""),
    ],
)
def test_what_is_no_number_has_a_reason(spelled: str, words: str) -> None:
    """Only a finite number in plain spelling is one."""
    found = look_up(parse_report(f'{{"f1": {spelled}}}'.encode(), "json"), "f1")
    assert found is not None
    assert found.fault.startswith(words) and bool(found.fault) == bool(words)
    assert bool(found.text) == (not words)


@pytest.mark.parametrize("spelled", [".nan", ".NaN", ".inf", "-.inf", "~", "", "yes", '"0.9"', "0x1F"])
def test_yaml_has_its_own_spellings_of_no_number(spelled: str) -> None:
    """A word, a quote, a base that a float doesn't have."""
    found = look_up(parse_report(f"f1: {spelled}\n".encode(), "yaml"), "f1")
    assert found is not None and found.fault and not found.text


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("json", '{"f1": 0.9, "True": {"f1-score": 1}}'),
        ("yaml", "f1: 0.9\n'True': {f1-score: 1}\n"),
        ("toml", "f1 = 0.9\n[True]\nf1-score = 1\n"),
    ],
)
def test_the_three_forms_say_the_same(form: str, text: str) -> None:
    """Numbers as written, also below a class."""
    data = parse_report(text.encode(), form)
    assert look_up(data, "f1") == ("0.9", "") and look_up(data, "True.f1-score") == ("1", "")
    assert look_up(data, "False.f1-score") is None


@pytest.mark.parametrize(
    ("form", "data", "words"),
    [
        ("json", b'{"a": 1, "a": 2}', 'holds the key "a" twice'),
        ("json", b'{"x": {"a": 1, "a": 1}}', 'holds the key "a" twice'),
        ("json", b"[" * 100_000, "is nested too deep"),
        ("json", b'{"a":' * 100 + b"1" + b"}" * 100, "is nested too deep"),
        ("json", b" " * (9 * 1024 * 1024), "has more than 8192 kB"),
        ("json", b"{", "isn't JSON"),
        ("json", b"", "isn't JSON"),
        ("json", b"\xff\xfe{", "isn't UTF-8"),
        ("yaml", b"a: 1\na: 2\n", 'holds the key "a" twice'),
        ("yaml", b"a: &x [1]\nb: *x\n", "uses anchors"),
        ("yaml", b"a: !!python/object/apply:os.system [ls]\n", "uses tags"),
        ("yaml", b"a: !!float 1\n", "uses tags"),
        ("yaml", b"[" * 5000, "holds more values, or deeper ones"),
        ("yaml", b"a: 1\n---\na: 2\n", "holds more than one document"),
        ("yaml", b"a: [", "isn't YAML"),
        ("yaml", b"? [a]\n: 1\n", "holds a key that isn't text"),
        ("toml", b"a = 1\na = 2\n", "isn't TOML"),
        ("toml", b"a = " + b"[" * 50_000, "is"),
    ],
)
def test_a_report_that_is_none_says_why(form: str, data: bytes, words: str) -> None:
    """Nothing of it is resolved, and nothing of ours falls over."""
    with pytest.raises(Unreadable, match=words):
        parse_report(data, form)


@given(st.binary(max_size=300), st.sampled_from(["json", "yaml", "toml"]))
def test_any_bytes_are_read_or_refused(data: bytes, form: str) -> None:
    """No other end than data or Unreadable."""
    try:
        found = parse_report(data, form)
    except Unreadable as problem:
        assert str(problem)
    else:
        assert look_up(found, "a.b") is None or isinstance(look_up(found, "a.b"), tuple)


@given(st.floats())
def test_every_float_that_python_writes_is_judged_as_what_it_is(number: float) -> None:
    """What `json.dumps` makes of a metric, NaN and infinity among it."""
    found = look_up(parse_report(json.dumps({"m": number}).encode(), "json"), "m")
    assert found is not None
    assert bool(found.text) == math.isfinite(number)
    assert not found.text or float(found.text) == number or abs(number) < 1e-300


def test_a_name_with_dots_is_a_path_or_a_key_and_never_both() -> None:
    """A class 1.0 has a dot; two places of one name are no value."""
    data = parse_report(b'{"1.0": {"f1-score": 0.5}, "a": {"b": 1}, "folds": [{"f1": 2}]}', "json")
    assert look_up(data, "1.0.f1-score") == ("0.5", "")
    assert look_up(data, "folds.0.f1") == ("2", "")
    assert look_up(data, "folds.7.f1") is None
    twice = parse_report(b'{"a": {"b": 1}, "a.b": 2}', "json")
    assert look_up(twice, "a.b") == ("", MANY)


def test_support_is_that_of_the_class_and_of_all_rows_for_accuracy() -> None:
    """scikit-learn's own layout."""
    text = (
        b'{"True": {"f1-score": 1, "support": 12.0}, "macro avg": {"support": 45}, "accuracy": 0.9, "x": 1}'
    )
    data = parse_report(text, "json")
    assert support_of(data, "True.f1-score") == ("12.0", "")
    assert support_of(data, "accuracy") == ("45", "")
    assert support_of(data, "x") is None


def test_the_form_is_the_ending() -> None:
    """Whatever its case."""
    assert [form_of(name) for name in ("a.json", "b.YML", "c.toml", "d.csv", "dvc.lock")] == [
        "json",
        "yaml",
        "toml",
        "",
        "yaml",
    ]


def _suite(cases: str, tests: int) -> bytes:
    return SUITE.format(tests, cases).encode()


PASS = '<testcase classname="tests.model.test_wine" name="test_f1"/>'


def test_how_each_test_ended() -> None:
    """As pytest writes it: an expected failure is a kind of skipped, an error at teardown follows a pass."""
    cases = PASS + (
        '<testcase classname="tests.model.test_wine.TestFloor" name="test_b[a/b]"><failure message="x"/></testcase>'
        '<testcase classname="tests.model.test_wine" name="test_c"><skipped type="pytest.skip"/></testcase>'
        '<testcase classname="tests.model.test_wine" name="test_d"><skipped type="pytest.xfail"/></testcase>'
        '<testcase classname="m" name="t" file="tests/m.py"><error/></testcase>'
    )
    report = parse_junit(_suite(cases, 5))
    assert [(one.id, one.end) for one in report.cases] == [
        ("tests/model/test_wine::test_f1", PASSED),
        ("tests/model/test_wine/TestFloor::test_b[a/b]", FAILED),
        ("tests/model/test_wine::test_c", SKIPPED),
        ("tests/model/test_wine::test_d", XFAILED),
        ("m::t", FAILED),
    ]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'<!DOCTYPE a [<!ENTITY x "y">]><testsuites/>', "document type"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><testsuites/>', "document type"),
        ('<?xml version="1.0"?><!DOCTYPE a><testsuites/>'.encode("utf-16"), "document type"),
        (b"<testsuites>", "isn't XML"),
        (b"", "isn't XML"),
        (b"<html/>", "isn't a JUnit report"),
        (b"<a>" * 1000, "nested too deep"),
        (_suite(PASS, 2), "says that it holds 2 tests, and holds 1"),
        (_suite("", "x"), "doesn't say how many"),  # type: ignore[arg-type]
        (b'<?xml version="1.0" encoding="klingon"?><testsuites/>', "isn't XML"),
    ],
)
def test_hostile_and_cut_off_reports_of_tests(data: bytes, words: str) -> None:
    """No entity is ever expanded, and a count that doesn't fit is no report."""
    with pytest.raises(Unreadable, match=words):
        parse_junit(data)


@pytest.mark.parametrize(
    ("cases", "count", "need", "said"),
    [
        (PASS, 1, ("tests/model/*",), []),
        (PASS, 1, ("tests/model/test_wine.py::test_f1",), []),
        (PASS, 1, ("tests/model/",), []),
        (PASS, 1, ("tests/drift/*",), ["tests/drift/* matches no test in r.xml"]),
        ("", 0, (), ["No test of the model ran: r.xml says that it holds no tests"]),
        (
            PASS.replace("/>", "><skipped/></testcase>"),
            1,
            ("tests/model/**",),
            [
                "No test of the model ran: r.xml says that none of its tests ran",
                "tests/model/test_wine::test_f1 was skipped",
            ],
        ),
        (
            PASS + '<testcase classname="tests.other" name="t"><skipped/></testcase>',
            2,
            ("tests/model/*",),
            [],
        ),
        (
            PASS + '<testcase classname="tests.other" name="t"><failure/></testcase>',
            2,
            ("tests/model/*",),
            ["tests/other::t failed"],
        ),
    ],
)
def test_which_tests_did_not_pass(cases: str, count: int, need: tuple[str, ...], said: list[str]) -> None:
    """Skipped counts where the test is needed; failed counts everywhere; nothing at all is no pass."""
    found = faults_of_tests(parse_junit(_suite(cases, count)), need, "r.xml")
    assert [says for _, says in found] == said


def test_patterns_read_like_those_of_the_policy() -> None:
    """A star stops at a slash, two don't; many stars cost nothing."""
    assert path_matches("*.csv", "data/ref.csv") and not path_matches("data/*", "data/a/b")
    assert path_matches("data/**", "data/a/b") and path_matches("**/x", "x") and path_matches("**/x", "a/b/x")
    assert matches_test("tests/*/test_wine", "tests/model/test_wine::test_f1[a/b]")
    assert not matches_test("tests/model/test_wine::test", "tests/model/test_wine::test_f1")
    assert not path_matches("*" * 40 + "/b", "a" * 2000)
