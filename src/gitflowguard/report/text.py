"""For people: in a terminal, and in what a hook prints. One line per item, whatever the names hold."""

from __future__ import annotations

from gitflowguard.model.names import plural
from gitflowguard.report import words
from gitflowguard.report.escape import terminal
from gitflowguard.report.paint import labelled, more, paint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.finding import Argv, Report, Violation
    from gitflowguard.report.about import About

    Mend = tuple[Argv, ...]

# A push of ten thousand refs is reported in a screen; the other formats list them all.
MOST_UNTOLD = 20


def render(report: Report, about: About) -> str:
    """Findings, then what can't be determined, what was skipped on request and the notes, then the counts.

    A quiet run says nothing of a clean report without notes, and counts only findings; it names the tools
    where one of them has something to say or couldn't check.
    """
    blocks = _findings(report, about)
    blocks += [_untold(report, about), _silenced(report, about), _notes(report, about)]
    used = [terminal(words.tools(about.tools))] if about.tools else []
    if report.violations or not about.quiet:
        blocks.append([*used, words.summary(report, about.blind)])
    elif any(one.proof for one in report.skipped):
        blocks.append(used)  # which version of whose couldn't check
    return "\n".join("\n".join(block) + "\n" for block in blocks if block)


def _findings(report: Report, about: About) -> list[list[str]]:
    """Errors first; one block of lines for each violation, and those of the tools together."""
    seen: set[str] = set()
    above: set[Mend] = set()
    blocks: list[list[str]] = []
    room = about.most or len(report.violations)
    left = 0
    for group in (report.errors, report.warnings):
        for violation in group:
            if not violation.finding.tool:
                blocks.append(_finding(violation, about, above) + more(violation.name, seen, about))
        said = tuple(violation for violation in group if violation.finding.tool)
        if said:
            # Here: most hooks have nothing to say of a tool.
            from gitflowguard.report import textlist as listing

            blocks += listing.blocks(listing.ordered(said)[:room], seen, about)
            left += len(said[room:])
            room -= len(said[:room])
    if left:
        blocks.append([f"… and {plural(left, 'more finding')} of the tools; to see all: {about.listing}"])
    return blocks


def _finding(violation: Violation, about: About, above: set[Mend]) -> list[str]:
    """What happened, where (unless the sentence says it), and how to fix it.

    above: what the findings before it have printed, and each end of that. Whoever pastes everything in order has run
    those commands already, and a second time they would fail.
    """
    finding = violation.finding
    severity = violation.severity
    head = paint(f"{severity}[{violation.code}]", severity, about)
    where = ", ".join(words.elsewhere(finding))
    lines = [f"{head}: {terminal(finding.says)}"]
    if where:
        lines += labelled("at", (where,), about)
    if finding.mend in above:
        return lines
    above.update(finding.mend[begin:] for begin in range(len(finding.mend)))
    return lines + labelled("help", words.commands(finding.mend), about)


def _untold(report: Report, about: About) -> list[str]:
    """One line for each check that couldn't be determined; the same remedy is reported once, after the last."""
    lines: list[str] = []
    for index, skipped in enumerate(report.skipped[:MOST_UNTOLD]):
        lines.append(f"{paint(words.UNTOLD, 'warning', about)}: {terminal(words.untold(skipped))}")
        following = report.skipped[index + 1].unknown if index + 1 < len(report.skipped) else None
        if skipped.unknown != following:
            lines += labelled("help", words.commands(skipped.unknown.mend), about)
    if len(report.skipped) > MOST_UNTOLD:
        lines.append(f"… and {len(report.skipped) - MOST_UNTOLD} more that can't be determined")
    return lines


def _silenced(report: Report, about: About) -> list[str]:
    """One line for each finding that the user asked not to be stopped by; the tools' of one rule share theirs."""
    label = paint(words.SILENCED_BY, "label", about)
    lines: dict[tuple[str, int], None] = {}
    for index, silenced in enumerate(report.silenced):
        said = terminal(f"{silenced.violation.name} ({silenced.reason})")
        lines[f"{label}: {said}", 0 if silenced.violation.finding.tool else index] = None
    return [line for line, _ in lines]


def _notes(report: Report, about: About) -> list[str]:
    """One line for each sentence about the run itself."""
    return [f"{paint('note', 'label', about)}: {terminal(note)}" for note in report.notes]
