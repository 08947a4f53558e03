"""`gitflowguard doctor --timings`: what the rules of the team's own cost."""

from __future__ import annotations

import json
import sys

from gitflowguard import __version__
from gitflowguard.app.own.times import RuleTimes, timed
from gitflowguard.cli import exits
from gitflowguard.cli.console import write
from gitflowguard.model.names import plural
from gitflowguard.repo.git import Git
from gitflowguard.report.escape import Escaped, terminal


def show(as_json: bool) -> int:
    """Prints the table; the exit code."""
    found = timed(Git())
    write(Escaped(_json(found) if as_json else _text(found)), sys.stdout)
    return exits.CLEAN


def _text(found: RuleTimes) -> str:
    """A row a rule and moment, the slowest first."""
    if not found.rows and not found.silent:
        return "The policy names no rules of your own, so none adds to a hook.\n"
    names = (*(row.rule for row in found.rows), *(one.rule for one in found.silent))
    wide = max(map(len, names))
    lines = [f"{'rule':{wide}}  {'moment':8}  {'runs':>5}  {'last':>8}  {'median':>8}  {'slowest':>8}"]
    for row in found.rows:
        times = "  ".join(f"{value:>5} ms" for value in (row.last, row.median, row.slowest))
        lines.append(f"{row.rule:{wide}}  {row.moment:8}  {row.runs:>5}  {times}")
    lines += [f"{one.rule:{wide}}  has not run in this clone" for one in found.silent]
    runs = sum(row.runs for row in found.rows)
    lines.append(f"{plural(runs, 'run')}; each adds its time to the hook or command that asked.")
    return "".join(f"{terminal(line)}\n" for line in lines)


def _json(found: RuleTimes) -> str:
    """Times in milliseconds."""
    rows = [row._asdict() for row in found.rows]
    document = {
        "schema_version": 1,
        "version": __version__,
        "timings": rows,
        "not_run": [one.rule for one in found.silent],
    }
    return json.dumps(document, indent=2) + "\n"
