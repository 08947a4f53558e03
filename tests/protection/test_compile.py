"""What a policy asks of GitHub."""

from __future__ import annotations

from gitflowguard.model.checkname import check_name
from gitflowguard.model.protection import Actor, Clause, Ruleset
from gitflowguard.policy.presets import preset_flow
from gitflowguard.protection.compile import Desired, compile_flow, proposed_owners
from tests.policy.helpers import flow

PLAIN = flow("preset: gitflow")


def desired(text: str = "preset: gitflow") -> Desired:
    """What the policy asks."""
    return compile_flow(flow(text))


def named(found: Desired) -> dict[str, Ruleset]:
    """Rulesets by name, without the prefix."""
    return {one.name.removeprefix("gitflow: "): one for one in found.rulesets}


def types(ruleset: Ruleset) -> list[str]:
    """The types of its rules."""
    return [clause.type for clause in ruleset.clauses]


def clause(ruleset: Ruleset, kind: str) -> Clause:
    """Its one rule of a type."""
    (found,) = [one for one in ruleset.clauses if one.type == kind]
    return found


def test_the_table_of_the_preset() -> None:
    """A ruleset for each purpose; none for feature, bugfix and bots. An admin ends a finished branch."""
    line = ["deletion", "non_fast_forward", "pull_request", "required_status_checks"]
    found = named(desired())
    assert {name: types(one) for name, one in found.items()} == {
        "main": line,
        "develop": line,
        "release (work)": line[1:],
        "release (keep)": ["deletion"],
        "hotfix (work)": ["non_fast_forward"],
        "hotfix (keep)": ["deletion"],
        "support": line,
        "other names": ["creation"],
        "version tags": ["deletion", "update"],
    }
    assert {name: one.bypass for name, one in found.items() if one.bypass} == {
        "release (keep)": (Actor("role:admin"),),
        "hotfix (keep)": (Actor("role:admin"),),
    }
    assert {name: one.include for name, one in found.items() if one.target == "branch"} == {
        "main": ("refs/heads/main",),
        "develop": ("refs/heads/develop",),
        "release (work)": ("refs/heads/release/*",),
        "release (keep)": ("refs/heads/release/*",),
        "hotfix (work)": ("refs/heads/hotfix/*",),
        "hotfix (keep)": ("refs/heads/hotfix/*",),
        "support": ("refs/heads/support/**/*",),
        "other names": ("~ALL",),
    }
    assert "refs/heads/gh-readonly-queue/**/*" in found["other names"].exclude
    assert found["version tags"].target == "tag"


def test_pull_requests_into_main() -> None:
    """All that GitHub wants to be told, always."""
    main = named(desired())["main"]
    assert clause(main, "pull_request").parameters == {
        "required_approving_review_count": 2,
        "dismiss_stale_reviews_on_push": True,
        "require_code_owner_review": True,
        "require_last_push_approval": True,
        "required_review_thread_resolution": True,
        "allowed_merge_methods": ["merge"],
    }
    assert clause(main, "required_status_checks").parameters == {
        "strict_required_status_checks_policy": False,
        "do_not_enforce_on_create": True,
        "required_status_checks": [{"context": "gitflow (main)", "app": "github-actions"}],
    }


def test_the_section_changes_what_it_names() -> None:
    """Each key, on the kind that it is written under."""
    found = named(desired("""\
protection:
  kinds:
    main: {approvals: 3, checks: ["ci / test", {name: build, app: jenkins}], up-to-date: true, signatures: true}
    develop: {merge-methods: [squash], bypass: ["team:ops"], threads: false}
    release: {pull-request: false, created-by: ["team:release"], deleted-by: ["app:cleanup"]}
    feature: {checks: [lint]}
    bugfix: {created-by: ["team:qa"], deleted-by: ["team:qa"], pull-request: true}
  names: {bypass: ["app:bot"]}
  tags: {created-by: ["team:release"], bypass: [deploy-key]}
"""))
    main, develop = found["main"], found["develop"]
    assert clause(main, "pull_request").parameters["required_approving_review_count"] == 3
    checks = clause(main, "required_status_checks").parameters
    assert checks["strict_required_status_checks_policy"] is True
    assert checks["required_status_checks"] == [
        {"context": "gitflow (main)", "app": "github-actions"},
        {"context": "ci / test"},
        {"context": "build", "app": "jenkins"},
    ]
    assert types(main)[-1] == "required_signatures"
    assert clause(develop, "pull_request").parameters["allowed_merge_methods"] == ["squash"]
    assert clause(develop, "pull_request").parameters["required_review_thread_resolution"] is False
    assert develop.bypass == (Actor("team:ops"),)
    assert types(found["release (work)"]) == ["non_fast_forward"]
    assert found["release (keep)"].bypass == (Actor("app:cleanup"),)
    assert (types(found["release (start)"]), found["release (start)"].bypass) == (
        ["creation"],
        (Actor("team:release"),),
    )
    assert types(found["feature (work)"]) == ["required_status_checks"]
    assert types(found["bugfix (work)"]) == ["pull_request", "required_status_checks"]
    assert types(found["bugfix (keep)"]) == ["deletion"]
    assert found["other names"].bypass == (Actor("app:bot"),)
    assert found["version tags"].bypass == (Actor("deploy-key"),)
    assert (types(found["new version tags"]), found["new version tags"].bypass) == (
        ["creation"],
        (Actor("team:release"),),
    )


def test_a_check_of_ours_may_be_required_of_another_app() -> None:
    """Written by the team, it stands in the place of ours."""
    text = "protection: {kinds: {main: {checks: [{name: gitflow (main), app: our-app}]}}}"
    rows = clause(named(desired(text))["main"], "required_status_checks").parameters["required_status_checks"]
    assert rows == [{"context": "gitflow (main)", "app": "our-app"}]


def test_bases_that_are_not_long_lived_may_squash() -> None:
    """Where neither a line nor a release goes in, a squash loses nothing that git needs."""
    text = (
        "{kinds: {feature: {name: 'feature/{slug}'}, bugfix: {targets: [feature]}}, "
        "protection: {kinds: {feature: {pull-request: true}}}}"
    )
    work = named(desired(text))["feature (work)"]
    assert clause(work, "pull_request").parameters["allowed_merge_methods"] == ["merge", "squash"]


def test_settings_and_classic_protection() -> None:
    """Merge commits are needed; without rulesets merged branches may not be deleted at once."""
    found = desired()
    assert found.settings == (("allow_merge_commit", True),)
    assert found.classic_settings == (("allow_merge_commit", True), ("delete_branch_on_merge", False))
    assert [one.branch for one in found.classic] == ["main", "develop"]
    main = found.classic[0].document
    assert main["required_pull_request_reviews"]["required_approving_review_count"] == 2
    assert main["required_status_checks"] == {
        "strict": False,
        "checks": [{"context": "gitflow (main)", "app": "github-actions"}],
    }
    assert (main["enforce_admins"], main["allow_force_pushes"], main["allow_deletions"]) == (
        True,
        False,
        False,
    )
    more = (
        desired("protection: {kinds: {main: {approvals: 10, threads: false, checks: [ci]}}}")
        .classic[0]
        .document
    )
    assert (
        more["required_pull_request_reviews"]["required_approving_review_count"] == 6
    ), "classic counts to six"
    assert more["required_conversation_resolution"] is False
    assert {"context": "ci"} in more["required_status_checks"]["checks"]


def test_without_tags_there_is_nothing_to_keep() -> None:
    """A team may do without releases."""
    text = "kinds: {release: false, hotfix: false}"
    assert "version tags" not in named(desired(text))


def test_the_check_is_called_after_the_class_of_its_base() -> None:
    """A branch that nothing merges into, or of no kind, is `other`."""
    names = ("main", "develop", "release/1.0", "support/1", "hotfix/1.0", "feature/x", "wip")
    assert [check_name(PLAIN, name) for name in names] == [
        "gitflow (main)",
        "gitflow (develop)",
        "gitflow (release)",
        "gitflow (support)",
        "gitflow (other)",
        "gitflow (other)",
        "gitflow (other)",
    ]


def test_codeowners_are_proposed() -> None:
    """An owner of everything, and of what judges everybody."""
    text = proposed_owners(preset_flow("gitflow"), "@acme/maintainers")
    rows = [line for line in text.splitlines() if not line.startswith("#")]
    assert rows == [
        "* @acme/maintainers",
        "/.gitflowguard.yaml @acme/maintainers",
        "/.github/ @acme/maintainers",
    ]
    assert "main, develop, support/<slug>" in text


def test_nobody_may_delete_where_the_policy_says_so() -> None:
    """An empty list is nobody; left out, an admin may, for somebody has to in the end."""
    found = named(compile_flow(flow("protection: {kinds: {release: {deleted-by: []}}}")))
    assert found["release (keep)"].bypass == () and found["hotfix (keep)"].bypass == (Actor("role:admin"),)
