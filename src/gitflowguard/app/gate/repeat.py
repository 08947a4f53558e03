"""`model check --repeat N -- COMMAND`: run the evaluation several times and keep each run's reports.

The command is the caller's own, typed on their command line; no report and no policy can name one.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from gitflowguard.app.gate.files import RUN
from gitflowguard.model.demand import ModelDemand
from gitflowguard.process import pass_through


class NotWritten(Exception):
    """A run that failed, or wrote no report; the text is a sentence."""


def reports_of(demand: ModelDemand) -> tuple[str, ...]:
    """The files that a run writes."""
    words = (*demand.metrics, demand.junit, demand.predictions)
    return tuple(dict.fromkeys(word.removeprefix("junit:") for word in words if word))


def repeat(
    demand: ModelDemand,
    top: str,
    folder: str,
    times: int,
    command: tuple[str, ...],
    say: Callable[[str], None],
) -> None:
    """Runs the command and copies its reports to ``run-1``, ``run-2`` … below the folder. Raises NotWritten, OSError.

    A report counts as a run's own only if the run has written it: else yesterday's would be measured again.
    """
    paths = reports_of(demand)
    for number in range(1, times + 1):
        say(f"run {number} of {times}: {' '.join(command)}")
        before = {path: _mark(os.path.join(top, path)) for path in paths}
        code = pass_through(command, b"", dict(os.environ))
        if code:
            raise NotWritten(f"run {number} of {times} ended with exit code {code}")
        for path in paths:
            place = os.path.join(top, path)
            if _mark(place) in (None, before[path]):
                raise NotWritten(f"run {number} of {times} didn't write {path}")
            _copy(place, os.path.join(folder, RUN.format(number) if times > 1 else "", path))


def _mark(path: str) -> tuple[int, ...] | None:
    """What changes when a file is written; None where there is no plain file."""
    if os.path.islink(path) or not os.path.isfile(path):
        return None
    found = os.stat(path)
    return found.st_mtime_ns, found.st_ino, found.st_size, found.st_ctime_ns


def _copy(source: str, target: str) -> None:
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with open(source, "rb") as file:
        data = file.read()
    with open(target, "wb") as file:
        file.write(data)
