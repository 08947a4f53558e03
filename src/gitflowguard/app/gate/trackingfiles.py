"""MLflow's file store: ``mlruns/<experiment>/<run>/{meta.yaml,metrics,tags}``, each file read within bounds."""

from __future__ import annotations

import os
from typing import Any

from gitflowguard.app.gate.files import ReportFolder, read_report
from gitflowguard.gate.documents import parse_report
from gitflowguard.gate.runs import COMMIT, TrackedRun
from gitflowguard.gate.values import Unreadable
from gitflowguard.repo.git import Git

_MOST_RUNS, _MOST_METRICS, _META, _METRIC = 20_000, 2000, 64 * 1024, 4 * 1024 * 1024
# mlflow.entities.RunStatus: the number in a run's meta.yaml.
_FINISHED = ("3", "FINISHED")


def runs_of_files(root: str, experiment: str, commit: str) -> list[TrackedRun]:
    """The finished runs of a commit. Raises Unreadable."""
    store = _Store(root)
    found = []
    for folder in store.folders(""):
        if store.named(folder, experiment):
            for run in store.folders(folder):
                one = store.run(f"{folder}/{run}", commit)
                if one is not None:
                    found.append(one)
    return found


class _Store:
    """A directory that somebody else has written."""

    def __init__(self, root: str) -> None:
        self._shelf = ReportFolder(root)
        self._git = Git()
        self._count = 0

    def folders(self, below: str) -> list[str]:
        """The folders of experiments, or of runs."""
        place = os.path.join(self._shelf.root, below)
        found = [entry.name for entry in os.scandir(place) if entry.is_dir(follow_symlinks=False)]
        self._count += len(found)
        if self._count > _MOST_RUNS:
            raise Unreadable(f"has more than {_MOST_RUNS:,} runs")
        return sorted(name for name in found if not name.startswith("."))

    def named(self, folder: str, experiment: str) -> bool:
        """Whether it is the folder of that experiment, and a live one."""
        meta = self._meta(folder)
        return meta.get("name") == experiment and meta.get("lifecycle_stage", "active") == "active"

    def run(self, folder: str, commit: str) -> TrackedRun | None:
        """The run in a folder, where it is finished, live and of that commit."""
        if self._text(f"{folder}/tags/{COMMIT}", _META).strip() != commit:
            return None
        meta = self._meta(folder)
        live = meta.get("lifecycle_stage", "active") == "active"
        if str(meta.get("status")) not in _FINISHED or not live:
            return None
        started = str(meta.get("start_time", "0"))
        name = folder.rpartition("/")[2]
        return TrackedRun(name, int(started) if started.isdigit() else 0, self._metrics(folder))

    def _meta(self, folder: str) -> dict[str, Any]:
        text = self._text(f"{folder}/meta.yaml", _META)
        data = parse_report(text.encode(), "yaml") if text else {}
        return data if isinstance(data, dict) else {}

    def _metrics(self, folder: str) -> dict[str, str]:
        """The last value of each: a line ``timestamp value step``; a name's slash is a folder."""
        top = os.path.join(self._shelf.root, folder, "metrics")
        found: dict[str, str] = {}
        for place, _, files in os.walk(top):
            for file in files:
                name = os.path.relpath(os.path.join(place, file), top).replace(os.sep, "/")
                rows = [line.split() for line in self._text(f"{folder}/metrics/{name}", _METRIC).splitlines()]
                good = [row for row in rows if len(row) >= 2]
                if good and len(found) < _MOST_METRICS:
                    found[name] = max(good, key=_order)[1]
        return found

    def _text(self, path: str, limit: int) -> str:
        try:
            # The place itself, never its name alone further up.
            if not os.path.lexists(os.path.join(self._shelf.root, path)):
                return ""
            return read_report(self._git, self._shelf, path, limit).decode("utf-8")
        except UnicodeDecodeError:
            raise Unreadable(f"holds {path}, which isn't text") from None


def _order(row: list[str]) -> tuple[int, int]:
    """As MLflow orders values: by step, then by time."""
    step, time = (row[2] if len(row) > 2 else "0"), row[0]
    return (
        int(step) if step.lstrip("-").isdigit() and len(step) < 20 else 0,
        int(time) if time.isdigit() and len(time) < 20 else 0,
    )
