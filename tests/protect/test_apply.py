"""plan, apply, verify, undo on one repository: what is said, what is sent, what is true afterwards."""

from __future__ import annotations

import json
import re
import subprocess
from itertools import product
from typing import Any

import pytest
from markdown_it import MarkdownIt

from fakegithub import on_classic
from fakegithub.client import Client
from tests.budget import sampled
from tests.protect.bench import NAME, OURS, SMALL, Bench, described


def applied(bench: Bench) -> None:
    """The first apply."""
    bench.reported()
    said = bench.run("apply", "--yes")
    assert said.code == 0, said.text


def test_a_first_plan_says_what_would_change_and_changes_nothing(bench: Bench) -> None:
    before = bench.state()
    said = bench.run("plan", "--no-diff")
    assert said.code == 0, said.text
    assert re.search(r"\+ main +0 → 2 approvals", said.out)
    assert "force pushes are no longer possible" in said.out
    assert "To apply it: gitflowguard protect apply" in said.out
    assert bench.state() == before and not bench.github.writes
    assert bench.run("plan", "--detailed-exitcode").code == 2


def test_the_difference_is_shown_line_by_line(bench: Bench) -> None:
    said = bench.run("plan")
    assert "+++ gitflow: main (policy)" in said.out
    assert '+        "required_approving_review_count": 2,' in said.out


def test_a_check_that_nobody_has_seen_is_not_demanded(bench: Bench) -> None:
    """It would block every merge, and nobody would know why."""
    before = bench.state()
    said = bench.run("apply", "--yes")
    assert said.code == 1 and "unknown-check" in said.out and "gitflow (main)" in said.out
    assert bench.state() == before and not bench.github.writes
    assert bench.run("apply", "--yes", "--allow-unseen").code == 0


def test_apply_makes_it_so(bench: Bench) -> None:
    assert not bench.refused("push", "main") and not bench.refused("force", "develop")
    applied(bench)
    for branch in ("main", "develop", "support/1.x"):
        assert (
            bench.refused("push", branch)
            and bench.refused("force", branch)
            and bench.refused("delete", branch)
        )
    assert bench.refused("delete", "release/1.0") and bench.refused("delete", "hotfix/1.0.1")
    assert bench.refused("create", "my-branch")
    for fine in ("feature/login", "bugfix/x", "release/1.0", "hotfix/1.0.1", "dependabot/pip/x"):
        assert not bench.refused("create", fine), fine
    assert not bench.refused("force", "feature/login")


def test_a_first_apply_writes_each_ruleset_once(bench: Bench) -> None:
    applied(bench)
    writes = [(one.method, one.path) for one in bench.github.writes]
    assert writes == [("POST", f"/repos/{NAME}/rulesets")] * len(bench.rulesets())
    assert [one["name"] for one in bench.rulesets().values()] == [
        one.body["name"] for one in bench.github.writes
    ]


def test_a_second_apply_has_nothing_to_do(bench: Bench) -> None:
    applied(bench)
    bench.github.forget()
    said = bench.run("apply", "--yes")
    assert said.code == 0 and "in sync, by rulesets" in said.out
    assert not bench.github.writes


def test_a_plan_in_sync_costs_the_least(bench: Bench) -> None:
    """Cold: the repository, the list, and each of ours once. Unchanged since: two, both 304.

    Cold, a server that isn't github.com is asked for the App of GitHub Actions as well; the answer is kept.
    """
    applied(bench)
    ours = len(bench.rulesets())
    bench.github.forget()
    assert bench.run("plan", "--no-cache").code == 0
    assert [one.path for one in bench.github.requests].count("/apps/github-actions") == 1
    assert len(bench.github.requests) == 3 + ours
    bench.run("plan")
    bench.github.forget()
    said = bench.run("plan")
    assert "in sync" in said.out
    assert [one.status for one in bench.github.requests] == [304, 304]
    assert not bench.github.counted


def test_one_changed_ruleset_is_asked_for_alone_as_new(bench: Bench) -> None:
    applied(bench)
    bench.run("plan")
    changed = bench.rulesets()["gitflow: develop"]
    changed["enforcement"] = "disabled"
    changed["updated_at"] = "2026-11-22T13:00:00Z"
    bench.github.forget()
    said = bench.run("plan")
    assert "develop" in said.out and bench.run("plan", "--detailed-exitcode").code == 2
    news = [one.path for one in bench.github.requests if one.status == 200 and "/rulesets/" in one.path]
    assert f"/repos/{NAME}/rulesets/{changed['id']}" in news


def test_the_steps_are_shown_before_and_asked_for(bench: Bench) -> None:
    """Nobody at a terminal is no."""
    bench.reported()
    before = bench.state()
    said = bench.run("apply")
    assert said.code == 3 and "it was not confirmed" in said.out and "0 → 2 approvals" in said.err
    assert bench.state() == before


def test_a_saved_plan_is_applied_as_it_is(bench: Bench) -> None:
    bench.reported()
    file = bench.folder / "plan.json"
    assert bench.run("plan", "-o", str(file)).code == 0
    assert bench.token not in file.read_text()
    # What somebody has agreed to does not change with the policy.
    bench.policy("stale-days: 30\n")
    said = bench.run("apply", str(file), "--yes", names=())
    assert said.code == 0, said.text
    assert bench.rulesets().keys() >= {"gitflow: main", "gitflow: develop"}


def test_a_plan_of_a_state_that_moved_is_refused(bench: Bench) -> None:
    bench.reported()
    file = bench.folder / "plan.json"
    bench.run("plan", "-o", str(file))
    bench.web.settings["allow_squash_merge"] = not bench.web.settings["allow_squash_merge"]
    before = bench.state()
    said = bench.run("apply", str(file), "--yes", names=())
    assert said.code == 3 and "plan again" in said.out
    assert bench.state() == before and not bench.github.writes


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        '{"format": "gitflowguard plan"}',
        '{"format": "gitflowguard plan", "version": 1}',
        "\0",
    ],
)
def test_a_file_that_is_no_plan(bench: Bench, text: str) -> None:
    file = bench.folder / "plan.json"
    file.write_text(text)
    said = bench.run("apply", str(file), "--yes", names=())
    assert said.code == 2 and str(file) in said.err and not bench.github.requests
    assert "Traceback" not in said.text


def test_a_plan_that_was_tampered_with(bench: Bench) -> None:
    bench.reported()
    file = bench.folder / "plan.json"
    bench.run("plan", "-o", str(file))
    data = json.loads(file.read_text())
    data["steps"][0]["ruleset"]["enforcement"] = "disabled"
    file.write_text(json.dumps(data))
    said = bench.run("apply", str(file), "--yes", names=())
    assert said.code == 2 and "step 1" in said.err and not bench.github.writes


def test_undo_leads_back(bench: Bench) -> None:
    bench.web.settings["allow_merge_commit"] = False
    before = bench.state()
    applied(bench)
    assert bench.state() != before
    said = bench.run("undo", "--yes")
    assert said.code == 0, said.text
    assert bench.state() == before
    again = bench.run("undo", "--yes")
    assert again.code == 3 and "no apply from this machine has kept a state" in again.out


def test_undo_restores_what_was_changed_and_leaves_foreign_ones(bench: Bench) -> None:
    applied(bench)
    foreign = ruleset(bench, "legal: keep", [{"type": "deletion"}])
    before = bench.state()
    bench.policy("protection:\n  kinds: {main: {approvals: 3}}\n")
    said = bench.run("apply", "--yes")
    assert said.code == 0 and bench.state() != before, said.text
    assert bench.run("undo", "--yes").code == 0
    assert bench.state() == before and foreign in bench.web.rulesets


def ruleset(bench: Bench, name: str, rules: list[dict[str, Any]], **more: Any) -> int:
    """Somebody else's ruleset, made by the API as they would."""
    body = {
        "name": name, "target": "branch", "enforcement": "active", "rules": rules,
        "conditions": {"ref_name": {"include": ["refs/heads/main"], "exclude": []}}, **more,
    }  # fmt: skip
    answer = Client(bench.github, bench.token).ask("POST", f"/repos/{NAME}/rulesets", body)
    assert answer.status == 201
    bench.github.forget()
    return int(answer.body["id"])


def test_foreign_rulesets_are_never_touched(bench: Bench) -> None:
    number = ruleset(bench, "main is ours", [{"type": "required_linear_history"}])
    kept = json.dumps(bench.web.rulesets[number])
    bench.reported()
    bench.run("apply", "--yes")
    bench.run("undo", "--yes")
    assert json.dumps(bench.web.rulesets[number]) == kept
    assert not [one for one in bench.github.writes if one.path.endswith(f"/{number}")]


def test_a_foreign_rule_inside_ours_is_told_and_kept(bench: Bench) -> None:
    applied(bench)
    bench.rulesets()["gitflow: main"]["rules"].append({"type": "required_signatures"})
    bench.rulesets()["gitflow: main"]["rules"].append({"type": "required_linear_history"})
    bench.rulesets()["gitflow: main"]["updated_at"] = "2026-11-22T13:00:00Z"
    said = bench.run("plan", "--no-cache")
    assert "required_linear_history" in said.out and "stays" in said.out
    bench.policy("protection:\n  kinds: {main: {approvals: 3}}\n")
    bench.run("apply", "--yes")
    types = [one["type"] for one in bench.rulesets()["gitflow: main"]["rules"]]
    assert "required_linear_history" in types


def test_what_others_parameters_hold_survives_a_change(bench: Bench) -> None:
    """PUT replaces a rule whole: a parameter that the server or a colleague has added must be sent along."""
    applied(bench)
    for rule in bench.rulesets()["gitflow: main"]["rules"]:
        if rule["type"] == "pull_request":
            rule["parameters"]["automatic_copilot_code_review_enabled"] = True
    bench.rulesets()["gitflow: main"]["updated_at"] = "2026-11-22T13:00:00Z"
    bench.policy("protection:\n  kinds: {main: {approvals: 3}}\n")
    bench.run("apply", "--yes")
    (rule,) = [one for one in bench.rulesets()["gitflow: main"]["rules"] if one["type"] == "pull_request"]
    assert rule["parameters"]["required_approving_review_count"] == 3
    assert rule["parameters"]["automatic_copilot_code_review_enabled"] is True


def test_drift_is_found(bench: Bench) -> None:
    applied(bench)
    said = bench.run("verify")
    assert said.code == 0, said.text
    bench.web.rulesets.pop(bench.rulesets()["gitflow: develop"]["id"])
    bench.rulesets()["gitflow: main"]["bypass_actors"].append(
        {"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}
    )
    bench.rulesets()["gitflow: main"]["updated_at"] = "2026-11-22T13:00:00Z"
    said = bench.run("verify")
    assert said.code == 1
    assert "missing-protection" in said.out and "weaker-protection" in said.out
    assert "role:admin" in said.out or "administrators" in said.out or "admin" in said.out


def test_what_a_token_is_not_shown_is_unknown_never_off(bench: Bench) -> None:
    applied(bench)
    bench.patch.setenv("GITHUB_TOKEN", bench.github.token("read"))
    said = bench.run("verify", "--no-cache")
    assert "unknown, not off" in said.out and "who may bypass" in said.out
    assert not bench.github.take_violations()
    assert said.code in (0, 3)
    assert "error[" not in said.out and not [
        line for line in said.out.splitlines() if line.startswith("GFG902")
    ]
    data = bench.run("verify", "--no-cache", "--output-format", "json").data
    (web,) = data["repositories"]
    assert web["unknown"] and not [one for one in web["findings"] if one["severity"] == "error"]


def test_verify_in_github_actions(bench: Bench) -> None:
    summary = bench.folder / "summary.md"
    bench.patch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    said = bench.run("verify", "--output-format", "sarif")
    assert said.code == 1
    run = said.data["runs"][0]
    assert {one["ruleId"] for one in run["results"]} & {"GFG901"}
    assert summary.read_text().startswith("## gitflowguard: protection, drift\n")


FORMS = list(product(["text", "json", "markdown", "sarif"], ["plan", "verify"]))


@pytest.mark.parametrize(("form", "task"), sampled(FORMS, 0, 3, 5, 6))
def test_every_form(bench: Bench, task: str, form: str) -> None:
    said = bench.run(task, "--output-format", form)
    assert said.out and not said.err
    if form in ("json", "sarif"):
        assert said.data
    file = bench.folder / "report"
    bench.run(task, "--output-format", form, "--output-file", str(file))
    assert file.read_text().splitlines()[0] == said.out.splitlines()[0]


def test_without_rulesets_classic_protection_stands_in(bench: Bench) -> None:
    """A private repository on a free plan has neither; one on an old server has no rulesets."""
    bench.github.fail("GET */rulesets", "403-plan", times=1000)
    bench.reported()
    said = bench.run("apply", "--yes")
    assert said.code == 0, said.text
    assert set(bench.web.protection) == {"main", "develop"}
    assert bench.refused("push", "main") and bench.refused("force", "develop")
    bench.github.forget()
    again = bench.run("plan")
    assert "in sync, by classic branch protection" in again.out and not bench.github.writes


def test_a_plan_that_has_neither(bench: Bench) -> None:
    bench.github.state.orgs["acme"].plan = "free"
    said = bench.run("plan")
    assert said.code == 3 and "Upgrade to GitHub" in said.out


def test_a_renamed_repository(bench: Bench) -> None:
    """A redirect of a read is followed, and writes go to the new name: GitHub answers them 307 at the old one."""
    bench.reported()
    bench.github.rename(NAME, "acme/website")
    said = bench.run("apply", "--yes")
    assert said.code == 0, said.text
    assert "acme/website" in said.out
    assert {one.path for one in bench.github.writes} == {"/repos/acme/website/rulesets"}


def test_an_overlapping_classic_rule_is_told(bench: Bench) -> None:
    applied(bench)
    on_classic.set_protection(bench.web, "main", allow_force_pushes=True)
    said = bench.run("verify")
    assert "classic" in said.out


@pytest.mark.parametrize("word", ["acme", "acme/", "a b/c", "https://example.com/x", "../web", "acme/web/x"])
def test_what_is_no_repository(bench: Bench, word: str) -> None:
    said = bench.run("plan", names=(word,))
    assert said.code == 2 and "owner/name" in said.err and not bench.github.requests


def test_a_repository_that_is_not_there(bench: Bench) -> None:
    said = bench.run("plan", names=("acme/none",))
    assert said.code == 3 and "404" in said.out and "may not see it" in said.out


def test_the_versions_header_is_sent(bench: Bench) -> None:
    bench.run("plan")
    assert {one.version for one in bench.github.requests} == {"2022-11-28"}


def test_mistyped(bench: Bench) -> None:
    said = bench.call("protect", "plam")
    assert said.code == 2 and "plan" in said.err
    assert bench.run("plan", "--wiat", "3").code == 2
    assert bench.run("plan", "--org", "acme").code == 2
    assert "exclude each other" in bench.run("plan", "--org", "acme").err
    assert bench.run("plan", "--topic", "x").code == 2


def test_names_of_the_policy(bench: Bench) -> None:
    """Teams, Apps and users become ids on the way out and names on the way in."""
    bench.github.team("acme", "release", "rosa")
    bench.github.app("renovate").installed.add("acme")
    bench.policy("protection:\n  tags: {bypass: ['team:release', 'app:renovate', 'role:maintain']}\n")
    applied(bench)
    actors = bench.rulesets()["gitflow: version tags"]["bypass_actors"]
    assert {one["actor_type"] for one in actors} == {"Team", "Integration", "RepositoryRole"}
    bench.github.forget()
    said = bench.run("plan", "--no-cache")
    assert "in sync" in said.out, said.text
    bench.run("plan")
    bench.github.forget()
    bench.run("plan")
    assert len(bench.github.requests) == 2  # names are remembered, too


def test_a_team_that_is_not_there(bench: Bench) -> None:
    bench.policy("protection:\n  tags: {bypass: ['team:relaese']}\n")
    bench.reported()
    before = bench.state()
    said = bench.run("apply", "--yes")
    assert (
        said.code == 3 and "team relaese" in said.text and "correct team:relaese in the policy" in said.text
    )
    assert bench.state() == before


def test_the_checks_are_ours(bench: Bench) -> None:
    applied(bench)
    found = [
        check["context"]
        for one in bench.rulesets().values()
        for rule in one["rules"]
        if rule["type"] == "required_status_checks"
        for check in rule["parameters"]["required_status_checks"]
    ]
    assert set(found) == set(OURS)


def test_undo_leaves_what_the_apply_did_not_touch(bench: Bench) -> None:
    """Settings that others have changed since, and classic protection that came later."""
    applied(bench)
    bench.web.settings["delete_branch_on_merge"] = True
    path = f"/repos/{NAME}/branches/main/protection"
    body = {
        "required_status_checks": None, "enforce_admins": True, "restrictions": None,
        "required_pull_request_reviews": None,
    }  # fmt: skip
    assert Client(bench.github, bench.token).ask("PUT", path, body).status == 200
    assert bench.run("undo", "--yes").code == 0
    assert not bench.rulesets() and "main" in bench.web.protection
    assert bench.web.settings["delete_branch_on_merge"] is True


def test_an_apply_that_changed_nothing_keeps_no_state(bench: Bench) -> None:
    """Weeks later an undo would lead back to before it."""
    bench.reported()
    bench.github.fail("POST */rulesets", "403-permission")
    assert bench.run("apply", "--yes").code == 3
    assert "no apply from this machine" in bench.run("undo", "--yes").out
    ruleset(bench, "later", [{"type": "deletion"}])
    bench.web.settings["allow_merge_commit"] = False
    between = bench.state()
    assert bench.run("apply", "--yes").code == 0
    assert bench.run("undo", "--yes").code == 0 and bench.state() == between


def test_a_plan_that_names_a_foreign_ruleset(bench: Bench) -> None:
    """A plan file can be edited on its way."""
    number = ruleset(bench, "legal: keep", [{"type": "deletion"}])
    bench.reported()
    file = bench.folder / "plan.json"
    bench.run("plan", "-o", str(file))
    data = json.loads(file.read_text())
    data["steps"] = [
        {**data["steps"][0], "action": "delete-ruleset", "id": number, "ruleset": None, "after": {}}
    ]
    file.write_text(json.dumps(data))
    said = bench.run("apply", str(file), "--yes", names=())
    assert said.code in (1, 3) and "not ours" in said.out and number in bench.web.rulesets
    assert not bench.github.writes


def test_the_token_for_github_is_not_for_the_host_of_a_remote(bench: Bench) -> None:
    """A clone of another forge must not get it."""
    top = bench.folder / "clone"
    top.mkdir()
    for words in (("init", "-q"), ("remote", "add", "origin", "git@gitlab.example:acme/web.git")):
        subprocess.run(["git", "-C", str(top), *words], check=True)
    bench.patch.chdir(top)
    bench.patch.setenv("GITHUB_TOKEN", bench.token)
    said = bench.call("protect", "plan", "--policy", str(bench.file))
    assert said.code == 3 and "GH_ENTERPRISE_TOKEN" in said.err and "gitlab.example" in said.err


def test_a_table_in_markdown_is_not_broken_by_a_name(bench: Bench) -> None:
    bench.policy("protection:\n  kinds: {main: {checks: ['build | test']}}\n")
    said = bench.run("plan", "--output-format", "markdown", "--no-diff")
    tokens = MarkdownIt("commonmark").enable("table").parse(said.out)
    cells = [one.content for one in tokens if one.type == "inline" and one.level == 4]
    rows = sum(one.type == "tr_open" for one in tokens)
    assert rows > 10 and len(cells) == 4 * rows
    # The change itself, and the two merges into main that wait for the check: people's, and a robot's.
    assert sum("`|`" in one and "\\" not in one for one in cells) == 3


def test_the_json_of_each_step_is_as_described(bench: Bench) -> None:
    """A plan, what was applied, the drift of somebody's change, and the way back: key by key."""
    bench.policy(SMALL)
    bench.reported()
    for words in ("plan", "apply --yes"):
        data = bench.run(*words.split(), "--json").data
        described(f"protect {words.split()[0]}").validate(data)
        assert data["repositories"][0]["steps"] and data["task"] == words.split()[0]
    next(iter(bench.web.rulesets.values()))["enforcement"] = "disabled"
    for words in ("verify --deep", "undo --yes"):
        data = bench.run(*words.split(), "--json").data
        described(f"protect {words.split()[0]}").validate(data)
        assert data["repositories"][0]["steps"], words
