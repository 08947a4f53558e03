"""What the workflow on GitHub installs, against the tools of the policy."""

from __future__ import annotations

from gitflowguard.quality.requirements import requirements
from gitflowguard.report.workflow import FILE, workflow
from tests.policy.helpers import flow
from tests.protect.bench import Bench

POLICY = "preset: gitflow\ntools: {isort: true, picklescan: true}\n"
SAYS = f"{FILE} doesn't install picklescan=="


def put(bench: Bench, *needs: str) -> None:
    bench.web.commit("main", {FILE: workflow(flow(POLICY), "1.0", needs)})


def test_a_workflow_that_lags_behind_is_told(bench: Bench) -> None:
    """In plan and verify, until it is written anew; it stops nothing."""
    needs = requirements(flow(POLICY).tools)
    put(bench, needs[0])
    bench.reported()
    bench.policy(POLICY)
    assert SAYS in bench.run("plan").out
    assert bench.run("apply", "--yes").code == 0
    assert SAYS in bench.run("verify").out
    put(bench, *needs)
    bench.reported()
    said = bench.run("verify")
    assert said.code == 0 and "doesn't install" not in said.out


def test_nobody_elses_workflow_is_judged_and_none_is_asked_for_without_tools(bench: Bench) -> None:
    """A job of the action installs by the policy itself."""
    bench.web.commit("main", {FILE: "on: pull_request\n"})
    bench.policy(POLICY)
    assert "doesn't install" not in bench.run("plan").out
    bench.github.forget()
    bench.policy("preset: gitflow\n")
    bench.run("plan")
    assert not [one for one in bench.github.requests if one.path.endswith(FILE)]


def test_what_the_token_may_not_read_is_said(bench: Bench) -> None:
    """Never as if it were fine."""
    bench.policy(POLICY)
    bench.github.fail(lambda ask: ask.path.endswith("gitflowguard.yml"), "403-permission", times=9)
    assert f"couldn't check what {FILE} installs" in bench.run("plan").out
