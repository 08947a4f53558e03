"""Predictions, row by row, and how far a metric would move if other rows of the same kind had been drawn.

The interval explains a verdict and never changes one (Efron and Tibshirani, An Introduction to the Bootstrap, ch. 13:
the percentile interval). Both models are drawn on the same rows, because they were tested on the same rows.
"""

from __future__ import annotations

import csv
import math
from collections import Counter
from typing import TYPE_CHECKING

from gitflowguard.gate.values import CSV_LIMIT, Unreadable
from gitflowguard.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    # How many, out of how many -> indexes; made by the caller, so that this module knows no chance.
    Draw = Callable[[int, int], Sequence[int]]
    Metric = Callable[[Sequence[tuple[str, str]]], float]

MOST_ROWS, _MOST_CELL = 100_000, 1000
# What is drawn in all; more rows are drawn less often.
_WORK, _FEWEST, _DRAWS = 1_500_000, 100, 1000
COLUMNS = {
    "actual": ("actual", "y_true", "true", "label", "target"),
    "predicted": ("predicted", "y_pred", "pred", "prediction"),
    "before": ("before", "baseline", "y_before"),
    "id": ("id", "row"),
}


class Predictions(Record):
    """One row a tested example. ids: "" where the file has none. before: the base's predictions, if they are there."""

    ids: tuple[str, ...]
    actual: tuple[str, ...]
    predicted: tuple[str, ...]
    before: tuple[str, ...] = ()


class Interval(Record):
    """low, high: of the change. rows: that it was drawn from."""

    low: float
    high: float
    rows: int


def parse_predictions(data: bytes) -> Predictions:
    """Reads the CSV. Raises Unreadable."""
    if len(data) > CSV_LIMIT:
        raise Unreadable(f"has more than {CSV_LIMIT // 1024} kB")
    try:
        lines = (line + "\n" for line in data.decode("utf-8-sig").removesuffix("\n").split("\n"))
        rows = list(csv.reader(lines, strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise Unreadable("isn't CSV in UTF-8") from None
    if not rows or len(rows) > MOST_ROWS + 1:
        raise Unreadable(f"has no row, or more than {MOST_ROWS:,}")
    head = [name.strip().lower() for name in rows[0]]
    at = {key: next((head.index(n) for n in names if n in head), None) for key, names in COLUMNS.items()}
    if at["actual"] is None or at["predicted"] is None:
        raise Unreadable("needs the columns actual and predicted")
    if any(len(row) != len(head) or max(map(len, row)) > _MOST_CELL for row in rows[1:]):
        raise Unreadable("has rows of different lengths, or a cell that is too long")

    def column(key: str) -> tuple[str, ...]:
        index = at[key]
        return () if index is None else tuple(row[index].strip() for row in rows[1:])

    return Predictions(column("id"), column("actual"), column("predicted"), column("before"))


def paired(now: Predictions, before: Predictions | None) -> Predictions:
    """The predictions with those of the base beside them, row by row; without them where the rows aren't the same."""
    if now.before or before is None:
        return now
    if (before.ids, before.actual) != (now.ids, now.actual):
        return now
    return now._replace(before=before.predicted)


def interval(found: Predictions, name: str, confidence: float, draw: Draw) -> Interval | None:
    """The interval of the change of a metric; None where it isn't one that can be computed from predictions.

    confidence: between 0 and 1.
    """
    metric = metric_of(name, found)
    size = len(found.actual)
    if metric is None or not found.before or size < 2:
        return None
    new = list(zip(found.actual, found.predicted))
    old = list(zip(found.actual, found.before))
    times = max(_FEWEST, min(_DRAWS, _WORK // size))
    changes = []
    for _ in range(times):
        rows = draw(size, size)
        changes.append(metric([new[i] for i in rows]) - metric([old[i] for i in rows]))
    changes = sorted(change for change in changes if math.isfinite(change))
    if not changes:
        return None
    tail = (1 - confidence) / 2
    last = len(changes) - 1
    return Interval(changes[math.floor(tail * last)], changes[math.ceil((1 - tail) * last)], size)


def metric_of(name: str, found: Predictions) -> Metric | None:
    """How a metric of scikit-learn's classification_report, or rmse, mae, follows from (actual, predicted) pairs."""
    top, _, last = name.rpartition(".")
    labels = tuple(sorted({*found.actual, *found.predicted, *found.before}))
    if name == "accuracy":
        return _accuracy
    if name in ("rmse", "mae") and _numbers(found):
        return _rmse if name == "rmse" else _mae
    if last not in ("precision", "recall", "f1-score"):
        return None
    if top in ("macro avg", "weighted avg"):
        return lambda pairs: _average(pairs, labels, last, top == "weighted avg")
    return (lambda pairs: _of_class(Counter(pairs), top, last)) if top in labels else None


def _numbers(found: Predictions) -> bool:
    try:
        return all(
            math.isfinite(float(x)) for x in (*set(found.actual), *set(found.predicted), *set(found.before))
        )
    except ValueError:
        return False


def _accuracy(pairs: Sequence[tuple[str, str]]) -> float:
    return sum(actual == predicted for actual, predicted in pairs) / len(pairs)


def _rmse(pairs: Sequence[tuple[str, str]]) -> float:
    return math.sqrt(sum((float(a) - float(p)) ** 2 for a, p in pairs) / len(pairs))


def _mae(pairs: Sequence[tuple[str, str]]) -> float:
    return sum(abs(float(a) - float(p)) for a, p in pairs) / len(pairs)


def _of_class(counts: Counter[tuple[str, str]], label: str, what: str) -> float:
    """Precision, recall or F1 of one class; 0 where there is nothing to divide by, as scikit-learn has it.

    Source: sklearn.metrics.precision_recall_fscore_support, zero_division.
    """
    hit = counts[label, label]
    said = sum(count for (_, predicted), count in counts.items() if predicted == label)
    true = sum(count for (actual, _), count in counts.items() if actual == label)
    if what == "precision":
        return hit / said if said else 0.0
    if what == "recall":
        return hit / true if true else 0.0
    return 2 * hit / (said + true) if said + true else 0.0


def _average(pairs: Sequence[tuple[str, str]], labels: tuple[str, ...], what: str, weighted: bool) -> float:
    counts = Counter(pairs)
    weights = Counter(actual for actual, _ in pairs)
    total = sum(weights.values()) if weighted else len(labels)
    return sum(_of_class(counts, one, what) * (weights[one] if weighted else 1) for one in labels) / total
