"""A rule speaks at every moment that it claims, and claims no moment that can't have what it needs.

Generated from the two tables: for each rule of the registry, each moment of model.moment.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from gitflowguard.engine import evaluate
from gitflowguard.model.adoption import TOPICS
from gitflowguard.model.finding import ERROR
from gitflowguard.model.moment import COLUMNS, MOMENTS, NEEDS, moment_at, moment_of
from gitflowguard.model.rule import Rule
from gitflowguard.rules import registry
from tests.scenario import Case, amended, read_page
from tests.scenes import Stage
from tests.saidpages import facts_of

PAGES = Path(__file__).parent
NAMES = {moment.name for moment in MOMENTS}


def rule_of(name: str) -> Rule:
    """The rule itself, loaded."""
    rule = registry.find(name)
    assert rule is not None
    return rule


def claimed(family: str, rule: Rule) -> list[str]:
    """The moments at which the rule may speak."""
    return [at.name for at in MOMENTS if at.hears(family, rule.needs, rule.moments)]


@pytest.mark.parametrize("row", registry.rows(), ids=lambda row: row[2])
def test_the_row_says_what_the_rule_says(row: tuple[str, ...]) -> None:
    """Hooks go by the row, before the rule is loaded."""
    rule = rule_of(row[2])
    assert (row[3] if len(row) > 3 else ERROR) == rule.default
    assert registry.needs_of(row) == rule.needs, f"{row[2]}: the registry says {registry.needs_of(row)}"
    assert registry.claims_of(row) == rule.moments, f"{row[2]}: the registry says {registry.claims_of(row)}"


@pytest.mark.parametrize("row", registry.rows(), ids=lambda row: row[2])
def test_a_rule_claims_what_its_moments_can_have(row: tuple[str, ...]) -> None:
    """Known words, at least one moment, and at each moment that it names what it reads and needs."""
    rule = rule_of(row[2])
    assert set(rule.needs) <= set(NEEDS) and set(rule.moments) <= NAMES
    assert rule.topic in ("", *TOPICS)
    assert claimed(row[1], rule)
    deaf = [name for name in rule.moments if not moment_of(name).hears(row[1], rule.needs, rule.moments)]
    assert not deaf, f"{rule.name} claims {deaf}, where {rule.needs} can't be had"


def test_a_claim_without_what_it_needs_is_found() -> None:
    """No message is written yet before a commit, and nobody looks through all branches at a push."""
    assert not moment_of("commit").hears("commit", ("message",), ("commit",))
    assert not moment_of("push").hears("branch", ("survey",), ("push",))
    assert moment_of("message").hears("commit", ("message",), ())
    assert not moment_of("message").hears("commit", (), ())
    assert not moment_of("rebase").hears("push", (), ())


def test_the_table_is_whole() -> None:
    for at in MOMENTS:
        assert set(at.families) <= set(registry.FAMILIES) and set(at.offers) <= set(NEEDS), at.name
        assert (at.column in COLUMNS) == bool(at.stage), at.name
        assert not at.only or at.only in at.offers, at.name
    for at in MOMENTS:  # no two rows are chosen by the same stage or name
        assert moment_of(at.name) is at and (not at.stage or moment_at(at.stage) is at)
    assert {family for at in MOMENTS for family in at.families} == set(registry.FAMILIES)
    assert {need for at in MOMENTS for need in at.offers} == set(NEEDS)


def cases_of(row: tuple[str, ...], memory_too: bool = False) -> list[Case]:
    """The cases of the rule's page in which it finds something. memory_too: also those that git itself won't build."""
    found = read_page((PAGES / row[1] / f"{row[2]}.md").read_text())
    cases = [case for case in found if f"{row[0]} " in case.report and (memory_too or not case.memory_only)]
    assert cases, f"the page of {row[2]} has no case in which it speaks"
    return cases


@pytest.mark.parametrize("row", registry.rows(), ids=lambda row: row[2])
def test_the_rule_is_heard_at_every_moment_that_it_claims(row: tuple[str, ...], tmp_path: Path) -> None:
    """The facts of its page are judged by the rules that the table chooses for the moment; nothing is started for it.

    That each moment gathers those facts is proved by the test below, which is slow.
    """
    rule, facts, view = rule_of(row[2]), *facts_of(cases_of(row, memory_too=True)[0], tmp_path)
    assert {type(fact) for fact in facts} >= {rule.reads}
    silent = []
    for name in claimed(row[1], rule):
        chosen = registry.active(amended(view.flow, rule.name, ERROR), moment_of(name))
        report = evaluate(chosen, facts, view._replace(flow=amended(view.flow, rule.name, ERROR)))
        named = {one.name for one in report.violations} | {one.name for one in report.skipped}
        silent += [] if rule.name in named else [name]
    assert not silent, f"{rule.name} claims {silent} and isn't heard there"


@pytest.mark.slow
@pytest.mark.parametrize("row", registry.rows(), ids=lambda row: row[2])
def test_the_rule_speaks_at_every_moment_that_it_claims(
    row: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A breaking case of its page, placed there, through the hook or the command itself."""
    rule = rule_of(row[2])
    silent = claimed(row[1], rule)
    for number, case in enumerate(cases_of(row)):
        if silent:
            stage = Stage(rule, case, tmp_path / str(number))
            silent = [name for name in silent if not stage.speaks(moment_of(name), monkeypatch)]
    assert not silent, f"{rule.name} claims {silent} and doesn't speak there"
