"""`gitflowguard protect selftest`."""

from __future__ import annotations

import sys
from typing import Any

import click

from gitflowguard import __version__
from gitflowguard.app.protect.aims import WrongAim, named
from gitflowguard.app.protect.selftest import WrongScratch, selftest
from gitflowguard.cli import exits
from gitflowguard.cli.console import is_terminal, write
from gitflowguard.cli.output import format_option, formatted, json_option, save
from gitflowguard.cli.protect.apply import agreed
from gitflowguard.cli.protect.options import Server, api_of, connect, policy_for, server_options, transport
from gitflowguard.report.escape import Escaped, terminal
from gitflowguard.report.formats import SIMULATION_FORMATS
from gitflowguard.report.protect.selftest import render


@click.command("selftest")
@click.argument("scratch", metavar="OWNER/SCRATCH")
@click.option("--yes", "-y", is_flag=True, help="Begin without asking.")
@click.option(
    "--public", is_flag=True, help="Make the repository public: free plans have no rulesets on private ones."
)
@click.option(
    "--second-token-stdin",
    is_flag=True,
    help="Read the token of another account from standard input: its steps are tried, too.",
)
@click.option("--keep", is_flag=True, help="Don't delete the repository at the end.")
@click.option(
    "--record",
    "record_file",
    metavar="FILE",
    help="Write every exchange there, without names, ids and dates.",
)
@json_option()
@format_option(SIMULATION_FORMATS)
@formatted
@server_options
def command(
    scratch: str,
    yes: bool,
    public: bool,
    keep: bool,
    second_token_stdin: bool,
    record_file: str | None,
    output_format: str,
    **given: Any,
) -> int:
    """Try every step of the flow for real, in a repository that is made for it, and compare with what is promised.

    Takes a repository that doesn't exist, or an empty one that is marked; rejects any other. Prints each request before
    it is sent, applies the policy, creates, pushes, merges, tags and deletes, and answers the questions
    that GitHub's documents leave open (S1 to S14 in docs/protection.md). The repository is deleted at the end.

    Exits with 0 if everything is as promised, with 1 on any difference.

    Example: gitflowguard protect selftest acme/gitflow-scratch --record exchanges.json
    """
    from gitflowguard.forge.github.recording import Recorder
    from gitflowguard.forge.github.scratch import ScratchRepository

    server = Server.of(given)
    try:
        (name,) = named((scratch,))
    except WrongAim as problem:
        raise click.UsageError(str(problem)) from None
    flow = policy_for(server)[0].flow
    if second_token_stdin and server.token_stdin:
        raise click.UsageError(
            "--token-stdin and --second-token-stdin exclude each other: give the first by GITHUB_TOKEN"
        )
    forge = connect(server._replace(no_cache=True), api_of(server, ""), many=False)
    # A second account's steps are sent by a transport of their own, at the same server.
    second = server._replace(token_stdin=True, app_id=None, app_key_file=None)
    other = transport(second, api_of(server, ""), many=False) if second_token_stdin else None
    if not yes and not _agreed(name, forge.transport.api_url):
        return exits.BLIND
    recorder = Recorder(*name.split("/"))
    for one in (forge.transport, *([other] if other is not None else [])):
        one.announce = _announce
        one.watch = recorder.keep if record_file else None
    somebody = ScratchRepository(other, name) if other is not None else None
    mine = ScratchRepository(forge.transport, name)
    try:
        result = selftest(flow, forge, mine, not public, keep, _tell, somebody)
    except WrongScratch as problem:
        raise click.UsageError(str(problem)) from None
    finally:
        if record_file and recorder.steps:
            save(record_file, Escaped(recorder.text()))
    write(Escaped(render(output_format, result, __version__)), sys.stdout)
    return exits.VIOLATIONS if result.differing else exits.CLEAN


def _agreed(name: str, api: str) -> bool:
    """Whether a person agrees to it."""
    if not is_terminal(sys.stdin):
        raise click.UsageError("nobody is there to ask; --yes begins without asking")
    says = f"{name} is made on {api}, some 200 requests change it, and it is deleted at the end. Begin?"
    return agreed(says)


def _announce(verb: str, path: str) -> None:
    write(f"{terminal(f'{verb} {path}')}\n", sys.stderr)


def _tell(text: str) -> None:
    write(f"{terminal(text)}\n", sys.stderr)
