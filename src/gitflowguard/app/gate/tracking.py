"""MLflow without MLflow: the newest finished run of an experiment for one commit, from a store that is only read.

A run names its commit in the tag ``mlflow.source.git.commit`` (mlflow.org, "System Tags"). Two runs of one commit: the
newest counts, and a note says so.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gitflowguard.gate.measures import ReportSource
from gitflowguard.gate.runs import TrackedRun, Unreachable
from gitflowguard.gate.values import Unreadable, Written
from gitflowguard.model.finding import Unknown
from gitflowguard.model.names import short

if TYPE_CHECKING:
    from gitflowguard.app.gate.question import GateQuestion
    from gitflowguard.model.demand import ModelDemand

SQLITE = "sqlite:///"
ADDRESSES = ("http://", "https://")


def tracked(demand: ModelDemand, asked: GateQuestion, commit: str) -> tuple[ReportSource, list[str]]:
    """The run of a commit as a report, and notes."""
    where = f"the experiment {demand.experiment}"
    try:
        root = "" if asked.server else asked.store
        runs = _runs(asked.server or demand.tracking, root, demand.experiment, commit)
    except Unreachable as problem:
        why = f"Can't determine how good the model is: couldn't ask MLflow ({problem})"
        return ReportSource(where=where, unknown=Unknown(why)), []
    except Unreadable as problem:
        return ReportSource(where=where, fault=str(problem)), []
    if not runs:
        return ReportSource(where=where, fault=f"has no finished run of the commit {short(commit)}"), []
    newest = max(runs, key=lambda run: (run.started, run.id))
    notes = []
    if len(runs) > 1:
        notes = [
            f"{where} has {len(runs)} finished runs of {short(commit)}; the newest counts ({newest.id[:8]})"
        ]
    data = {name: Written(value) for name, value in newest.metrics.items()}
    return ReportSource(where=f"{where}, run {newest.id[:8]}", data=data), notes


def _runs(uri: str, root: str, experiment: str, commit: str) -> list[TrackedRun]:
    """The finished runs of a commit. Raises Unreachable and Unreadable."""
    if uri.startswith(ADDRESSES):
        from gitflowguard.app.gate.trackingserver import runs_of_server

        return runs_of_server(uri, experiment, commit)
    if uri.startswith(SQLITE):
        from gitflowguard.app.gate.trackingdatabase import runs_of_database

        return runs_of_database(_local(root, uri.removeprefix(SQLITE)), experiment, commit)
    from gitflowguard.app.gate.trackingfiles import runs_of_files

    return runs_of_files(_local(root, uri.removeprefix("file:")), experiment, commit)


def _local(root: str, path: str) -> str:
    """A store of the policy lies below the root of the reports; one that the caller names lies where they say."""
    place = root
    for part in path.split("/") if root else ():
        place = os.path.join(place, part)
        if os.path.islink(place):
            raise Unreadable(f"is a link: {path}")
    place = place if root else path
    if not os.path.exists(place):
        raise Unreadable(f"isn't there: there is no {path}")
    return place
