"""`gitflowguard config`."""

from __future__ import annotations

import sys

import click

from gitflowguard.app.policy import config
from gitflowguard.app.quality import install as toolinstall
from gitflowguard.cli import exits
from gitflowguard.cli.complete import revisions
from gitflowguard.cli.console import write
from gitflowguard.cli.pager import page
from gitflowguard.model.names import shell
from gitflowguard.output import say
from gitflowguard.policy.errors import PolicyError
from gitflowguard.report.escape import Escaped, terminal


@click.group("config")
def command() -> None:
    """Show, describe or validate the policy.

    Example: gitflowguard config show --origin
    """


@command.command("show")
@click.option("--origin", is_flag=True, help="Say behind each value where it is from.")
def show(origin: bool) -> int:
    """The whole policy, preset included, as a policy file that means the same."""
    if config.source_in_force() is None:
        write("# there is no policy file: this is what is assumed\n", sys.stdout)
    page(config.shown(config.policy_in_force(), origin))
    return exits.CLEAN


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
def validate(file: str | None) -> int:
    """Tell every mistake in a policy FILE, or in this repository's, at once.

    Example: gitflowguard config validate .gitflowguard.yaml
    """
    try:
        source = config.source_of(file) if file is not None else config.source_in_force()
        if source is not None:
            config.parsed(source)
    except PolicyError as error:
        # Without our name in front, so that editors and terminals make a link of file:line:column.
        write("".join(f"{terminal(line)}\n" for line in str(error).split("\n")), sys.stderr)
        return exits.USAGE
    what = (
        f"{source.path} is a valid policy" if source else "there is no policy file: the preset gitflow holds"
    )
    write(terminal(what) + "\n", sys.stdout)
    return exits.CLEAN
