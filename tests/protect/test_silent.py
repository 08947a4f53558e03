"""Pull requests on which a required check can never report: what a real request to the stand-in tells of them."""

from __future__ import annotations

import pytest

from fakegithub import on_checks
from tests.protect.bench import OURS, Bench

ROBOT = "github-actions[bot]"


@pytest.fixture
def guarded(bench: Bench) -> Bench:
    """A repository under the policy, in which every check has reported."""
    bench.web.commit("main", {".github/CODEOWNERS": "* @octocat\n"})
    for name in OURS:
        on_checks.ran(bench.web, "main", name)
    assert bench.run("apply", "--yes").code == 0
    bench.github.user(ROBOT)
    return bench


def test_a_back_merge_that_a_workflow_opened(guarded: Bench) -> None:
    """It is a warning: the apply goes on, and verify is in sync. Once a person has opened it again, it is gone."""
    pull = guarded.web.pull("release/1.0", "develop", login=ROBOT)
    said = guarded.run("verify")
    text = f"warning[GFG903]: pull request #{pull.number} into develop was opened with a workflow's own"
    assert said.code == 0 and text in said.out, said.text
    assert 'so "gitflow (develop)" never reports there; close it and open it again' in said.out
    on_checks.ran(guarded.web, pull.head_sha, "gitflow (develop)")
    assert "GFG903" not in guarded.run("verify").out
    pull.state = "closed"
    assert "GFG903" not in guarded.run("verify").out


def test_a_last_commit_that_starts_nothing(guarded: Bench) -> None:
    """By its message, read where no workflow has reported; another reason is not guessed."""
    sha = guarded.web.commit("feature/typo", {"a.txt": "a\n"}, message="Correct a typo [skip ci]")
    guarded.web.pull("feature/typo", "develop")
    quiet = guarded.web.pull("feature/other", "develop")
    assert quiet.head_sha != sha
    said = guarded.run("verify")
    assert said.code == 0
    assert (
        'warning[GFG903]: "[skip ci]" in the last commit of pull request #1 into develop starts no workflow'
        in said.out
    )
    assert f"#{quiet.number}" not in said.out


def test_what_it_costs_and_what_is_not_shown(guarded: Bench) -> None:
    """Nothing in sync; where GitHub doesn't show a commit, nothing is said of its pull request."""
    guarded.web.pull("feature/other", "develop")
    guarded.run("plan")
    before = len(guarded.github.requests)
    assert guarded.run("plan").code == 0
    assert len(guarded.github.requests) == before + 2
    guarded.github.fail(
        lambda one: "/commits/" in one.path and not one.path.endswith(("check-runs", "statuses")),
        "404",
        times=9,
    )
    said = guarded.run("verify")
    assert said.code == 0 and "GFG903" not in said.out
    guarded.github.scripts.clear()
    guarded.github.fail(lambda one: one.query.get("state") == "open", "403-permission", times=9)
    said = guarded.run("verify")
    assert "which open pull requests start no workflow" in said.text and "in sync" in said.out
