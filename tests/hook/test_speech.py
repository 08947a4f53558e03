"""The table of what hooks print: complete, kept by the hooks, and shown in the docs."""

from __future__ import annotations

from pathlib import Path

import pytest

from gitflowguard.hook import speech
from gitflowguard.model.finding import (
    ERROR,
    WARNING,
    Finding,
    Report,
    Skipped,
    Unknown,
    Violation,
)
from gitflowguard.model.moment import ALL_STAGES, COLUMNS, MOMENTS, NEEDS

DOCS = Path(__file__).parents[2] / "docs" / "hooks.md"
BAD = Violation("GFG101", "unknown-branch-kind", ERROR, Finding("x is not a branch type", ref="x"))
UNSURE = Skipped("GFG106", "stacked-branch", "x", Unknown("two branches share commits"))
STATES = (
    speech.REPLAY,
    speech.DETACHED,
    speech.ADOPTED,
    speech.UNNAMED,
    speech.PARTIAL,
    speech.FALLBACK,
    speech.TWO_POLICIES,
    speech.BARE,
    speech.NO_TOOLS,
    speech.REPAIRED,
    speech.UNSURE_BLOCK,
    speech.UNSURE_WARN,
    speech.SKIPPED,
    ERROR,
    WARNING,
)


def as_markdown() -> str:
    """The table as docs/hooks.md shows it."""
    rows = [("state", *COLUMNS), ("---",) * (len(COLUMNS) + 1)]
    rows += [(row.says, *("–" if at == speech.NOTHING else at for at in row.at)) for row in speech.TABLE]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def test_the_docs_show_the_table() -> None:
    assert as_markdown() in DOCS.read_text(), as_markdown()


def test_every_stage_and_every_state_has_its_place() -> None:
    states = [row.id for row in speech.TABLE]
    assert len(set(states)) == len(states)
    needs = set(states) - set(STATES)
    assert set(STATES) <= set(states) and needs <= set(NEEDS)
    for stage in ALL_STAGES:
        for state in states:
            assert speech.outcome(stage, state) in (speech.NOTHING, speech.LINE, speech.WARN, speech.BLOCK)
    assert all(len(row.at) == len(COLUMNS) for row in speech.TABLE)


def test_what_a_column_prints_of_a_need_is_what_its_moments_offer() -> None:
    """The row about a need is silent just where no moment of the column can have it."""
    for row in speech.TABLE:
        if row.id in NEEDS:
            for column, at in zip(COLUMNS, row.at):
                offered = any(row.id in moment.offers for moment in MOMENTS if moment.column == column)
                assert offered == (at != speech.NOTHING), (row.id, column)


@pytest.mark.parametrize("stage", ALL_STAGES)
def test_an_error_is_never_left_out(stage: str) -> None:
    """Whatever else is silent: what blocks is shown, and a moment that can't block shows it as a warning."""
    shown = speech.spoken(stage, Report((BAD,), (UNSURE,)), (), frozenset())
    assert [one.finding for one in shown.violations] == [BAD.finding]
    assert bool(shown.errors) == (stage != "post-checkout")
    assert shown.skipped == ()


@pytest.mark.parametrize(
    ("stage", "kept"), [("pre-commit", False), ("pre-push", True), ("pre-rebase", False)]
)
def test_a_blocking_rule_that_is_unsure_is_reported_at_the_push(stage: str, kept: bool) -> None:
    shown = speech.spoken(stage, Report((), (UNSURE,)), (), frozenset({"stacked-branch"}))
    assert bool(shown.skipped) is kept


def test_notes_follow_the_table_and_come_once() -> None:
    notes = (
        speech.RunNote(speech.FALLBACK, "a"),
        speech.RunNote(speech.PARTIAL, "b"),
        speech.RunNote(speech.FALLBACK, "a"),
    )
    assert speech.spoken("pre-push", Report(), notes, frozenset()).notes == ("a",)


def test_a_proof_that_is_missing_is_its_own_state() -> None:
    """A gap that blocks is printed where a commit is made, whatever the severities of others."""
    gap = UNSURE._replace(name="unchecked-file", proof=True)
    assert speech.spoken("pre-commit", Report((), (gap,), (), 1), (), frozenset()).skipped == (gap,)


def test_a_new_branch_without_an_error_is_announced_by_nobody() -> None:
    """Only what will be blocked is said when a branch is made."""
    report = Report((BAD._replace(severity=WARNING),), (), (), 1)
    assert speech.spoken("post-checkout", report, (), frozenset()).notes == ()
