"""Workflow commands: annotations on the run and on the pull request's files.

GitHub keeps 10 errors, 10 warnings and 10 notices a step and drops the rest in
silence (actions/toolkit#734), so the rest is counted in a last notice.
"""

from __future__ import annotations

from gitflowguard.model.finding import Report, Violation
from gitflowguard.report import words
from gitflowguard.report.about import About
from gitflowguard.report.escape import terminal, workflow_data, workflow_property

LIMIT = 10


def render(report: Report, about: About) -> str:
    """One command a line, worst first, then plain lines with the tools and the counts."""
    errors = [_annotation(violation) for violation in report.errors]
    warnings = [_annotation(violation) for violation in report.warnings]
    notices = _notices(report)
    left = len(errors[LIMIT:]) + len(warnings[LIMIT:])
    room = LIMIT if not left and len(notices) <= LIMIT else LIMIT - 1
    left += len(notices[room:])
    lines = errors[:LIMIT] + warnings[:LIMIT] + notices[:room]
    if left:
        lines.append(_command("notice", {"title": "gitflowguard"}, (f"{left} more in the summary",)))
    if about.tools:
        lines.append(f"gitflowguard: {terminal(words.tools(about.tools))}")
    return "\n".join([*lines, f"gitflowguard: {words.summary(report, about.blind)}", ""])


def _annotation(violation: Violation) -> str:
    """The violation, at its file, line and column where it has them."""
    finding = violation.finding
    properties = {"title": words.title(violation)}
    if finding.path:
        properties["file"] = finding.path
        properties["line"] = str(finding.line or 1)
        if finding.line and finding.column:
            properties["col"] = str(finding.column)
    where = ", ".join(words.elsewhere(finding))
    lines = [finding.says, f"at: {where}"] if where else [finding.says]
    lines += [f"help: {command}" for command in words.commands(finding.mend)]
    return _command(violation.severity, properties, (*lines, f"more: {words.explain(violation.name)}"))


def _notices(report: Report) -> list[str]:
    """What couldn't be determined, what was skipped on request, and the notes."""
    found = [
        _command(
            "notice",
            {"title": words.rule(skipped.code, skipped.name)},
            (
                f"{words.UNTOLD}: {words.untold(skipped)}",
                *(f"help: {command}" for command in words.commands(skipped.unknown.mend)),
            ),
        )
        for skipped in report.skipped
    ]
    for silenced in report.silenced:
        violation = silenced.violation
        title = words.title(violation)
        said = (f"{words.SILENCED_BY}: {silenced.reason}", violation.finding.says)
        found.append(_command("notice", {"title": title}, said))
    return found + [_command("notice", {"title": "gitflowguard"}, (note,)) for note in report.notes]


def failure(text: str) -> str:
    """One error annotation for a run that ended before there was a report, as a line of its own."""
    return _command("error", {"title": "gitflowguard"}, tuple(text.splitlines())) + "\n"


def _command(name: str, properties: dict[str, str], lines: tuple[str, ...]) -> str:
    """``::name key=value,…::message``; the message's lines joined as the runner decodes them."""
    pairs = ",".join(f"{key}={workflow_property(value)}" for key, value in properties.items())
    return f"::{name} {pairs}::{'%0A'.join(workflow_data(line) for line in lines)}"
