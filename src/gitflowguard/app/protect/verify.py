"""Whether GitHub still refuses what the policy wants: every difference, and whether our rules are in force."""

from __future__ import annotations

from gitflowguard.app.protect.apply import in_force
from gitflowguard.app.protect.plan import told
from gitflowguard.app.protect.scope import ProtectScope, planned
from gitflowguard.protection.enforcement import level_words
from gitflowguard.protection.nouns.outcome import RepositoryResult
from gitflowguard.protection.plan import RULESETS


def verify(scope: ProtectScope, name: str, deep: bool = False) -> RepositoryResult:
    """The drift of one repository; raises ForgeError. deep: also the table of the flow played through.

    Rules of our rulesets that GitHub does not name as in force for a branch are drift, too: a ruleset may be switched
    off for a repository in ways that its own document does not show.
    """
    found = planned(scope, name, full=True, everything=True)
    outcome = told(scope, found)
    outcome = outcome if deep else outcome._replace(played=())
    if scope.property_name:
        return outcome
    if found.plan.level == RULESETS and not found.plan.steps:
        outcome = outcome._replace(left=in_force(scope, name, found.live.repository.default_branch))
    return outcome._replace(notes=(*outcome.notes, level_words(scope.flow, found.live)))
