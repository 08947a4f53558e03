"""`gitflowguard rules`."""

from __future__ import annotations

import click

from gitflowguard.app.policy.explain import own_table, table
from gitflowguard.cli.output import json_option
from gitflowguard.cli.pager import page
from gitflowguard.output import out
from gitflowguard.report.escape import Escaped


@click.command("rules")
@json_option()
def command(as_json: bool) -> int:
    """List the rules: code, name, default severity and what each is about; then those of the policy here."""
    rows = (*table(), *own_table())
    if as_json:
        import json

        out(Escaped(json.dumps(rows, indent=2) + "\n"))
        return 0
    wide = max(len(row["name"]) for row in rows)
    page("".join(_line(row, wide) for row in rows))
    return 0


def _line(row: dict[str, str], wide: int) -> str:
    """A rule of the team's own has its name for a code."""
    code = "" if row["code"] == row["name"] else row["code"]
    return f"{code:6}  {row['name']:{wide}}  {row['default']:7}  {row['headline']}\n"
