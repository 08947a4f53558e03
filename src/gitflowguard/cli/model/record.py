"""`gitflowguard model record`."""

from __future__ import annotations

import sys

import click

from gitflowguard.app.provenance.place import open_model_repository
from gitflowguard.app.provenance.recording import NothingToRecord, Recorded, copy_out, record
from gitflowguard.cli import exits
from gitflowguard.cli.console import write
from gitflowguard.model.names import plural, short
from gitflowguard.report.escape import terminal


@click.command("record")
@click.argument("paths", nargs=-1, metavar="[ARTEFACT]...")
@click.option(
    "--data",
    multiple=True,
    metavar="FILE",
    help="A file that it was trained on, beside those of the policy; may be given again.",
)
@click.option("--lock", metavar="FILE", help="The file that fixes the environment.  [default: the policy's]")
@click.option(
    "--copy-to",
    "folder",
    metavar="DIR",
    type=click.Path(file_okay=False),
    help="Also copy artefacts and records there, laid out as in the repository.",
)
def command(paths: tuple[str, ...], data: tuple[str, ...], lock: str | None, folder: str | None) -> int:
    """Write beside an artefact what it was made from.

    The record of models/spam.json is models/spam.json.provenance.json: the artefact's digest, the commit
    that is checked out, whether the work tree was clean, and the digests of the policy, the data and the
    lock file. Without ARTEFACT, everything is recorded that the policy names under training.writes.
    A directory is recorded file by file.

    Example: gitflowguard model record models/spam.json --data data/reviews.csv
    """
    opened = open_model_repository()
    try:
        done = record(
            opened,
            tuple(opened.inner(path) for path in paths),
            tuple(opened.inner(path) for path in data),
            opened.inner(lock) if lock else "",
        )
    except NothingToRecord:
        raise click.UsageError(
            "there is no artefact to record: name one, or name its path in the policy under training.writes"
        ) from None
    if folder:
        copy_out(opened, done, folder)
    for one in done:
        write(terminal(_sentence(one)) + "\n", sys.stdout)
    return exits.CLEAN


def _sentence(one: Recorded) -> str:
    """What was recorded, and what verify will say of the work tree."""
    made = one.record
    tree = {True: "clean work tree", None: "whether the work tree is clean isn't known"}.get(
        made.clean, f"{plural(len(made.changes), 'uncommitted change')}, which verify will report"
    )
    files = "" if len(made.artefact) == 1 else f" ({plural(len(made.artefact), 'file')})"
    return f"Wrote {one.path}: {one.artefact}{files} from {short(made.commit)}, {tree}."
