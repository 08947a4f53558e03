"""For CI servers that read JUnit's XML: an error is a failed case, a warning a passed one that says something."""

from __future__ import annotations

from gitflowguard.model.finding import Finding, Report, Violation
from gitflowguard.report import words
from gitflowguard.report.about import About
from gitflowguard.report.escape import xml


def render(report: Report, about: About) -> str:
    """One suite: a case for each finding and skip, and a passed one for each rule that ran and found nothing."""
    cases = [_violation(violation) for violation in report.errors + report.warnings]
    cases += [_skip(s.code, s.name, s.ref, f"{words.UNTOLD}: {s.unknown.reason}") for s in report.skipped]
    for silenced in report.silenced:
        violation = silenced.violation
        why = f"{words.SILENCED_BY}: {silenced.reason}"
        cases.append(_skip(violation.code, violation.name, _what(violation.finding), why))
    cases += _passed(report, about)
    counts = (
        f'tests="{len(cases)}" failures="{len(report.errors)}" errors="0" '
        f'skipped="{len(report.skipped) + len(report.silenced)}"'
    )
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="gitflowguard" {counts}>',
        f'  <testsuite name="gitflowguard" {counts}>',
        *cases,
        *_notes(report, about),
        "  </testsuite>",
        "</testsuites>",
    ]
    return "\n".join(lines) + "\n"


def _passed(report: Report, about: About) -> list[str]:
    """One case for each rule that checked something and found nothing; a rule without a fact is not a passed test."""
    spoke = {v.code for v in report.violations} | {s.code for s in report.skipped}
    spoke |= {s.violation.code for s in report.silenced}
    return [
        _case(rule.code, rule.name, "")
        for rule in about.rules
        if rule.code not in spoke and rule.name in report.ran
    ]


def _notes(report: Report, about: About) -> list[str]:
    """The suite's own output, if the run has notes or tools."""
    lines = [f"note: {note}" for note in report.notes]
    lines += [words.tools(about.tools)] if about.tools else []
    text = "\n".join(map(xml, lines))
    return [f"    <system-out>{text}</system-out>"] if text else []


def _violation(violation: Violation) -> str:
    """A failure, or for a warning what a passed case printed."""
    finding = violation.finding
    body = _body(violation.name, finding)
    if violation.severity == "error":
        inner = f'<failure message="{xml(finding.says)}" type="{xml(violation.name)}">{body}</failure>'
    else:
        inner = f"<system-out>{body}</system-out>"
    return _case(violation.code, violation.name, _what(finding), inner)


def _what(finding: Finding) -> str:
    """What tells a case from others; a tool says the same of many lines, so that its place belongs to it."""
    return words.located(finding) if finding.tool else finding.says


def _body(rule: str, finding: Finding) -> str:
    """The same lines as in a terminal."""
    lines = [f"says: {finding.says}"]
    lines += [f"at: {place}" for place in words.places(finding)]
    lines += [f"help: {command}" for command in words.commands(finding.mend)]
    return "\n".join(xml(line) for line in (*lines, f"more: {words.explain(rule)}"))


def _skip(code: str, name: str, what: str, why: str) -> str:
    """A case that was not judged, or judged and let go."""
    return _case(code, name, what, f'<skipped message="{xml(why)}"/>')


def _case(code: str, name: str, what: str, inner: str = "") -> str:
    """One case, named by its rule and by what was found."""
    rule = words.rule(code, name)
    title = f"{rule}: {what}" if what else rule
    head = f'    <testcase classname="gitflowguard.{xml(name)}" name="{xml(title)}"'
    return f"{head}>\n      {inner}\n    </testcase>" if inner else f"{head}/>"
