"""`gitflowguard protect import`."""

from __future__ import annotations

from typing import Any

import click

from gitflowguard.cli import exits
from gitflowguard.cli.output import write_report
from gitflowguard.cli.protect.options import Server, Which, server_options, start
from gitflowguard.protection.importing import imported


@click.command("import")
@click.argument("repository", required=False, metavar="[OWNER/REPO]")
@click.option(
    "--output-file", type=click.Path(dir_okay=False), help="Write there instead of to the terminal."
)
@server_options
def command(repository: str | None, output_file: str | None, **given: Any) -> int:
    """Write the policy's section `protection` from what GitHub has: rulesets and classic protection, anybody's.

    Only what differs from what the policy wants anyway is written, and what it has no word for as a comment. Put it
    into the policy file; `protect plan` then shows what is left. Changes nothing on GitHub.

    Example: gitflowguard protect import acme/web
    """
    which = Which((repository,) if repository else (), None, None, (), None, None)
    run = start("import", Server.of(given), which)
    live = run.scope.forge.look(run.names[0], run.scope.lines, run.scope.known, True)
    write_report(imported(run.scope.flow, live), output_file)
    return exits.CLEAN
