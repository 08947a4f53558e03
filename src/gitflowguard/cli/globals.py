"""The options that stand before the command, as git has them: `-C DIR`, `-q`, `--no-pager`, `-V`."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

import click

from gitflowguard import __version__, output
from gitflowguard.report.escape import terminal

F = TypeVar("F", bound=Callable[..., Any])

# Their whole output is the answer, so there is nothing that could be left out.
NOT_QUIET = ("status", "explain", "rules", "config", "demo", "help", "completion")
_QUIET_HELP = "Print nothing if the exit code is 0."


def options(function: F) -> F:
    """Adds them to the group."""
    for option in (
        click.version_option(
            __version__, "-V", "--version", prog_name="gitflowguard", message="%(prog)s %(version)s"
        ),
        click.option(
            "-P", "--no-pager", is_flag=True, expose_value=False, callback=_no_pager, help="Start no pager."
        ),
        click.option("-q", "--quiet", is_flag=True, expose_value=False, callback=_quiet, help=_QUIET_HELP),
        click.option(
            "-C",
            "directories",
            metavar="DIR",
            multiple=True,
            is_eager=True,
            expose_value=False,
            callback=_change,
            help="Run as if started in DIR; each further one starts from the one before.",
        ),
    ):
        function = option(function)
    return function


def quiet_option() -> click.Option:
    """`-q` of one command."""
    return click.Option(
        ("-q", "--quiet"), is_flag=True, expose_value=False, callback=_quiet, help=_QUIET_HELP
    )


def quiet(function: F) -> F:
    """`-q` for a command that is a group as well: cli.lazy gives it to the commands in it."""
    return click.option("-q", "--quiet", is_flag=True, expose_value=False, callback=_quiet, help=_QUIET_HELP)(
        function
    )


def _change(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> None:
    """git(1): an empty DIR changes nothing."""
    for directory in filter(None, value):
        try:
            os.chdir(directory)
        except OSError as problem:
            says = terminal(f"can't change to '{directory}': {problem.strerror}")
            raise click.UsageError(says, ctx) from None


def _quiet(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        output.hold()


def _no_pager(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value:
        ctx.meta["gitflowguard.pager"] = False
