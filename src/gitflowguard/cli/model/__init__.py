"""`gitflowguard model`: a group that loads a command only when it is called."""

from __future__ import annotations

import click

from gitflowguard.cli.lazy import lazy

COMMANDS: tuple[tuple[str, str], ...] = (
    ("check", "Is the model good enough for where it goes?"),
    ("start", "Does a push to the production branch start a training?"),
    ("record", "Write beside an artefact what it was made from."),
    ("verify", "Is an artefact what was trained from a legal merge?"),
)


@click.group("model", cls=lazy("gitflowguard.cli.model", COMMANDS))
def command() -> None:
    """Judge a model by its reports, and by what it was made from.

    Example: gitflowguard model check
    """
