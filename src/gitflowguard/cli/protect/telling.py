"""Progress on stderr, the report on stdout or in a file, and the exit code of many outcomes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

from gitflowguard import __version__
from gitflowguard.cli import exits, output
from gitflowguard.cli.console import colour, is_terminal, write
from gitflowguard.cli.output import is_coloured, save, write_report
from gitflowguard.model.adoptionfiles import POLICY_YAML
from gitflowguard.output import safe
from gitflowguard.protection.nouns.outcome import VERIFIED, RepositoryResult
from gitflowguard.report.about import About
from gitflowguard.report.escape import Escaped, terminal
from gitflowguard.report.formats import PROTECT_FORMATS
from gitflowguard.report.protect.door import render
from gitflowguard.rules.protection.unknown_check import RULE as UNKNOWN_CHECK

F = TypeVar("F", bound=Callable[..., Any])


def report_options(function: F) -> F:
    """How it is reported."""
    no_diff = click.option(
        "--no-diff", is_flag=True, help="Leave out the documents' differences, line by line."
    )
    return output.report_options(PROTECT_FORMATS)(no_diff(function))


class RepositoryProgress:
    """One line for each repository as it is done, on stderr; silent for one repository."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._width = len(str(total))
        self._number = 0

    def each(self, outcomes: Iterable[RepositoryResult], kept: list[RepositoryResult]) -> None:
        """Reports each outcome and keeps it."""
        for outcome in outcomes:
            kept.append(outcome)
            self._number += 1
            if self._total > 1:
                head = f"[{self._number:>{self._width}}/{self._total}]"
                write(f"{head} {terminal(f'{outcome.repository}: {outcome.said}')}\n", sys.stderr)


def tell_step(text: str) -> None:
    """A step of an apply, as it is done."""
    write(f"{terminal(text)}\n", sys.stderr)


def show(
    outcomes: list[RepositoryResult], task: str, given: dict[str, Any], rules: tuple[Any, ...] = ()
) -> None:
    """Writes the report where it was wanted."""
    file = given["output_file"]
    coloured = is_coloured(given["color"], file)
    about = About(__version__, POLICY_YAML, rules, coloured)
    text = render(given["output_format"], tuple(outcomes), task, about, not given["no_diff"])
    write_report(text, file)


def exit_code(outcomes: Iterable[RepositoryResult], task: str, detailed: bool = False) -> int:
    """The worst of all: partly applied, then not checked, then violations or drift, then (detailed) changes."""
    codes = {_code(outcome, task, detailed) for outcome in outcomes}
    for code in (exits.PARTLY, exits.BLIND, exits.VIOLATIONS, exits.USAGE):
        if code in codes:
            return code
    return exits.CLEAN


def _code(outcome: RepositoryResult, task: str, detailed: bool) -> int:
    if outcome.skipped:  # what an earlier run has seen counts as if it were seen now
        differs = not outcome.skipped.startswith(("in sync", "applied"))
        return (
            (exits.VIOLATIONS if task == VERIFIED else exits.USAGE if detailed else exits.CLEAN)
            if differs
            else 0
        )
    if outcome.partly or (outcome.error and outcome.deeds):
        return exits.PARTLY
    if outcome.error:
        return exits.BLIND
    if outcome.refused:
        # A wrong policy is a violation; a state that moved could not be looked at in one piece.
        return exits.VIOLATIONS if outcome.report.errors and not outcome.stale else exits.BLIND
    if outcome.deeds and not outcome.done:
        return exits.BLIND
    unseen = outcome.plan is not None and not outcome.plan.level
    if unseen:
        return exits.BLIND
    changes = outcome.plan is not None and bool(outcome.plan.steps) and not outcome.deeds
    if task == VERIFIED and (changes or outcome.left or outcome.report.errors):
        return exits.VIOLATIONS
    # A check that never reported is usual before the first run of the workflow; these lead nowhere.
    if any(one.name != UNKNOWN_CHECK.name for one in outcome.report.errors):
        return exits.VIOLATIONS
    return exits.USAGE if detailed and changes else exits.CLEAN


def job_summary(outcomes: list[RepositoryResult], task: str) -> None:
    """Adds the report to the summary of a job of GitHub Actions, where there is one."""
    path = os.environ.get("GITHUB_STEP_SUMMARY", "")
    if not path:
        return
    text = render("markdown", tuple(outcomes), task, About(__version__))
    try:
        with open(path, "a", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(safe(Escaped(text)))
    except OSError as problem:
        write(f"gitflowguard: the job summary cannot be written: {problem.strerror}\n", sys.stderr)


def show_to_agree(outcome: RepositoryResult, task: str, given: dict[str, Any]) -> None:
    """The plan for a person who is about to be asked, on stderr: stdout is for the report."""
    coloured = colour(given["color"], os.environ, is_terminal(sys.stderr))
    write(
        Escaped(render("text", (outcome,), task, About(__version__, colour=coloured), not given["no_diff"])),
        sys.stderr,
    )


__all__ = [
    "RepositoryProgress",
    "exit_code",
    "job_summary",
    "report_options",
    "save",
    "show",
    "show_to_agree",
    "tell_step",
]
