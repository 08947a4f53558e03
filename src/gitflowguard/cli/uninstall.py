"""`gitflowguard uninstall`."""

from __future__ import annotations

import sys

import click

from gitflowguard.app.setup.uninstall import go_back, way_back
from gitflowguard.cli import exits
from gitflowguard.cli.console import write
from gitflowguard.cli.initask import at_terminal
from gitflowguard.output import release
from gitflowguard.repo.files import SetupError
from gitflowguard.repo.git import Git
from gitflowguard.report.escape import terminal


@click.command("uninstall")
@click.option("--policy", is_flag=True, help="Also take out what is committed, such as the policy file.")
@click.option("--dry-run", is_flag=True, help="Show what would be restored and write nothing.")
@click.option("--yes", "-y", is_flag=True, help="Write without asking.")
def command(policy: bool, dry_run: bool, yes: bool) -> int:
    """Restore every file that init touched, byte for byte.

    What is committed belongs to your team and stays, unless you say --policy.
    A file that you have edited since is not overwritten. Branches stay.

    Example: gitflowguard uninstall --dry-run
    """
    try:
        steps = way_back(Git(), policy)
    except SetupError as problem:
        return _refuse(str(problem))
    write("".join(terminal(step.says) + "\n" for step in steps if step.says), sys.stdout)
    if all(step.action == "keep" for step in steps):
        write("Nothing to remove.\n", sys.stdout)
        return exits.CLEAN
    if dry_run:
        write("Dry run: nothing was written.\n", sys.stdout)
        return exits.CLEAN
    if not yes and not _agreed():
        return _refuse("nothing was removed" + ("" if at_terminal() else "; run again with --yes to remove"))
    try:
        go_back(steps)
    except KeyboardInterrupt:
        _refuse("interrupted; run it again to finish")
        return exits.INTERRUPTED
    except OSError as problem:
        _refuse(
            f"could not restore {problem.filename or 'a file'}: {problem.strerror}; fix that and run it again"
        )
        return exits.PARTLY
    write("Done.\n", sys.stdout)
    return exits.CLEAN


def _agreed() -> bool:
    if not at_terminal():
        return False
    release()  # whoever is asked sees the plan, --quiet or not
    write("Do this? [y/N] ", sys.stdout)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _refuse(text: str) -> int:
    write("".join(f"gitflowguard: {terminal(line)}\n" for line in text.splitlines()), sys.stderr)
    return exits.USAGE
