"""Lines that a unified diff would change, in the numbers of the old file."""

from __future__ import annotations

import re

_HUNK = re.compile(r"^@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@")


def changed(diff: str) -> dict[str, tuple[tuple[int, int], ...]]:
    """Path (as in the ``---`` line, without its time) -> (first, last) of each run of lines that would change.

    Where lines are only put in, the line before them stands for the place.
    """
    found: dict[str, list[tuple[int, int]]] = {}
    path, at, left, open_run = "", 0, 0, False
    for line in diff.split("\n"):
        match = _HUNK.match(line)
        if match and left <= 0:
            at, left, open_run = int(match[1]), int(match[2] or "1"), False
        elif line.startswith("--- ") and left <= 0:
            path = line[4:].split("\t")[0]
        elif line[:1] in (" ", "-"):
            if line[0] == "-":
                _extend(found.setdefault(path, []), at, open_run)
            open_run = line[0] == "-"
            at, left = at + 1, left - 1
        elif line[:1] == "+" and not line.startswith("+++ ") and not open_run:
            _extend(found.setdefault(path, []), max(at - 1, 1), False)
            open_run = True
    return {name: tuple(runs) for name, runs in found.items()}


def _extend(runs: list[tuple[int, int]], line: int, more: bool) -> None:
    if more and runs and runs[-1][1] >= line - 1:
        runs[-1] = (runs[-1][0], max(line, runs[-1][1]))
    else:
        runs.append((line, line))
