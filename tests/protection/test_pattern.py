"""The matcher of GitHub's patterns: Ruby's answers, recorded and live."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitflowguard.protection.pattern import fnmatch, matches
from tools.fnmatch_vectors import BY_HAND, asked, cases

VECTORS = json.loads((Path(__file__).parent / "fnmatch.json").read_text(encoding="utf-8"))


def test_it_answers_as_ruby_did() -> None:
    """Every recorded answer, also those about hidden names and broken sets."""
    assert len(VECTORS) >= 500 and sum(answer for _, _, answer in VECTORS) >= 100
    wrong = [row for row in VECTORS if fnmatch(row[0], row[1]) is not row[2]]
    assert wrong == []


@pytest.mark.skipif(shutil.which("ruby") is None, reason="ruby is not installed")
def test_it_answers_as_the_ruby_of_this_machine() -> None:
    """Four thousand more, made up from a second seed; and the recorded ones are still what Ruby says."""
    rows = cases(4000, seed=11)
    said = asked(rows)
    assert [row for row, answer in zip(rows, said) if fnmatch(*row) is not answer] == []
    assert asked([(pattern, name) for pattern, name, _ in VECTORS]) == [row[2] for row in VECTORS]


@pytest.mark.parametrize(
    ("pattern", "ref", "covered"),
    [
        ("~ALL", "refs/heads/anything/at/all", True),
        ("~ALL", "refs/tags/v1", True),
        ("~DEFAULT_BRANCH", "refs/heads/develop", True),
        ("~DEFAULT_BRANCH", "refs/heads/main", False),
        ("~DEFAULT_BRANCH", "refs/tags/develop", False),
        ("refs/heads/release/**/*", "refs/heads/release/1.0", True),
        ("refs/heads/release/**", "refs/heads/release/1.0/rc1", False),
    ],
)
def test_githubs_own_two_words(pattern: str, ref: str, covered: bool) -> None:
    """`~ALL` and `~DEFAULT_BRANCH`, beside a pattern."""
    assert matches(pattern, ref, "develop") is covered


def test_without_a_default_branch_nothing_is_it() -> None:
    """An empty repository has none."""
    assert not matches("~DEFAULT_BRANCH", "refs/heads/", "")


def test_the_hand_written_ones_are_among_the_recorded() -> None:
    """So that nobody drops them by accident."""
    recorded = {(pattern, name) for pattern, name, _ in VECTORS}
    assert {(pattern, name) for pattern, names in BY_HAND for name in names} <= recorded


@given(st.text("ab./", max_size=30))
def test_a_plain_name_is_matched_by_itself_only(name: str) -> None:
    """No letter of it stands for another."""
    assert fnmatch(name, name)
    assert not fnmatch(name, name + "c")


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("*a" * 40 + "b", "a" * 255),
        ("**/" * 60 + "*a*a*a*a*b", "a/" * 120 + "a" * 15),
        ("**/*a*a*a*a*b/" * 15 + "x", ("a" * 15 + "/") * 15 + "y"),
        ("[a-" * 80, "a" * 255),
        ("?" * 255, "a" * 256),
    ],
)
def test_no_pattern_takes_long(pattern: str, name: str) -> None:
    """Those that make a matcher with plain backtracking run until Monday take milliseconds."""
    start = time.process_time()
    assert not fnmatch(pattern, name)
    assert time.process_time() - start < 0.5
