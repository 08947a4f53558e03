"""A fact that could not be had is passed on with its reason: never a pass, never a violation."""

from __future__ import annotations

import pytest

from gitflowguard.model.check import Check
from gitflowguard.model.facts import (
    Branch,
    Commit,
    Fact,
    Merge,
    Refs,
    RefUpdate,
    Release,
    View,
)
from gitflowguard.model.finding import Finding, Unknown
from gitflowguard.model.pull import APPROVED, Pull, Verdict
from gitflowguard.policy.presets import preset_flow
from gitflowguard.rules import registry

BLIND = Unknown("this clone is shallow", (("git", "fetch", "--unshallow"),))
REFS = Refs(
    {"main": "a" * 40, "develop": "b" * 40, "feature/x": "c" * 40}, {("origin", "main"): "a" * 40}, {}
)
VIEW = View(preset_flow("gitflow"), REFS)
MESSAGE = View(VIEW.flow._replace(message=VIEW.flow.message._replace(ticket=True)), REFS)
TIP = "c" * 40
MAIN = "refs/heads/main"
BARE = Branch(
    about="feature/x",
    tip=TIP,
    origin=BLIND,
    stacks=BLIND,
    merged=BLIND,
    used=BLIND,
    rivals=BLIND,
    idle_days=BLIND,
)


def said(name: str, fact: Fact, view: View = VIEW) -> list[Finding | Unknown]:
    """What one rule says of one fact."""
    rule = registry.find(name)
    assert rule is not None
    return list(rule.check(fact, view))


@pytest.mark.parametrize(
    ("name", "fact"),
    [
        ("wrong-origin", BARE),
        ("stacked-branch", BARE),
        ("stale-branch", BARE),
        ("parallel-release", BARE._replace(about="release/1.0")),
        ("leftover-branch", BARE),
        ("leftover-branch", BARE._replace(merged=(("develop", True),))),
        ("conflict-markers", Commit("feature/x", markers=BLIND)),
        ("malformed-message", Commit("feature/x", message=BLIND)),
        ("direct-commit", Commit("develop", TIP, ("a" * 40, "d" * 40), "merge", alters=BLIND)),
        ("silenced-check", Commit("feature/x", message=BLIND)),
        ("unfinished-commit", Commit("main", TIP, message=BLIND)),
        ("forbidden-merge", Merge("main", BLIND, TIP)),
        ("missing-back-merge", Merge("main", ("release/1.0",), TIP, TIP, missing=BLIND)),
        ("flattened-merge", Merge("develop", ("feature/x",), TIP, TIP, flattened=BLIND)),
        ("diverged-main", Merge("main", ("release/1.0",), TIP, behind=BLIND)),
        ("rewritten-branch", RefUpdate(MAIN, MAIN, TIP, "a" * 40, keeps=BLIND)),
        ("deleted-branch", RefUpdate("", "refs/heads/feature/x", "", TIP, merged=BLIND)),
        ("missing-approval", Pull("develop", "feature/x", verdicts=BLIND)),
        (
            "missing-approval",
            Pull("develop", "feature/x", verdicts=(Verdict("ben", APPROVED),), unowned=BLIND),
        ),
        ("outdated-pull", Pull("develop", "feature/x", mergeable=BLIND)),
        ("outdated-pull", Pull("develop", "feature/x", behind=BLIND, up_to_date=True)),
        ("stale-version", Release("release/1.0", "1.0", BLIND)),
        ("unchecked-file", Check("feature/x", "bandit", "security", "a.py", unchecked=BLIND)),
    ],
)
def test_the_reason_is_passed_on(name: str, fact: Fact) -> None:
    """The rule yields the very Unknown, and nothing else."""
    assert said(name, fact, MESSAGE) == [BLIND]


@pytest.mark.parametrize(
    ("name", "fact"),
    [
        ("wrong-origin", BARE._replace(about="main")),
        ("stacked-branch", BARE._replace(about="pipeline")),
        ("stale-branch", BARE._replace(about="develop")),
        ("leftover-branch", BARE._replace(about="develop")),
        ("unfinished-commit", Commit("main", message=BLIND)),
        ("missing-back-merge", Merge("develop", ("feature/x",), TIP, missing=BLIND)),
        ("diverged-main", Merge("develop", ("feature/x",), TIP, behind=BLIND)),
        ("missing-back-merge", Merge("main", BLIND, TIP, TIP, missing=("develop",))),
        ("missing-back-merge", Merge("main", ("release/1.0",), TIP, missing=BLIND)),
        ("flattened-merge", Merge("feature/y", ("feature/x",), TIP, TIP, flattened=BLIND)),
        ("forbidden-merge", Merge("sandbox", BLIND, TIP)),
        ("forbidden-merge", Merge("main", (), TIP)),
        ("missing-approval", Pull("feature/y", "feature/x", verdicts=BLIND)),
        ("outdated-pull", Pull("develop", "feature/x", behind=BLIND)),
        ("changed-policy", Pull("develop", "feature/x", verdicts=BLIND)),
        ("unformatted", Check("feature/x", "black", "format", "a.py", unchecked=BLIND)),
        ("lint", Check("feature/x", "flake8", "lint", "a.py", unchecked=BLIND)),
        ("security", Check("feature/x", "bandit", "security", "a.py", unchecked=BLIND)),
        (
            "unchecked-file",
            Check(
                about="feature/x",
                tool="bandit",
                family="security",
                path="a.py",
                code="B301",
                says="pickle",
                line=1,
            ),
        ),
    ],
)
def test_what_was_not_asked_is_not_told(name: str, fact: Fact) -> None:
    """A missing fact that could not change the verdict is no gap."""
    assert said(name, fact) == []


def test_a_squash_whose_branch_nobody_knows_is_still_a_squash() -> None:
    """Only the merge that should replace it cannot be offered."""
    (found,) = said("squashed-merge", Merge("develop", BLIND, TIP, squashed=True))
    assert isinstance(found, Finding)
    assert found.says == "the branch is squash-merged into develop, so git doesn't see it as merged"
    assert found.mend == (("git", "reset", "--merge"),)


def test_a_merge_of_nobody_knows_what_is_taken_back_from_an_old_main() -> None:
    """The last command, the merge itself, is left to the person."""
    (found,) = said("diverged-main", Merge("main", BLIND, TIP, behind=1, base="a" * 40))
    assert isinstance(found, Finding)
    assert [argv[1] for argv in found.mend] == ["reset", "merge"]


def test_a_squash_that_was_made_is_rewound() -> None:
    """As a pull request or an audit may show it."""
    merge = Merge("develop", ("feature/x",), TIP, "b" * 40, squashed=True, base="a" * 40)
    (found,) = said("squashed-merge", merge)
    assert isinstance(found, Finding)
    assert found.mend == (
        ("git", "switch", "develop"),
        ("git", "reset", "--keep", "a" * 40),
        ("git", "merge", "--no-ff", "feature/x"),
    )


def test_what_is_not_in_this_clone_is_told_without_commands() -> None:
    """A server or a fresh clone has no branch to rewind."""
    empty = View(VIEW.flow, Refs({}, {}, {}))
    for name, fact in (
        ("direct-commit", Commit("develop", TIP, ("a" * 40,), base="a" * 40)),
        ("unfinished-commit", Commit("develop", TIP, ("a" * 40,), message="fixup! x", base="a" * 40)),
        ("conflict-markers", Commit("develop", TIP, markers=())),
        ("unknown-branch-kind", Branch("pipeline")),
        ("missing-back-merge", Merge("main", ("hotfix/1.0.1",), TIP, TIP, missing=())),
    ):
        assert all(isinstance(one, Finding) and not one.mend for one in said(name, fact, empty))


def test_a_conflicted_path_that_looks_like_an_option_is_a_path() -> None:
    """git update-index takes every word behind --unresolve as a path, even --."""
    from gitflowguard.model.facts import Marker

    (found,) = said("conflict-markers", Commit("develop", operation="merge", markers=(Marker("-x", 1),)))
    assert isinstance(found, Finding)
    assert found.mend == (("git", "update-index", "--unresolve", "./-x"),)
    (made,) = said("conflict-markers", Commit("develop", TIP, operation="merge", markers=(Marker("x", 1),)))
    assert isinstance(made, Finding) and made.mend == ()


def test_a_push_of_detached_work_is_given_a_name() -> None:
    """HEAD detached, or a bare commit: a branch name is made for it."""
    (found,) = said("rewritten-branch", RefUpdate("HEAD", MAIN, TIP, "a" * 40, keeps=False))
    assert isinstance(found, Finding)
    assert found.mend == (("git", "push", "origin", f"{TIP}:refs/heads/feature/my-change"),)


def test_a_name_that_a_tag_has_too_is_written_in_full() -> None:
    """`git merge x` takes the tag where both exist."""
    view = View(VIEW.flow, REFS._replace(tags={"feature/x": TIP}))
    (found,) = said("squashed-merge", Merge("develop", ("feature/x",), TIP, squashed=True), view)
    assert isinstance(found, Finding)
    assert found.mend[-1] == ("git", "merge", "--no-ff", "refs/heads/feature/x")


FILES = (".gitflowguard.yaml", "pyproject.toml")
EVIL = Commit("develop", TIP, ("a" * 40, "d" * 40), "merge", alters=FILES, base="e" * 40)


def test_a_merge_that_changes_the_policy_by_itself_goes_back_to_where_the_line_was_good() -> None:
    """The merge is kept on a branch; a line that is only on a remote has no commands."""
    (found,) = said("direct-commit", EVIL)
    assert isinstance(found, Finding)
    assert found.says == (
        "Merge ccccccc changes .gitflowguard.yaml and pyproject.toml of develop by itself: "
        "none of the merged branches has it like that"
    )
    back = (("git", "switch", "develop"), ("git", "reset", "--keep", "e" * 40))
    assert found.mend == (("git", "branch", "feature/my-change", "develop"), *back)
    (found,) = said("direct-commit", EVIL._replace(base=""))
    assert isinstance(found, Finding) and found.mend[-1] == ("git", "reset", "--keep", "a" * 40)
    (found,) = said("direct-commit", EVIL, View(VIEW.flow, Refs({}, {("origin", "develop"): TIP}, {})))
    assert isinstance(found, Finding) and not found.mend


def test_a_merge_on_a_branch_for_work_may_change_the_policy() -> None:
    """There both sides of it are brought together."""
    assert not said("direct-commit", EVIL._replace(about="feature/x"))
