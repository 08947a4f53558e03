"""`gitflowguard model`: a group that loads a command only when it is called."""

from __future__ import annotations

import click

from gitflowguard.cli.lazy import lazy

COMMANDS: tuple[tuple[str, str], ...] = (("check", "Is the model good enough for where it goes?"),)


@click.group("model", cls=lazy("gitflowguard.cli.model", COMMANDS))
def command() -> None:
    """Judge a model by its reports, as the policy asks.

    Example: gitflowguard model check
    """
