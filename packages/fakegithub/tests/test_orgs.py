"""Organisations, teams, people, Apps, refs: each answer says what was set up, and conforms."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from fakegithub.client import Client
from fakegithub.fake import Fake
from fakegithub.samples import PULL, ruleset

WEB = "/repos/acme/web"


@pytest.fixture
def admin(github: Fake) -> Client:
    """An admin of the organisation acme on the plan enterprise, which has a team and two repositories."""
    github.org("acme", plan="enterprise")
    github.team("acme", "core", "rosa", "zoe")
    github.repo("acme/web")
    github.repo("acme/api", private=True)
    return Client(github, github.token("admin"))


def test_an_organisation_and_what_it_has(admin: Client, github: Fake) -> None:
    assert admin.get("/orgs/acme").body["plan"]["name"] == "enterprise"
    assert [one["full_name"] for one in admin.get("/orgs/acme/repos").body] == ["acme/api", "acme/web"]
    reader = Client(github, github.token(None, user="guest"))
    assert [one["full_name"] for one in reader.get("/orgs/acme/repos").body] == ["acme/web"]
    assert "plan" not in reader.get("/orgs/acme").body
    assert admin.get("/orgs/nobody").status == 404


def test_a_team_by_name_and_by_id(admin: Client, github: Fake) -> None:
    team, org = github.team("acme", "core"), github.org("acme")
    places = ("/orgs/acme/teams/core", f"/teams/{team.id}", f"/organizations/{org.id}/team/{team.id}")
    assert [admin.get(place).body["id"] for place in places] == [team.id] * 3
    assert [one["slug"] for one in admin.get("/orgs/acme/teams").body] == ["core"]
    assert [one["login"] for one in admin.get("/orgs/acme/teams/core/members").body] == ["rosa", "zoe"]
    assert admin.get("/orgs/acme/teams/core/memberships/rosa").body["state"] == "active"
    assert admin.get("/orgs/acme/teams/core/memberships/guest").status == 404
    assert admin.get("/orgs/acme/teams/none").status == 404


def test_people(admin: Client, github: Fake) -> None:
    rosa = github.user("rosa")
    assert admin.get("/user").body["login"] == "admin"
    assert admin.get("/users/rosa").body["id"] == rosa.id
    assert admin.get(f"/user/{rosa.id}").body["login"] == "rosa"
    assert admin.get("/users/ghost").status == 404
    robot = Client(github, github.token(kind="actions", scopes={"contents": "read"}))
    assert robot.get("/user").body["message"] == "Resource not accessible by integration"


def test_apps(admin: Client, github: Fake) -> None:
    app = github.app("gitflow-bot", "acme", permissions={"checks": "write"})
    assert admin.get("/apps/gitflow-bot").body["id"] == app.id
    assert admin.get("/apps/github-actions").body["id"] == 15368
    claims = base64.urlsafe_b64encode(json.dumps({"iss": app.id}).encode()).decode().rstrip("=")
    itself = Client(github, f"aa.{claims}.bb", scheme="Bearer")
    assert itself.get("/app").body["slug"] == "gitflow-bot"
    assert itself.get("/orgs/acme/installation").body["id"] == app.installation
    assert admin.get("/app").status == 401


def test_a_ruleset_of_an_organisation(admin: Client) -> None:
    body = ruleset()
    body["conditions"]["repository_name"] = {"include": ["~ALL"], "exclude": ["api"]}
    place = f"/orgs/acme/rulesets/{admin.post('/orgs/acme/rulesets', body).body['id']}"
    assert admin.get(place).body["source_type"] == "Organization"
    assert admin.put(place, {"name": "two"}).body["name"] == "two"
    rules = [admin.get(f"/repos/acme/{name}/rules/branches/main").body for name in ("web", "api")]
    assert [len(one) for one in rules] == [1, 0]
    assert (admin.delete(place).status, admin.get(place).status) == (204, 404)


def test_custom_properties(admin: Client) -> None:
    schema = "/orgs/acme/properties/schema"
    assert admin.get(f"{schema}/gitflow").status == 404
    admin.put(f"{schema}/gitflow", {"value_type": "single_select", "allowed_values": ["yes", "no"]})
    assert admin.get(f"{schema}/gitflow").body["allowed_values"] == ["yes", "no"]
    assert [one["property_name"] for one in admin.get(schema).body] == ["gitflow"]
    said = {"properties": [{"property_name": "gitflow", "value": "yes"}]}
    assert admin.patch(f"{WEB}/properties/values", said).status == 204
    values = {
        one["repository_name"]: one["properties"] for one in admin.get("/orgs/acme/properties/values").body
    }
    assert values == {"api": [], "web": said["properties"]}
    unknown = {"properties": [{"property_name": "other", "value": "yes"}]}
    assert admin.patch(f"{WEB}/properties/values", unknown).status == 422


def test_refs_and_histories(admin: Client, github: Fake) -> None:
    web = github.repo("acme/web")
    second = web.commit("main", {"a.py": "pass\n"}, message="Second")
    web.tag("v1.0", "main")
    assert [one["sha"] for one in admin.get(f"{WEB}/commits?sha=main").body][0] == second
    whole = admin.get(f"{WEB}/commits/main").body
    assert ([one["filename"] for one in whole["files"]], whole["commit"]["message"]) == (["a.py"], "Second")
    refs = [one["ref"] for one in admin.get(f"{WEB}/git/matching-refs/heads/").body]
    assert refs == ["refs/heads/develop", "refs/heads/main"]
    assert admin.get(f"{WEB}/git/ref/tags/v1.0").body["object"]["sha"] == second
    assert admin.get(f"{WEB}/commits/nothing").status == 422


def test_the_rest_of_a_repository(admin: Client, github: Fake) -> None:
    web = github.repo("acme/web")
    web.pull("feature/1", "develop")
    review = web.review(1, "rosa")
    said = admin.get(f"{WEB}/pulls/1/reviews").body
    assert [(one["user"]["login"], one["state"], one["commit_id"]) for one in said] == [
        ("rosa", "APPROVED", review.commit)
    ]
    comment = admin.post(f"{WEB}/issues/1/comments", {"body": "a"}).body["id"]
    assert admin.get(f"{WEB}/issues/comments/{comment}").body["body"] == "a"
    robot = Client(github, github.token(kind="actions", scopes={"checks": "write"}))
    run = robot.post(f"{WEB}/check-runs", {"name": "a", "head_sha": web.resolve("main")}).body
    assert robot.get(f"{WEB}/check-runs/{run['id']}").body["status"] == "queued"
    assert admin.get(f"{WEB}/teams").body == []
    place = f"{WEB}/branches/main/protection"
    keys = ("required_status_checks", "enforce_admins", "required_pull_request_reviews", "restrictions")
    admin.put(place, dict.fromkeys(keys))
    admin.post(f"{place}/required_signatures")
    assert admin.get(f"{place}/required_signatures").body["enabled"] is True
    assert admin.delete(f"{place}/required_signatures").status == 204
    assert admin.get(f"{place}/required_signatures").body["enabled"] is False


def test_settings_that_github_refuses(admin: Client) -> None:
    methods = ("allow_merge_commit", "allow_squash_merge", "allow_rebase_merge")
    refused = admin.patch(WEB, dict.fromkeys(methods, False))
    assert "at least one merge strategy" in refused.body["errors"][0]["message"]
    assert "was not found" in admin.patch(WEB, {"default_branch": "trunk"}).body["errors"][0]["message"]
    assert admin.patch(WEB, {"default_branch": "develop"}).body["default_branch"] == "develop"


SIMPLE = ("creation", "deletion", "required_linear_history", "required_signatures", "non_fast_forward")
PATTERN = {"operator": "starts_with", "pattern": "a", "negate": False, "name": "n"}
QUEUE = {
    "check_response_timeout_minutes": 60,
    "grouping_strategy": "ALLGREEN",
    "max_entries_to_build": 5,
    "max_entries_to_merge": 5,
    "merge_method": "MERGE",
    "min_entries_to_merge": 1,
    "min_entries_to_merge_wait_minutes": 5,
}
RULES: dict[str, list[dict[str, Any]]] = {
    "branch": [
        *({"type": kind} for kind in SIMPLE),
        {"type": "update", "parameters": {"update_allows_fetch_and_merge": False}},
        {"type": "merge_queue", "parameters": QUEUE},
        {"type": "required_deployments", "parameters": {"required_deployment_environments": ["live"]}},
        {"type": "pull_request", "parameters": PULL},
        {
            "type": "required_status_checks",
            "parameters": {
                "strict_required_status_checks_policy": False,
                "required_status_checks": [{"context": "a"}],
            },
        },
        {"type": "commit_message_pattern", "parameters": PATTERN},
        {"type": "commit_author_email_pattern", "parameters": PATTERN},
        {"type": "committer_email_pattern", "parameters": PATTERN},
        {"type": "branch_name_pattern", "parameters": PATTERN},
        {
            "type": "workflows",
            "parameters": {"workflows": [{"path": ".github/workflows/a.yml", "repository_id": 1}]},
        },
        {
            "type": "code_scanning",
            "parameters": {
                "code_scanning_tools": [
                    {
                        "alerts_threshold": "errors",
                        "security_alerts_threshold": "high_or_higher",
                        "tool": "CodeQL",
                    }
                ]
            },
        },
    ],
    "tag": [{"type": "tag_name_pattern", "parameters": PATTERN}, {"type": "deletion"}],
    "push": [
        {"type": "file_path_restriction", "parameters": {"restricted_file_paths": [".github/**"]}},
        {"type": "max_file_path_length", "parameters": {"max_file_path_length": 200}},
        {"type": "file_extension_restriction", "parameters": {"restricted_file_extensions": ["*.exe"]}},
        {"type": "max_file_size", "parameters": {"max_file_size": 10}},
    ],
}


@pytest.mark.parametrize("target", RULES)
def test_every_type_of_rule_is_kept(admin: Client, target: str) -> None:
    """What is sent comes back, with what GitHub adds to pull_request and required_status_checks."""
    place = "/repos/acme/api/rulesets"
    made = admin.post(place, ruleset(target=target, rules=RULES[target]))
    assert made.status == 201
    read = admin.get(f"{place}/{made.body['id']}").body["rules"]
    assert [one["type"] for one in read] == [one["type"] for one in RULES[target]]
    for sent, kept in zip(RULES[target], read, strict=True):
        assert sent.get("parameters", {}).items() <= kept.get("parameters", {}).items()
    if target == "branch":
        rules = admin.get("/repos/acme/api/rules/branches/main").body
        assert [one["type"] for one in rules] == [one["type"] for one in read]
