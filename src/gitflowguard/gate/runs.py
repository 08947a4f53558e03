"""A run of MLflow, whatever the store is that it was read from."""

from __future__ import annotations

from gitflowguard.model.record import Record

# The commit that a run was started from (mlflow.org, "System Tags").
COMMIT = "mlflow.source.git.commit"


class Unreachable(Exception):
    """A store that couldn't be asked; the text is the reason."""


class TrackedRun(Record):
    """One finished run. started: milliseconds since the epoch. metrics: the last value of each, as written."""

    id: str
    started: int
    metrics: dict[str, str]


def spelled_metric(value: float | int) -> str:
    """A metric of a store as a report would spell it: MLflow keeps infinity as the largest float there is.

    Source: mlflow/store/tracking/sqlalchemy_store.py, sanitize_metric_value.
    """
    return "Infinity" if abs(value) > 1.797e308 else repr(value)
