"""`gitflowguard protect apply`."""

from __future__ import annotations

import sys
from typing import Any

import click

from gitflowguard.app.protect.apply import Stopped, apply, code_of, refusal
from gitflowguard.app.protect.many import outcomes
from gitflowguard.app.protect.plan import result_of
from gitflowguard.app.protect.scope import planned
from gitflowguard.cli.console import is_terminal, write
from gitflowguard.cli.protect import telling
from gitflowguard.cli.protect.options import (
    ProtectRun,
    Server,
    Which,
    repository_options,
    server_options,
    start,
)
from gitflowguard.forge.errors import ForgeError
from gitflowguard.output import release
from gitflowguard.protection.nouns.outcome import APPLIED, PLANNED, RepositoryResult
from gitflowguard.protection.nouns.plan import ProtectionPlan
from gitflowguard.protection.planfile import PlanError, read_plan
from gitflowguard.report.escape import terminal

_MOST = 16 << 20
_CUT = (
    "interrupted; the ones listed above are done, those in progress were finished, and no other was started; "
    "run it again, and each goes on from what GitHub has"
)


@click.command("apply")
@repository_options
@click.option("--yes", "-y", is_flag=True, help="Apply without asking.")
@click.option("--allow-unseen", is_flag=True, help="Require checks that have never reported, too.")
@telling.report_options
@server_options
def command(yes: bool, allow_unseen: bool, **given: Any) -> int:
    """Bring GitHub to what the policy wants: shows the plan, asks, takes the steps, looks at each, verifies the whole.

    Instead of a repository, the file of a plan (`protect plan -o plan.json`): just that is applied, and only if
    GitHub's rules are still what they were. What was before is kept for `protect undo`.

    Example: gitflowguard protect apply
    """
    server, which = Server.of(given), Which.of(given)
    made = None
    if len(which.repositories) == 1 and which.repositories[0].endswith(".json"):
        made = _read(which.repositories[0])
        which = which._replace(repositories=(made.repository,))
    run = start(APPLIED, server, which, allow_unseen)
    kept: list[RepositoryResult] = []
    try:
        if len(run.names) == 1:
            kept.append(_safely(run, made, yes, given))
        else:
            _many(run, yes, kept)
    except Stopped as stopped:
        telling.show([stopped.outcome], APPLIED, given)
        return stopped.code
    except (KeyboardInterrupt, SystemExit) as cause:
        if len(run.names) == 1:
            raise  # nothing was sent yet
        telling.show(kept, APPLIED, given)
        write(f"gitflowguard: {_CUT}\n", sys.stderr)
        return code_of(cause)
    telling.show(kept, APPLIED, given)
    return telling.exit_code(kept, APPLIED)


def _read(path: str) -> ProtectionPlan:
    """The plan in a file; raises click.UsageError."""
    try:
        with open(path, encoding="utf-8") as file:
            return read_plan(file.read(_MOST))
    except (OSError, UnicodeDecodeError) as problem:
        raise click.UsageError(f"{path} cannot be read: {getattr(problem, 'strerror', problem)}") from None
    except PlanError as problem:
        raise click.UsageError(f"{path}: {problem}") from None


def _safely(
    run: ProtectRun, made: ProtectionPlan | None, yes: bool, given: dict[str, Any]
) -> RepositoryResult:
    """What cannot be looked at is an outcome like any other."""
    try:
        return _one(run, made, yes, given)
    except ForgeError as problem:
        return RepositoryResult(run.names[0], error=str(problem))


def _one(run: ProtectRun, made: ProtectionPlan | None, yes: bool, given: dict[str, Any]) -> RepositoryResult:
    """Shows, asks, applies."""
    name = run.names[0]
    if made is None:
        found = planned(run.scope, name)
        shown = result_of(run.scope, found)
        blocked = refusal(found)
        if blocked:
            return shown._replace(refused=blocked)
        if not found.plan.steps:
            return shown
        made = found.plan
    else:
        shown = RepositoryResult(name, made)
    if made.steps:
        telling.show_to_agree(shown, PLANNED, given)
        if not yes and not agreed(f"Apply {len(made.steps)} steps to {name}?"):
            return shown._replace(
                refused="it was not confirmed; run again with --yes to apply without asking"
            )
    outcome = apply(run.scope, run.states, made, telling.tell_step)
    if not (outcome.error or outcome.refused or outcome.partly):
        run.journal.add(name, outcome.said)
    return outcome


def _many(run: ProtectRun, yes: bool, kept: list[RepositoryResult]) -> None:
    """Every repository by itself. The answer is asked for once, before the first."""
    count = len(run.names)
    if not yes and not agreed(f"Plan and apply {count} repositories?"):
        raise click.UsageError("nothing was sent; run again with --yes to apply without asking")

    def work(name: str) -> RepositoryResult:
        found = planned(run.scope, name)
        blocked = refusal(found)
        if blocked or not found.plan.steps:
            return result_of(run.scope, found)._replace(refused=blocked)
        return apply(run.scope, run.states, found.plan, lambda text: None)

    telling.RepositoryProgress(count).each(outcomes(run.names, work, run.journal), kept)


def agreed(question: str) -> bool:
    """Whether a person says y; nobody at a terminal is no."""
    if not is_terminal(sys.stdin):
        return False
    release()  # whoever is asked sees the plan, --quiet or not
    write(f"{terminal(question)} [y/N] ", sys.stderr)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
