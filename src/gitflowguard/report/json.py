"""For programs. ``schema_version`` grows when a key changes its meaning or goes; new keys may come at any time."""

from __future__ import annotations

from gitflowguard.report import words
from gitflowguard.report.data import dump

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.finding import Argv, Report, Violation
    from gitflowguard.report.about import About

SCHEMA_VERSION = 1


def render(report: Report, about: About) -> str:
    """One JSON object; what is unknown is null, what there is none of is an empty list."""
    return dump(
        {
            "schema_version": SCHEMA_VERSION,
            "tool": {"name": "gitflowguard", "version": about.version},
            "verdict": words.verdict(report),
            "summary": {
                "checks": report.judged,
                "errors": len(report.errors),
                "warnings": len(report.warnings),
                "skipped": len(report.skipped),
                "silenced": len(report.silenced),
            },
            "findings": [_finding(violation) for violation in report.violations],
            "skipped": [
                {"code": s.code, "rule": s.name, "ref": s.ref or None, "reason": s.unknown.reason}
                | _mend(s.unknown.mend)
                for s in report.skipped
            ],
            "silenced": [_finding(s.violation) | {"reason": s.reason} for s in report.silenced],
            "notes": report.notes,
            "tools": [
                {"name": name, "version": version or None, "whose": whose or None}
                for name, version, whose in about.tools
            ],
        }
    )


def _finding(violation: Violation) -> dict[str, object]:
    """One violation, flat."""
    finding = violation.finding
    return {
        "code": violation.code,
        "rule": violation.name,
        "severity": violation.severity,
        "says": finding.says,
        "ref": finding.ref or None,
        "commit": finding.commit or None,
        "path": finding.path or None,
        "line": finding.line or None,
        "column": finding.column or None,
        "tool": finding.tool or None,
        "tool_code": finding.rule or None,
        **_mend(finding.mend),
        "help": words.explain(violation.name),
    }


def _mend(mend: tuple[Argv, ...]) -> dict[str, object]:
    """The commands twice: as argument lists to run, and as lines to paste."""
    return {"mend": mend, "mend_shell": words.commands(mend)}
