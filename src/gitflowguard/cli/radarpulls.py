"""`radar --pulls`: which pull requests are open, by the forge behind the remote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gitflowguard.app.protect.aims import WrongAim, from_remote, named
from gitflowguard.cli.protect.options import Server, api_of, transport
from gitflowguard.forge.errors import ForgeError
from gitflowguard.model.record import Record

if TYPE_CHECKING:
    from gitflowguard.model.proposal import OpenPulls

_TOGETHER = "--pulls judges each pull request on its own base"


class PullsRequest(Record):
    """repo: ``owner/name``, "" for the repository behind the remote. most: pull requests at most."""

    repo: str
    remote: str
    api_url: str
    token_stdin: bool
    most: int


def refused(target: str, since: int | None, run: str, watching: bool) -> None:
    """Raises click.UsageError for options that do not go together with ``--pulls``."""
    if target:
        raise click.UsageError(f"{_TOGETHER}; leave out --target")
    if since:
        raise click.UsageError("--pulls looks at every open pull request; leave out --since")
    if run:
        raise click.UsageError(
            "--run would run code of pull requests, those of strangers included; name branches that you trust instead"
        )
    if watching:
        raise click.UsageError(
            "--watch looks at refs, which don't tell which pull requests are open; leave out one"
        )


def open_pulls(asked: PullsRequest) -> OpenPulls:
    """Asks the forge: one request for each hundred. Raises click.UsageError, and ForgeError where it can't tell."""
    from gitflowguard.forge.github.pulls import GitHubPulls

    try:
        host = ""
        if asked.repo:
            (name,) = named((asked.repo,))
        else:
            address = from_remote(asked.remote or "origin")
            name, host = address.name, address.host
    except WrongAim as problem:
        raise click.UsageError(str(problem)) from None
    server = Server(None, asked.api_url or None, asked.token_stdin, None, None, None, False, True)
    forge = GitHubPulls(transport(server, api_of(server, host), many=False))
    try:
        return forge.open_pulls(name, asked.most)
    except ForgeError as problem:
        says = f"which pull requests of {name} are open: {problem}"
        raise ForgeError(problem.kind, says, problem.status) from None
