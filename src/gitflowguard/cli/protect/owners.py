"""`gitflowguard protect owners`."""

from __future__ import annotations

import sys

import click

from gitflowguard.cli import exits
from gitflowguard.cli.console import write
from gitflowguard.cli.protect.options import policy_of
from gitflowguard.protection.compile import proposed_owners
from gitflowguard.protection.owners import owner_like


@click.command("owners")
@click.argument("owner", metavar="@OWNER")
@click.option("--policy", "policy_file", metavar="FILE", help="This policy instead of the repository's.")
def command(owner: str, policy_file: str | None) -> int:
    """Print a CODEOWNERS to begin with: OWNER owns everything, the policy and the workflows above all.

    For a team whose policy asks for code owners and that has no such file yet: GitHub then asks nobody.

    Example: gitflowguard protect owners @acme/maintainers > .github/CODEOWNERS
    """
    if not owner_like(owner):
        raise click.UsageError(
            f"{owner} isn't an owner; write @user or @organisation/team, as in @acme/maintainers"
        )
    flow, _, _ = policy_of(policy_file)
    write(proposed_owners(flow, owner), sys.stdout)
    return exits.CLEAN
