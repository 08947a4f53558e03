"""For programs. ``schema_version`` grows when a key changes its meaning or goes; new keys may come at any time."""

from __future__ import annotations

from gitflowguard.model.distribution import page
from gitflowguard.model.finding import Argv, Report, Violation
from gitflowguard.report import words
from gitflowguard.report.about import About
from gitflowguard.report.data import dump

SCHEMA_VERSION = 1


def head(version: str) -> dict[str, object]:
    """What every document begins with. version: of gitflowguard."""
    return {"schema_version": SCHEMA_VERSION, "tool": {"name": "gitflowguard", "version": version}}


def render(report: Report, about: About) -> str:
    """One JSON object; what is unknown is null, what there is none of is an empty list."""
    return dump(
        {
            **head(about.version),
            "verdict": words.verdict(report, about.blind),
            "summary": {
                "checks": report.judged,
                "errors": len(report.errors),
                "warnings": len(report.warnings),
                "skipped": len(report.skipped),
                "silenced": len(report.silenced),
            },
            "findings": [finding(violation) for violation in report.violations],
            "skipped": [
                {"code": s.code, "rule": s.name, "ref": s.ref or None, "reason": s.unknown.reason}
                | _mend(s.unknown.mend)
                for s in report.skipped
            ],
            "silenced": [finding(s.violation) | {"reason": s.reason} for s in report.silenced],
            "notes": report.notes,
            "tools": [
                {"name": name, "version": version or None, "whose": whose or None}
                for name, version, whose in about.tools
            ],
        }
    )


def finding(violation: Violation) -> dict[str, object]:
    """One violation, flat."""
    said = violation.finding
    return {
        "code": violation.code,
        "rule": violation.name,
        "severity": violation.severity,
        "says": said.says,
        "ref": said.ref or None,
        "commit": said.commit or None,
        "path": said.path or None,
        "line": said.line or None,
        "column": said.column or None,
        "tool": said.tool or None,
        "tool_code": said.rule or None,
        **_mend(said.mend),
        "help": words.explain(violation.name),
        "page": page(violation.name),
    }


def _mend(mend: tuple[Argv, ...]) -> dict[str, object]:
    """The commands twice: as argument lists to run, and as lines to paste."""
    return {"mend": mend, "mend_shell": words.commands(mend)}
