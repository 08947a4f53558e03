"""`gitflowguard explain`."""

from __future__ import annotations

import sys

import click

from gitflowguard.app.policy.explain import UnknownRule, document, explain
from gitflowguard.cli import exits, output
from gitflowguard.cli.complete import rules
from gitflowguard.cli.console import write
from gitflowguard.cli.output import json_option
from gitflowguard.cli.pager import page
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
            write(output.document(**document(rule)), sys.stdout)
            return exits.CLEAN
        page(Escaped(explain(rule) + "\n"))  # a manual of ours
    except UnknownRule as problem:
        raise click.UsageError(str(problem)) from None
    return exits.CLEAN
