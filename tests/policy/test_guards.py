"""The section `protection`: what arrives in the flow, and every mistake with its place and a cure."""

from __future__ import annotations

import pytest

from gitflowguard.model.protection import (
    NAMES,
    TAGS,
    Actor,
    Guard,
    Protection,
    RequiredCheck,
)
from gitflowguard.policy.limits import TOO_MANY
from gitflowguard.policy.origins import show
from tests.policy.helpers import compiled, flow, only, problems, read
from tests.policy.test_parse import WHOLE


def main(text: str) -> str:
    """A policy that says one thing of main's protection."""
    return f"protection: {{kinds: {{main: {{{text}}}}}}}"


def test_every_key_arrives_in_the_flow() -> None:
    """In the order of the kinds, each method and each actor once."""
    assert flow(WHOLE).protection == Protection(
        "rulesets",
        (
            Guard(
                "main",
                approvals=3,
                checks=(RequiredCheck("ci / test"), RequiredCheck("build", "github-actions")),
                bypass=(Actor("role:admin", "exempt"),),
            ),
            Guard(
                "release",
                merge_methods=("squash", "merge"),
                created_by=(Actor("team:release"),),
                deleted_by=(Actor("app:cleanup"),),
            ),
            Guard(NAMES, bypass=(Actor("org-admin"), Actor("user:ada", "exempt"))),
            Guard(TAGS, bypass=(Actor("deploy-key"),), created_by=(Actor("team:release"),)),
        ),
        (
            ("allow_auto_merge", True),
            ("allow_merge_commit", True),
            ("allow_rebase_merge", False),
            ("allow_squash_merge", False),
            ("default_branch", "dev"),
            ("delete_branch_on_merge", False),
        ),
    )
    assert flow("preset: gitflow").protection == Protection()


@pytest.mark.parametrize(
    ("key", "field"),
    [
        ("pull-request", "pull_request"),
        ("code-owners", "code_owners"),
        ("dismiss-stale", "dismiss_stale"),
        ("last-push", "last_push"),
        ("threads", "threads"),
        ("up-to-date", "up_to_date"),
        ("signatures", "signatures"),
    ],
)
@pytest.mark.parametrize("value", [True, False])
def test_each_switch_arrives(key: str, field: str, value: bool) -> None:
    """On and off; left out it is neither."""
    got = flow(main(f"{key}: {str(value).lower()}")).protection.guard("main")
    assert got == Guard("main", **{field: value})  # type: ignore[arg-type]


def test_what_is_shown_and_what_is_packed_mean_what_was_read() -> None:
    """With every value's own line."""
    policy = read(WHOLE)
    text = show(policy.origins)
    assert flow(text) == policy.flow
    assert compiled(policy.flow) == policy.flow
    shown = show(policy.origins, with_origin=True)
    line = next(row for row in shown.splitlines() if "checks: [" in row)
    assert 'checks: ["ci / test", {name: build, app: github-actions}]' in line
    number = WHOLE[: WHOLE.index("    main: {approvals")].count("\n") + 1
    assert line.endswith(f"# .gitflowguard.yaml:{number}")


WHO = "protection.kinds.main.bypass: "


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("protection: {levl: auto}", '1:14: unknown key "levl" in protection; did you mean "level"?'),
        (
            "protection: {level: clasic}",
            '1:21: protection.level must be auto, classic or rulesets, not "clasic"; did you mean "classic"?',
        ),
        (
            "protection: {kinds: {mian: {}}}",
            '1:22: protection.kinds names "mian", which isn\'t a kind of branch; did you mean "main"?',
        ),
        (
            "{kinds: {main: {name: master}}, protection: {kinds: {master: {}}}}",
            '1:54: protection.kinds names "master", which isn\'t a kind of branch; did you mean "main"?',
        ),
        (
            "protection: {kinds: {zzz: {}}}",
            '1:22: protection.kinds names "zzz", which isn\'t a kind of branch; the kinds are main, develop, '
            "feature, bugfix, release, hotfix, support, bot, pages, revert and patch",
        ),
        (main("approvals: 11"), "1:40: protection.kinds.main.approvals must be at most 10, not 11"),
        (
            main("reviews: 2"),
            '1:29: unknown key "reviews" in protection.kinds.main; did you mean "approvals"?',
        ),
        (
            main("merge-methods: [fast]"),
            '1:45: protection.kinds.main.merge-methods must be merge, rebase or squash, not "fast"',
        ),
        (
            main("checks: [{app: x}]"),
            "1:38: protection.kinds.main.checks is a mapping without name, which it needs",
        ),
        (
            main('checks: [" x"]'),
            '1:38: protection.kinds.main.checks: " x" contains an invisible character',
        ),
        (
            main("checks: [{name: x, app: GitHub Actions}]"),
            "1:53: protection.kinds.main.checks: an app goes by the name in its address on GitHub, not "
            '"GitHub Actions"; did you mean "github-actions"?',
        ),
        (
            main("checks: [{name: x, app: 'a/b'}]"),
            "1:53: protection.kinds.main.checks: an app goes by the name in its address on GitHub, not "
            '"a/b"; such as github-actions',
        ),
        (
            main("bypass: ['@acme/rel']"),
            f'1:38: {WHO}"@acme/rel" isn\'t an actor that GitHub knows; did you mean "team:rel"?',
        ),
        (
            main("bypass: ['@ada']"),
            f'1:38: {WHO}"@ada" isn\'t an actor that GitHub knows; did you mean "user:ada"?',
        ),
        (
            main("bypass: ['group:x']"),
            f'1:38: {WHO}"group:x" isn\'t an actor that GitHub knows; did you mean "team:x"?',
        ),
        (
            main("bypass: ['taem:x']"),
            f'1:38: {WHO}"taem:x" isn\'t an actor that GitHub knows; did you mean "team:x"?',
        ),
        (
            main("bypass: [admin]"),
            f'1:38: {WHO}"admin" isn\'t an actor that GitHub knows; did you mean "role:admin"?',
        ),
        (
            main("bypass: [deploy_key]"),
            f'1:38: {WHO}"deploy_key" isn\'t an actor that GitHub knows; did you mean "deploy-key"?',
        ),
        (
            main("bypass: [zzz]"),
            f'1:38: {WHO}"zzz" isn\'t an actor that GitHub knows; write team:release, app:renovate, role:admin, '
            "user:ada, deploy-key or org-admin",
        ),
        (
            main("bypass: ['team:']"),
            f'1:38: {WHO}"team:" needs a plain name behind the colon, such as team:release',
        ),
        (
            main("bypass: ['user:a via magic']"),
            f'1:38: {WHO}"user:a via magic" ends with an unknown mode; it is always, pull-request or exempt',
        ),
        (
            main("bypass: ['user:a', 'user:a via exempt']"),
            f'1:48: {WHO}"user:a" appears here twice, in two ways; keep one',
        ),
        (
            main("deleted-by: ['user:a']"),
            "1:29: protection.kinds.main: such a branch is long-lived and never deleted, so deleted-by has no place",
        ),
        (
            main("pull-request: false, approvals: 2"),
            "1:50: protection.kinds.main: pull-request is false, and approvals is about pull requests; keep one",
        ),
        (
            "protection: {repository: {default-branch: devlop}}",
            '1:43: protection.repository.default-branch must be main or develop, not "devlop"; did you mean "develop"?',
        ),
        (
            "protection: {repository: {merge-methods: []}}",
            "1:42: protection.repository.merge-methods must not be an empty list",
        ),
    ],
)
def test_a_mistake_is_one_line_with_its_place_and_a_cure(text: str, line: str) -> None:
    """The whole line, so that none gets worse unseen."""
    assert only(text) == line


def test_every_mistake_is_told_at_once() -> None:
    """Also those that only show when the rest is read."""
    text = "protection: {levl: auto, kinds: {main: {bypass: [zzz], approvals: 11}, mian: {}}}"
    assert [problem.column for problem in problems(text)] == [14, 50, 67, 72]


def test_more_words_than_any_policy_needs_are_one_problem() -> None:
    """Each is looked up on GitHub."""
    many = ", ".join(f"'user:u{n}'" for n in range(400))
    assert only(main(f"bypass: [{many}]")).endswith(TOO_MANY)
