"""What of a report on files blocks: what a skip excuses, and whether a file couldn't be checked."""

from __future__ import annotations

from gitflowguard.engine import blocking_gaps
from gitflowguard.model.finding import ERROR, Finding, Silenced, Violation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gitflowguard.model.finding import Report
    from gitflowguard.model.flow import Flow
    from gitflowguard.model.rule import Rule


def excused(report: Report, silenced: Mapping[str, str]) -> Report:
    """The report with unchecked files moved to what was skipped on request, if that was requested."""
    asked = tuple(one for one in report.skipped if one.proof and silenced.get(one.name, ""))
    if not asked:
        return report
    rest = tuple(one for one in report.skipped if one not in asked)
    moved = tuple(
        Silenced(
            Violation(one.code, one.name, ERROR, Finding(one.unknown.reason, ref=one.ref)), silenced[one.name]
        )
        for one in asked
    )
    return report._replace(skipped=rest, silenced=(*report.silenced, *moved))


def blind(report: Report, flow: Flow, rules: Iterable[Rule]) -> bool:
    """Whether a file couldn't be checked where that blocks the operation."""
    return any(one.proof for one in blocking_gaps(report, rules, flow))
