"""The stronger of two protections refuses what either refuses."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gitflowguard.model.finding import Unknown
from gitflowguard.model.protection import Actor, Classic, Clause, Live, Ruleset
from gitflowguard.protection.canon import classic_document
from gitflowguard.protection.compile import Desired
from gitflowguard.protection.nouns.plan import UPDATE
from gitflowguard.protection.plan import plan
from gitflowguard.protection.simulate import MERGE, NO, SimulatedAction, answer
from gitflowguard.protection.strength import (
    covers,
    covers_classic,
    strongest,
    strongest_classic,
)
from gitflowguard.protection.words import ruleset_changes
from tests.protection.world import repository, states

MAIN = Ruleset("gitflow: main", "branch", ("refs/heads/main",), (), (Clause("deletion"),))


def merging(*methods: str) -> Ruleset:
    """A ruleset that allows these methods."""
    return MAIN._replace(clauses=(Clause("pull_request", {"allowed_merge_methods": list(methods)}),))


def test_methods_without_a_common_one_shut_the_branch_for_a_moment() -> None:
    """Nothing may be merged while one list of methods replaces the other; then what is wanted may."""
    live = Live(repository(), (merging("squash")._replace(id=1, source="acme/web"),))
    made = plan(Desired((merging("merge"),), (), (), ()), live)
    assert [step.action for step in made.steps] == [UPDATE, UPDATE]

    def refused(state: Live) -> list[str]:
        assert not isinstance(state.rulesets, Unknown)
        ways = ("merge", "squash", "rebase")
        asked = {way: answer(SimulatedAction(MERGE, "main", method=way), state.rulesets) for way in ways}
        return [way for way, said in asked.items() if said.verdict == NO]

    assert [refused(state) for state in states(live, made.steps)] == [
        ["merge", "rebase"],
        ["merge", "squash", "rebase"],
        ["squash", "rebase"],
    ]
    assert [change.says for change in made.changes] == ["merged by squash → by merge"]


def test_what_is_off_protects_nothing() -> None:
    """So the other one is the stronger, whatever it holds."""
    off = merging("merge")._replace(enforcement="disabled", id=4)
    assert strongest(off, MAIN) == MAIN
    assert strongest(MAIN, off)._replace(id=0) == MAIN
    assert covers(MAIN, off) and not covers(off, MAIN)


def test_only_who_may_pass_by_both_may_pass_by_the_stronger() -> None:
    """By the narrower way; what is hidden stays hidden."""
    one = MAIN._replace(bypass=(Actor("team:a"), Actor("team:b", "pull_request"), Actor("team:c")))
    other = MAIN._replace(bypass=(Actor("team:b"), Actor("team:c", "pull_request"), Actor("team:d")))
    both = (Actor("team:b", "pull_request"), Actor("team:c", "pull_request"))
    assert strongest(one, other).bypass == both == strongest(other, one).bypass
    hidden = MAIN._replace(bypass=Unknown("no right"))
    assert strongest(one, hidden).bypass == strongest(hidden, one).bypass == Unknown("no right")


def test_a_check_by_one_app_is_more_than_by_anybody() -> None:
    """And two apps are more than one."""

    def needing(*rows: dict[str, str]) -> Ruleset:
        return MAIN._replace(
            clauses=(Clause("required_status_checks", {"required_status_checks": list(rows)}),)
        )

    anybody, jenkins, actions = (
        {"context": "ci"},
        {"context": "ci", "app": "jenkins"},
        {"context": "ci", "app": "ga"},
    )
    assert covers(needing(jenkins), needing(anybody)) and not covers(needing(anybody), needing(jenkins))
    assert covers(needing(jenkins, actions), needing(actions))


def test_a_parameter_of_another_kind_is_taken_from_the_goal() -> None:
    """Words cannot be compared; in the end the goal is what counts."""
    one = MAIN._replace(clauses=(Clause("x", {"mode": "a"}),))
    other = MAIN._replace(clauses=(Clause("x", {"mode": "b"}),))
    assert strongest(one, other) == other
    assert [change.says for change in ruleset_changes(one, other)] == ["mode: a → b"]


def test_words_for_what_is_switched_off() -> None:
    """When a state that was kept is restored."""
    off = MAIN._replace(enforcement="disabled")
    assert [c.says for c in ruleset_changes(MAIN, off)] == ["gitflow: main: active → disabled"]
    assert ruleset_changes(MAIN, off)[0].weaker
    evaluate = off._replace(enforcement="evaluate")
    assert [c.says for c in ruleset_changes(off, evaluate)] == ["gitflow: main: disabled → evaluate"]
    more = off._replace(include=("refs/heads/main", "~DEFAULT_BRANCH"))
    assert [c.says for c in ruleset_changes(off, more)] == ["covers the default branch"]
    assert ruleset_changes(None, None) == ()


SWITCH = st.sampled_from([None, False, True])
DOCUMENTS = st.fixed_dictionaries(
    {
        "enforce_admins": SWITCH,
        "allow_force_pushes": SWITCH,
        "required_linear_history": SWITCH,
        "required_pull_request_reviews": st.none()
        | st.fixed_dictionaries(
            {"required_approving_review_count": st.integers(0, 3), "dismiss_stale_reviews": SWITCH}
        ),
        "required_status_checks": st.none()
        | st.fixed_dictionaries(
            {
                "strict": SWITCH,
                "checks": st.lists(st.sampled_from([{"context": "a"}, {"context": "b", "app": "x"}])),
            }
        ),
        "restrictions": st.none()
        | st.fixed_dictionaries({"users": st.lists(st.sampled_from(["ada", "ben"]), unique=True)}),
    }
)


@given(DOCUMENTS, DOCUMENTS, st.booleans(), st.booleans())
def test_the_stronger_of_two_classic_documents_covers_both(
    one: dict[str, Any], other: dict[str, Any], signed: bool, other_signed: bool
) -> None:
    """Whatever they hold; and it is no more than both together, for with itself it is itself."""
    first, second = Classic("main", one, signed), Classic("main", other, other_signed)
    both = strongest_classic(first, second)
    assert covers_classic(both, first) and covers_classic(both, second)
    assert classic_document(strongest_classic(both, both)) == classic_document(both)
    if classic_document(first) == classic_document(second):
        assert classic_document(both) == classic_document(first)
