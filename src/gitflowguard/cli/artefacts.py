"""`gitflowguard artefacts`: models, notebooks, data and secrets in the repository."""

from __future__ import annotations

import gc
import sys

import click

from gitflowguard import __version__
from gitflowguard.app.artefacts.command import Wanted, check, record
from gitflowguard.cli import exits
from gitflowguard.cli.complete import revisions
from gitflowguard.cli.console import write
from gitflowguard.cli.output import is_coloured, report_options, write_report
from gitflowguard.cli.skips import skips
from gitflowguard.model.adoptionfiles import POLICY_YAML
from gitflowguard.report.about import About
from gitflowguard.report.escape import Escaped, terminal
from gitflowguard.report.formats import FORMATS, render


@click.group("artefacts")
def command() -> None:
    """Models, notebooks, data and secrets: what the files are, whatever they are called."""


@command.command("check")
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option("--all", "everything", is_flag=True, help="Every tracked file, as it is in the index.")
@click.option(
    "--from",
    "base",
    metavar="REV",
    shell_complete=revisions,
    help="Every content that is new since REV, also one removed again.",
)
@click.option(
    "--to", "head", metavar="REV", shell_complete=revisions, help="The end of the range.  [default: HEAD]"
)
@click.option("--no-cache", is_flag=True, help="Check everything again, whatever the cache holds.")
@report_options(FORMATS)
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even if there are violations.")
def check_command(
    paths: tuple[str, ...],
    everything: bool,
    base: str | None,
    head: str | None,
    no_cache: bool,
    output_format: str,
    output_file: str | None,
    color: str,
    exit_zero: bool,
) -> int:
    """Judge PATHS as they lie there, all files, a range, or (without any of them) what is staged.

    Where the policy has every artefact rule off, all of them are on here. Nothing of a file is imported or run.

    Example: gitflowguard artefacts check models/
    """
    gc.disable()  # thousands of small values, all of them in use to the end of a short run
    given = [name for name, is_on in (("--all", everything), ("--from", base), ("PATHS", paths)) if is_on]
    if len(given) > 1:
        raise click.UsageError(f"{' and '.join(given)} exclude each other: choose one thing to check")
    if head and not base:
        raise click.UsageError("--to needs --from: the two ends of a range")
    silenced = skips()
    done = check(Wanted(paths, everything, base or "", head or "", not no_cache), silenced)
    coloured = is_coloured(color, output_file)
    about = About(__version__, done.policy or POLICY_YAML, done.rules, coloured, blind=done.blind)
    text = render(output_format, done.report, about)
    write_report(text, output_file)
    return exits.exit_of(done.report, done.blind, exit_zero)


@command.command("trust")
@click.argument("paths", nargs=-1, required=True, metavar="PATHS...")
@click.option(
    "--reason", default="", metavar="TEXT", help="Why these bytes are fine; kept beside the record."
)
def trust_command(paths: tuple[str, ...], reason: str) -> int:
    """Record a reviewed exception: these bytes, and the rules that report them today.

    Writes .gitflowguard-artefacts, which belongs into the repository. It counts once the branch that is merged into
    holds it, so an exception is reviewed like a change of the policy. Any other content under the same name is
    reported as before.

    Example: gitflowguard artefacts trust models/pipeline.joblib --reason "trained by us, run 42"
    """
    done = record(paths, reason)
    for path, rules in done.rows:
        says = f"trusted {path}: {', '.join(rules)}" if rules else f"nothing to trust: no rule reports {path}"
        write(Escaped(terminal(says) + "\n"), sys.stdout)
    if any(rules for _, rules in done.rows):
        write(f"Recorded in {done.file}; commit it, and have it reviewed.\n", sys.stdout)
    return exits.CLEAN
