"""Which tier of OpenSSF Scorecard's check Branch-Protection a set of rules reaches, and what the next one needs.

Five tiers, each worth points only when those below are met (github.com/ossf/scorecard/blob/main/docs/checks.md). What
Scorecard asks "for administrators" counts here, too: it sees that when it is run with an administrator's token.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from gitflowguard.model.finding import Unknown
from gitflowguard.model.jsonvalue import Json
from gitflowguard.model.protection import Ruleset
from gitflowguard.model.record import Record
from gitflowguard.protection.effective import EffectiveRule, rules_for

POINTS = (0, 3, 6, 7, 9, 10)


class Tier(Record):
    """What a branch reaches. reached: 0 to 5. lacks: what the next tier needs, in words; () at 5."""

    branch: str
    reached: int
    lacks: tuple[str, ...] = ()

    @property
    def points(self) -> int:
        """Of ten."""
        return POINTS[self.reached]


def tier(rulesets: Iterable[Ruleset], branch: str, default_branch: str = "") -> Tier:
    """The tier that a branch reaches under rulesets: those that are wanted, or those that GitHub has."""
    rules = rules_for(rulesets, branch, default_branch)
    for reached, needs in enumerate(_TIERS):
        lacks = tuple(words for words, met in needs if not met(rules))
        if lacks:
            return Tier(branch, reached, lacks)
    return Tier(branch, len(_TIERS))


def _has(kind: str) -> Callable[[tuple[EffectiveRule, ...]], bool]:
    """Whether there is a rule of this type."""
    return lambda rules: any(rule.clause.type == kind for rule in rules)


def _most(rules: tuple[EffectiveRule, ...], key: str) -> Json:
    """The strictest value of a parameter that counts or switches."""
    return max((rule.clause.parameters.get(key) or 0 for rule in rules), default=0)


def _at_least(key: str, least: int = 1) -> Callable[[tuple[EffectiveRule, ...]], bool]:
    return lambda rules: int(_most(rules, key)) >= least


def _nobody_passes(rules: tuple[EffectiveRule, ...]) -> bool:
    """Whether the rules hold for administrators, too. A hidden list is not known to be empty."""
    keeping = [rule for rule in rules if rule.clause.type in ("deletion", "non_fast_forward")]
    return all(not isinstance(rule.ruleset.bypass, Unknown) and not rule.ruleset.bypass for rule in keeping)


def _checked(rules: tuple[EffectiveRule, ...]) -> bool:
    return any(rule.clause.parameters.get("required_status_checks") for rule in rules)


_TIERS: tuple[tuple[tuple[str, Callable[[tuple[EffectiveRule, ...]], bool]], ...], ...] = (
    (
        ("no force push", _has("non_fast_forward")),
        ("no deletion", _has("deletion")),
        ("nobody who may bypass it", _nobody_passes),
    ),
    (
        ("1 approval", _at_least("required_approving_review_count")),
        ("up-to-date: true", _at_least("strict_required_status_checks_policy")),
        ("last-push: true", _at_least("require_last_push_approval")),
    ),
    (("a required check", _checked),),
    (
        ("2 approvals", _at_least("required_approving_review_count", 2)),
        ("code-owners: true", _at_least("require_code_owner_review")),
    ),
    (("dismiss-stale: true", _at_least("dismiss_stale_reviews_on_push")),),
)
