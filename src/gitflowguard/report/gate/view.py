"""Measures as rows that every format shares, unescaped."""

from __future__ import annotations

from collections.abc import Sequence

from gitflowguard.model.measure import (
    METRIC,
    Measure,
    broken_bound,
    change_of,
    exceeded,
    figure,
    unresolved,
)
from gitflowguard.model.record import Record

HEADINGS = ("metric", "before", "now", "change", "bounds", "rows", "verdict")
MISSING, UNKNOWN, WEAK, WORSE, UNSURE, GOOD = (
    "missing",
    "can't determine",
    "weak",
    "worse",
    "unsure",
    "good",
)
MOST = 100


class GateRow(Record):
    """One metric. cells: in the order of HEADINGS. verdict: one of the words above."""

    cells: tuple[str, ...]
    verdict: str


def verdict_of(measure: Measure) -> str:
    """The word for a metric, the worst that is true of it."""
    if measure.unknown is not None:
        return UNKNOWN
    if measure.fault:
        return MISSING
    if broken_bound(measure)[0]:
        return WEAK
    if exceeded(measure)[0]:
        return WORSE
    if measure.before_fault and (measure.bound.drop or measure.bound.rise):
        return UNKNOWN
    few = bool(measure.bound.rows and measure.support) and float(measure.support) < measure.bound.rows
    return UNSURE if few or unresolved(measure) else GOOD


def metrics_of(measures: Sequence[Measure]) -> list[Measure]:
    """Those that a table shows: each metric that the policy names."""
    return [one for one in measures if one.kind == METRIC and one.bound.metric]


def rows_of(measures: Sequence[Measure]) -> list[GateRow]:
    """A row for each metric, at most MOST."""
    return [_row(one) for one in metrics_of(measures)[:MOST]]


def _row(measure: Measure) -> GateRow:
    change = change_of(measure)
    span = f" [{measure.low}, {measure.high}]" if measure.low else ""
    rows = measure.support or (str(measure.pairs) if measure.pairs else "")
    word = verdict_of(measure)
    cells = (
        measure.name,
        _short(measure.before),
        _short(measure.value),
        (figure(change, True) if change is not None else "") + span,
        bounds(measure),
        rows,
        word,
    )
    return GateRow(cells, word)


def _short(text: str) -> str:
    from decimal import Decimal

    return figure(Decimal(text)) if len(text) > 8 else text


def bounds(measure: Measure) -> str:
    """``min 0.80, drop 0.02``."""
    bound = measure.bound
    pairs = (("min", bound.minimum), ("max", bound.maximum), ("drop", bound.drop), ("rise", bound.rise))
    return ", ".join(f"{word} {text}" for word, text in pairs if text)


def caption(measures: Sequence[Measure]) -> str:
    """What the interval in the column of changes is, "" where there is none."""
    one = next((one for one in measures if one.low), None)
    if one is None:
        return ""
    return f"In brackets: the {one.confidence}% interval of the change, drawn from {one.pairs} rows."


def as_data(measure: Measure) -> dict[str, object]:
    """A metric for programs; what there is none of is null. Numbers are as the report spells them."""
    bound = measure.bound
    return {
        "metric": measure.name,
        "value": measure.value or None,
        "before": measure.before or None,
        "min": bound.minimum or None,
        "max": bound.maximum or None,
        "drop": bound.drop or None,
        "rise": bound.rise or None,
        "support": measure.support or None,
        "interval": [measure.low, measure.high] if measure.low else None,
        "pairs": measure.pairs or None,
        "verdict": verdict_of(measure),
    }
