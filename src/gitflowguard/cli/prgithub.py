"""What `pr check` needs of GitHub: which repository, who asks, and where the verdict is reported."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from gitflowguard import __version__
from gitflowguard.app.protect.aims import WrongAim, from_remote, named
from gitflowguard.app.pull.judge import Judged
from gitflowguard.app.pull.remote import PullDetails, fill
from gitflowguard.app.pull.tell import Delivery, annotated, tell
from gitflowguard.cli.console import write
from gitflowguard.cli.protect.options import Server, api_of, transport
from gitflowguard.forge.kept import cache_folder
from gitflowguard.hook.payload import EventRequest
from gitflowguard.model.address import is_name
from gitflowguard.model.finding import Report
from gitflowguard.model.proposal import as_fact
from gitflowguard.model.pull import Pull
from gitflowguard.model.record import Record
from gitflowguard.repo.git import Git
from gitflowguard.report.about import About
from gitflowguard.report import words
from gitflowguard.report.escape import Escaped, terminal
from gitflowguard.report.github import failure

if TYPE_CHECKING:
    from gitflowguard.forge.pullport import PullForge


class ForgeLink(Record):
    """forge: None where there is no token, or nothing to ask. name: ``owner/name``, "" if unknown."""

    forge: PullForge | None = None
    name: str = ""
    filler: PullDetails | None = None


class PullCheckOptions(Record):
    """What the caller wants reported beside the defaults."""

    report_check: str = ""
    comment: bool | None = None
    output_file: str = ""


def of_event(server: Server) -> ForgeLink:
    """The repository of a GitHub Actions job, where it has a token; no other program is asked for one."""
    name = os.environ.get("GITHUB_REPOSITORY", "")
    given = server.token_stdin or any(os.environ.get(word) for word in ("GITHUB_TOKEN", "GH_TOKEN"))
    if not (given and is_name(name)):
        return ForgeLink(name=name if is_name(name) else "")
    return _link(server, name, api_of(server, ""))[1]


def by_number(server: Server, repository: str | None, number: int) -> tuple[ForgeLink, EventRequest]:
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
    return link, EventRequest(as_fact(forge.pull(name, number)))


def _link(server: Server, name: str, api: str) -> tuple[PullForge, ForgeLink]:
    from gitflowguard.forge.github.pulls import GitHubPulls

    cache = "" if server.no_cache else cache_folder(os.environ)
    forge = GitHubPulls(transport(server, api, many=False), cache)
    return forge, ForgeLink(forge, name, fill(forge, name, _text))


def _text(path: str, ref: str) -> str | None:
    """A file at a commit, from this clone: nearer than GitHub."""
    (data,) = Git().blobs((f"{ref}:{path}",))
    return data.decode("utf-8", "replace") if data is not None else None


def upstream_noted(link: ForgeLink, done: Judged) -> Judged:
    """With a note where the policy that the base's extends has changed since it was locked.

    A job's token seldom sees another private repository; then nothing is said, for nothing was read.
    """
    if link.forge is None or done.lock is None:
        return done
    from gitflowguard.app.policy.upstream import since

    found = since(link.forge, done.lock, done.lock.server)
    if found is None or found.unknown is not None:
        return done
    report = done.report
    return done._replace(report=report._replace(notes=(*report.notes, found.says)))


def deliver(link: ForgeLink, done: Judged, about: About, wanted: PullCheckOptions) -> None:
    """Tells the verdict wherever it can be reported; changes no exit code."""
    pull = done.pull or Pull("", "")
    telling = Delivery(
        report=done.report,
        pull=pull,
        name=link.name,
        check=done.check,
        sha=pull.head_sha,
        blind=done.blind,
        report_check=wanted.report_check,
        report_path=wanted.output_file,
        comment=wanted.comment,
        comments=link.filler.comments if link.filler is not None else None,
    )
    write(Escaped(annotated(done.report, about, os.environ)), sys.stderr)
    forge = link.forge if done.pull is not None and link.name else None
    for line in tell(forge, telling, os.environ, about):
        write(f"gitflowguard: {terminal(line)}\n", sys.stderr)


def failed(problem: Exception) -> None:
    """Annotation, outputs and summary of a check that ended without a verdict: never the words of a pass."""
    text = problem.format_message() if isinstance(problem, click.ClickException) else str(problem)
    blind = Judged(Report(notes=(f"couldn't check: {text}",)), "", (), True, None)
    about = About(__version__, blind=True)
    if os.environ.get("GITHUB_ACTIONS") == "true":
        write(Escaped(failure(text)), sys.stderr)
        telling = Delivery(report=blind.report, pull=Pull("", ""), name="", check="", sha="", blind=True)
        tell(
            None, telling, {key: value for key, value in os.environ.items() if key != "GITHUB_ACTIONS"}, about
        )


def blinded(done: Judged) -> None:
    """Annotates a verdict that is missing: else the page shows a failed job without a word of it."""
    if os.environ.get("GITHUB_ACTIONS") == "true":
        names = dict.fromkeys(words.rule(one.code, one.name) for one in done.report.skipped)
        write(Escaped(failure(f"The check can't determine what fails it: {', '.join(names)}")), sys.stderr)
