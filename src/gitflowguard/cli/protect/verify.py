"""`gitflowguard protect verify`."""

from __future__ import annotations

from typing import Any

import click

from gitflowguard.app.protect.many import outcomes
from gitflowguard.app.protect.replay import USUAL_REPLAYED, replay_of
from gitflowguard.app.protect.verify import verify
from gitflowguard.cli.protect import telling
from gitflowguard.cli.protect.options import (
    Server,
    Which,
    repository_options,
    server_options,
    start,
)
from gitflowguard.model.moment import AT_PROTECT, moment_of
from gitflowguard.protection.nouns.outcome import VERIFIED, RepositoryResult
from gitflowguard.rules import registry


@click.command("verify")
@repository_options
@click.option("--deep", is_flag=True, help="Also play the flow through, with the 100 newest pull requests.")
@telling.report_options
@server_options
def command(deep: bool, **given: Any) -> int:
    """Does GitHub still block what the policy wants? Changes nothing; made for a schedule.

    Exits with 0 if it does, 1 if something has drifted, 3 if that couldn't be checked. What this token may not see
    is reported as unknown, never as off. In GitHub Actions the report is added to the job's summary.

    Example: gitflowguard protect verify --output-format sarif --output-file protection.sarif
    """
    server, which = Server.of(given), Which.of(given)
    run = start(VERIFIED, server, which)
    kept: list[RepositoryResult] = []
    scope = run.scope._replace(replay=replay_of(run.scope.flow, USUAL_REPLAYED)) if deep else run.scope
    work = lambda name: verify(scope, name, deep)  # noqa: E731
    telling.RepositoryProgress(len(run.names)).each(outcomes(run.names, work, run.journal), kept)
    telling.show(kept, VERIFIED, given, tuple(registry.load(at=moment_of(AT_PROTECT))))
    telling.job_summary(kept, VERIFIED)
    return telling.exit_code(kept, VERIFIED)
