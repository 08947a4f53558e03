"""A report as a check run and as a commit status.

What did not pass is a failure or waits for somebody; never "neutral" or "skipped", which count as passed where the
check is required (docs.github.com, "About protected branches").
"""

from __future__ import annotations

from gitflowguard.model.finding import ERROR, Report, Violation
from gitflowguard.model.proposal import (
    ACTION,
    FAILED,
    FAILURE,
    PASSED,
    PENDING,
    SUCCESS,
    Annotation,
    CheckRun,
)
from gitflowguard.model.proposal import ERROR as BROKEN
from gitflowguard.report import markdown, words
from gitflowguard.report.about import About
from gitflowguard.report.escape import json_text, terminal
from gitflowguard.report.pull.actionsfile import utf8

# docs.github.com, "Create a check run": 65,535 for the summary, 64 KB for a message.
SUMMARY, MESSAGE = 60_000, 60_000
MOST_MARKS = 500
_TITLE, _SAYS = 250, 140
CLEAN, VIOLATED, UNKNOWN = "clean", "violated", "unknown"


def verdict(report: Report, blind: bool) -> str:
    """CLEAN, VIOLATED or UNKNOWN; a draft's is what it would be otherwise."""
    if report.errors:
        return VIOLATED
    return UNKNOWN if blind else CLEAN


def check_run(
    name: str, sha: str, report: Report, about: About, blind: bool, draft: bool, reference: str
) -> CheckRun:
    """The check run for the commit that was judged. Annotations beyond MOST_MARKS are in the summary."""
    found = [_mark(one) for one in report.errors + report.warnings]
    marks = [mark for mark in found if mark is not None]
    summary = markdown.render(report, about, SUMMARY, utf8)
    return CheckRun(
        name=name,
        sha=sha,
        conclusion=_conclusion(verdict(report, blind), draft),
        title=words.summary(report, blind),
        summary=summary,
        marks=tuple(marks[:MOST_MARKS]),
        reference=reference,
    )


def status(report: Report, blind: bool, draft: bool) -> tuple[str, str]:
    """(state, description) of a commit status."""
    said = verdict(report, blind)
    states = {CLEAN: SUCCESS, VIOLATED: PENDING if draft else FAILURE, UNKNOWN: BROKEN}
    text = words.summary(report, blind)
    return states[said], (f"a draft: {text}" if draft and said == VIOLATED else text)[:_SAYS]


def _conclusion(said: str, draft: bool) -> str:
    if said == CLEAN:
        return PASSED
    return FAILED if said == VIOLATED and not draft else ACTION


def _mark(violation: Violation) -> Annotation | None:
    """The annotation at its file and line; None without a file, or with a path that cannot be shown as it is."""
    finding = violation.finding
    if not finding.path or terminal(finding.path) != finding.path:
        return None
    lines = [finding.says, *(f"help: {command}" for command in words.commands(finding.mend))]
    message = "\n".join(terminal(line) for line in [*lines, f"more: {words.explain(violation.name)}"])
    level = "failure" if violation.severity == ERROR else "warning"
    title = terminal(words.title(violation))[:_TITLE]
    return Annotation(json_text(finding.path), finding.line or 1, level, title, _cut(message))


def _cut(message: str) -> str:
    data = message.encode("utf-8", "backslashreplace")
    return data[:MESSAGE].decode("utf-8", "ignore") + " …" if len(data) > MESSAGE else message
