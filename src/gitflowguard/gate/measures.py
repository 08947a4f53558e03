"""Reports and demand to facts: one Measure for each metric, with its value, the one before, and its interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gitflowguard.gate.lookup import look_up, support_of
from gitflowguard.gate.values import Numeral, Written
from gitflowguard.model.finding import Unknown
from gitflowguard.model.measure import METRIC, Bound, Measure
from gitflowguard.model.record import Record


class ReportSource(Record):
    """One report, read.

    where: how a person knows it: its path, ``the experiment wine``. data: plain data, None where there is a fault.
    fault: a clause that follows ``where`` ("isn't there"). unknown: why it couldn't be asked.
    path: below the repository's root, "" if it isn't a file.
    """

    where: str
    data: Any = None
    fault: str = ""
    unknown: Unknown | None = None
    path: str = ""


def metric_measures(
    gate: Sequence[Bound], runs: Sequence[Sequence[ReportSource]], before: Sequence[ReportSource], about: str
) -> list[Measure]:
    """A fact for each bound.

    runs: the reports of each run of the evaluation, one or several; of several the median counts. before: those of
    the base, () where it has none.
    """
    return [_measure(bound, runs, before, about) for bound in gate]


def _measure(
    bound: Bound, runs: Sequence[Sequence[ReportSource]], before: Sequence[ReportSource], about: str
) -> Measure:
    start = Measure(about=about, kind=METRIC, name=bound.metric, bound=bound)
    values: list[str] = []
    for number, sources in enumerate(runs, 1):
        run = f"Run {number} of {len(runs)}: " if len(runs) > 1 else ""
        found, source = _value(bound.metric, sources)
        start = start._replace(path=source.path)
        if source.unknown is not None:
            return start._replace(unknown=source.unknown)
        if found.fault:
            return start._replace(fault=run + found.fault)
        values.append(found.text)
        if bound.rows:
            support = _support(bound.metric, source)
            if support.fault:
                return start._replace(fault=run + support.fault)
            start = start._replace(support=support.text)
    old = _before(bound.metric, before)
    return start._replace(value=median(values), before=old.text, before_fault=old.fault)


def _value(metric: str, sources: Sequence[ReportSource]) -> tuple[Numeral, ReportSource]:
    """The number, or a whole sentence on why there is none, and the report that it is about."""
    for source in sources:
        if source.unknown is not None:
            return Numeral(), source
    for source in sources:
        if source.fault:
            return Numeral(fault=_lost(source)), source
    found = [(number, one) for one in sources if (number := look_up(one.data, metric)) is not None]
    if not found:
        where = " or ".join(one.where for one in sources)
        return Numeral(fault=f"{metric} is missing: {where} has no such value"), sources[0]
    number, source = found[0]
    if len(found) > 1:
        both = " and ".join(one.where for _, one in found)
        return Numeral(fault=f"{metric} stands in {both}; name one report"), source
    fault = f"{metric} {number.fault} in {source.where}" if number.fault else ""
    return number._replace(fault=fault), source


def _lost(source: ReportSource) -> str:
    """The sentence for a whole report; the same for every metric, so that it is reported once."""
    return f"{source.where} {source.fault}, so the model's metrics are missing"


def _support(metric: str, source: ReportSource) -> Numeral:
    found = support_of(source.data, metric)
    if found is None:
        return Numeral(
            fault=f"{metric} has no support in {source.where}: the rows that it rests on are missing"
        )
    if found.fault:
        return Numeral(fault=f"The support of {metric} {found.fault} in {source.where}")
    # scikit-learn writes 12.0 rows (scikit-learn.org, "classification_report", output_dict).
    return found._replace(text=found.text.removesuffix(".0"))


def _before(metric: str, before: Sequence[ReportSource]) -> Numeral:
    """The number at the base: none, one, or the clause that says why something else stands there."""
    if any(one.unknown is not None for one in before):
        return Numeral(fault=next(one.unknown.reason for one in before if one.unknown is not None))
    for source in before:
        if source.fault:
            return Numeral(fault=f"{source.where} {source.fault}")
    found = [(number, one) for one in before if (number := look_up(one.data, metric)) is not None]
    if not found:
        return Numeral()
    number, source = found[0]
    return Numeral(fault=f"it {number.fault} in {source.where}") if number.fault else number


def median(values: Sequence[str]) -> str:
    """The middle value as written; between two, their mean."""
    from decimal import Decimal

    if len(values) == 1:
        return values[0]
    ordered = sorted(values, key=Decimal)
    low, high = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    return low if low == high else str((Decimal(low) + Decimal(high)) / 2)


def recorded(properties: dict[str, Any]) -> dict[str, Any]:
    """The properties of a JUnit report as a report of metrics; each is text there, so each may be a number."""
    return {name: Written(value) if isinstance(value, str) else value for name, value in properties.items()}
