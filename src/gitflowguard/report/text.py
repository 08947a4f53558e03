"""For people: in a terminal, and in what a hook prints. One line per item, whatever the names hold."""

from __future__ import annotations

from gitflowguard.report import words
from gitflowguard.report.escape import terminal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.finding import Report, Violation
    from gitflowguard.report.about import About

# A push of ten thousand refs is told in a screen; the other formats list them all.
MOST_UNTOLD = 20
_STYLES = {"error": "1;31", "warning": "1;33", "label": "36"}


def render(report: Report, about: About) -> str:
    """Findings, then what cannot be told, what was skipped on request and the notes, then the counts.

    A quiet run says nothing of a clean report without notes, and counts only findings.
    """
    blocks = _findings(report, about)
    blocks += [_untold(report, about), _silenced(report, about), _notes(report, about)]
    if report.violations or not about.quiet:
        blocks.append([words.summary(report)])
    return "\n".join("\n".join(block) + "\n" for block in blocks if block)


def _findings(report: Report, about: About) -> list[list[str]]:
    """One block of lines for each violation; errors first; a rule's manual is named once."""
    seen: set[str] = set()
    blocks: list[list[str]] = []
    for violation in report.errors + report.warnings:
        block = _finding(violation, about)
        if violation.name not in seen:
            block += _labelled("more", (words.explain(violation.name),), about)
        seen.add(violation.name)
        blocks.append(block)
    return blocks


def _finding(violation: Violation, about: About) -> list[str]:
    """What happened, where (unless the sentence says it), and how to mend it."""
    finding = violation.finding
    severity = violation.severity
    head = _paint(f"{severity}[{violation.code}]", severity, about)
    where = ", ".join(words.elsewhere(finding))
    lines = [f"{head}: {terminal(finding.says)}"]
    if where:
        lines += _labelled("at", (where,), about)
    return lines + _labelled("help", words.commands(finding.mend), about)


def _untold(report: Report, about: About) -> list[str]:
    """One line for each check that could not be told; the same remedy is told once, after the last."""
    lines: list[str] = []
    for index, skipped in enumerate(report.skipped[:MOST_UNTOLD]):
        lines.append(f"{_paint('cannot be told', 'warning', about)}: {terminal(words.untold(skipped))}")
        following = report.skipped[index + 1].unknown if index + 1 < len(report.skipped) else None
        if skipped.unknown != following:
            lines += _labelled("help", words.commands(skipped.unknown.mend), about)
    if len(report.skipped) > MOST_UNTOLD:
        lines.append(f"… and {len(report.skipped) - MOST_UNTOLD} more that cannot be told")
    return lines


def _silenced(report: Report, about: About) -> list[str]:
    """One line for each finding that the user asked not to be stopped by."""
    label = _paint(words.SILENCED_BY, "label", about)
    return [f"{label}: {terminal(f'{s.violation.name} ({s.reason})')}" for s in report.silenced]


def _notes(report: Report, about: About) -> list[str]:
    """One line for each sentence about the run itself."""
    return [f"{_paint('note', 'label', about)}: {terminal(note)}" for note in report.notes]


def _labelled(label: str, items: tuple[str, ...], about: About) -> list[str]:
    """``  help: item``, and the further items under the first."""
    head = _paint(f"{label}:", "label", about) + " " * (len("help: ") - len(label) - 1)
    return [("  " + head if index == 0 else " " * 8) + terminal(item) for index, item in enumerate(items)]


def _paint(text: str, style: str, about: About) -> str:
    """The text in its colour, where colours are wanted."""
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if about.colour else text
