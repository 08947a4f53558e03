"""`gitflowguard explain`."""

from __future__ import annotations

import click

from gitflowguard.app.policy.explain import UnknownRule, explain


@click.command("explain")
@click.argument("rule")
def command(rule: str) -> int:
    """What a rule checks, why, an example, and how to mend it.

    RULE is a code such as GFG106, or a name such as stacked-branch.
    """
    try:
        click.echo(explain(rule))
    except UnknownRule as problem:
        raise click.UsageError(str(problem)) from None
    return 0
