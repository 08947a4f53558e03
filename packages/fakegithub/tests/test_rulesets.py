"""Rulesets: what GitHub adds, hides, replaces, refuses, and how several of them add up."""

from __future__ import annotations

from typing import Any

import pytest

from fakegithub.client import Client
from fakegithub.fake import Fake
from fakegithub.rules import Actor, refusal
from fakegithub.samples import PULL, ruleset


@pytest.fixture
def admin(github: Fake) -> Client:
    """An admin of acme/web."""
    github.org("acme")
    github.repo("acme/web")
    return Client(github, github.token("admin"))


def test_a_ruleset_is_made_listed_read_changed_and_removed(admin: Client) -> None:
    made = admin.post("/repos/acme/web/rulesets", ruleset())
    assert made.status == 201
    place = f"/repos/acme/web/rulesets/{made.body['id']}"
    listed = admin.get("/repos/acme/web/rulesets").body
    assert [one["name"] for one in listed] == ["one"]
    assert not {"rules", "conditions", "bypass_actors"} & set(listed[0])
    changed = admin.put(place, {"enforcement": "disabled"})
    assert changed.status == 200
    assert (changed.body["rules"], changed.body["enforcement"]) == ([{"type": "deletion"}], "disabled")
    assert admin.put(place, {"rules": []}).body["rules"] == []
    assert admin.delete(place).status == 204
    assert admin.get(place).status == 404


def test_github_adds_what_was_not_sent(admin: Client) -> None:
    made = admin.post(
        "/repos/acme/web/rulesets", ruleset(rules=[{"type": "pull_request", "parameters": PULL}])
    )
    read = admin.get(f"/repos/acme/web/rulesets/{made.body['id']}").body
    assert {"node_id", "_links", "created_at", "updated_at", "current_user_can_bypass"} <= set(read)
    options = read["rules"][0]["parameters"]
    assert options["automatic_copilot_code_review_enabled"] is False
    assert options["required_reviewers"] == []
    assert options["allowed_merge_methods"] == ["merge", "squash", "rebase"]


def test_who_may_bypass_is_hidden_from_those_who_may_not_change_it(admin: Client, github: Fake) -> None:
    actor = {"actor_type": "RepositoryRole", "actor_id": 5}
    made = admin.post("/repos/acme/web/rulesets", ruleset(bypass_actors=[actor])).body
    assert made["bypass_actors"] == [{**actor, "bypass_mode": "always"}]
    reader = Client(github, github.token("read")).get(f"/repos/acme/web/rulesets/{made['id']}").body
    assert "bypass_actors" not in reader
    assert reader["rules"] == made["rules"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (ruleset(), "Name must be unique"),
        (ruleset("two", bypass_actors=[{"actor_type": "Integration", "actor_id": 15368}]), "must be part of"),
        (ruleset("two", bypass_actors=[{"actor_type": "Team", "actor_id": 7}]), "must be part of"),
        (
            ruleset(
                "two",
                rules=[
                    {
                        "type": "required_status_checks",
                        "parameters": {
                            "strict_required_status_checks_policy": False,
                            "required_status_checks": [{"context": "ci", "integration_id": 99}],
                        },
                    }
                ],
            ),
            "Invalid integration ids",
        ),
        (
            ruleset("two", target="tag", rules=[{"type": "pull_request", "parameters": PULL}]),
            "Invalid rule 'pull_request'",
        ),
        (
            ruleset(
                "two",
                rules=[
                    {"type": "branch_name_pattern", "parameters": {"operator": "starts_with", "pattern": "a"}}
                ],
            ),
            "Invalid rule 'branch_name_pattern'",
        ),
    ],
)
def test_what_github_refuses(admin: Client, body: dict[str, Any], said: str) -> None:
    assert admin.post("/repos/acme/web/rulesets", ruleset()).status == 201
    refused = admin.post("/repos/acme/web/rulesets", body)
    assert refused.status == 422
    assert said in refused.body["errors"][0]


def test_null_for_the_bypass_list_is_refused_and_is_a_violation(admin: Client, github: Fake) -> None:
    refused = admin.post("/repos/acme/web/rulesets", ruleset(bypass_actors=None))
    assert refused.status == 422
    assert "Invalid property /bypass_actors: data cannot be null." in refused.body["message"]
    assert [one.side for one in github.take_violations()] == ["request"]


def test_a_key_that_github_would_ignore_is_a_violation(admin: Client, github: Fake) -> None:
    assert admin.post("/repos/acme/web/rulesets", {**ruleset(), "rulez": []}).status == 201
    assert "rulez" in github.take_violations()[0].message


def test_rules_of_an_organisation_and_a_repository_add_up(admin: Client, github: Fake) -> None:
    above = ruleset("above", rules=[{"type": "non_fast_forward"}])
    above["conditions"]["repository_name"] = {"include": ["we*"], "exclude": []}
    assert admin.post("/orgs/acme/rulesets", above).status == 201
    assert admin.post("/repos/acme/web/rulesets", ruleset()).status == 201
    assert admin.post("/repos/acme/web/rulesets", ruleset("off", enforcement="disabled")).status == 201
    rules = admin.get("/repos/acme/web/rules/branches/main").body
    assert [(one["type"], one["ruleset_source_type"]) for one in rules] == [
        ("non_fast_forward", "Organization"),
        ("deletion", "Repository"),
    ]
    assert admin.get("/repos/acme/web/rules/branches/main2").body == []
    names = [one["name"] for one in admin.get("/repos/acme/web/rulesets").body]
    own = [one["name"] for one in admin.get("/repos/acme/web/rulesets?includes_parents=false").body]
    assert (names, own) == (["above", "one", "off"], ["one", "off"])


def test_rules_hold_for_branches_that_do_not_exist_yet(admin: Client) -> None:
    admin.post("/repos/acme/web/rulesets", ruleset(include="refs/heads/release/**/*"))
    assert admin.get("/repos/acme/web/rules/branches/release/1.0").body[0]["type"] == "deletion"
    assert admin.get("/repos/acme/web/rules/branches/release/1.0/rc1").body[0]["type"] == "deletion"
    assert admin.get("/repos/acme/web/rules/branches/feature/1").body == []


def test_a_property_chooses_repositories(admin: Client, github: Fake) -> None:
    github.repo("acme/api")
    assert admin.put("/orgs/acme/properties/schema/gitflow", {"value_type": "true_false"}).status == 200
    values = {"repository_names": ["web"], "properties": [{"property_name": "gitflow", "value": "true"}]}
    assert admin.ask("PATCH", "/orgs/acme/properties/values", values).status == 204
    body = ruleset()
    body["conditions"]["repository_property"] = {
        "include": [{"name": "gitflow", "property_values": ["true"]}],
        "exclude": [],
    }
    assert admin.post("/orgs/acme/rulesets", body).status == 201
    assert len(admin.get("/repos/acme/web/rules/branches/main").body) == 1
    assert admin.get("/repos/acme/api/rules/branches/main").body == []
    assert admin.get("/repos/acme/web/properties/values").body == [
        {"property_name": "gitflow", "value": "true"}
    ]


def test_what_would_be_refused(admin: Client, github: Fake) -> None:
    web = github.repo("acme/web")
    kinds = [{"type": kind} for kind in ("deletion", "non_fast_forward", "creation")]
    body = ruleset(
        include="refs/heads/hotfix/*", rules=[*kinds, {"type": "pull_request", "parameters": PULL}]
    )
    body["bypass_actors"] = [{"actor_type": "RepositoryRole", "actor_id": 5, "bypass_mode": "always"}]
    admin.post("/repos/acme/web/rulesets", body)
    said = {action: refusal(web, action, "hotfix/1") for action in ("push", "force", "create", "delete")}
    assert said == {
        "push": "Changes must be made through a pull request.",
        "force": "Cannot force-push to this branch",
        "create": "Cannot create ref due to creations being restricted.",
        "delete": "Cannot delete this ref",
    }
    assert refusal(web, "delete", "hotfix/1", Actor("rosa", "admin")) is None
    assert refusal(web, "push", "feature/1") is None
    assert refusal(web, "push", "feature/1", Actor("rosa", "read")) == "Permission denied"
