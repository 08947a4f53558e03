"""For job summaries and comments: a heading with the verdict, then lists. Foreign text is inert.

A comment holds 65,536 characters; the cut is made between two items, and is reported.
"""

from __future__ import annotations

from collections.abc import Callable

from gitflowguard.model.finding import Argv, Report, Silenced, Skipped, Violation
from gitflowguard.model.names import plural
from gitflowguard.report import words
from gitflowguard.report.about import About
from gitflowguard.report.escape import code_block, code_span, markdown

LIMIT = 60_000
_MORE = "`gitflowguard explain <rule>` says what a rule checks, why, and how to fix it.\n"


def render(
    report: Report, about: About, limit: int = LIMIT, size: Callable[[str], int] = len, intro: str = ""
) -> str:
    """At most ``limit`` by ``size``; the same report gives the same text. intro: Markdown that follows the counts."""
    head = f"## gitflowguard: {words.verdict(report, about.blind)}\n\n{words.summary(report, about.blind)}\n{intro}"
    if about.tools:
        head += f"\n{markdown(words.tools(about.tools))}\n"
    # A table that doesn't fit is left out whole: half of one would show half of the metrics.
    for part in (about.insert, about.row):
        head += part if size(head) + size(part) < limit // 2 else ""
    sections = (
        ("Findings", [_finding(v) for v in report.errors + report.warnings]),
        ("Can't determine", [_skipped(s) for s in report.skipped]),
        ("Skipped on request", [_silenced(s) for s in report.silenced]),
        ("Notes", [f"- {markdown(note)}\n" for note in report.notes]),
    )
    foot = "\n" + _MORE if report.violations or report.skipped else ""
    return head + cut(sections, limit - size(head) - size(foot), size) + foot


def cut(sections: tuple[tuple[str, list[str]], ...], room: int, size: Callable[[str], int] = len) -> str:
    """The sections' items while they fit, then how many did not."""
    total = sum(len(items) for _, items in sections)
    room -= size(_left(total))
    out: list[str] = []
    told = 0
    for title, items in sections:
        for index, item in enumerate(items):
            block = f"\n### {title}\n\n{item}" if index == 0 else f"\n{item}"
            room -= size(block)
            if room < 0:
                return "".join(out) + _left(total - told)
            out.append(block)
            told += 1
    return "".join(out)


def _left(count: int) -> str:
    """The honest last line."""
    return f"\n… and {plural(count, 'more item')} that did not fit here.\n"


def _finding(violation: Violation) -> str:
    """One list item with its commands in a fenced block."""
    finding = violation.finding
    where = ", ".join(code_span(place) for place in words.elsewhere(finding))
    head = f"- **{violation.severity}** {_rule(violation.code, violation.name)}: {markdown(finding.says)}"
    return (f"{head} ({where})\n" if where else f"{head}\n") + _commands(finding.mend)


def _rule(code: str, name: str) -> str:
    """The code, then the name; once where they are the same."""
    return code_span(code) if code == name else f"{code_span(code)} {name}"


def _skipped(skipped: Skipped) -> str:
    """One list item: which rule, for what, why not, and what would help."""
    subject = f" for {code_span(skipped.ref)}" if skipped.ref else ""
    head = f"- {_rule(skipped.code, skipped.name)}{subject}: {markdown(skipped.unknown.reason)}\n"
    return head + _commands(skipped.unknown.mend)


def _silenced(silenced: Silenced) -> str:
    """One list item: what was found, and the reason that was given."""
    violation = silenced.violation
    says = markdown(violation.finding.says)
    return f"- {_rule(violation.code, violation.name)}: {says} (reason: {markdown(silenced.reason)})\n"


def _commands(mend: tuple[Argv, ...]) -> str:
    """The fenced block inside the list item; nothing where nothing fixes it."""
    return f"\n{code_block(words.commands(mend), '  ')}\n" if mend else ""
