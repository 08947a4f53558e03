"""`gitflowguard check`."""

from __future__ import annotations

import os
import sys

import click

from gitflowguard import __version__
from gitflowguard.app.check import check
from gitflowguard.cli import exits
from gitflowguard.cli.console import colour, is_terminal, write
from gitflowguard.cli.output import report_options, save
from gitflowguard.hook.parse import SkipError, parse_skip
from gitflowguard.report.about import About
from gitflowguard.report.escape import Escaped
from gitflowguard.report.formats import FORMATS, render
from gitflowguard.rules import registry


@click.command("check")
@click.option(
    "--all", "everything", is_flag=True, help="Judge every local branch, and report stale and leftover ones."
)
@report_options(FORMATS)
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even if there are violations.")
def command(
    everything: bool, output_format: str, output_file: str | None, color: str, exit_zero: bool
) -> int:
    """Say now what the hooks would say: current branch, staged change, next push.

    Example: gitflowguard check --output-format sarif --output-file gitflow.sarif
    """
    try:
        silenced = parse_skip(os.environ.get("GITFLOWGUARD_SKIP", ""), registry.NAMES, registry.CODES)
    except SkipError as problem:
        raise click.UsageError(str(problem)) from None
    done = check(silenced, everything)
    coloured = not output_file and colour(color, os.environ, is_terminal(sys.stdout))
    about = About(__version__, done.policy or ".gitflowguard.yaml", done.rules, coloured)
    text = render(output_format, done.report, about)
    if output_file:
        save(output_file, Escaped(text))
    else:
        write(Escaped(text), sys.stdout)
    code = exits.exit_of(done.report)
    if code == exits.CLEAN and done.blind:
        code = exits.BLIND
    return exits.CLEAN if exit_zero and code == exits.VIOLATIONS else code
