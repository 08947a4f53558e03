"""May this be merged, pushed, created, deleted? Each answer with its reason."""

from __future__ import annotations

from typing import Any

import pytest

from gitflowguard.model.finding import Unknown
from gitflowguard.model.protection import Actor, Clause, Ruleset
from gitflowguard.protection.compile import compile_flow
from gitflowguard.protection.effective import covers_name, passes_by, rules_for
from gitflowguard.protection.simulate import (
    CREATE,
    IF,
    MERGE,
    NO,
    PUSH,
    REMOVE,
    YES,
    SimulatedAction,
    SimulationResult,
    answer,
)
from tests.policy.helpers import flow

PLAIN = flow("preset: gitflow")


def asked(question: SimulatedAction, text: str = "preset: gitflow") -> SimulationResult:
    """The answer under a policy."""
    policy = flow(text)
    desired = compile_flow(policy)
    return answer(question, desired.rulesets, policy, dict(desired.settings), "main")


def merge(head: str, base: str, **more: Any) -> SimulatedAction:
    """A pull request."""
    return SimulatedAction(MERGE, base, head=head, **more)


READY: dict[str, Any] = {"approvals": 2, "method": "merge", "green": ("gitflow (main)", "gitflow (develop)")}


@pytest.mark.parametrize(
    ("question", "verdict", "says"),
    [
        (merge("release/1.0", "main"), IF, "2 people approve it"),
        (merge("feature/x", "develop"), IF, "1 person approves it"),
        (merge("feature/x", "develop"), IF, 'the check "gitflow (develop)" is green'),
        (merge("release/1.0", "main", **READY), IF, "somebody other than its author approves the last push"),
        (
            merge("release/1.0", "main", **{**READY, "approvals": 1}),
            NO,
            "main needs 2 approvals, and it has 1",
        ),
        (
            merge("release/1.0", "main", **{**READY, "green": ()}),
            NO,
            'the check "gitflow (main)" is not green',
        ),
        (
            merge("release/1.0", "main", **{**READY, "method": "squash"}),
            NO,
            "main is merged into by merge, not by squash",
        ),
        (
            merge("feature/x", "main", **READY),
            NO,
            'feature/x may not be merged into main: the check "gitflow (main)" blocks it',
        ),
        (
            merge("feature/x", "feature/y"),
            YES,
            "feature/x may not be merged into feature/y by the policy, but no ruleset requires the check "
            '"gitflow (other)" here',
        ),
        (SimulatedAction(PUSH, "develop"), NO, "changes to develop come by pull request only"),
        (SimulatedAction(PUSH, "feature/x", force=True), YES, "no rule forbids it for the branch feature/x"),
        (SimulatedAction(PUSH, "hotfix/1.0", force=True), NO, "hotfix/1.0 cannot be rewritten"),
        (SimulatedAction(PUSH, "hotfix/1.0"), YES, "no rule forbids it for the branch hotfix/1.0"),
        (SimulatedAction(CREATE, "wip"), NO, "wip cannot be created"),
        (SimulatedAction(CREATE, "feature/x"), YES, "no rule forbids it for the branch feature/x"),
        (SimulatedAction(CREATE, "support/1"), YES, "no rule forbids it for the branch support/1"),
        (
            SimulatedAction(CREATE, "release/next"),
            YES,
            "'release/next': 'next' isn't a version: use release/…; if GitHub takes it, the hooks and the pull "
            "request check block it",
        ),
        (SimulatedAction(REMOVE, "release/1.0"), NO, "release/1.0 cannot be deleted"),
        (SimulatedAction(REMOVE, "feature/x"), YES, "no rule forbids it for the branch feature/x"),
        (SimulatedAction(REMOVE, "1.0", "tag"), NO, "1.0 cannot be deleted"),
        (SimulatedAction(PUSH, "1.0", "tag", force=True), NO, "1.0 cannot be moved"),
        (SimulatedAction(CREATE, "1.0", "tag"), YES, "no rule forbids it for the tag 1.0"),
        (SimulatedAction(REMOVE, "nightly", "tag"), YES, "no rule forbids it for the tag nightly"),
    ],
)
def test_the_preset_answers(question: SimulatedAction, verdict: str, says: str) -> None:
    """The verdict, and the reason among its reasons."""
    got = asked(question)
    assert got.verdict == verdict
    assert says in [reason.says for reason in got.reasons], got.reasons


def test_the_gravest_reason_stands_first() -> None:
    """And names the ruleset and the rule."""
    got = asked(merge("feature/x", "main", **{**READY, "approvals": 0}))
    assert [reason.verdict for reason in got.reasons] == sorted(
        (r.verdict for r in got.reasons), key=(NO, IF, YES).index
    )
    assert ("gitflow: main", "pull_request") in {
        (r.ruleset, r.clause) for r in got.reasons if r.verdict == NO
    }


def test_who_may_pass_by() -> None:
    """By name, and only in the way that the policy gives."""
    text = (
        "protection: {kinds: {main: {bypass: ['team:ops via pull-request']}, release: {created-by: ['team:release']}}, "
        "names: {bypass: ['app:bot']}}"
    )
    assert asked(SimulatedAction(CREATE, "wip", actors=("app:bot",)), text).verdict == YES
    assert asked(SimulatedAction(CREATE, "wip", actors=("user:ada",)), text).verdict == NO
    assert (
        asked(SimulatedAction(CREATE, "release/1.0", actors=("user:ada", "team:release")), text).verdict
        == YES
    )
    assert asked(SimulatedAction(CREATE, "release/1.0"), text).verdict == NO
    passed = asked(merge("feature/x", "main", actors=("team:ops",), method="rebase"), text)
    assert passed.verdict == YES
    assert passed.reasons[0].says == "team:ops may bypass gitflow: main"
    assert asked(SimulatedAction(PUSH, "main", actors=("team:ops",)), text).verdict == NO


def test_settings_of_the_repository() -> None:
    """A method that is off, and one that is on nowhere."""
    text = "protection: {repository: {merge-methods: [squash]}}"
    assert asked(merge("feature/x", "feature/y", method="rebase"), text).reasons[0].says == (
        "the repository does not merge by rebase"
    )
    got = asked(merge("release/1.0", "main"), text)
    assert got.reasons[0].says == "no way of merging is left for main: each is blocked somewhere"
    assert "it is merged by squash" in [r.says for r in asked(merge("feature/x", "feature/y"), text).reasons]


def test_rules_that_no_policy_makes() -> None:
    """They count as well: linear history, signatures, and those of which nothing can be told."""

    def said(*clauses: Clause, **more: Any) -> list[tuple[str, str]]:
        theirs = Ruleset("theirs", "branch", ("~DEFAULT_BRANCH",), (), clauses)
        got = answer(SimulatedAction(MERGE, "main", **more), (theirs,), None, None, "main")
        return [(reason.verdict, reason.says) for reason in got.reasons]

    linear = Clause("required_linear_history")
    assert said(linear, method="merge") == [(NO, "main takes no merge commits")]
    assert said(linear, method="squash") == [(YES, "no rule forbids it for the branch main")]
    assert said(linear) == [(IF, "it makes no merge commit")]
    assert said(Clause("required_signatures")) == [(IF, "every commit is signed")]
    assert said(Clause("workflows")) == [(IF, "the rule workflows is kept, which can't be evaluated here")]
    queue = Clause("merge_queue", {"merge_method": "SQUASH"})
    assert said(queue) == [(IF, "it goes through the merge queue, which merges by squash")]
    assert said(queue, method="squash") == [(IF, "it goes through the merge queue, which merges by squash")]
    assert said(queue, method="merge") == [(NO, "the merge queue of main merges by squash, not by merge")]
    assert said(Clause("update")) == [(NO, "main cannot be moved")]
    strict = Clause("required_status_checks", {"strict_required_status_checks_policy": True})
    assert said(strict) == [(IF, "it holds the tip of main")]
    assert said(Clause("deletion"), Clause("creation"), Clause("non_fast_forward"))[0][0] == YES


def test_a_new_branch_needs_green_checks_only_where_the_rule_says_so() -> None:
    """`do_not_enforce_on_create` of the rule decides."""
    rows = [{"context": "ci"}]
    for loose, verdict in ((True, YES), (False, NO)):
        clause = Clause(
            "required_status_checks", {"do_not_enforce_on_create": loose, "required_status_checks": rows}
        )
        theirs = Ruleset("theirs", "branch", ("~ALL",), (), (clause,))
        assert answer(SimulatedAction(CREATE, "x", green=()), (theirs,)).verdict == verdict


def test_what_covers_a_name() -> None:
    """Targets, what is left out, what is off; a hidden bypass lets nobody by."""
    one = Ruleset(
        name="r",
        target="branch",
        include=("~ALL",),
        exclude=("refs/heads/main",),
        clauses=(Clause("deletion"),),
        bypass=(Actor("user:a"),),
    )
    assert (
        covers_name(one, "develop")
        and not covers_name(one, "main")
        and not covers_name(one, "1.0", "", "tag")
    )
    assert rules_for((one._replace(enforcement="evaluate"),), "develop") == ()
    assert passes_by(one, ("user:a",), False)
    assert not passes_by(one._replace(bypass=Unknown("no right")), ("user:a",), False)
    assert PLAIN.kind_of("develop")


def test_the_default_branch_is_never_deleted() -> None:
    """Whatever the rules say; a tag of its name may be."""
    for name, default, verdict in (("main", "main", NO), ("main", "develop", YES)):
        assert answer(SimulatedAction(REMOVE, name), (), default_branch=default).verdict == verdict
    assert answer(SimulatedAction(REMOVE, "main", "tag"), (), default_branch="main").verdict == YES
