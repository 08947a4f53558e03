"""`gitflowguard check`."""

from __future__ import annotations


import click

from gitflowguard import __version__
from gitflowguard.app.hooks.check import Checked, check
from gitflowguard.cli import exits
from gitflowguard.cli.output import is_coloured, report_options, write_report
from gitflowguard.cli.skips import skips
from gitflowguard.model.adoptionfiles import POLICY_YAML
from gitflowguard.report.about import About
from gitflowguard.report.formats import FORMATS, render


@click.command("check")
@click.option(
    "--all", "everything", is_flag=True, help="Judge every local branch, and report stale and leftover ones."
)
@click.option(
    "--event",
    metavar="FILE",
    help="Judge a push that has happened instead: GitHub's push event, as GITHUB_EVENT_PATH names it.",
)
@report_options(FORMATS)
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even if there are violations.")
def command(
    everything: bool,
    event: str | None,
    output_format: str,
    output_file: str | None,
    color: str,
    exit_zero: bool,
) -> int:
    """Say now what the hooks would say: current branch, staged change, next push.

    With --event, say whether what a branch has received was legal: exit code 0 for a legal merge, 1 for anything else,
    3 where it can't be determined.

    Example: gitflowguard check --output-format sarif --output-file gitflow.sarif
    """
    if event and everything:
        raise click.UsageError("--event and --all exclude each other")
    silenced = skips()
    done = _pushed(event) if event else check(silenced, everything)
    coloured = is_coloured(color, output_file)
    about = About(__version__, done.policy or POLICY_YAML, done.rules, coloured)
    text = render(output_format, done.report, about)
    write_report(text, output_file)
    if done.unmerged and not done.blind and not exit_zero:
        return exits.VIOLATIONS
    return exits.exit_of(done.report, done.blind, exit_zero)


def _pushed(event: str) -> Checked:
    """The verdict on a push event. A variable can't skip a rule: what happened has happened."""
    from gitflowguard.app.hooks.event import judge
    from gitflowguard.cli.eventfile import of_this, payload
    from gitflowguard.hook.payload import EventError, read_push
    from gitflowguard.report.escape import terminal

    try:
        found = payload(event)
        of_this(found)
        return judge(read_push(found), {})
    except EventError as problem:
        raise click.UsageError(terminal(str(problem))) from None
