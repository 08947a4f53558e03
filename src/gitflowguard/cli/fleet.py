"""`gitflowguard fleet`: the repositories of an organization beside each other."""

from __future__ import annotations

import sys
from typing import Any

import click

from gitflowguard import __version__
from gitflowguard.app.policy.config import policy_in_force
from gitflowguard.app.protect import aims
from gitflowguard.app.protect.aims import WrongAim
from gitflowguard.app.protect.fleet import chosen, fleet
from gitflowguard.cli import exits
from gitflowguard.cli.console import write
from gitflowguard.cli.output import json_option
from gitflowguard.cli.protect.options import Server, api_of, connect, connection_options
from gitflowguard.model.address import is_owner
from gitflowguard.protection.nouns.fleet import Fleet, FleetRow
from gitflowguard.repo.git import GitError
from gitflowguard.report.escape import Escaped, terminal
from gitflowguard.report.protect.fleet import render


@click.group("fleet")
def command() -> None:
    """The repositories of an organization beside each other.

    Example: gitflowguard fleet status --org acme
    """


@command.command("status")
@click.argument("repositories", nargs=-1, metavar="[OWNER/REPO]...")
@click.option("--org", "organisation", metavar="OWNER", help="Every repository of an organization.")
@click.option(
    "--topic", "topics", multiple=True, help="With --org: only those with this topic; may be repeated."
)
@click.option("--forks", is_flag=True, help="With --org: forks, too. Archived ones are always left out.")
@click.option("--shard", metavar="K/N", help="Only the K-th of N parts of the repositories.")
@click.option("--repos-file", metavar="FILE", help="The repositories that a file lists, one in a line.")
@json_option()
@connection_options
def status(
    repositories: tuple[str, ...],
    organisation: str | None,
    topics: tuple[str, ...],
    forks: bool,
    shard: str | None,
    repos_file: str | None,
    as_json: bool,
    **given: Any,
) -> int:
    """Which repositories are guarded, by what version and policy, and what differs. Changes nothing.

    Reads each default branch: the policy, what it extends, the workflow's and the hooks' version; and whether the
    protection is what that policy wants and the check is required. What most have is the measure. What can't be read
    is unknown, never off.

    Exits with 0 if all are guarded alike, 1 if one isn't or differs, 3 if something couldn't be read.

    Example: gitflowguard fleet status --org acme --topic ml
    """
    server = Server.of({**given, "policy_file": None})
    try:
        part = aims.shard_of(shard) if shard else None
        named = _named(repositories, repos_file, organisation, topics, forks)
        api = api_of(server, _host())
        forge = connect(server, api, many=True)
        if organisation:
            names, archived, left = chosen(forge.listed(organisation, topics), part, forks)
        else:
            names, archived, left = aims.only(named, part), 0, 0
    except WrongAim as problem:
        raise click.UsageError(str(problem)) from None
    whole = Fleet(())
    for number, one in enumerate(fleet(forge, names, archived, left), 1):
        if isinstance(one, Fleet):
            whole = one
        elif len(names) > 1:
            write(f"[{number:>{len(str(len(names)))}}/{len(names)}] {terminal(one.name)}\n", sys.stderr)
    write(Escaped(render("json" if as_json else "text", whole, __version__)), sys.stdout)
    return _code(whole.rows)


def _named(
    repositories: tuple[str, ...],
    repos_file: str | None,
    organisation: str | None,
    topics: tuple[str, ...],
    forks: bool,
) -> tuple[str, ...]:
    """The repositories that are named, () for an organization's. Raises UsageError, WrongAim."""
    ways = [way for way in (repositories, repos_file, organisation) if way]
    if len(ways) != 1:
        raise click.UsageError("name the repositories in one way: OWNER/REPO, --repos-file or --org")
    if (topics or forks) and not organisation:
        raise click.UsageError("--topic and --forks go with --org")
    if organisation and not is_owner(organisation):
        raise click.UsageError(f"{organisation} isn't an organization; write its name, as in acme")
    return aims.from_file(repos_file) if repos_file else aims.named(repositories)


def _host() -> str:
    """The host of this clone's remote, where it is one of something on GitHub; "" elsewhere."""
    try:
        return aims.from_remote(policy_in_force().flow.remote).host
    except (WrongAim, GitError, OSError):
        return ""


def _code(rows: tuple[FleetRow, ...]) -> int:
    if any(row.unknown for row in rows):
        return exits.BLIND
    return exits.VIOLATIONS if any(row.differs or not row.guarded for row in rows) else exits.CLEAN
