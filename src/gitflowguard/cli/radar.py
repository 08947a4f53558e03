"""`gitflowguard radar`."""

from __future__ import annotations

import gc
import shlex
import sys
import time

import click
from click.core import ParameterSource

from gitflowguard import __version__
from gitflowguard.app.radar.aims import RadarSelection
from gitflowguard.app.radar.carried import carried
from gitflowguard.app.radar.fetched import fetched
from gitflowguard.app.radar.survey import RadarRequest, RadarResult, judged, radar
from gitflowguard.cli import exits
from gitflowguard.cli.complete import branch_list, branches, remotes
from gitflowguard.cli.console import is_terminal, write
from gitflowguard.cli.days import Days
from gitflowguard.cli.globals import quiet
from gitflowguard.cli.output import is_coloured, json_option, report_options, save
from gitflowguard.cli.pager import page
from gitflowguard.cli.radarcheck import answered
from gitflowguard.cli.radarwatch import watch
from gitflowguard.model.adoptionfiles import POLICY_YAML
from gitflowguard.model.finding import Report
from gitflowguard.model.names import plural
from gitflowguard.output import say, tell_over
from gitflowguard.repo.git import Git
from gitflowguard.repo.refwatch import mark
from gitflowguard.repo.state import find_place
from gitflowguard.report.about import About
from gitflowguard.report.escape import Escaped
from gitflowguard.report.formats import RADAR_FORMATS, render, render_radar


class _Radar(click.Group):
    """A command with options of its own that has commands, too; `-q` belongs to it (cli.lazy)."""


@click.group("radar", cls=_Radar, invoke_without_command=True)
@click.option(
    "--target",
    default="",
    metavar="BRANCH",
    shell_complete=branches,
    help="Judge every branch on this one, not on its own targets.",
)
@click.option(
    "--branches",
    multiple=True,
    metavar="GLOB",
    shell_complete=branches,
    help="Only these: 'feature/*', all but these: '!archive/*', or full refs: 'refs/pull/*/head'; may be given again.",
)
@click.option(
    "--pulls",
    is_flag=True,
    help="Look at the pull requests that are open on GitHub, each on its own base, not at branches.",
)
@click.option(
    "--repo", default="", metavar="OWNER/REPO", help="With --pulls: where.  [default: by the remote]"
)
@click.option(
    "--api-url", default="", metavar="URL", help="With --pulls: the API of a GitHub Enterprise Server."
)
@click.option("--token-stdin", is_flag=True, help="With --pulls: read GitHub's token from standard input.")
@click.option(
    "--remote",
    default="",
    metavar="NAME",
    shell_complete=remotes,
    help="Whose branches beside the local ones; else the policy's.",
)
@click.option(
    "--since",
    type=Days(),
    default=None,
    metavar="AGE",
    help="Only branches with a commit in the last 30d, 6w, 3m, 1y.",
)
@click.option(
    "--max",
    "most",
    type=click.IntRange(1),
    default=200,
    show_default=True,
    help="Only the N newest branches.",
)
@click.option(
    "--order", default="", metavar="A,B,C", shell_complete=branch_list, help="Try this order of landing, too."
)
@report_options(RADAR_FORMATS)
@click.option(
    "--semantic/--no-semantic",
    default=None,
    help="Also look for merges that are clean for git and broken for Python: unknown names, calls that do not fit.",
)
@click.option(
    "--run",
    "run",
    default="",
    metavar="COMMAND",
    allow_from_autoenv=False,  # only what a person has typed runs
    help="Also try this command on clean merges, 'pytest -q'. It runs code of the branches: trust them.",
)
@click.option(
    "--run-seconds",
    type=click.IntRange(1),
    default=300,
    show_default=True,
    help="How long all runs of --run may take together.",
)
@click.option(
    "--run-most",
    type=click.IntRange(1),
    default=20,
    show_default=True,
    help="How often --run may run its command in all.",
)
@click.option(
    "--worktrees",
    is_flag=True,
    help="Work that isn't committed yet counts, too: what lies in this work tree and in the linked ones.",
)
@click.option(
    "--fetch",
    is_flag=True,
    help="In a partial clone: fetch what the answer needs, in one go, and look again. With --pulls also the heads of "
    "pull requests that aren't here, such as those of forks; no branch or ref is written.",
)
@click.option("--watch", "watching", is_flag=True, help="Draw again when refs change, until Ctrl-C.")
@click.option("--no-cache", is_flag=True, help="Try every merge again, also those whose outcome is known.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even if there are violations.")
@quiet
@click.pass_context
def command(
    ctx: click.Context,
    target: str,
    branches: tuple[str, ...],
    pulls: bool,
    repo: str,
    api_url: str,
    token_stdin: bool,
    remote: str,
    since: int | None,
    most: int,
    order: str,
    output_format: str,
    output_file: str | None,
    color: str,
    semantic: bool | None,
    run: str,
    run_seconds: int,
    run_most: int,
    worktrees: bool,
    fetch: bool,
    watching: bool,
    no_cache: bool,
    exit_zero: bool,
) -> int:
    """Conflicts that have not happened yet: which open branches would conflict when they land.

    Every open branch is merged, without touching anything, with the branches that it is to land on, and those
    that are clean there with each other. With --pulls, GitHub is asked which pull requests are open.

    Example: gitflowguard radar --since 30d --output-format html --output-file radar.html
    """
    if ctx.invoked_subcommand is not None:
        return exits.CLEAN
    found = None
    if pulls and worktrees:
        raise click.UsageError(
            "--pulls looks at pull requests, and --worktrees at what isn't committed: use one of them"
        )
    if pulls:
        from gitflowguard.cli import radarpulls  # what asks GitHub: 100 ms that no other radar needs

        radarpulls.refused(target, since, run, watching)
        found = radarpulls.open_pulls(radarpulls.PullsRequest(repo, remote, api_url, token_stdin, most))
    elif repo or token_stdin:
        raise click.UsageError("--repo and --token-stdin belong to --pulls")
    for name in ("run_seconds", "run_most"):
        if not run and ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            raise click.UsageError(f"--{name.replace('_', '-')} goes with --run")
    names = tuple(word.strip() for word in order.split(",") if word.strip())
    wanted = RadarSelection(target, ",".join(branches), remote, since or 0, most)
    question = RadarRequest(
        wanted,
        names,
        texts=output_format == "html",
        cached=not no_cache,
        semantic=semantic,
        run=_words(run),
        run_seconds=run_seconds,
        run_most=run_most,
        worktrees=worktrees,
        pulls=found,
        asked_by=_asking(repo, api_url) if pulls else (),
    )
    coloured = is_coloured(color, output_file)
    if watching:
        if fetch:
            raise click.UsageError(
                "--watch looks again and again, and --fetch goes to the network: use one of them"
            )
        return _watched(question, output_format, output_file, coloured)
    text, seen, report = _drawn(question, output_format, coloured, fetch)
    if output_file:
        save(output_file, Escaped(text))
    else:
        (page if output_format == "text" else _written)(Escaped(text))
    return _code(seen, report, exit_zero)


@command.command("check")
@click.argument("paths", nargs=-1, metavar="PATH…", type=click.Path())
@click.option(
    "--stdin",
    is_flag=True,
    help="Read a diff, or the JSON of a coding assistant's hook, from standard input.",
)
@json_option()
@click.option(
    "--exit-code", is_flag=True, help="Exit with 1 if the edit meets somebody's work, 3 if that isn't known."
)
@click.option(
    "--ask", "asks", is_flag=True, help="Answer an assistant so that it stops before an edit that meets work."
)
def check(paths: tuple[str, ...], stdin: bool, as_json: bool, exit_code: bool, asks: bool) -> int:
    """Whether an edit of these files meets anybody's open work.

    For editors and coding assistants, before the edit: it answers at once from what the last look found, and from what
    lies uncommitted in other work trees. It exits with 1 only where the policy makes conflicts-with-branch an error, or
    with --exit-code.

    Example: gitflowguard radar check src/app.py
    """
    if not paths and not stdin:
        raise click.UsageError("name a file, or give a diff or JSON with --stdin")
    if asks and not stdin:
        raise click.UsageError("--ask answers the hook of a coding assistant: give its JSON with --stdin")
    return answered(paths, stdin, as_json, exit_code, asks)


def _written(text: Escaped) -> None:
    write(text, sys.stdout)


def _words(run: str) -> tuple[str, ...]:
    """A command's words, as a shell would part them; no shell is started."""
    try:
        words = tuple(shlex.split(run))
    except ValueError as problem:
        raise click.BadParameter(f"{problem}: {run!r}", param_hint="--run") from None
    if run and not words:
        raise click.BadParameter("it is empty", param_hint="--run")
    return words


def _drawn(
    question: RadarRequest, output_format: str, coloured: bool, fetch: bool = False
) -> tuple[str, RadarResult, Report]:
    """Looks, and says in the format what is there."""
    gc.disable()  # many small values, nearly all of them in use to the end of a short run
    if fetch:
        seen = fetched(question, int(time.time()), progress=_progress(), say=_fetching)
    else:
        seen = radar(question, int(time.time()), progress=_progress())
    report = judged(seen)
    about = About(__version__, seen.path or POLICY_YAML, seen.rules, coloured)
    if output_format in ("sarif", "github", "junit"):
        return render(output_format, report, about), seen, report
    shown = carried(seen.radar, seen.refs, place=seen.place) if output_format == "text" else seen.radar
    return render_radar(output_format, shown, about), seen, report


def _asking(repo: str, api_url: str) -> tuple[str, ...]:
    """The options that ask GitHub for the same pull requests."""
    options = (("--repo", repo), ("--api-url", api_url))
    return ("--pulls", *(word for pair in options if pair[1] for word in pair))


def _fetching(what: str, remote: str) -> None:
    say(f"fetching {what} from {remote}")


def _watched(question: RadarRequest, output_format: str, output_file: str | None, coloured: bool) -> int:
    """Draws until Ctrl-C. Not with --run: nobody has looked at what a fetch brings, and it would be run."""
    if output_format != "text" or output_file:
        raise click.UsageError(
            "--watch draws text on the terminal: leave --output-format and --output-file away"
        )
    if question.run:
        raise click.UsageError("--watch would run --run on whatever is fetched: use one of them")
    place = find_place(Git())
    return watch(
        lambda: _drawn(question, output_format, coloured)[0],
        lambda: mark(place),
        lambda text: write(Escaped(text), sys.stdout),
        is_terminal(sys.stdout),
    )


class _Comparisons:
    """One line on stderr that is written over (app.radar.survey.SurveyProgress)."""

    def __init__(self) -> None:
        self._at, self._touching = 0.0, -1
        tell_over("reading the branches")

    def tell(self, target: str, done: int, total: int, touching: int) -> None:
        if done == total or time.monotonic() - self._at > 0.1 or touching != self._touching:
            self._at, self._touching = time.monotonic(), touching
            # Only edits of lines are compared before a merge is made: two new files of one name come later.
            changes = f"{plural(touching, 'pair')} {'changes' if touching == 1 else 'change'} the same lines"
            about = f"; {changes}" if touching > 0 else ""
            then = "; now the order and the details" if done == total else ""
            tell_over(f"{target}: {done:,} of {total:,} comparisons{about}{then}")

    def end(self) -> None:
        tell_over("")


def _progress() -> _Comparisons | None:
    """Who shows how far the look is, and only where a person watches."""
    return _Comparisons() if is_terminal(sys.stderr) else None


def _code(seen: RadarResult, report: Report, exit_zero: bool) -> int:
    """As everywhere; where nothing fails and something could not be looked at, that is said by the code, too."""
    return exits.exit_of(report, seen.blind, exit_zero)
