"""`gitflowguard protect simulate`."""

from __future__ import annotations

import sys
from typing import Any

import click

from gitflowguard import __version__
from gitflowguard.app.protect.simulate import Ask, simulate, simulate_live
from gitflowguard.cli import exits
from gitflowguard.cli.choice import WordChoice
from gitflowguard.cli.complete import branches
from gitflowguard.cli.console import write
from gitflowguard.cli.output import format_option, formatted, json_option
from gitflowguard.cli.protect.options import Server, forge_of, policy_for, server_options
from gitflowguard.model.protection import METHODS
from gitflowguard.report.escape import Escaped
from gitflowguard.report.formats import SIMULATION_FORMATS
from gitflowguard.report.protect.answer import render


@click.command("simulate")
@click.option(
    "--may-merge",
    nargs=2,
    metavar="HEAD BASE",
    shell_complete=branches,
    help="May a pull request from HEAD into BASE be merged?",
)
@click.option(
    "--may-push", metavar="BRANCH", shell_complete=branches, help="May somebody push straight to it?"
)
@click.option("--may-create", metavar="NAME", help="May somebody create it?")
@click.option("--may-delete", metavar="NAME", shell_complete=branches, help="May somebody delete it?")
@click.option("--tag", is_flag=True, help="The name is a tag's, not a branch's.")
@click.option("--force", is_flag=True, help="With --may-push: a push that rewrites.")
@click.option(
    "--as", "actors", multiple=True, metavar="WHO", help="As team:release, role:admin, …; may be repeated."
)
@click.option("--approvals", type=click.IntRange(0), help="With --may-merge: how many have approved.")
@click.option("--method", type=WordChoice(METHODS), help="With --may-merge: how it is merged.")
@click.option(
    "--check", "checks", multiple=True, help="With --may-merge: this check is green; may be repeated."
)
@click.option("--live", is_flag=True, help="Ask the repository behind the policy's remote as it is now.")
@click.option("--repo", metavar="OWNER/REPO", help="Ask this repository as it is now.")
@server_options
@json_option()
@format_option(SIMULATION_FORMATS)
@formatted
def command(
    may_merge: tuple[str, str] | None,
    may_push: str | None,
    may_create: str | None,
    may_delete: str | None,
    tag: bool,
    force: bool,
    actors: tuple[str, ...],
    approvals: int | None,
    method: str | None,
    checks: tuple[str, ...],
    live: bool,
    repo: str | None,
    output_format: str,
    **given: Any,
) -> int:
    """What GitHub would say, and why. Changes nothing.

    By itself it asks nobody, and answers by the rules that the policy compiles to. With --live or --repo it reads what
    a repository has now: every ruleset, classic protection, the settings, and who has write access.

    Exits with 0 if it may be, perhaps under a condition that is named, and with 1 if not.

    Example: gitflowguard protect simulate --may-merge feature/login main
    """
    wanted = {"merge": may_merge, "push": may_push, "create": may_create, "delete": may_delete}
    asked = [action for action, value in wanted.items() if value is not None]
    if len(asked) != 1:
        raise click.UsageError(
            "say what somebody wants to do: one of --may-merge, --may-push, --may-create, --may-delete"
        )
    action = asked[0]
    if action != "merge" and (approvals is not None or method or checks):
        raise click.UsageError("--approvals, --method and --check belong to --may-merge")
    if tag and action == "merge" or force and action != "push":
        raise click.UsageError(f"--may-{action} does not go with {'--tag' if tag else '--force'}")
    head, name = may_merge if may_merge is not None else ("", may_push or may_create or may_delete or "")
    server = Server.of(given)
    flow = policy_for(server)[0].flow
    ask = Ask(
        action=action,
        name=name,
        head=head,
        tag=tag,
        force=force,
        actors=actors,
        approvals=approvals,
        method=method or "",
        checks=checks if checks else None,
    )
    if live or repo:
        told = simulate_live(flow, ask, *forge_of(flow, server, repo))
    else:
        told = simulate(flow, ask)
    write(Escaped(render(output_format, told, __version__)), sys.stdout)
    return exits.VIOLATIONS if told.verdict == "no" else exits.CLEAN
