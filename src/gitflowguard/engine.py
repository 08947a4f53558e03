"""evaluate(rules, facts, view) -> Report. Knows no rule by name and no git."""

from __future__ import annotations

from gitflowguard.model.finding import (
    ERROR,
    IGNORE,
    WARNING,
    Finding,
    Report,
    Silenced,
    Skipped,
    Unknown,
    Violation,
)
from gitflowguard.model.moment import PROOF, TOOLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from gitflowguard.model.facts import Fact, View
    from gitflowguard.model.flow import Flow
    from gitflowguard.model.rule import Rule
    from gitflowguard.model.standing import Standing


def evaluate(
    rules: Iterable[Rule],
    facts: Iterable[Fact],
    view: View,
    silenced: Mapping[str, str] | None = None,
    notes: tuple[str, ...] = (),
    standing: Callable[[], Standing] | None = None,
) -> Report:
    """Judges every fact by every rule that reads its kind.

    silenced: rule name or code -> the user's reason; such violations are moved
    to ``Report.silenced``, never dropped. A finding or an Unknown that two facts
    give in the same words is reported once. standing: makes what answers whether a branch
    is another repository's or older than the policy, and is asked for it at the first finding;
    without it, only the policy's record answers.
    """
    by_kind: dict[type, list[Rule]] = {}
    for rule in rules:
        by_kind.setdefault(rule.reads, []).append(rule)
    violations: dict[Violation, None] = {}
    skipped: dict[Skipped, None] = {}
    judged = 0
    ran: dict[str, None] = {}
    made: list[Standing] = []
    for fact in facts:
        for rule in by_kind.get(type(fact), ()):
            severity = view.flow.severity(rule.name, rule.default, fact.about)
            if severity == IGNORE:
                continue
            judged += 1
            ran[rule.name] = None
            for said in rule.check(fact, view):
                if isinstance(said, Unknown):
                    skipped[Skipped(rule.code, rule.name, fact.about, said, _proof(rule, severity))] = None
                else:
                    found = _weighed(_stamp(rule, severity, said), fact, view.flow, standing, made)
                    violations.update({found: None} if found is not None else {})
    kept, hushed = _silence(tuple(violations), silenced or {})
    return Report(
        violations=kept, skipped=tuple(skipped), silenced=hushed, judged=judged, notes=notes, ran=tuple(ran)
    )


def _weighed(
    found: Violation,
    fact: Fact,
    flow: Flow,
    standing: Callable[[], Standing] | None,
    made: list[Standing],
) -> Violation | None:
    """The violation as it counts for its branch. made: holds what answers, once it was needed."""
    from gitflowguard.model.standing import (  # a legal day has no finding, and its hooks load nothing for one
        weighed,
    )

    if standing is not None and not made:
        made.append(standing())
    return weighed(found, fact, flow, made[0] if made else None)


def _proof(rule: Rule, severity: str) -> bool:
    """Whether the rule asks for a proof: a tool always has to give one, a reader of contents where a gap blocks."""
    return PROOF in rule.needs and (severity == ERROR or TOOLS in rule.needs)


def _stamp(rule: Rule, severity: str, finding: Finding) -> Violation:
    """The finding under its rule's name; advice is never more than a warning."""
    weight = WARNING if finding.advice else severity
    return Violation(rule.code, rule.name, weight, finding, topic=rule.topic)


def _silence(
    violations: tuple[Violation, ...], silenced: Mapping[str, str]
) -> tuple[tuple[Violation, ...], tuple[Silenced, ...]]:
    """Splits off what the user switched off for this command."""
    kept: list[Violation] = []
    hushed: list[Silenced] = []
    for violation in violations:
        reason = silenced.get(violation.name) or silenced.get(violation.code)
        if reason:
            hushed.append(Silenced(violation, reason))
        else:
            kept.append(violation)
    return tuple(kept), tuple(hushed)


def is_blind(report: Report, rules: Iterable[Rule], flow: Flow) -> bool:
    """Whether the run couldn't check what it has to: a rule that would have blocked, or a clone without history.

    Without history the clone itself can't answer, whatever the rule's weight.
    """
    from gitflowguard.model.history import SHALLOW  # the engine serves hooks that read no history

    return any(one.unknown == SHALLOW for one in report.skipped) or bool(blocking_gaps(report, rules, flow))


def blocking_gaps(report: Report, rules: Iterable[Rule], flow: Flow) -> tuple[Skipped, ...]:
    """Those that could not be determined of rules that would have blocked."""
    if not report.skipped:
        return ()
    defaults = {rule.name: rule.default for rule in rules}
    return tuple(
        one
        for one in report.skipped
        if flow.severity(one.name, defaults.get(one.name, ERROR), one.ref) == ERROR
    )
