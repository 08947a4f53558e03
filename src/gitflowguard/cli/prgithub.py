"""What `pr check` needs of GitHub: which repository, who asks, and where the verdict is told."""

from __future__ import annotations

import os
import sys

import click

from gitflowguard import __version__
from gitflowguard.app.pr import Judged
from gitflowguard.app.protectaims import WrongAim, from_remote, named
from gitflowguard.app.prremote import Filler, fill, found
from gitflowguard.app.prtell import Telling, annotated, tell
from gitflowguard.cli.console import write
from gitflowguard.cli.protect.options import Server, api_of, transport
from gitflowguard.forge.kept import cache_folder
from gitflowguard.model.address import is_name
from gitflowguard.hook.payload import Asked
from gitflowguard.model.finding import Report
from gitflowguard.model.pull import Pull
from gitflowguard.model.record import Record
from gitflowguard.report.about import About
from gitflowguard.report.escape import Escaped, terminal
from gitflowguard.report.github import failure
from gitflowguard.repo.git import Git

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.forge.pullport import PullForge


class Link(Record):
    """forge: None where there is no token, or nothing to ask. name: ``owner/name``, "" if unknown."""

    forge: PullForge | None = None
    name: str = ""
    filler: Filler | None = None


class Wish(Record):
    """What the caller wants told beside the defaults."""

    report_check: str = ""
    comment: bool | None = None
    output_file: str = ""


def of_event(server: Server) -> Link:
    """The repository of a GitHub Actions job, where it has a token; no other program is asked for one."""
    name = os.environ.get("GITHUB_REPOSITORY", "")
    given = server.token_stdin or any(os.environ.get(word) for word in ("GITHUB_TOKEN", "GH_TOKEN"))
    if not (given and is_name(name)):
        return Link(name=name if is_name(name) else "")
    return _link(server, name, api_of(server, ""))[1]


def by_number(server: Server, repository: str | None, number: int) -> tuple[Link, Asked]:
    """The repository that is named, else the one behind the remote, and the pull request as it is now.

    Raises click.UsageError, ForgeError.
    """
    try:
        host = ""
        if repository:
            (name,) = named((repository,))
        else:
            address = from_remote("origin")
            name, host = address.name, address.host
    except WrongAim as problem:
        raise click.UsageError(str(problem)) from None
    forge, link = _link(server, name, api_of(server, host))
    now = found(forge, name, number)
    pull = Pull(now.base, now.head, now.base_sha, now.head_sha, now.fork, now.draft, now.author, number)
    pull = pull._replace(robot=now.robot)
    return link, Asked(pull)


def _link(server: Server, name: str, api: str) -> tuple[PullForge, Link]:
    from gitflowguard.forge.github.pulls import GitHubPulls

    cache = "" if server.no_cache else cache_folder(os.environ)
    forge = GitHubPulls(transport(server, api, many=False), cache)
    return forge, Link(forge, name, fill(forge, name, _text))


def _text(path: str, ref: str) -> str | None:
    """A file at a commit, from this clone: nearer than GitHub."""
    (data,) = Git().blobs((f"{ref}:{path}",))
    return data.decode("utf-8", "replace") if data is not None else None


def told(link: Link, done: Judged, about: About, wanted: Wish) -> None:
    """Tells the verdict wherever it can be told; changes no exit code."""
    pull = done.pull or Pull("", "")
    telling = Telling(
        done.report, pull, link.name, done.check, pull.head_sha, done.blind, wanted.report_check, wanted.output_file,
        wanted.comment, link.filler.comments if link.filler is not None else None,
    )  # fmt: skip
    write(Escaped(annotated(done.report, about, os.environ)), sys.stderr)
    forge = link.forge if done.pull is not None and link.name else None
    for line in tell(forge, telling, os.environ, about):
        write(f"gitflowguard: {terminal(line)}\n", sys.stderr)


def failed(problem: Exception) -> None:
    """Annotation, outputs and summary of a check that ended without a verdict: never the words of a pass."""
    text = problem.format_message() if isinstance(problem, click.ClickException) else str(problem)
    blind = Judged(Report(notes=(f"could not look: {text}",)), "", (), True, None)
    about = About(__version__, blind=True)
    if os.environ.get("GITHUB_ACTIONS") == "true":
        write(Escaped(failure(text)), sys.stderr)
        telling = Telling(blind.report, Pull("", ""), "", "", "", True)
        tell(
            None, telling, {key: value for key, value in os.environ.items() if key != "GITHUB_ACTIONS"}, about
        )


def blinded(done: Judged) -> None:
    """Annotates a verdict that is missing: else the page shows a failed job without a word of it."""
    if os.environ.get("GITHUB_ACTIONS") == "true":
        names = dict.fromkeys(f"{one.code} {one.name}" for one in done.report.skipped)
        write(Escaped(failure(f"The check can't determine what fails it: {', '.join(names)}")), sys.stderr)
