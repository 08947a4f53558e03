"""`gitflowguard uninstall`."""

from __future__ import annotations

import sys

import click

from gitflowguard.app.setup.uninstall import go_back, way_back
from gitflowguard.cli import exits
from gitflowguard.cli.console import write
from gitflowguard.cli.initask import at_terminal
from gitflowguard.cli.output import blocked, document, json_option, unasked
from gitflowguard.output import release
from gitflowguard.repo.files import SetupError
from gitflowguard.repo.git import Git, GitError
from gitflowguard.repo.restore import Undo
from gitflowguard.report.escape import terminal


@click.command("uninstall")
@click.option("--policy", is_flag=True, help="Also take out what is committed, such as the policy file.")
@click.option("--dry-run", is_flag=True, help="Show what would be restored and write nothing.")
@click.option("--yes", "-y", is_flag=True, help="Write without asking.")
@json_option()
def command(policy: bool, dry_run: bool, yes: bool, as_json: bool) -> int:
    """Restore every file that init touched, byte for byte.

    What is committed belongs to your team and stays, unless you say --policy.
    A file that you have edited since is not overwritten. Branches stay.

    Example: gitflowguard uninstall --dry-run
    """
    unasked(as_json, dry_run, yes)
    try:
        steps = way_back(Git(), policy)
    except SetupError as problem:
        return blocked(str(problem))
    idle = all(step.action == "keep" for step in steps)
    if not as_json:
        write("".join(terminal(step.says) + "\n" for step in steps if step.says), sys.stdout)
    if idle or dry_run:
        return _end(steps, False, as_json, "Nothing to remove." if idle else "Dry run: nothing was written.")
    if not yes and not _agreed():
        return blocked("nothing was removed" + ("" if at_terminal() else "; run again with --yes to remove"))
    try:
        go_back(steps)
    except KeyboardInterrupt:
        blocked("interrupted; run it again to finish")
        return exits.INTERRUPTED
    except OSError as problem:
        blocked(
            f"couldn't restore {problem.filename or 'a file'}: {problem.strerror}; fix that and run it again"
        )
        return exits.PARTLY
    except GitError as problem:  # before the first file
        blocked(f"nothing was removed: {problem}; fix that and run it again")
        return exits.PARTLY
    return _end(steps, True, as_json, "Done.")


def _end(steps: tuple[Undo, ...], written: bool, as_json: bool, says: str) -> int:
    """Says how it ended, or prints all of it for programs."""
    rows = [{"path": step.path, "action": step.action, "says": step.says or None} for step in steps]
    write(document(written=written, steps=rows) if as_json else f"{says}\n", sys.stdout)
    return exits.CLEAN


def _agreed() -> bool:
    if not at_terminal():
        return False
    release()  # whoever is asked sees the plan, --quiet or not
    write("Do this? [y/N] ", sys.stdout)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
