"""`gitflowguard protect undo`."""

from __future__ import annotations

from typing import Any

import click

from gitflowguard.app.protect.apply import Stopped, undo
from gitflowguard.app.protect.kept import KeptError
from gitflowguard.cli.protect import telling
from gitflowguard.cli.protect.apply import agreed
from gitflowguard.cli.protect.options import Server, Which, server_options, start
from gitflowguard.forge.errors import ForgeError
from gitflowguard.protection.nouns.outcome import PLANNED, UNDONE, RepositoryResult
from gitflowguard.protection.nouns.plan import ProtectionPlan
from gitflowguard.protection.planfile import PlanError


@click.command("undo")
@click.argument("repository", required=False, metavar="[OWNER/REPO]")
@click.option(
    "--org-rulesets", metavar="OWNER", help="The organization's own rulesets, instead of a repository."
)
@click.option("--yes", "-y", is_flag=True, help="Undo without asking.")
@telling.report_options
@server_options
def command(repository: str | None, org_rulesets: str | None, yes: bool, **given: Any) -> int:
    """Back to the state from before the last apply from this machine: our rulesets and the settings.

    Shows what would change and asks. Other people's rulesets are left alone.

    Example: gitflowguard protect undo acme/web
    """
    names = (repository,) if repository else ()
    which = Which(names, None, org_rulesets, (), None, None, bool(org_rulesets))
    run = start(UNDONE, Server.of(given), which)

    def shown(plan: ProtectionPlan) -> bool:
        telling.show_to_agree(RepositoryResult(plan.repository, plan), PLANNED, given)
        return yes or agreed(f"Undo {len(plan.steps)} steps on {plan.repository}?")

    try:
        outcome = undo(run.scope, run.states, run.names[0], telling.tell_step, shown)
    except (KeptError, PlanError, ForgeError) as problem:
        outcome = RepositoryResult(run.names[0], error=str(problem))
    except Stopped as stopped:
        telling.show([stopped.outcome], UNDONE, given)
        return stopped.code
    telling.show([outcome], UNDONE, given)
    return telling.exit_code([outcome], UNDONE)
