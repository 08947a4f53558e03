"""Whatever the two states, no step leaves a hole between them, and a second plan has nothing to do."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gitflowguard.model.finding import Unknown
from gitflowguard.model.protection import Actor, Clause, Live, Ruleset
from gitflowguard.protection.canon import document, fingerprint, ours
from gitflowguard.protection.compile import Desired
from gitflowguard.protection.plan import plan, restore
from gitflowguard.protection.planfile import read_plan, written
from tests.protection.world import NAME, ids, refusals, repository, states

PATTERNS = [
    "refs/heads/main",
    "refs/heads/develop",
    "refs/heads/release/*",
    "refs/heads/release/**/*",
    "~ALL",
]
METHODS = st.lists(st.sampled_from(["merge", "squash", "rebase"]), min_size=1, max_size=3, unique=True)
ROWS = st.lists(
    st.sampled_from([{"context": "ci"}, {"context": "ci", "app": "a"}, {"context": "x"}]), max_size=2
).map(lambda rows: list({row["context"]: row for row in rows}.values()))


@st.composite
def clauses(draw: Any) -> tuple[Clause, ...]:
    """Any rules, each type once."""
    found = []
    for kind in ("deletion", "non_fast_forward", "creation", "update", "required_signatures"):
        if draw(st.booleans()):
            found.append(Clause(kind))
    if draw(st.booleans()):
        found.append(
            Clause(
                "pull_request",
                {
                    "required_approving_review_count": draw(st.integers(0, 2)),
                    "require_code_owner_review": draw(st.booleans()),
                    "allowed_merge_methods": draw(METHODS),
                },
            )
        )
    if draw(st.booleans()):
        found.append(
            Clause(
                "required_status_checks",
                {
                    "strict_required_status_checks_policy": draw(st.booleans()),
                    "do_not_enforce_on_create": draw(st.booleans()),
                    "required_status_checks": draw(ROWS),
                },
            )
        )
    return tuple(found)


ACTORS = st.lists(
    st.builds(
        Actor, st.sampled_from(["team:release", "app:bot"]), st.sampled_from(["always", "pull_request"])
    ),
    max_size=2,
    unique_by=lambda actor: actor.name,
).map(tuple)


def rulesets(names: list[str], states_: list[str]) -> Any:
    """Any rulesets of these names, each at most once."""
    one = st.builds(
        Ruleset,
        st.sampled_from(names),
        st.sampled_from(["branch", "branch", "branch", "tag"]),
        st.lists(st.sampled_from([*PATTERNS, "~DEFAULT_BRANCH"]), min_size=1, max_size=2, unique=True).map(
            tuple
        ),
        st.lists(st.sampled_from(PATTERNS[:4]), max_size=1).map(tuple),
        clauses(),
        ACTORS,
        st.sampled_from(states_),
        st.just(0),
        st.just(""),
    )
    return st.lists(one, max_size=3, unique_by=lambda ruleset: ruleset.name).map(tuple)


OURS = ["gitflow: main", "gitflow: develop", "gitflow: release (work)"]
SETTINGS = st.fixed_dictionaries(
    {
        "allow_merge_commit": st.booleans(),
        "allow_squash_merge": st.booleans(),
        "default_branch": st.sampled_from(["main", "develop"]),
    }
)
FEW = settings(
    max_examples=25, phases=[Phase.generate], deadline=None, suppress_health_check=list(HealthCheck)
)


def no_hole(before: Live, made: Any) -> Live:
    """Fails where something is let through between two states that both refuse it; returns the last state."""
    every = states(before, made.steps)
    seen = [refusals(live) for live in every]
    for between in seen[1:-1]:
        assert seen[0] & seen[-1] <= between
    return every[-1]


@FEW
@given(
    rulesets([*OURS, "gitflow: old", "theirs"], ["active", "active", "disabled"]),
    rulesets(OURS, ["active"]),
    SETTINGS,
    SETTINGS,
)
def test_no_step_leaves_a_hole_and_the_second_plan_is_empty(
    there: tuple[Ruleset, ...], wanted: tuple[Ruleset, ...], now: dict[str, Any], then: dict[str, Any]
) -> None:
    """What is refused before and after is refused in between; rulesets of others are as they were."""
    live = Live(repository(**now)._replace(default_branch=now["default_branch"]), ids(there))
    desired = Desired(wanted, (), tuple(then.items()), ())
    made = plan(desired, live)
    last = no_hole(live, made)
    assert plan(desired, last).steps == ()
    assert not isinstance(last.rulesets, Unknown)
    foreign = [one for one in ids(there) if not ours(one, NAME)]
    assert [one for one in last.rulesets if not ours(one, NAME)] == foreign
    assert {one.name for one in last.rulesets if ours(one, NAME)} == {one.name for one in wanted}
    again = read_plan(written(made))
    assert written(again) == written(made)
    assert fingerprint(states(live, again.steps)[-1]) == fingerprint(last)


@FEW
@given(
    rulesets([*OURS, "theirs"], ["active", "evaluate", "disabled"]),
    rulesets(OURS, ["active"]),
    SETTINGS,
    SETTINGS,
)
def test_what_was_applied_can_be_taken_back(
    there: tuple[Ruleset, ...], wanted: tuple[Ruleset, ...], now: dict[str, Any], then: dict[str, Any]
) -> None:
    """Without a hole, to just what was there, also what others had put into our rulesets."""
    before = Live(repository(**now)._replace(default_branch=now["default_branch"]), ids(there))
    after = states(before, plan(Desired(wanted, (), tuple(then.items()), ()), before).steps)[-1]
    made = restore(before, after)
    last = no_hole(after, made)
    assert restore(before, last).steps == ()
    assert not isinstance(last.rulesets, Unknown)
    kept = {one.name: document(one) for one in last.rulesets}
    assert kept == {one.name: document(one) for one in there}
    assert last.repository == before.repository
