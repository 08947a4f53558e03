"""`gitflowguard help`."""

from __future__ import annotations

import click

from gitflowguard.cli.complete import commands
from gitflowguard.output import out


@click.command("help")
@click.argument("words", nargs=-1, metavar="[COMMAND]...", shell_complete=commands)
@click.pass_context
def command(context: click.Context, words: tuple[str, ...]) -> int:
    """Show the help of a command, as its option --help does.

    Example: gitflowguard help protect plan
    """
    inner = context.find_root()
    for word in words:
        if not isinstance(inner.command, click.Group):
            raise click.UsageError(f"{inner.command_path} has no commands of its own", inner)
        name, found, _ = inner.command.resolve_command(inner, [word])
        if found is not None:
            inner = click.Context(found, info_name=name, parent=inner)
    out(inner.get_help() + "\n")
    return 0
