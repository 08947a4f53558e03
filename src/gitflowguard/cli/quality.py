"""`gitflowguard quality`."""

from __future__ import annotations

import gc

import click

from gitflowguard import __version__
from gitflowguard.app.quality.check import (
    QualitySelection,
    QualityVerdict,
    UnknownTool,
    quality,
)
from gitflowguard.cli import exits
from gitflowguard.cli.choice import WordChoice
from gitflowguard.cli.complete import revisions
from gitflowguard.cli.output import is_coloured, report_options, write_report
from gitflowguard.cli.progress import ProgressLine, progress
from gitflowguard.cli.skips import skips
from gitflowguard.model.adoptionfiles import POLICY_YAML
from gitflowguard.model.check import FAMILIES
from gitflowguard.repo.git import Git
from gitflowguard.report.about import About
from gitflowguard.report.escape import terminal
from gitflowguard.report.formats import FORMATS, render

INTERRUPTED = (
    "interrupted; what is listed above is done; the file in progress may be rewritten and not yet staged; every other "
    "file is as it was"
)


@click.command("quality")
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option("--staged", is_flag=True, help="What a commit would hold (the default).")
@click.option(
    "--from",
    "base",
    metavar="REV",
    shell_complete=revisions,
    help="What is new since REV; with --to, else up to HEAD.",
)
@click.option("--to", "head", metavar="REV", shell_complete=revisions, help="The end of the range.")
@click.option("--all", "everything", is_flag=True, help="Every tracked file, as it is in the index.")
@click.option(
    "--fix",
    is_flag=True,
    help="Let black, isort and ruff-format rewrite what is staged, and stage the result.",
)
@click.option("--new-only", is_flag=True, help="Only findings that the change brought.")
@click.option("--tool", "tools", multiple=True, metavar="NAME", help="Only this tool; may be given again.")
@click.option(
    "--family",
    "families",
    multiple=True,
    type=WordChoice(FAMILIES),
    help="Only tools for this; may be given again.",
)
@click.option(
    "--config-from",
    "config",
    metavar="REV",
    shell_complete=revisions,
    help="Configure the tools as in this commit, and use none of the project's own (for a pull request: its base).",
)
@click.option("--no-baseline", is_flag=True, help="Report frozen findings, too.")
@click.option("--no-cache", is_flag=True, help="Check everything again, whatever the cache holds.")
@report_options(FORMATS)
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even if there are violations.")
@click.pass_obj
def command(
    git: Git | None,
    paths: tuple[str, ...],
    staged: bool,
    base: str | None,
    head: str | None,
    everything: bool,
    fix: bool,
    new_only: bool,
    tools: tuple[str, ...],
    families: tuple[str, ...],
    config: str | None,
    no_baseline: bool,
    no_cache: bool,
    output_format: str,
    output_file: str | None,
    color: str,
    exit_zero: bool,
) -> int:
    """Format, lint and security checks on what is staged, on a range, on all files, or on PATHS as they lie there.

    The tools are those of the policy, else those that the repository has settings or hooks for.

    Example: gitflowguard quality --from origin/develop --new-only
    """
    gc.disable()  # thousands of small values, all of them in use to the end of a short run
    _one_of(("--staged", staged), ("--from", bool(base)), ("--all", everything), ("PATHS", bool(paths)))
    if head and not base:
        raise click.UsageError("--to needs --from: the two ends of a range")
    if new_only and (everything or paths):
        raise click.UsageError("--new-only needs a change to look at: what is staged, or --from and --to")
    wanted = QualitySelection(
        everything=everything,
        base=base or "",
        head=head or "",
        paths=paths,
        tools=tools,
        families=families or FAMILIES,
        config=config or "",
        new_only=new_only,
        cached=not no_cache,
        frozen=not no_baseline,
        project=not config,
    )
    silenced = skips()
    try:
        with progress() as shown:
            if fix:
                _fix(wanted, base, shown)
                git = None  # the index has changed
            done = quality(wanted, silenced, git=git, progress=shown)
    except UnknownTool as problem:
        raise click.UsageError(str(problem)) from None
    _show(done, output_format, output_file, color)
    return exits.exit_of(done.report, done.blind, exit_zero)


def _one_of(*choices: tuple[str, bool]) -> None:
    given = [name for name, chosen in choices if chosen]
    if len(given) > 1:
        raise click.UsageError(f"{' and '.join(given)} exclude each other: choose one thing to check")


def _fix(wanted: QualitySelection, base: str | None, shown: ProgressLine) -> None:
    """Rewrites what can be rewritten, and says what was done and what was not."""
    from gitflowguard.app.quality.fix import fix

    if base or wanted.config:
        raise click.UsageError("--fix changes files of the work tree; it cannot change a range of commits")
    try:
        for row in fix(wanted, shown):
            done = f"fixed {row.path} ({row.tool})"
            if row.refused:
                done = f"not {done}: {row.refused}"
            shown.say(terminal(done))
    except KeyboardInterrupt:
        shown.say(f"\ngitflowguard: {INTERRUPTED}")
        raise click.exceptions.Exit(exits.INTERRUPTED) from None


def _show(done: QualityVerdict, output_format: str, output_file: str | None, color: str) -> None:
    coloured = is_coloured(color, output_file)
    about = About(__version__, done.policy or POLICY_YAML, done.rules, coloured, tools=done.tools)
    text = render(output_format, done.report, about)
    write_report(text, output_file)
