"""Narrow a question to the tools: no frozen findings, only new lines where wanted, and what a skip excuses."""

from __future__ import annotations

from gitflowguard.engine import blocking_gaps
from gitflowguard.model.finding import ERROR, Finding, Silenced, Violation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gitflowguard.app.quality.asked import QualityRequest
    from gitflowguard.model.check import Check
    from gitflowguard.model.finding import Report
    from gitflowguard.model.flow import Flow
    from gitflowguard.model.rule import Rule
    from gitflowguard.repo.addedlines import Changes
    from gitflowguard.repo.git import Git, Place


def narrowed(git: Git, asked: QualityRequest, base: str, head: str, new_only: bool) -> QualityRequest:
    """The question without what is frozen in its answers, and where wanted without untouched lines.

    base, head: the two ends of a range, "" for the index. The modules that know are
    loaded only where a tool has found something.
    """

    def frozen(checks: tuple[Check, ...], texts: Mapping[str, bytes]) -> tuple[Check, ...]:
        from gitflowguard.app.quality.baseline import unfrozen

        return unfrozen(git, asked.commit, checks, texts)

    def added(place: Place, wanted: Mapping[str, str]) -> Changes:
        from gitflowguard.repo.addedlines import changes

        return changes(git, place, base, head, wanted)

    return asked._replace(frozen=frozen, added=added if new_only else None)


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
