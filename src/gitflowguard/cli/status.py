"""`gitflowguard status`."""

from __future__ import annotations

import os
import shutil
import sys
import time

import click

from gitflowguard import __version__
from gitflowguard.app.status.selection import StatusSelection
from gitflowguard.app.status.status import status
from gitflowguard.cli import exits
from gitflowguard.cli.choice import WordChoice
from gitflowguard.cli.complete import kinds as complete_kinds
from gitflowguard.cli.console import COLOURS, colour, is_terminal, write
from gitflowguard.cli.days import Days
from gitflowguard.cli.output import json_option
from gitflowguard.cli.pager import page
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
# Where nobody tells how high the screen is.
HEIGHT = 40


@click.command("status")
@json_option()
@click.option("--all", "everything", is_flag=True, help="Every branch, not only a screen of them.")
@click.option("--mine", is_flag=True, help="Only branches whose newest commit is yours (user.email).")
@click.option(
    "--since", type=Days(), metavar="AGE", help="Only branches with a commit in the last 30d, 6w, 3m, 1y."
)
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    metavar="KIND",
    shell_complete=complete_kinds,
    help="Only branches of this kind, such as feature, or unknown; may be repeated.",
)
@click.option("--local", is_flag=True, help="Leave out branches that are only on a remote.")
@click.option("--no-radar", is_flag=True, help="Do not look for conflicts between branches.")
@click.option(
    "--color", type=WordChoice(COLOURS), default="auto", show_default=True, help="When to use colors."
)
def command(
    as_json: bool,
    everything: bool,
    mine: bool,
    since: int | None,
    kinds: tuple[str, ...],
    local: bool,
    no_radar: bool,
    color: str,
) -> int:
    """Show where to start new work, and the branches at a glance.

    The long-lived branches, yours and the newest, as many as the screen holds. For
    each: its kind, where it was cut from, commits ahead of and behind its
    parent, what it stands on, the targets that hold it, its twin on the remote, and
    what it would conflict with, as far as the radar knows.

    Example: gitflowguard status --local
    """
    wanted = StatusSelection(local=local, mine=mine, since_days=since or 0, kinds=kinds)
    found = status(int(time.time()), wanted=wanted, foresee=not no_radar)
    if as_json:
        write(Escaped(dump(document(found))), sys.stdout)
    else:
        page(Escaped(render(found, _look(color, everything))))
    return exits.CLEAN


def _look(color: str, everything: bool = False) -> Look:
    """How to draw on this standard output."""
    tty = is_terminal(sys.stdout)
    size = shutil.get_terminal_size()
    look = Look(
        width=size.columns if tty else 0,
        height=0 if everything else size.lines if tty else HEIGHT,
        colour=colour(color, os.environ, tty),
    )
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
        "hidden": found.hidden,
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
        "conflicts": _conflicts(row.name, row.conflicts),
        "landed": row.landed,
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


def _conflicts(name: str, seen: Conflicts | None) -> object:
    """What it conflicts with; a list that is known to be empty means no conflict."""
    if seen is None:
        return None
    if seen.untold is not None and not seen.found:
        return _known(seen.untold)
    return [
        {"with": one.other(name), "target": one.target, "lands": one.lands(name) or None}
        for one in seen.found
    ]


def _note(note: StatusNote) -> dict[str, object]:
    return {"says": note.says, **_mend(note.mend)}


def _mend(mend: tuple[Argv, ...]) -> dict[str, object]:
    """The commands twice: as argument lists to run, and as lines to paste."""
    return {"mend": mend, "mend_shell": [shell(argv) for argv in mend]}
