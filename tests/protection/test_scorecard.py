"""The tiers of OpenSSF Scorecard, from nothing to ten of ten."""

from __future__ import annotations

import pytest

from gitflowguard.model.finding import Unknown
from gitflowguard.model.protection import Actor, Ruleset
from gitflowguard.protection.compile import compile_flow
from gitflowguard.protection.scorecard import Tier, tier
from tests.policy.helpers import flow


def reached(text: str, branch: str = "main") -> Tier:
    """The tier that a policy reaches."""
    return tier(compile_flow(flow(text)).rulesets, branch)


def main(text: str) -> str:
    """A policy that says one thing of main's protection."""
    return f"protection: {{kinds: {{main: {{{text}}}}}}}"


@pytest.mark.parametrize(
    ("text", "branch", "points", "lacks"),
    [
        ("preset: gitflow", "feature/x", 0, ("no force push", "no deletion")),
        ("preset: gitflow", "main", 3, ("up-to-date: true",)),
        (main("up-to-date: true"), "main", 10, ()),
        (main("up-to-date: true, dismiss-stale: false"), "main", 9, ("dismiss-stale: true",)),
        (main("up-to-date: true, code-owners: false"), "main", 7, ("code-owners: true",)),
        (main("up-to-date: true, approvals: 1"), "main", 7, ("2 approvals",)),
        (
            main("approvals: 0, last-push: false"),
            "main",
            3,
            ("1 approval", "up-to-date: true", "last-push: true"),
        ),
        (main("up-to-date: true, bypass: ['role:admin']"), "main", 0, ("nobody who may bypass it",)),
        (main("pull-request: false"), "main", 3, ("1 approval", "up-to-date: true", "last-push: true")),
    ],
)
def test_each_tier(text: str, branch: str, points: int, lacks: tuple[str, ...]) -> None:
    """What is reached, and what the next one needs."""
    got = reached(text, branch)
    assert (got.points, got.lacks) == (points, lacks)


def test_a_check_is_the_third() -> None:
    """Strict without a check is worth six; a hidden bypass list is not known to be empty."""
    rulesets = compile_flow(flow(main("up-to-date: true"))).rulesets

    def without(ruleset: Ruleset) -> Ruleset:
        clauses = tuple(
            (
                clause._replace(parameters={**clause.parameters, "required_status_checks": []})
                if clause.type == "required_status_checks"
                else clause
            )
            for clause in ruleset.clauses
        )
        return ruleset._replace(clauses=clauses)

    assert tier(map(without, rulesets), "main") == Tier("main", 2, ("a required check",))
    hidden = (one._replace(bypass=Unknown("no right")) for one in rulesets)
    assert tier(hidden, "main").reached == 0
    passing = (one._replace(bypass=(Actor("user:ada"),)) for one in rulesets)
    assert tier(passing, "main").lacks == ("nobody who may bypass it",)
