"""The paired bootstrap: explains, is the same each time, and knows what 45 rows can show."""

from __future__ import annotations

import random

import pytest

from gitflowguard.gate.predictions import (
    Predictions,
    interval,
    metric_of,
    paired,
    parse_predictions,
)
from gitflowguard.gate.values import Unreadable


def _draw(size: int, count: int) -> list[int]:
    return CHANCE.choices(range(size), k=count)


CHANCE = random.Random(1)


def _wine(flips: tuple[int, ...] = ()) -> Predictions:
    """45 rows, 12 of them True; the rows in flips are predicted wrong now, and one other was before."""
    actual = tuple("True" if row < 12 else "False" for row in range(45))
    wrong = {"True": "False", "False": "True"}
    now = tuple(wrong[one] if row in flips else one for row, one in enumerate(actual))
    before = tuple(wrong[one] if row == 3 else one for row, one in enumerate(actual))
    return Predictions((), actual, now, before)


def test_45_rows_cannot_show_a_change_of_two_hundredths() -> None:
    """One prediction more or less: the interval holds no change and far more than the tolerance."""
    found = interval(_wine((5, 20)), "True.f1-score", 0.95, _draw)
    assert found is not None and found.rows == 45
    assert found.low < -0.02 < 0 < found.high


def test_a_model_that_lost_a_class_shows_it() -> None:
    """Half of the class wrong: even the upper end is far below no change."""
    found = interval(_wine(tuple(range(4, 12))), "True.recall", 0.95, _draw)
    assert found is not None and found.high < -0.1


def test_the_same_model_has_an_interval_of_nothing() -> None:
    """The same predictions on the same rows never differ."""
    same = _wine((3,))
    for name in ("accuracy", "True.f1-score", "macro avg.recall", "weighted avg.precision"):
        assert interval(same, name, 0.95, _draw) == (0.0, 0.0, 45)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("accuracy", 43 / 45),
        ("True.precision", 11 / 12),
        ("True.recall", 11 / 12),
        ("False.f1-score", 64 / 66),
        ("macro avg.recall", (11 / 12 + 32 / 33) / 2),
        ("weighted avg.recall", 43 / 45),
    ],
)
def test_metrics_are_those_of_the_classification_report(name: str, value: float) -> None:
    """By hand: 11 of 12 and 32 of 33 are right."""
    found = _wine((5, 20))
    metric = metric_of(name, found)
    assert metric is not None
    assert metric(list(zip(found.actual, found.predicted))) == pytest.approx(value)


def test_regression_and_what_nobody_can_compute() -> None:
    """rmse and mae of numbers; anything else has no interval."""
    found = Predictions((), ("1", "2"), ("1", "4"), ("1", "2"))
    rmse, mae = metric_of("rmse", found), metric_of("mae", found)
    assert rmse and mae
    pairs = list(zip(found.actual, found.predicted))
    assert rmse(pairs) == pytest.approx(2**0.5) and mae(pairs) == 1
    assert metric_of("roc_auc", found) is None and metric_of("Nobody.recall", _wine()) is None
    assert metric_of("rmse", _wine()) is None
    assert interval(found._replace(before=()), "rmse", 0.95, _draw) is None


def test_rows_are_paired_only_where_they_are_the_same() -> None:
    """Another order of rows isn't the same test."""
    now = parse_predictions(b"id,actual,predicted\n1,a,a\n2,b,a\n")
    old = parse_predictions(b"id,y_true,y_pred\n1,a,b\n2,b,b\n")
    assert paired(now, old).before == ("b", "b")
    assert paired(now, old._replace(ids=("2", "1"))).before == () == paired(now, None).before


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "needs the columns|no row"),
        (b"a,b\n1,2\n", "needs the columns"),
        (b"actual,predicted\n1\n", "different lengths"),
        (b'actual,predicted\n"1,2\n', "isn't CSV"),
        (b"\xff\xfe", "isn't CSV"),
        (b"actual,predicted\n" + b"x" * 2000 + b",1\n", "too long"),
        (b"actual,predicted\n" + b"1,1\n" * 100_001, "more than 100,000"),
    ],
)
def test_a_file_that_holds_no_predictions(data: bytes, words: str) -> None:
    """Each with its reason."""
    with pytest.raises(Unreadable, match=words):
        parse_predictions(data)
