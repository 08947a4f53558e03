"""`gitflowguard pr`: pull requests."""

from __future__ import annotations

import os

import click

from gitflowguard import __version__
from gitflowguard.app.pull.ends import ends
from gitflowguard.app.pull.judge import Judged, PullOptions, judge
from gitflowguard.cli import exits
from gitflowguard.cli.choice import WordChoice
from gitflowguard.cli.complete import branches
from gitflowguard.cli.eventfile import of_this, payload
from gitflowguard.cli.output import is_coloured, report_options, write_report
from gitflowguard.cli.prgithub import (
    ForgeLink,
    PullCheckOptions,
    blinded,
    by_number,
    failed,
    of_event,
    deliver,
    upstream_noted,
)
from gitflowguard.cli.protect.options import Server
from gitflowguard.hook.ci import AUTO, SERVICES, Named, named
from gitflowguard.hook.payload import EventError, EventRequest, read
from gitflowguard.hook.pulldocument import valid
from gitflowguard.model.adoptionfiles import POLICY_YAML
from gitflowguard.model.names import HEADS
from gitflowguard.model.pull import Pull
from gitflowguard.model.record import Record
from gitflowguard.model.source import is_robot
from gitflowguard.repo.git import Git
from gitflowguard.report.about import About
from gitflowguard.report.escape import terminal
from gitflowguard.report.formats import FORMATS, render
from gitflowguard.report.pull.conflicts import render as render_conflicts

NONE, GITHUB = "none", "github"


class Meant(Record):
    """The options that say which pull request. Two commits alone, with `fork`, complete what a CI names."""

    head: str = ""
    base: str = ""
    fork: bool = False
    head_sha: str = ""
    base_sha: str = ""
    event: str = ""
    number: int | None = None
    repo: str = ""
    ci: str = AUTO
    author: str = ""


@click.group("pr")
def command() -> None:
    """Judge pull requests as a required check does."""


@command.command("check")
@click.option("--head", metavar="BRANCH", shell_complete=branches, help="The branch that is to be merged.")
@click.option(
    "--base", metavar="BRANCH", shell_complete=branches, help="The branch that it is to be merged into."
)
@click.option("--fork", is_flag=True, help="The head lies in another repository.")
@click.option(
    "--head-sha",
    metavar="COMMIT",
    allow_from_autoenv=False,
    help="The commit of the head that is judged.  [default: where the branch stands]",
)
@click.option(
    "--base-sha",
    metavar="COMMIT",
    allow_from_autoenv=False,
    help="The commit of the base that it is judged against.  [default: where the branch stands]",
)
@click.option(
    "--ci",
    type=WordChoice((AUTO, NONE, GITHUB, *(one.id for one in SERVICES))),
    default=AUTO,
    show_default=True,
    allow_from_autoenv=False,
    help="Whose variables name the pull request where no option does; none: nobody's.",
)
@click.option(
    "--author",
    metavar="LOGIN",
    allow_from_autoenv=False,
    help="Who opened it, where no event says so: a robot's branch goes into production only by a robot.",
)
@click.option("--draft", is_flag=True, help="Report everything and fail nothing.")
@click.option(
    "--event",
    metavar="FILE",
    help="A GitHub event; without --head and --base the one that Actions names (GITHUB_EVENT_PATH).",
)
@click.option("--number", type=click.IntRange(1), help="A pull request on GitHub, by its number.")
@click.option("--repo", metavar="OWNER/REPO", help="With --number: where.  [default: the remote origin]")
@click.option("--no-quality", is_flag=True, help="Do not run the tools on the changed files.")
@click.option("--no-radar", is_flag=True, help="Do not look for conflicts with other branches.")
@click.option(
    "--reports",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False),
    allow_from_autoenv=False,
    help="Where the reports on the model are, for the policy's section model.",
)
@click.option(
    "--comment/--no-comment", default=None, help="Keep one comment up to date.  [default: in GitHub Actions]"
)
@click.option("--report-check", metavar="NAME", help="Also report a check run, or a status, of this name.")
@report_options(FORMATS)
@click.option("--api-url", metavar="URL", help="The API of a GitHub Enterprise Server.")
@click.option("--token-stdin", is_flag=True, help="Read GitHub's token from standard input.")
def check(
    head: str | None,
    base: str | None,
    fork: bool,
    head_sha: str | None,
    base_sha: str | None,
    ci: str,
    author: str | None,
    draft: bool,
    event: str | None,
    number: int | None,
    repo: str | None,
    no_quality: bool,
    no_radar: bool,
    reports: str | None,
    comment: bool | None,
    report_check: str | None,
    output_format: str,
    output_file: str | None,
    color: str,
    api_url: str | None,
    token_stdin: bool,
) -> int:
    """Judge one pull request: its two ends, its branch, its commits, by the policy at its base.

    Reads what this clone holds and runs nothing of the head. In GitHub Actions, and with --number, GitHub is asked for
    what git does not know, such as reviews; the verdict is also shown in annotations, in the job's summary and outputs,
    and, as far as the token may, in a check run and one comment. In a job of GitLab CI, Jenkins, Azure Pipelines or
    Bitbucket Pipelines that runs for a pull request, no option is needed.

    Example: gitflowguard pr check --head feature/login --base develop
    """
    server = Server(None, api_url, token_stdin, None, None, None, False, False)
    meant = Meant(
        head=head or "",
        base=base or "",
        fork=fork,
        head_sha=head_sha or "",
        base_sha=base_sha or "",
        event=event or "",
        number=number,
        repo=repo or "",
        ci=ci,
        author=author or "",
    )
    try:
        link, asked, notes = _meant(server, meant)
        if asked.pull is not None and draft:
            asked = asked._replace(pull=asked.pull._replace(draft=True))
        if os.environ.get("GITFLOWGUARD_SKIP"):
            notes = (
                *notes,
                "GITFLOWGUARD_SKIP does not count here: a required check is not passed by a variable",
            )
        done = judge(
            asked,
            {},
            PullOptions(not no_quality, not no_radar, reports or ""),
            link.filler,
            notes=notes,
            listed=link.filler.open_pulls if link.filler is not None else None,
        )
    except EventError as problem:
        failed(problem)
        raise click.UsageError(terminal(str(problem))) from None
    except (
        Exception
    ) as problem:  # whatever ends it, the boundary (cli.boundary) says so; here the job's page learns it
        failed(problem)
        raise
    if link.filler is not None and link.filler.notes:
        report = done.report
        done = done._replace(report=report._replace(notes=(*report.notes, *link.filler.notes)))
    done = upstream_noted(link, done)
    about = _show(done, output_format, output_file, color)
    deliver(link, done, about, PullCheckOptions(report_check or "", comment, output_file or ""))
    # Only by the option: a job that excuses a draft leaves its commit green for every other pull request of it.
    if draft and done.pull is not None and not asked.group:
        return exits.CLEAN
    code = exits.exit_of(done.report, done.blind)
    if code == exits.BLIND:
        blinded(done)
    return code


def _meant(server: Server, meant: Meant) -> tuple[ForgeLink, EventRequest, tuple[str, ...]]:
    """The pull request that is meant, and how GitHub is asked about it."""
    if meant.number is not None:
        if any(
            (meant.head, meant.base, meant.fork, meant.event, meant.head_sha, meant.base_sha, meant.author)
        ):
            raise click.UsageError(
                "--number names the pull request already; leave out --head, --base, their commits, --fork, --author "
                "and --event"
            )
        link, asked = by_number(server, meant.repo or None, meant.number)
        return link, asked, ()
    if meant.repo:
        raise click.UsageError("--repo belongs to --number")
    if meant.head or meant.base:
        asked, notes = _by_branches(meant)
        return ForgeLink(), asked, notes
    path = meant.event or (os.environ.get("GITHUB_EVENT_PATH", "") if meant.ci in (AUTO, GITHUB) else "")
    if path:
        return of_event(server), _by_event(meant, path), ()
    asked, notes = _by_variables(meant)
    return ForgeLink(), asked, notes


def _by_branches(meant: Meant) -> tuple[EventRequest, tuple[str, ...]]:
    """The pull request between two branches that are named; raises EventError, GitError and click.UsageError."""
    if not (meant.head and meant.base):
        raise click.UsageError("--head and --base belong together: the two branches of the pull request")
    if meant.event:
        raise click.UsageError("--event names both ends already; leave out --head, --base and --fork")
    for option, name in (("--head", meant.head), ("--base", meant.base)):
        if not valid(name.removeprefix(HEADS)):
            raise click.UsageError(f"{option}: this isn't the name of a branch")
    head, base = meant.head.removeprefix(HEADS), meant.base.removeprefix(HEADS)
    named = Named(
        ci="", head=head, base=base, head_sha=meant.head_sha, base_sha=meant.base_sha, fork=meant.fork
    )
    pull, notes = ends(Git(), named)
    return EventRequest(_by(pull, meant.author)), notes


def _by(pull: Pull, author: str) -> Pull:
    """The pull request with who opened it, as the caller says."""
    return pull._replace(author=author, robot=is_robot(author))


def _by_event(meant: Meant, path: str) -> EventRequest:
    """The pull request of a GitHub event; raises EventError and click.UsageError."""
    if meant.fork or meant.head_sha or meant.base_sha or meant.author:
        raise click.UsageError(
            "the event names both ends and the author already; leave out --fork, --head-sha, --base-sha and --author, "
            "or add --head and --base"
        )
    found = payload(path)
    of_this(found)
    return read(found)


def _by_variables(meant: Meant) -> tuple[EventRequest, tuple[str, ...]]:
    """The pull request that a CI's variables name; raises EventError, GitError and click.UsageError."""
    there = named(os.environ, meant.ci) if meant.ci not in (NONE, GITHUB) else None
    if there is None:
        raise click.UsageError("say which pull request: --head and --base, --event, or --number")
    asked = there._replace(
        head_sha=meant.head_sha or there.head_sha,
        base_sha=meant.base_sha or there.base_sha,
        fork=meant.fork or there.fork,
    )
    pull, notes = ends(Git(), asked)
    return EventRequest(_by(pull, meant.author)), (
        f"the variables of {there.ci} name the pull request",
        *notes,
    )


def _table(done: Judged) -> str:
    """The model's table, where reports were judged."""
    if not done.measures:
        return ""
    from gitflowguard.report.gate.table import markdown_table

    return markdown_table(done.measures)


def _show(done: Judged, output_format: str, output_file: str | None, color: str) -> About:
    coloured = is_coloured(color, output_file)
    about = About(
        __version__,
        done.policy or POLICY_YAML,
        done.rules,
        coloured,
        tools=done.tools,
        blind=done.blind,
        insert=_table(done),
        row=render_conflicts(done.conflicts) if done.conflicts is not None else "",
    )
    text = render(output_format, done.report, about)
    write_report(text, output_file)
    return about
