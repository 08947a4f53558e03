"""What the rule pages of the family `protection` cannot tell in a line."""

from __future__ import annotations

import pytest

from gitflowguard.model.finding import Unknown
from gitflowguard.model.guarded import TOPICS, UNREACHABLE, WEAKER, Guarded
from gitflowguard.model.protection import Clause, Ruleset
from gitflowguard.rules import registry
from tests.guardpages import applied, linted, read_guards
from tests.policy.helpers import flow

PLAIN = flow("preset: gitflow")
LIVE = applied(PLAIN)


def with_(*rulesets: Ruleset) -> tuple[Guarded, ...]:
    """What is said where these are there, too."""
    assert not isinstance(LIVE.rulesets, Unknown)
    return linted(PLAIN, LIVE._replace(rulesets=(*LIVE.rulesets, *rulesets)))


def test_everything_in_place_is_nothing_to_say() -> None:
    """For both presets, and where the plan has no rulesets."""
    assert with_() == ()
    assert linted(flow("preset: ml"), applied(flow("preset: ml"))) == ()


def test_a_ruleset_that_is_wanted_no_more() -> None:
    """It is only told."""
    old = Ruleset(
        "gitflow: old", "branch", ("refs/heads/old",), (), (Clause("deletion"),), id=80, source="acme/web"
    )
    (found,) = with_(old)
    assert (found.topic, found.about, found.advice) == (WEAKER, "old", True)
    assert found.says == "gitflow: old is on GitHub, and the policy no longer wants it"


def test_methods_without_a_common_one() -> None:
    """Both rulesets are named."""
    only = Clause("pull_request", {"allowed_merge_methods": ["squash"]})
    theirs = Ruleset("theirs", "branch", ("refs/heads/main",), (), (only,), id=80, source="acme")
    (found,) = with_(theirs)
    assert (found.topic, found.about) == (UNREACHABLE, "main")
    assert found.says == "gitflow: main and theirs allow no common way of merging into main"


def test_where_no_rule_says_how_the_policy_does() -> None:
    """A base without a pull request rule."""
    policy, live = read_guards(
        "policy protection:\npolicy   kinds: {main: {pull-request: false}}\n"
        "policy   repository: {merge-methods: [rebase]}"
    )
    said = [one.says for one in linted(policy, live) if one.topic == UNREACHABLE]
    assert "pull requests into main are merged by merge, and the repository merges by rebase" in said


@pytest.mark.parametrize("topic", TOPICS)
def test_each_topic_has_just_one_rule(topic: str) -> None:
    """Which says what the fact says, and nothing of the others."""
    from gitflowguard.engine import evaluate
    from gitflowguard.model.facts import Refs, View

    facts = (Guarded("main", topic, "it is so"), Guarded("main", topic, unknown=Unknown("no right")))
    report = evaluate(registry.load(("protection",)), facts, View(PLAIN, Refs({}, {}, {})))
    assert [violation.finding.says for violation in report.violations] == ["it is so"]
    assert [skipped.unknown.reason for skipped in report.skipped] == ["no right"]


def test_a_line_that_is_no_guard_is_named() -> None:
    """The block language of the pages is strict."""
    with pytest.raises(ValueError, match="no such line: gitflow main gone"):
        read_guards("gitflow main gone")
