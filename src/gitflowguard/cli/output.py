"""How a report is printed, and where it goes that is not for the terminal."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click

from gitflowguard.atomic import put, sweep
from gitflowguard.cli import exits
from gitflowguard.cli.choice import WordChoice
from gitflowguard.cli.console import COLOURS, colour, is_terminal, write
from gitflowguard.output import safe, say
from gitflowguard.report.escape import Escaped, terminal

F = TypeVar("F", bound=Callable[..., Any])

# The machine's fault, not that of the path: exit code 3.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


def report_options(formats: tuple[str, ...]) -> Callable[[F], F]:
    """The options ``--json``, ``--output-format``, ``--output-file`` and ``--color`` of a command.

    formats: "text" first. JSON has an option of its own; ``--output-format json``, its old spelling, still works.
    """

    def decorate(given: F) -> F:
        function = formatted(given)
        for option in (
            click.option(
                "--color",
                type=WordChoice(COLOURS),
                default="auto",
                show_default=True,
                help="When to use colors.",
            ),
            click.option(
                "--output-file",
                type=click.Path(dir_okay=False),
                help="Write there instead of to the terminal.",
            ),
            format_option(formats),
            json_option(),
        ):
            function = option(function)
        return function

    return decorate


def json_option() -> Callable[[F], F]:
    """``--json``, the one spelling for it, with the same help everywhere."""
    return click.option(
        "--json", "as_json", is_flag=True, help="For programs: JSON, described in docs/reference/json."
    )


def unasked(as_json: bool, dry_run: bool, yes: bool) -> None:
    """Raises UsageError where JSON would be mixed with a question."""
    if as_json and not (dry_run or yes):
        raise click.UsageError("--json asks nothing: add --dry-run to see the plan, or --yes to carry it out")


def document(**fields: object) -> Escaped:
    """The JSON of a command that has no report: what every document begins with, then its own fields."""
    from gitflowguard import __version__
    from gitflowguard.report.data import dump
    from gitflowguard.report.json import head

    return Escaped(dump({**head(__version__), **fields}))


def format_option(formats: tuple[str, ...]) -> Callable[[F], F]:
    """``--output-format``, which doesn't offer JSON."""
    return click.option(
        "--output-format",
        type=WordChoice([name for name in formats if name != "json"], hidden={"json": "--json"}),
        default="text",
        show_default=True,
        help="The format of the output.",
    )


def formatted(function: F) -> F:
    """The command with one `output_format`, which is "json" if ``--json`` was given."""

    @wraps(function)
    def merged(*args: Any, as_json: bool, output_format: str, **rest: Any) -> Any:
        if as_json and output_format not in ("text", "json"):
            raise click.UsageError("--json and --output-format exclude each other: choose one format")
        if output_format == "json" and not as_json and is_terminal(sys.stderr):
            say("--output-format json is now spelled --json; the old spelling still works")
        return function(*args, output_format="json" if as_json else output_format, **rest)

    return merged  # type: ignore[return-value]


def is_coloured(color: str, path: str | None) -> bool:
    """Whether a report has colors. color: of --color. path: the file that it goes to, if any."""
    return not path and colour(color, os.environ, is_terminal(sys.stdout))


def write_report(text: str, path: str | None) -> None:
    """Writes a report, escaped for its format already, where it was wanted: to the file, else to standard output."""
    if path:
        save(path, Escaped(text))
    else:
        write(Escaped(text), sys.stdout)


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


def blocked(text: str) -> int:
    """Says why nothing was written or removed; the exit code."""
    write("".join(f"gitflowguard: {terminal(line)}\n" for line in text.splitlines()), sys.stderr)
    return exits.USAGE
