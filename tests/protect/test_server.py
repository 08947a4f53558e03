"""What a server can do is known before anything is sent, and what it leaves out is named."""

from __future__ import annotations

from typing import Any

import pytest

from fakegithub import on_checks, on_classic, on_rulesets
from gitflowguard.cli.protect.options import Server, api_of
from gitflowguard.forge import token
from gitflowguard.forge.errors import ForgeError
from tests.protect.bench import Bench

PLACE = "policy.yaml:"


@pytest.mark.parametrize(
    ("policy", "says"),
    [
        ("kinds: {main: {bypass: [org-admin]}}", "a personal repository has no organization owners"),
        ("kinds: {main: {bypass: ['team:release']}}", "a personal repository has no teams"),
    ],
)
def test_a_person_has_no_organization(bench: Bench, policy: str, says: str) -> None:
    """plan names the line and asks nothing about teams; apply sends nothing."""
    bench.web = bench.github.repo("ada/fishery")
    for login in ("ada", "ben", "cleo"):
        bench.github.user(login)
        bench.web.roles[login] = "admin"
    bench.reported()
    bench.policy(f"preset: gitflow\nprotection:\n  {policy}\n")
    plan = bench.run("plan", names=("ada/fishery",))
    assert plan.code == 1 and says in plan.out and f"{PLACE}3: " in plan.out
    assert bench.run("apply", "--yes", names=("ada/fishery",)).code == 1 and not bench.github.writes
    assert not [one for one in bench.github.requests if "/teams" in one.path]


@pytest.mark.parametrize(("version", "code"), [("3.17.2", 1), ("3.19.0", 1), ("", 0), ("3.2.0", 0)])
def test_an_older_server_has_fewer_words(bench: Bench, version: str, code: int) -> None:
    """GitHub Enterprise Server 3.17 to 3.19 has no bypass mode exempt; what isn't in the table isn't blocked."""
    bench.github.state.server = version
    bench.policy("preset: gitflow\nprotection: {kinds: {main: {bypass: ['role:admin via exempt']}}}\n")
    bench.reported()
    said = bench.run("apply", "--yes")
    assert said.code == code
    if code:
        assert f"GitHub Enterprise Server {version} knows no bypass mode exempt" in said.out
        assert f"{PLACE}2: " in said.out and not bench.github.writes


def test_the_app_of_github_actions_is_asked_for(bench: Bench) -> None:
    """Each server numbers its Apps itself; the number is kept, so that a repository in sync costs two requests."""
    app = bench.github.state.apps.pop(15368)
    app.id = 7
    bench.github.state.apps[7] = app
    bench.web.apps = {7}
    for name in ("main", "develop", "release", "support"):
        on_checks.ran(bench.web, "main", f"gitflow ({name})", app=7)
    assert bench.run("apply", "--yes").code == 0
    checks = [
        row["integration_id"]
        for one in bench.web.rulesets.values()
        for rule in one["rules"]
        for row in rule.get("parameters", {}).get("required_status_checks", ())
    ]
    assert set(checks) == {7}
    assert bench.run("plan").code == 0
    bench.github.forget()
    assert bench.run("plan").code == 0 and len(bench.github.requests) == 2


def test_a_classic_level_that_takes_fewer_approvals(bench: Bench) -> None:
    """Where the plan has no rulesets, seven approvals are more than classic protection takes."""
    bench.policy("preset: gitflow\nprotection:\n  kinds:\n    main: {approvals: 7}\n")
    bench.reported()
    bench.github.fail(lambda request: "/rulesets" in request.path, "403-plan", times=99)
    said = bench.run("plan")
    assert said.code == 1 and "classic branch protection takes 6 approvals at most" in said.out
    assert f"{PLACE}4: main needs 7 approvals" in said.out


def without(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    """The server takes rulesets and leaves a parameter of pull requests out."""
    real = on_rulesets.checked_rule

    def checked(*args: Any) -> dict[str, Any]:
        made = real(*args)
        if made["type"] == "pull_request":
            made["parameters"].pop(key, None)
        return made

    monkeypatch.setattr(on_rulesets, "checked_rule", checked)


def test_what_the_server_leaves_out_is_named(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is blamed, every other ruleset comes, and the exit code is 5; the second run says the same."""
    without(monkeypatch, "allowed_merge_methods")
    bench.reported()
    for _ in range(2):
        said = bench.run("apply", "--yes")
        bench.github.take_violations()
        assert said.code == 5 and "somebody else" not in said.out
        assert "allowed_merge_methods of the rule pull_request" in said.out
        assert "The server keeps less than the policy asks" in said.out
        assert len(bench.web.rulesets) == 9


def test_nothing_is_made_weaker_after_a_step_in_part(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """What blocks less than before waits until everything that blocks more is in force."""
    bench.policy("preset: gitflow\nprotection: {kinds: {develop: {approvals: 3}}}\n")
    bench.reported()
    assert bench.run("apply", "--yes").code == 0
    without(monkeypatch, "require_last_push_approval")
    bench.policy("preset: gitflow\nprotection: {kinds: {main: {approvals: 3}}}\n")
    said = bench.run("apply", "--yes")
    bench.github.take_violations()
    rules = {rule["type"]: rule for rule in bench.rulesets()["gitflow: develop"]["rules"]}
    assert said.code == 5 and "it blocks less than before" in said.out
    assert rules["pull_request"]["parameters"]["required_approving_review_count"] == 3


def test_classic_protection_that_leaves_something_out(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """As an emulator of the REST interface does."""
    real = on_classic.normal

    def dropped(*args: Any) -> dict[str, Any]:
        made = real(*args)
        made["required_pull_request_reviews"]["require_last_push_approval"] = False
        return made

    monkeypatch.setattr(on_classic, "normal", dropped)
    bench.policy("preset: gitflow\nprotection: {level: classic}\n")
    bench.reported()
    said = bench.run("apply", "--yes")
    assert said.code == 5 and "its answer leaves out required_pull_request_reviews" in said.out
    assert set(bench.web.protection) == {"main", "develop"}


@pytest.mark.parametrize(
    ("host", "api"),
    [
        ("", token.PUBLIC),
        ("github.com", token.PUBLIC),
        ("octocorp.ghe.com", "https://api.octocorp.ghe.com"),
        ("github.example.com", "https://github.example.com/api/v3"),
    ],
)
def test_the_address_of_the_interface(host: str, api: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the remote's host."""
    monkeypatch.delenv("GITHUB_API_URL", raising=False)
    server = Server(None, None, False, None, None, None, False, False)
    assert api_of(server, host) == api


def test_a_token_for_ghe_com(monkeypatch: pytest.MonkeyPatch) -> None:
    """gh's variables, and the host by which a person knows it; never for a host that only a clone names."""
    monkeypatch.setattr(token, "_from_gh", lambda *_: "")
    api = "https://api.octocorp.ghe.com"
    environ = {"GH_TOKEN": "t", "GH_ENTERPRISE_TOKEN": "e"}
    found = token.find(api, {**environ, "GH_HOST": "octocorp.ghe.com"}, trusted=False)
    assert found.source == "GH_TOKEN"
    with pytest.raises(ForgeError, match="set GH_TOKEN and GH_HOST=octocorp.ghe.com"):
        token.find(api, environ, trusted=False)
