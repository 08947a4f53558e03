"""`gitflowguard protect`: a group that loads a command only when it is called."""

from __future__ import annotations

import click

from gitflowguard.cli.lazy import lazy

COMMANDS: tuple[tuple[str, str], ...] = (
    ("plan", "What would change on GitHub, without changing it."),
    ("apply", "Bring GitHub to what the policy wants."),
    ("verify", "Does GitHub still block what it should? For a schedule."),
    ("undo", "Back to the state from before the last apply."),
    ("import", "Write the policy's section from what GitHub has."),
    ("owners", "A CODEOWNERS to begin with."),
    ("simulate", "Who may merge, push, create or delete what, and why."),
    ("selftest", "Try it all for real in a scratch repository."),
)


@click.group("protect", cls=lazy("gitflowguard.cli.protect", COMMANDS))
def command() -> None:
    """GitHub's own protection, compiled from the policy.

    Example: gitflowguard protect plan
    """
