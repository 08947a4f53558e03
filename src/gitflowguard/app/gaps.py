"""Files that couldn't be checked: excused where somebody gave a reason, else a reason to block."""

from __future__ import annotations

from gitflowguard.hook.speech import GAPS
from gitflowguard.model.finding import ERROR, Finding, Silenced, Violation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gitflowguard.model.finding import Report
    from gitflowguard.model.flow import Flow
    from gitflowguard.model.rule import Rule


def excused(report: Report, silenced: Mapping[str, str]) -> Report:
    """The report with such files moved to what was skipped on request, where that was requested."""
    names = {name for name in GAPS if silenced.get(name)}
    if not names:
        return report
    rest = tuple(one for one in report.skipped if one.name not in names)
    moved = tuple(
        Silenced(
            Violation(one.code, one.name, ERROR, Finding(one.unknown.reason, ref=one.ref)), silenced[one.name]
        )
        for one in report.skipped
        if one.name in names
    )
    return report._replace(skipped=rest, silenced=(*report.silenced, *moved))


def blind(report: Report, flow: Flow, rules: Iterable[Rule]) -> bool:
    """Whether a file couldn't be checked where that blocks the operation."""
    defaults = {rule.name: rule.default for rule in rules}
    return any(
        one.name in GAPS and flow.severity(one.name, defaults.get(one.name, ERROR), one.ref) == ERROR
        for one in report.skipped
    )
