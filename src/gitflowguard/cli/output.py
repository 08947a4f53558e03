"""Where a report goes that is not for the terminal."""

from __future__ import annotations

import click


def save(path: str, text: str) -> None:
    """Writes a report to a file; a file that cannot be written is a matter of usage."""
    try:
        with open(path, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(text)
    except OSError as problem:
        raise click.UsageError(f"--output-file: {path} cannot be written: {problem.strerror}") from None
