"""`gitflowguard explain`."""

from __future__ import annotations

import click

from gitflowguard import __version__
from gitflowguard.app.policy.explain import UnknownRule, document, explain
from gitflowguard.cli.complete import rules
from gitflowguard.cli.output import json_option
from gitflowguard.cli.pager import page
from gitflowguard.output import out
from gitflowguard.report.data import dump
from gitflowguard.report.escape import Escaped


@click.command("explain")
@click.argument("rule", shell_complete=rules)
@json_option()
def command(rule: str, as_json: bool) -> int:
    """What a rule checks, why, an example, and how to fix it.

    RULE is a code such as GFG106, or a name such as stacked-branch.
    """
    try:
        if as_json:
            head = {"schema_version": 1, "tool": {"name": "gitflowguard", "version": __version__}}
            out(Escaped(dump({**head, **document(rule)})))
            return 0
        page(Escaped(explain(rule) + "\n"))  # a manual of ours
    except UnknownRule as problem:
        raise click.UsageError(str(problem)) from None
    return 0
