"""`gitflowguard model verify`."""

from __future__ import annotations

import click

from gitflowguard.app.provenance.place import open_model_repository
from gitflowguard.app.provenance.verify import NothingToVerify, verify
from gitflowguard.cli import exits
from gitflowguard.cli.model.telling import tell
from gitflowguard.cli.output import report_options
from gitflowguard.report.formats import FORMATS


@click.command("verify")
@click.argument("paths", nargs=-1, metavar="[ARTEFACT]...")
@click.option(
    "--in",
    "folder",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False),
    help="Read artefacts and records from there, laid out as in the repository.",
)
@report_options(FORMATS)
def command(
    paths: tuple[str, ...], folder: str | None, output_format: str, output_file: str | None, color: str
) -> int:
    """Is an artefact what was trained from a legal merge?

    Compares each artefact with the record beside it, and the record with git. Without ARTEFACT, everything
    is verified that the policy names under training.writes, and everything that has a record.
    Exit code 0: it is. 1: it isn't. 3: it can't be determined.

    A record isn't signed. Who signed an artefact is for `gh attestation verify` to say.

    Example: gitflowguard model verify models/spam.json
    """
    opened = open_model_repository(folder or "")
    try:
        done = verify(opened, tuple(opened.inner(path) for path in paths))
    except NothingToVerify:
        raise click.UsageError(
            "there is no artefact to verify: name one, or name its path in the policy under training.writes"
        ) from None
    tell(done.report, opened.policy, done.rules, (output_format, output_file, color))
    code = exits.exit_of(done.report)
    return exits.BLIND if code == exits.CLEAN and done.blind else code
