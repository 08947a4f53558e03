"""Protection for a person at a terminal: a table of what changes, the difference, what is done and what is unknown."""

from __future__ import annotations

from gitflowguard.protection.nouns.outcome import (
    APPLIED,
    DONE,
    PLANNED,
    UNDONE,
    VERIFIED,
    RepositoryResult,
)
from gitflowguard.report import text as findings
from gitflowguard.report.about import About
from gitflowguard.report.escape import terminal
from gitflowguard.report.protect import played, words

_GREEN, _RED, _BOLD, _DIM, _END = "\x1b[32m", "\x1b[31m", "\x1b[1m", "\x1b[2m", "\x1b[0m"


def render(outcomes: tuple[RepositoryResult, ...], task: str, about: About, with_diff: bool = True) -> str:
    """Ends in a newline. about.colour: whether colors may be used."""
    paint = _paint if about.colour else _plain
    parts = ["\n".join(_one(outcome, task, about, with_diff, paint)) for outcome in outcomes]
    foot = [words.summary(outcomes, task)] if len(outcomes) > 1 else []
    advice = words.advice(outcomes, task)
    foot += [advice] if advice else []
    return "\n\n".join((*parts, *(["\n".join(foot)] if foot else []))) + "\n"


def _paint(text: str, code: str) -> str:
    return f"{code}{text}{_END}"


def _plain(text: str, code: str) -> str:
    return text


def _one(outcome: RepositoryResult, task: str, about: About, with_diff: bool, paint: object) -> list[str]:
    assert callable(paint)  # nosec B101
    lines = [paint(terminal(words.headline(outcome, task)), _BOLD)]
    if task not in (APPLIED, UNDONE) or not outcome.deeds:
        lines += _table(outcome, paint)
        if with_diff and outcome.plan is not None:
            for number, step in enumerate(outcome.plan.steps, 1):
                lines += [
                    "",
                    f"Step {number}: {terminal(words.step_title(step))}",
                    *_diff(words.diff(step), paint),
                ]
                lines += [f"  {terminal(step.note)}"] if step.note else []
    lines += _played(outcome, task, paint)
    lines += _deeds(outcome, paint)
    if outcome.left:
        lines += ["", "Still different:"]
        lines += [f"  {terminal(change.about)}: {terminal(change.says)}" for change in outcome.left]
    if outcome.plan is not None:
        lines += _list("Left as it is:", outcome.plan.notes)
        lines += _list(
            "Not shown to this token (unknown, not off):", [one.reason for one in outcome.plan.unknown]
        )
    lines += _list("Notes:", outcome.notes)
    read = words.readings(outcome)
    lines += ["", terminal(read)] if read else []
    lines += ["", terminal(outcome.tier)] if outcome.tier else []
    if outcome.report.violations or outcome.report.skipped:
        lines += ["", findings.render(outcome.report, about).rstrip("\n")]
    if outcome.fits:
        lines += ["", words.FIT, "", *map(terminal, outcome.fits.splitlines())]
    return lines


def _played(outcome: RepositoryResult, task: str, paint: object) -> list[str]:
    """A line for each row: mark, who, step; what stops the others, or what it takes, below it."""
    assert callable(paint)  # nosec B101
    if not outcome.played or task not in (PLANNED, VERIFIED):
        return []
    rows = [tuple(map(terminal, row)) for row in played.rows(outcome.played)]
    width = max(len(row[1]) for row in rows)
    lines = ["", played.TITLE]
    for mark, who, does, why in rows:
        lines.append(f"  {paint(mark or ' ', _RED)} {who:<{width}}  {does}")
        lines += [f"    {'':<{width}}  {paint(why, _DIM)}"] if why else []
    return [*lines, f"  {played.count(outcome.played)}"]


def _table(outcome: RepositoryResult, paint: object) -> list[str]:
    """Aligned columns: mark, where, what."""
    assert callable(paint)  # nosec B101
    rows = [tuple(map(terminal, row)) for row in words.change_rows(outcome)]
    if not rows:
        return []
    width = max(len(row[1]) for row in rows)
    return [
        "",
        *(
            f"  {paint(mark, _GREEN if mark == '+' else _RED)} {about:<{width}}  {says}  "
            f"{paint(f'(step {number})', _DIM)}"
            for mark, about, says, number in rows
        ),
    ]


def _diff(lines: list[str], paint: object) -> list[str]:
    assert callable(paint)  # nosec B101
    colours = {"+": _GREEN, "-": _RED}
    return ["  " + paint(terminal(line), colours.get(line[:1], _DIM)) for line in lines]


def _deeds(outcome: RepositoryResult, paint: object) -> list[str]:
    """The table of what is done, not done and unknown."""
    assert callable(paint)  # nosec B101
    rows = []
    for number, deed in enumerate(outcome.deeds, 1):
        why = f": {terminal(deed.why)}" if deed.why else ""
        state = paint(f"{deed.state:<8}", _GREEN if deed.state == DONE else _RED)
        rows.append(f"  {number}. {state}  {terminal(words.step_title(deed.step))}{why}")
    return rows


def _list(title: str, items: tuple[str, ...] | list[str]) -> list[str]:
    return ["", title, *(f"  {terminal(item)}" for item in items)] if items else []
