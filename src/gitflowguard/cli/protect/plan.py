"""`gitflowguard protect plan`."""

from __future__ import annotations

from typing import Any

import click

from gitflowguard.app.protect.many import outcomes
from gitflowguard.app.protect.plan import outcome_of
from gitflowguard.app.protect.replay import MOST_REPLAYED, replay_of
from gitflowguard.cli.protect import telling
from gitflowguard.cli.protect.options import (
    Server,
    Which,
    repository_options,
    server_options,
    start,
)
from gitflowguard.protection.nouns.outcome import PLANNED, RepositoryResult
from gitflowguard.protection.planfile import written
from gitflowguard.report.escape import Escaped


@click.command("plan")
@repository_options
@click.option(
    "-o",
    "plan_file",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Write the plan, for `apply FILE`.",
)
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 if something would change.")
@click.option("--allow-unseen", is_flag=True, help="Require checks that have never reported, too.")
@click.option(
    "--replay",
    type=click.IntRange(0, MOST_REPLAYED),
    metavar="N",
    help="Play the N newest pull requests and the branches through, also where nothing would change.  [default: 100]",
)
@telling.report_options
@server_options
def command(
    plan_file: str | None, detailed_exitcode: bool, allow_unseen: bool, replay: int | None, **given: Any
) -> int:
    """What would change on GitHub, in your own words. Changes nothing.

    Plays the flow through under the rules as they would be, those of others included: a table says who could take each
    step, and what stops everybody else.

    Without a repository: the one behind the policy's remote. Exits with 0, also if something would change;
    with 3 if a repository couldn't be checked.

    Example: gitflowguard protect plan -o plan.json
    """
    server, which = Server.of(given), Which.of(given)
    run = start(PLANNED, server, which, allow_unseen)
    scope = run.scope._replace(replay=replay_of(run.scope.flow, replay))
    if plan_file and (len(run.names) != 1 or which.org_rulesets):
        raise click.UsageError("-o writes the plan of one repository; name one")
    kept: list[RepositoryResult] = []
    work = lambda name: outcome_of(scope, name)  # noqa: E731
    telling.RepositoryProgress(len(run.names)).each(outcomes(run.names, work, run.journal), kept)
    telling.show(kept, PLANNED, given)
    if plan_file and kept[0].plan is not None and kept[0].plan.level:
        telling.save(plan_file, Escaped(written(kept[0].plan)))
    return telling.exit_code(kept, PLANNED, detailed_exitcode)
