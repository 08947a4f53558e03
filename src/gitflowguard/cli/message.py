"""`gitflowguard message`."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import nullcontext

import click

from gitflowguard import __version__
from gitflowguard.app.hooks.message import judge_file
from gitflowguard.cli import exits
from gitflowguard.cli.console import colour, is_terminal, write
from gitflowguard.cli.output import json_option
from gitflowguard.cli.skips import skips
from gitflowguard.model.adoptionfiles import POLICY_YAML
from gitflowguard.output import out
from gitflowguard.report.about import About
from gitflowguard.report.escape import Escaped
from gitflowguard.report.formats import render

_STDIN = "-"
# The rest of a longer text isn't read: git's longest messages are far below.
_MOST_BYTES = 16 << 20


@click.command("message")
@click.option("--fix", "fixes", is_flag=True, help="Repair spaces, a final period and the case of the type.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@json_option()
def command(fixes: bool, file: str, as_json: bool) -> int:
    """Judge a commit message in a FILE, as the hook commit-msg would; - reads standard input.

    Example: gitflowguard message --fix .git/COMMIT_EDITMSG
    """
    if file == _STDIN and fixes:
        raise click.UsageError("--fix repairs a file, and - is standard input: name the file")
    silenced = skips()
    with tempfile.TemporaryDirectory() if file == _STDIN else nullcontext() as folder:
        if folder is not None:
            file = os.path.join(folder, "message")
            with open(file, "wb") as copy:
                copy.write(sys.stdin.buffer.read(_MOST_BYTES))
        done, was, now = judge_file(file, fixes, silenced)
    report = done.report
    changed = f'the subject is now "{now}"' if was != now else ""
    if changed and as_json:
        report = report._replace(notes=(changed, *report.notes))
    elif changed:
        out(f"{changed}\n")
    about = About(
        __version__,
        done.policy or POLICY_YAML,
        colour=colour("auto", os.environ, is_terminal(sys.stdout)),
    )
    write(Escaped(render("json" if as_json else "text", report, about)), sys.stdout)
    return exits.exit_of(done.report)
