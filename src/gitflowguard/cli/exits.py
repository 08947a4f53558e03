"""Exit codes: the same in every command and every output format."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.finding import Report

CLEAN = 0
VIOLATIONS = 1
USAGE = 2
BLIND = 3
BUG = 4
PARTLY = 5
INTERRUPTED = 130

MEANINGS: dict[int, str] = {
    CLEAN: "clean; warnings do not fail",
    VIOLATIONS: "violations",
    USAGE: "usage or configuration",
    BLIND: "could not look",
    BUG: "our bug",
    PARTLY: "partly applied",
    INTERRUPTED: "interrupted",
}


def exit_of(report: Report, strict: bool = False) -> int:
    """The exit code of a report: 1 if it has errors, else 0.

    strict: for enforcement, which fails closed: without errors, but with something
    that cannot be told, it is 3. Advice leaves that at 0.
    """
    if report.errors:
        return VIOLATIONS
    return BLIND if strict and report.skipped else CLEAN
