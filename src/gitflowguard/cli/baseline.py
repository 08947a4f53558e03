"""`gitflowguard baseline`."""

from __future__ import annotations

import sys

import click

from gitflowguard.app.quality.freeze import freeze
from gitflowguard.cli import exits
from gitflowguard.cli.console import write
from gitflowguard.cli.output import document, json_option
from gitflowguard.cli.progress import progress
from gitflowguard.model.names import plural
from gitflowguard.report.escape import terminal


@click.command("baseline")
@click.option("--dry-run", is_flag=True, help="Show what would be frozen and write nothing.")
@json_option()
def command(dry_run: bool, as_json: bool) -> int:
    """Freeze the findings that the code has today, so that only new ones are reported.

    Looks at every tracked file and writes .gitflowguard-baseline, which belongs in
    the repository. Run it again to drop what has been fixed.

    Example: gitflowguard baseline && git add .gitflowguard-baseline
    """
    with progress() as shown:
        made = freeze(dry_run, shown)
    code = exits.BLIND if made.unchecked else exits.CLEAN
    if as_json:
        fields = {**made._asdict(), "written": made.written and not dry_run, "note": made.note or None}
        write(document(**fields), sys.stdout)
        return code
    if made.note:
        write(f"note: {terminal(made.note)}\n", sys.stderr)
    for line in made.unchecked:
        write(f"not frozen: {line}\n", sys.stderr)
    verb = "would be frozen" if dry_run else "frozen"
    said = f"{plural(made.findings, 'finding')} in {plural(made.files, 'file')} {verb} in {made.path}"
    write((said if made.written else "Nothing to freeze; no file was written.") + "\n", sys.stdout)
    return code
