"""MLflow's SQLite store, opened for reading only, with a bound on the work that a hostile file can cause."""

from __future__ import annotations

import os
import sqlite3
from urllib.parse import quote

from gitflowguard.gate.runs import COMMIT, TrackedRun, spelled_metric
from gitflowguard.gate.values import Unreadable

# mlflow/store/tracking/dbmodels/models.py
_RUNS = """
SELECT r.run_uuid, r.start_time FROM runs r
JOIN experiments e ON e.experiment_id = r.experiment_id
JOIN tags t ON t.run_uuid = r.run_uuid
WHERE e.name = ? AND e.lifecycle_stage = 'active' AND r.status = 'FINISHED' AND r.lifecycle_stage = 'active'
AND t.key = ? AND t.value = ?
LIMIT 1000
"""
_METRICS = "SELECT key, value, is_nan FROM latest_metrics WHERE run_uuid = ? LIMIT 2000"
_TABLES = ("runs", "experiments", "tags", "latest_metrics")
# Calls of the progress handler, each after this many steps of SQLite's machine: about two seconds (sqlite.org,
# "sqlite3_progress_handler").
_STEPS, _CALLS = 100_000, 2000


def runs_of_database(path: str, experiment: str, commit: str) -> list[TrackedRun]:
    """The finished runs of a commit. Raises Unreadable."""
    if os.path.islink(path) or not os.path.isfile(path):
        raise Unreadable(f"isn't there: {os.path.basename(path)} isn't a plain file")
    try:
        base = sqlite3.connect(f"file:{quote(os.path.abspath(path))}?mode=ro", uri=True, timeout=5)
    except sqlite3.Error as problem:
        raise Unreadable(f"can't be read: {problem}") from None
    try:
        base.execute("PRAGMA trusted_schema = OFF")
        base.execute("PRAGMA query_only = ON")
        left = iter(range(_CALLS))
        base.set_progress_handler(lambda: int(next(left, None) is None), _STEPS)
        return _read(base, experiment, commit)
    except sqlite3.Error as problem:
        raise Unreadable(f"can't be read: {problem}") from None
    finally:
        base.close()


def _read(base: sqlite3.Connection, experiment: str, commit: str) -> list[TrackedRun]:
    # A view in a table's place could run for ever, and say anything.
    kinds = dict(base.execute("SELECT name, type FROM sqlite_master WHERE name IN (?, ?, ?, ?)", _TABLES))
    if any(kinds.get(name) != "table" for name in _TABLES):
        raise Unreadable("can't be read: it isn't a store of MLflow")
    rows = base.execute(_RUNS, (experiment, COMMIT, commit)).fetchall()
    found = []
    for run, started in rows:
        values = base.execute(_METRICS, (run,)).fetchall()
        metrics = {str(key): "NaN" if is_nan else _spelled(value) for key, value, is_nan in values}
        found.append(TrackedRun(str(run), started if isinstance(started, int) else 0, metrics))
    return found


def _spelled(value: object) -> str:
    return spelled_metric(value) if isinstance(value, (int, float)) else "null"
