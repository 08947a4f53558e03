"""`gitflowguard model start`."""

from __future__ import annotations

import click

from gitflowguard.app.provenance.start import NO, YES, start
from gitflowguard.cli import exits
from gitflowguard.cli.model.telling import tell
from gitflowguard.cli.output import report_options
from gitflowguard.report.formats import FORMATS

_CODES = {YES: exits.CLEAN, NO: exits.VIOLATIONS}


@click.command("start")
@click.option(
    "--event",
    required=True,
    metavar="FILE",
    help="GitHub's push event, as GITHUB_EVENT_PATH names it in a job.",
)
@report_options(FORMATS)
def command(event: str, output_format: str, output_file: str | None, color: str) -> int:
    """Does a push to the production branch start a training?

    Exit code 0: it does. 1: it doesn't, because the push isn't a legal merge, isn't to the production
    branch, or brings nothing that a model is made from, such as the model that the last training merged.
    3: it can't be determined, and no training may start.

    Example: gitflowguard model start --event push.json
    """
    from gitflowguard.cli.eventfile import of_this, payload
    from gitflowguard.hook.payload import EventError, read_push
    from gitflowguard.report.escape import terminal

    try:
        found = payload(event)
        of_this(found)
        asked = read_push(found)
    except EventError as problem:
        raise click.UsageError(terminal(str(problem))) from None
    done = start(asked)
    tell(done.report, done.policy, done.rules, (output_format, output_file, color))
    return _CODES.get(done.answer, exits.BLIND)
