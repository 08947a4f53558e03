"""How a report is told, and where it goes that is not for the terminal."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import click

from gitflowguard.atomic import put, sweep
from gitflowguard.cli.console import COLOURS
from gitflowguard.output import safe

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    from gitflowguard.report.escape import Escaped

    F = TypeVar("F", bound=Callable[..., Any])

# The machine's fault, not that of the path: exit code 3.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


def report_options(formats: tuple[str, ...]) -> Callable[[F], F]:
    """The options ``--output-format``, ``--output-file`` and ``--color`` of a command."""

    def decorate(function: F) -> F:
        for option in (
            click.option(
                "--color",
                type=click.Choice(COLOURS),
                default="auto",
                show_default=True,
                help="When to use colors.",
            ),
            click.option(
                "--output-file",
                type=click.Path(dir_okay=False),
                help="Write there instead of to the terminal.",
            ),
            click.option(
                "--output-format",
                type=click.Choice(formats),
                default="text",
                show_default=True,
                help="The format of the output.",
            ),
        ):
            function = option(function)
        return function

    return decorate


def save(path: str, text: Escaped) -> None:
    """Writes a report to a file, whole or not at all; a path that no file can have is a matter of usage.

    What was there before stays until all of the new text is written: a full disk must not take the last report away.
    Anything but a plain file, such as /dev/stdout or a pipe, is written to as it is.
    """
    data = safe(text).encode("utf-8", "backslashreplace")
    try:
        if os.path.lexists(path) and not os.path.isfile(path):
            with open(path, "wb") as file:
                file.write(data)
            return
        mode = os.stat(path).st_mode & 0o7777 if os.path.exists(path) else None
        sweep(os.path.realpath(path))
        put(os.path.realpath(path), data, mode=mode)
    except OSError as problem:
        if problem.errno in _FULL:
            raise OSError(f"couldn't write the report to {path}: {problem.strerror}") from None
        raise click.UsageError(f"--output-file: {path} cannot be written: {problem.strerror}") from None
