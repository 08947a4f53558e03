"""What a plan changes, says and leaves alone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gitflowguard.model.finding import Unknown
from gitflowguard.model.protection import (
    PLAN_LACKS,
    Actor,
    Classic,
    Clause,
    Live,
    Ruleset,
)
from gitflowguard.protection.canon import fingerprint
from gitflowguard.protection.compile import compile_flow
from gitflowguard.protection.lint import lint
from gitflowguard.protection.nouns.plan import (
    CREATE,
    DELETE,
    PROTECT,
    SETTINGS,
    UNPROTECT,
    UPDATE,
    ProtectionPlan,
)
from gitflowguard.protection.plan import level_of, plan, restore
from gitflowguard.protection.planfile import PlanError, read_plan, written
from tests.guardpages import applied, read_guards
from tests.policy.helpers import flow
from tests.protection.world import states

PLAIN = flow("preset: gitflow")
DESIRED = compile_flow(PLAIN)
LIVE = applied(PLAIN)


def rulesets(live: Live) -> tuple[Ruleset, ...]:
    """Those that are there."""
    assert not isinstance(live.rulesets, Unknown)
    return live.rulesets


def planned(text: str) -> ProtectionPlan:
    """The plan for what a `guards` block tells."""
    policy, live = read_guards(text)
    return plan(compile_flow(policy), live, policy.protection.level)


def said(made: ProtectionPlan) -> list[str]:
    """Its changes."""
    return [f"{change.about}: {change.says}" for change in made.changes]


def test_in_sync_there_is_nothing_to_do() -> None:
    """Also where GitHub answers in another order, with keys that were never sent, and leaves defaults out."""
    main, *others = rulesets(LIVE)
    clauses = []
    for clause in reversed(main.clauses):
        more = (
            {**clause.parameters, "automatic_copilot_code_review_enabled": False} if clause.parameters else {}
        )
        clauses.append(Clause(clause.type, dict(reversed(more.items()))))
    odd = main._replace(clauses=tuple(clauses))
    work = next(one for one in others if one.name == "gitflow: release (work)")
    less = [
        Clause(c.type, {key: value for key, value in c.parameters.items() if value not in (False, None)})
        for c in work.clauses
    ]
    rest = [one._replace(clauses=tuple(less)) if one is work else one for one in others]
    live = LIVE._replace(rulesets=(*reversed(rest), odd))
    assert plan(DESIRED, live).steps == ()
    assert plan(DESIRED, LIVE) == ProtectionPlan("acme/web", fingerprint(LIVE), "rulesets")


def test_what_the_server_added_is_sent_again() -> None:
    """A PUT replaces a rule's parameters: what the policy has no word for stays as it is."""
    main, *others = rulesets(LIVE)
    clauses = tuple(
        (
            Clause(c.type, {**c.parameters, "required_approving_review_count": 1, "extra": [2, 1]})
            if c.type == "pull_request"
            else c
        )
        for c in main.clauses
    )
    made = plan(DESIRED, LIVE._replace(rulesets=(main._replace(clauses=clauses), *others)))
    (step,) = made.steps
    assert step.ruleset is not None
    (sent,) = [c.parameters for c in step.ruleset.clauses if c.type == "pull_request"]
    assert (sent["extra"], sent["required_approving_review_count"]) == ([1, 2], 2)
    assert said(made) == ["main: 1 → 2 approvals"]
    assert (step.changes[0].before, step.changes[0].after, step.changes[0].weaker) == (
        "1 approval",
        "2 approvals",
        False,
    )


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("gitflow: develop without non_fast_forward", ["develop: force pushes are no longer possible"]),
        ("gitflow: main with required_signatures", ["main: commits need no signature any more"]),
        ("gitflow: main bypass user:ada", ["main: user:ada may no longer bypass"]),
        ("gitflow: version tags disabled", ["version tags: gitflow: version tags: disabled → active"]),
        ("gitflow: release (keep) without deletion", ["release branches: can no longer be deleted"]),
        (
            'gitflow: main required_status_checks required_status_checks = [{"context": "x"}]',
            [
                'main: the check "gitflow (main)" by github-actions is required',
                'main: the check "x" is no longer required',
            ],
        ),
        (
            "gitflow: main required_status_checks do_not_enforce_on_create = false",
            ["main: a new branch needs no green check"],
        ),
        (
            "gitflow: main required_status_checks strict_required_status_checks_policy = true",
            ["main: a pull request need not be up to date any more"],
        ),
        ("setting allow_merge_commit = false", ["the repository: merge commits are possible"]),
        (
            "policy protection: {repository: {merge-methods: [merge], delete-branch-on-merge: true}}\n"
            "setting allow_rebase_merge = true\nsetting delete_branch_on_merge = false",
            [
                "the repository: rebase merges are no longer possible",
                "the repository: a merged branch is deleted at once",
            ],
        ),
        (
            'policy protection: {repository: {default-branch: develop}}\nsetting default_branch = "main"',
            ["the repository: default branch: main → develop"],
        ),
    ],
)
def test_changes_in_the_users_words(text: str, changes: list[str]) -> None:
    """All of them, and the state afterwards is in sync."""
    made = planned(text)
    assert said(made) == changes
    policy, live = read_guards(text)
    last = states(live, made.steps)[-1]
    assert plan(compile_flow(policy), last).steps == ()


def test_patterns_that_moved() -> None:
    """What is covered now, and what no longer; both halves of the change tell their own part."""
    text = "policy kinds: {release: {name: 'rel/{version}'}}"
    policy, _ = read_guards(text)
    made = plan(compile_flow(policy), LIVE)
    assert "release branches: covers rel/*" in said(made)
    assert "release branches: no longer covers release/*" in said(made)
    assert "other branches: leaves out rel/*" in said(made)
    assert "other branches: no longer leaves out release/*" in said(made)
    halves = [step for step in made.steps if step.subject == "gitflow: release (keep)"]
    assert [bool(step.note) for step in halves] == [True, False]
    assert made.steps.index(halves[1]) > max(made.steps.index(s) for s in made.steps if s.note)


def test_rulesets_of_others_are_never_touched() -> None:
    """Not by name, not by source; not even an organisation's that looks like ours."""
    theirs = Ruleset("theirs", "branch", ("~ALL",), (), (Clause("deletion"),), id=90, source="acme/web")
    org = theirs._replace(name="gitflow: main", id=91, source="acme")
    live = LIVE._replace(rulesets=(theirs, org, *rulesets(LIVE)))
    assert plan(DESIRED, live).steps == ()
    assert plan(DESIRED, LIVE._replace(rulesets=(theirs, org))).steps[0].action == CREATE


def test_a_rule_that_somebody_put_into_ours_stays_and_is_told() -> None:
    """It is sent again when something else changes."""
    made = planned("gitflow: main with merge_queue")
    assert made.steps == ()
    assert made.notes == (
        "gitflow: main holds the rule merge_queue, which the policy does not know; it stays",
    )
    made = planned("gitflow: main with merge_queue\ngitflow: main without deletion")
    (step,) = made.steps
    assert step.ruleset and "merge_queue" in [clause.type for clause in step.ruleset.clauses]


def test_two_rules_of_one_type_are_both_kept() -> None:
    """Patterns may stand several times."""
    main, *others = rulesets(LIVE)
    twice = tuple(
        Clause("commit_message_pattern", {"operator": "contains", "pattern": word}) for word in "ab"
    )
    weak = main._replace(clauses=(*main.clauses[1:], *twice))
    (step,) = plan(DESIRED, LIVE._replace(rulesets=(weak, *others))).steps
    assert step.ruleset and [c for c in step.ruleset.clauses if c.type.endswith("_pattern")] == list(twice)


def test_a_hidden_bypass_is_unknown_never_off() -> None:
    """It is told, no step claims to change it, and the request leaves it out."""
    made = planned("gitflow: main hidden bypass\ngitflow: main without deletion")
    (step,) = made.steps
    assert step.ruleset and isinstance(step.ruleset.bypass, Unknown)
    assert [unknown.reason for unknown in made.unknown] == [
        "can't determine who may bypass gitflow: main: no right to see it"
    ]
    assert read_plan(written(made)).steps[0].after["bypass"] is None


def test_what_is_wanted_no_more_goes_last() -> None:
    """And a second one under the same name, which only a race can make."""
    main = rulesets(LIVE)[0]
    old = main._replace(name="gitflow: old", id=50)
    double = main._replace(id=51)
    live = LIVE._replace(rulesets=(old, double, *rulesets(LIVE)[1:], main))
    made = plan(DESIRED, live)
    assert [(step.action, step.subject, step.id) for step in made.steps] == [
        (DELETE, "gitflow: old", 50),
        (DELETE, "gitflow: main", 51),
    ]
    assert said(made)[0] == "main: the ruleset gitflow: old is removed"


def test_a_ruleset_for_tags_makes_room_for_one_for_branches() -> None:
    """Names are unique, so the old one is renamed first and goes last."""
    main = rulesets(LIVE)[0]
    live = LIVE._replace(rulesets=(main._replace(target="tag"), *rulesets(LIVE)[1:]))
    made = plan(DESIRED, live)
    assert [step.action for step in made.steps] == [UPDATE, CREATE, DELETE]
    assert plan(DESIRED, states(live, made.steps)[-1]).steps == ()


def test_the_level() -> None:
    """Rulesets, unless the plan has none or the policy says so; what is hidden is not guessed."""
    lacking = LIVE._replace(rulesets=Unknown(PLAN_LACKS + "rulesets"))
    hidden = LIVE._replace(rulesets=Unknown("no right"))
    assert [level_of("auto", live) for live in (LIVE, lacking)] == ["rulesets", "classic"]
    assert level_of("classic", LIVE) == "classic"
    assert level_of("rulesets", lacking) == lacking.rulesets
    assert level_of("auto", hidden) == hidden.rulesets
    assert plan(DESIRED, hidden) == ProtectionPlan(
        "acme/web", fingerprint(hidden), "", unknown=(Unknown("no right"),)
    )


def test_a_default_branch_that_is_not_there_yet() -> None:
    """It cannot be the default, and that is said."""
    policy = flow("protection: {repository: {default-branch: develop}}")
    live = applied(policy)._replace(branches=("main",))
    live = live._replace(
        repository=live.repository._replace(settings={**live.repository.settings, "default_branch": "main"})
    )
    made = plan(compile_flow(policy), live)
    assert made.steps == ()
    assert made.notes == (
        "develop is not on GitHub yet, so it cannot be the default branch; push it, then plan again",
    )


def test_an_archived_repository_needs_nothing() -> None:
    """GitHub refuses every change of it, ours too."""
    live = LIVE._replace(rulesets=(), repository=LIVE.repository._replace(archived=True))
    made = plan(DESIRED, live)
    assert (made.steps, made.unknown) == ((), ())
    assert made.notes == ("the repository is archived: nobody can change anything in it",)
    assert lint(PLAIN, DESIRED, live, made) == ()


LACKING = LIVE._replace(rulesets=Unknown(PLAN_LACKS + "rulesets"), classic=(), branches=("main", "develop"))


class TestClassic:
    """Where the plan has no rulesets."""

    def test_each_branch_that_is_there_gets_its_whole_document(self) -> None:
        """A branch that is not there yet is told."""
        made = plan(DESIRED, LACKING._replace(branches=("main",)))
        assert [(step.action, step.subject) for step in made.steps] == [(PROTECT, "main")]
        assert "main: force pushes are no longer possible" in said(made)
        assert "main: changes come by pull request only" in said(made)
        assert made.notes[0].startswith("develop is not on GitHub yet, so it cannot be protected")
        assert plan(DESIRED, states(LACKING, plan(DESIRED, LACKING).steps)[-1]).steps == ()

    def test_what_the_policy_does_not_say_is_sent_again(self) -> None:
        """A PUT that leaves it out would clear it."""
        document = {
            **DESIRED.classic[0].document,
            "restrictions": {"users": ["ada"], "teams": [], "apps": []},
            "lock_branch": True,
            "allow_force_pushes": True,
        }
        live = LACKING._replace(classic=(Classic("main", document), DESIRED.classic[1]))
        (step,) = plan(DESIRED, live).steps
        assert step.classic is not None
        assert step.classic.document["restrictions"]["users"] == ["ada"]
        assert step.classic.document["lock_branch"] is True
        assert [change.says for change in step.changes] == ["force pushes are no longer possible"]

    def test_what_gets_stronger_and_weaker_is_put_twice(self) -> None:
        """First the stronger of both."""
        document = {
            **DESIRED.classic[0].document,
            "required_status_checks": {"strict": True, "checks": [{"context": "old"}]},
            "required_pull_request_reviews": {
                "required_approving_review_count": 3,
                "dismiss_stale_reviews": False,
            },
        }
        live = LACKING._replace(classic=(Classic("main", document, True), DESIRED.classic[1]))
        made = plan(DESIRED, live)
        first, last = made.steps
        assert first.classic and last.classic and first.note
        reviews = first.classic.document["required_pull_request_reviews"]
        assert (reviews["required_approving_review_count"], reviews["dismiss_stale_reviews"]) == (3, True)
        assert {row["context"] for row in first.classic.document["required_status_checks"]["checks"]} == {
            "old",
            "gitflow (main)",
        }
        assert first.classic.signatures and not last.classic.signatures
        weaker = [change.says for change in last.changes]
        assert sorted(weaker) == [
            "3 → 2 approvals",
            "a pull request need not be up to date any more",
            "commits need no signature any more",
            'the check "old" is no longer required',
        ]
        assert all(change.weaker for change in last.changes)
        assert plan(DESIRED, states(live, made.steps)[-1]).steps == ()

    def test_what_only_gets_weaker_goes_last(self) -> None:
        """After the settings."""
        document = {
            **DESIRED.classic[0].document,
            "required_pull_request_reviews": {
                **DESIRED.classic[0].document["required_pull_request_reviews"],
                "required_approving_review_count": 5,
            },
        }
        repository = LACKING.repository._replace(
            settings={**LACKING.repository.settings, "delete_branch_on_merge": True}
        )
        live = LACKING._replace(
            classic=(Classic("main", document), DESIRED.classic[1]), repository=repository
        )
        made = plan(DESIRED, live)
        assert [step.action for step in made.steps] == [SETTINGS, PROTECT]
        assert said(made)[-1] == "main: 5 → 2 approvals"

    def test_hidden_is_unknown(self) -> None:
        """Nothing is planned over what is not shown."""
        made = plan(DESIRED, LACKING._replace(classic=Unknown("no right")))
        assert (made.steps, made.level) == ((), "")  # nothing is known to be in force, so it is not "in sync"
        assert made.unknown == (LACKING.rulesets, Unknown("no right"))

    def test_everything_else_is_told_too(self) -> None:
        """Keys that only others set, when a kept state is restored."""
        before = LACKING._replace(
            classic=(
                Classic(
                    "main",
                    {
                        "allow_fork_syncing": True,
                        "required_linear_history": True,
                        "restrictions": {"users": ["a", "b"], "teams": [], "apps": []},
                        "odd": 1,
                    },
                ),
            )
        )
        after = LACKING._replace(
            classic=(
                Classic("main", {"restrictions": {"users": ["b"], "teams": [], "apps": []}, "odd": 2}),
                Classic("develop", {"enforce_admins": True}),
            )
        )
        made = restore(before, after)
        words = said(made)
        for says in (
            "main: a fork may be synced",
            "main: merge commits are no longer possible",
            "main: odd: 2 → 1",
            "develop: is no longer protected",
        ):
            assert says in words
        assert made.steps[-1].action == UNPROTECT
        assert restore(before, states(after, made.steps)[-1]).steps == ()


def test_undo_needs_both_states() -> None:
    """What was not seen then or is not shown now cannot be taken back."""
    hidden = LIVE._replace(rulesets=Unknown("no right"), classic=Unknown("no right"))
    assert restore(hidden, LIVE).steps == () and restore(LIVE, hidden).steps == ()


def test_the_fingerprint_moves_with_what_matters_only() -> None:
    """Not with checks, order or an organisation's rulesets; with each rule, setting and id."""
    print_ = fingerprint(LIVE)
    org = Ruleset("org", "branch", ("~ALL",), (), (), id=90, source="acme")
    same = LIVE._replace(
        rulesets=(*reversed(rulesets(LIVE)), org), checks=(), branches=(), owners=Unknown("x")
    )
    assert fingerprint(same) == print_
    main, *others = rulesets(LIVE)
    settings = {**LIVE.repository.settings, "allow_auto_merge": Unknown("no right")}
    moved = [
        LIVE._replace(rulesets=(main._replace(clauses=main.clauses[1:]), *others)),
        LIVE._replace(rulesets=(main._replace(id=77), *others)),
        LIVE._replace(rulesets=(main._replace(bypass=Unknown("no right")), *others)),
        LIVE._replace(rulesets=Unknown("no right")),
        LIVE._replace(classic=(Classic("main", {"enforce_admins": True}),)),
        LIVE._replace(classic=Unknown("no right")),
        LIVE._replace(repository=LIVE.repository._replace(settings=settings)),
        LIVE._replace(repository=LIVE.repository._replace(id=8)),
    ]
    assert len({print_, *map(fingerprint, moved)}) == len(moved) + 1


MADE = plan(DESIRED, LIVE._replace(rulesets=rulesets(LIVE)[1:]))


def test_a_plan_survives_its_file() -> None:
    """Every kind of step; nothing but names in it."""
    for text in (
        "without gitflow: main",
        "no rulesets",
        "setting allow_merge_commit = false",
        "gitflow: main bypass user:a",
    ):
        made = planned(text)
        assert made.steps
        again = read_plan(written(made))
        assert written(again) == written(made)
        assert again.changes == made.changes
    assert "token" not in written(MADE)


def broken(**more: Any) -> str:
    """A plan's file with something else in its place; keys with a dot reach into the first step."""
    data = json.loads(written(MADE))
    for key, value in more.items():
        place, _, last = key.rpartition("__")
        inner = data
        for step in filter(None, place.split("__")):
            inner = inner[int(step) if step.isdigit() else step]
        if value is KeyError:
            del inner[last]
        else:
            inner[int(last) if last.isdigit() else last] = value
    return json.dumps(data)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "this isn't a plan: it isn't valid JSON; make one with `protect plan -o`"),
        ("[" * 100_000, "this isn't a plan: it isn't valid JSON; make one with `protect plan -o`"),
        ("[]", "this isn't a plan of gitflowguard; make one with `protect plan -o`"),
        ('{"format": "other"}', "this isn't a plan of gitflowguard; make one with `protect plan -o`"),
        (broken(version=2), "the plan is from another version of gitflowguard; plan again"),
        (broken(more=1), "the plan does not hold just the keys that a plan has; plan again"),
        (broken(notes=KeyError), "the plan does not hold just the keys that a plan has; plan again"),
        (
            broken(fingerprint="abc"),
            "the plan: fingerprint or repository is not what a plan has there; plan again",
        ),
        (
            broken(repository="acme/web/x"),
            "the plan: fingerprint or repository is not what a plan has there; plan again",
        ),
        (broken(level="high"), "the plan: level is not what a plan has there; plan again"),
        (broken(notes=[1]), "the plan: notes is not what a plan has there; plan again"),
        (broken(steps={}), "the plan: steps is not what a plan has there; plan again"),
        (broken(steps__0__action="explode"), "step 1: action is not what a plan has there; plan again"),
        (broken(steps__0__id=True), "step 1: id is not what a plan has there; plan again"),
        (
            broken(steps__0__id=7),
            "step 1: the action create-ruleset does not go with what the step holds; plan again",
        ),
        (
            broken(steps__0__after={}),
            "step 1: the action create-ruleset does not go with what the step holds; plan again",
        ),
        (
            broken(steps__0__settings={"private": True}),
            "step 1: settings is not what a plan has there; plan again",
        ),
        (
            broken(steps__0__settings={"allow_auto_merge": "on"}),
            "step 1: settings is not what a plan has there; plan again",
        ),
        (broken(steps__0__ruleset__target="push"), "step 1: target is not what a plan has there; plan again"),
        (broken(steps__0__ruleset__more=1), "step 1 does not hold just the keys that a plan has; plan again"),
        (
            broken(steps__0__ruleset__bypass=[{"actor": "everybody", "mode": "always"}]),
            "step 1: actor is not what a plan has there; plan again",
        ),
        (
            broken(steps__0__ruleset__clauses__0=7),
            "step 1 does not hold just the keys that a plan has; plan again",
        ),
        (broken(steps__0__changes=[[]]), "step 1 does not hold just the keys that a plan has; plan again"),
        (broken(steps__0=None), "step 1 does not hold just the keys that a plan has; plan again"),
    ],
)
def test_a_bad_file_is_one_clear_error(text: str, says: str) -> None:
    """Whatever is wrong with it, nothing of it is sent."""
    with pytest.raises(PlanError) as caught:
        read_plan(text)
    assert str(caught.value) == says


def test_a_bypass_by_nobody_in_particular_is_read() -> None:
    """Deploy keys and organisation owners have no name behind a colon."""
    one = Ruleset(
        name="gitflow: x",
        target="branch",
        include=("~ALL",),
        exclude=(),
        clauses=(),
        bypass=(Actor("deploy-key"), Actor("team:a", "exempt")),
    )
    made = plan(DESIRED._replace(rulesets=(one,)), LIVE._replace(rulesets=()))
    assert read_plan(written(made)).steps[0].ruleset == one
