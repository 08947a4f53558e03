"""`gitflowguard explain`."""

from __future__ import annotations

import click

from gitflowguard.app.policy.explain import UnknownRule, explain
from gitflowguard.cli.complete import rules
from gitflowguard.cli.pager import page
from gitflowguard.report.escape import Escaped


@click.command("explain")
@click.argument("rule", shell_complete=rules)
def command(rule: str) -> int:
    """What a rule checks, why, an example, and how to fix it.

    RULE is a code such as GFG106, or a name such as stacked-branch.
    """
    try:
        page(Escaped(explain(rule) + "\n"))  # a manual of ours
    except UnknownRule as problem:
        raise click.UsageError(str(problem)) from None
    return 0
