"""`gitflowguard config`."""

from __future__ import annotations

import sys

import click

from gitflowguard.app.policy import config
from gitflowguard.app.policy.file import Source
from gitflowguard.app.quality import install as toolinstall
from gitflowguard.cli import exits
from gitflowguard.cli.complete import revisions
from gitflowguard.cli.console import write
from gitflowguard.cli.output import document, json_option
from gitflowguard.cli.pager import page
from gitflowguard.model.names import shell
from gitflowguard.output import say
from gitflowguard.policy.errors import PolicyError, Problem
from gitflowguard.report.escape import Escaped, terminal


@click.group("config")
def command() -> None:
    """Show, describe or validate the policy.

    Example: gitflowguard config show --origin
    """


@command.command("show")
@click.option("--origin", is_flag=True, help="Say behind each value where it is from.")
@json_option()
def show(origin: bool, as_json: bool) -> int:
    """The whole policy, preset included, as a policy file that means the same."""
    source = config.source_in_force()
    if as_json:
        write(_values(source), sys.stdout)
        return exits.CLEAN
    if source is None:
        write(terminal(f"# {config.absence()}; this is what is assumed") + "\n", sys.stdout)
    page(config.shown(config.policy_in_force(), origin))
    return exits.CLEAN


def _values(source: Source | None) -> Escaped:
    """Each value with where it is from."""
    policy = config.policy_in_force()
    rows = [
        {"key": key, "value": one.value, "source": one.path, "line": one.line or None}
        for key, one in policy.origins.items()
    ]
    return document(policy=source.path if source else None, preset=policy.flow.preset, values=rows)


@command.command("schema")
def schema() -> int:
    """The JSON Schema of the policy file, for editors."""
    write(Escaped(config.rendered_schema()), sys.stdout)
    return exits.CLEAN


@command.command("tools")
@click.option("--requirements", is_flag=True, required=True, help="As lines for `pip install --requirement`.")
@click.option(
    "--at",
    "revision",
    metavar="COMMIT",
    shell_complete=revisions,
    help="By the policy at this commit; nothing else is read.",
)
def tools(requirements: bool, revision: str | None) -> int:
    """What a job has to install for the policy's tools, each package with its exact version.

    A package that only a branch outside of the team's protected ones names is left out, and the exit code is 3.

    Example: gitflowguard config tools --requirements --at origin/develop
    """
    found = toolinstall.at_commit(revision) if revision else toolinstall.in_force()
    write("".join(f"{one}\n" for one in found.wanted), sys.stdout)
    for package, trust in found.strange:
        says = (
            f"{package} was left out: this policy names it, and the policies on the team's protected branches don't. "
            f"To install it, merge this policy there, or trust it in this clone: {shell(trust)}"
        )
        say(terminal(says))
    return exits.BLIND if found.strange else exits.CLEAN


@command.command("update")
@click.option(
    "--check", "only_check", is_flag=True, help="Write nothing; exit with 1 where the lock isn't the newest."
)
@click.option(
    "--api-url", metavar="URL", help="The API of a GitHub Enterprise Server.  [default: by the remote]"
)
@click.option("--token-stdin", is_flag=True, help="Read the token from standard input.")
def update(only_check: bool, api_url: str | None, token_stdin: bool) -> int:
    """Lock the policy that this one extends, as it is on GitHub now.

    It writes `.gitflowguard.lock`, which is committed like the policy itself: hooks and checks read it, and ask no
    server. The token is found as by `protect`.

    Example: gitflowguard config update --check
    """
    from gitflowguard.cli.configupdate import checked, updated

    return (checked if only_check else updated)(api_url, token_stdin)


@command.command("validate")
@click.argument("file", required=False, type=click.Path())
@json_option()
def validate(file: str | None, as_json: bool) -> int:
    """Report every mistake in a policy FILE, or in this repository's, at once.

    Example: gitflowguard config validate .gitflowguard.yaml
    """
    try:
        source = config.source_of(file) if file is not None else config.source_in_force()
        if source is not None:
            config.parsed(source)
    except PolicyError as error:
        if as_json:
            write(_validity(file, error.problems), sys.stdout)
            return exits.USAGE
        # Without our name in front, so that editors and terminals make a link of file:line:column.
        write("".join(f"{terminal(line)}\n" for line in str(error).split("\n")), sys.stderr)
        return exits.USAGE
    if as_json:
        write(_validity(source.path if source else None, ()), sys.stdout)
        return exits.CLEAN
    what = (
        f"{source.path} is a valid policy" if source else f"{config.absence()}; the preset gitflow is assumed"
    )
    write(terminal(what) + "\n", sys.stdout)
    return exits.CLEAN


def _validity(path: str | None, problems: tuple[Problem, ...]) -> Escaped:
    """Every mistake with its place. path: None for no file, or for one that only the problems name."""
    rows = [
        {
            "path": one.where,
            "line": one.line or None,
            "column": one.column if one.line else None,
            "says": one.says,
        }
        for one in problems
    ]
    return document(policy=problems[0].where if problems else path, valid=not problems, problems=rows)
