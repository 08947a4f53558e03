"""`gitflowguard rules`."""

from __future__ import annotations

import click

from gitflowguard.app.policy.explain import table
from gitflowguard.output import out
from gitflowguard.report.escape import Escaped


@click.command("rules")
@click.option("--json", "as_json", is_flag=True, help="As a JSON array.")
def command(as_json: bool) -> int:
    """List the rules: code, name, default severity and what each is about."""
    rows = table()
    if as_json:
        import json

        out(Escaped(json.dumps(rows, indent=2) + "\n"))
        return 0
    wide = max(len(row["name"]) for row in rows)
    for row in rows:
        out(f"{row['code']}  {row['name']:{wide}}  {row['default']:7}  {row['headline']}\n")
    return 0
