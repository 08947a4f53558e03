"""`gitflowguard status`."""

from __future__ import annotations

import os
import shutil
import sys
import time

import click

from gitflowguard import __version__
from gitflowguard.app.status.status import status
from gitflowguard.cli import exits
from gitflowguard.cli.console import COLOURS, colour, is_terminal, write
from gitflowguard.model.facts import Stack
from gitflowguard.model.finding import Argv, Unknown
from gitflowguard.model.names import shell
from gitflowguard.model.status import (
    BranchRow,
    Conflicts,
    RemoteTwin,
    Start,
    Status,
    StatusNote,
)
from gitflowguard.report.data import dump
from gitflowguard.report.escape import Escaped
from gitflowguard.report.status import ASCII, Look, render

SCHEMA_VERSION = 1


@click.command("status")
@click.option("--json", "as_json", is_flag=True, help="For programs: one JSON object.")
@click.option("--local", is_flag=True, help="Leave out branches that are only on a remote.")
@click.option("--no-radar", is_flag=True, help="Do not look for conflicts between branches.")
@click.option(
    "--color", type=click.Choice(COLOURS), default="auto", show_default=True, help="When to use colors."
)
def command(as_json: bool, local: bool, no_radar: bool, color: str) -> int:
    """Show every branch at a glance, and where to start new work.

    For each: its kind, where it was cut from, commits ahead of and behind its
    parent, what it stands on, the targets that hold it, its twin on the remote, and
    what it would conflict with, as far as the radar knows.

    Example: gitflowguard status --local
    """
    found = status(int(time.time()), local=local, foresee=not no_radar)
    write(Escaped(dump(document(found)) if as_json else render(found, _look(color))), sys.stdout)
    return exits.CLEAN


def _look(color: str) -> Look:
    """How to draw on this standard output."""
    tty = is_terminal(sys.stdout)
    width = shutil.get_terminal_size().columns if tty else 0
    look = Look(width, colour(color, os.environ, tty))
    try:
        "".join(look.signs).encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return look._replace(signs=ASCII)
    return look


def document(found: Status) -> dict[str, object]:
    """The JSON object. What can't be determined is ``{"unknown": reason}``; what there is none of is null."""
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "gitflowguard", "version": __version__},
        "policy": found.policy or None,
        "preset": found.preset,
        "head": found.head or None,
        "shallow": found.shallow,
        "remote": found.upstream,
        "now": found.now,
        "start": _start(found.start),
        "branches": [_row(row) for row in found.rows],
        "notes": [_note(note) for note in found.notes],
    }


def _start(start: Start) -> dict[str, object]:
    behind = {"unknown": "this clone is shallow or too old"} if start.behind is None else start.behind
    return {
        "says": start.says,
        "branch": start.branch or None,
        "ref": start.ref or None,
        "commit": start.tip or None,
        "committed": start.committed or None,
        "behind_remote": behind,
        "begin": start.begin or None,
        **_mend(start.mend),
    }


def _row(row: BranchRow) -> dict[str, object]:
    return {
        "name": row.name,
        "ref": row.shown,
        "kind": row.kind or None,
        "protected": row.protected,
        "current": row.current,
        "in_other_work_tree": row.elsewhere,
        "only_remote": row.remote,
        "commit": row.tip,
        "committed": row.committed,
        "origin": _known(row.origin),
        "parent": row.parent or None,
        "ahead": _known(row.ahead),
        "behind": _known(row.behind),
        "stacked_on": _stacks(row.stacks),
        "merged": {"unknown": row.merged.reason} if isinstance(row.merged, Unknown) else dict(row.merged),
        "empty": row.empty,
        "twin": _twin(row.twin),
        "conflicts": _conflicts(row.conflicts),
    }


def _known(value: object) -> object:
    """A value, or why it can't be determined."""
    if isinstance(value, Unknown):
        return {"unknown": value.reason}
    fields = getattr(value, "_asdict", None)
    return fields() if fields else value


def _stacks(stacks: tuple[Stack, ...] | Unknown) -> object:
    return _known(stacks) if isinstance(stacks, Unknown) else [stack._asdict() for stack in stacks]


def _twin(twin: RemoteTwin | None) -> object:
    if twin is None:
        return None
    return {"ref": twin.ref, "ahead": _known(twin.ahead), "behind": _known(twin.behind)}


def _conflicts(seen: Conflicts | None) -> object:
    """What it conflicts with; a list that is known to be empty means no conflict."""
    if seen is None:
        return None
    if seen.untold is not None and not seen.found:
        return _known(seen.untold)
    return [{"with": one.other, "target": one.target} for one in seen.found]


def _note(note: StatusNote) -> dict[str, object]:
    return {"says": note.says, **_mend(note.mend)}


def _mend(mend: tuple[Argv, ...]) -> dict[str, object]:
    """The commands twice: as argument lists to run, and as lines to paste."""
    return {"mend": mend, "mend_shell": [shell(argv) for argv in mend]}
