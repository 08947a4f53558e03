"""How a report is told, and where it goes that is not for the terminal."""

from __future__ import annotations

import click

from gitflowguard.cli.console import COLOURS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    F = TypeVar("F", bound=Callable[..., Any])


def report_options(formats: tuple[str, ...]) -> Callable[[F], F]:
    """The options ``--output-format``, ``--output-file`` and ``--color`` of a command."""

    def decorate(function: F) -> F:
        for option in (
            click.option(
                "--color",
                type=click.Choice(COLOURS),
                default="auto",
                show_default=True,
                help="When to use colours.",
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
                help="How to say it.",
            ),
        ):
            function = option(function)
        return function

    return decorate


def save(path: str, text: str) -> None:
    """Writes a report to a file; a file that cannot be written is a matter of usage."""
    try:
        with open(path, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(text)
    except OSError as problem:
        raise click.UsageError(f"--output-file: {path} cannot be written: {problem.strerror}") from None
