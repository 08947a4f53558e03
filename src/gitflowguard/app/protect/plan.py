"""The plan of one repository as an outcome, with the findings where anything was looked for."""

from __future__ import annotations

from gitflowguard.app.protect.scope import Planned, ProtectScope, planned, tier
from gitflowguard.protection.nouns.outcome import RepositoryResult
from gitflowguard.protection.readings import readings
from gitflowguard.rules.protection.unreachable_merge import RULE as UNREACHABLE


def outcome_of(scope: ProtectScope, name: str, full: bool = False) -> RepositoryResult:
    """What would change in a repository; raises ForgeError. full: as in protectscope.planned."""
    return told(scope, planned(scope, name, full))


def told(scope: ProtectScope, found: Planned) -> RepositoryResult:
    """A look as an outcome."""
    return RepositoryResult(
        found.plan.repository,
        found.plan,
        found.report,
        notes=(*found.strangers, *found.notes),
        tier=tier(scope, found),
        fits=fits(found),
        readings=(*readings(found.live), *found.replayed),
        played=found.played,
    )


def fits(found: Planned) -> str:
    """The proposal for the people who are there, where too few of them could merge."""
    return found.fits if any(one.name == UNREACHABLE.name for one in found.report.violations) else ""
