"""The plan of one repository as an outcome, with the findings where anything was looked for."""

from __future__ import annotations

from gitflowguard.app.protectscope import Planned, Scope, planned, tier
from gitflowguard.model.outcome import Outcome


def outcome_of(scope: Scope, name: str, full: bool = False) -> Outcome:
    """What would change in a repository; raises ForgeError. full: as in protectscope.planned."""
    return told(scope, planned(scope, name, full))


def told(scope: Scope, found: Planned) -> Outcome:
    """A look as an outcome."""
    return Outcome(
        found.plan.repository, found.plan, found.report, notes=found.strangers, tier=tier(scope, found)
    )
