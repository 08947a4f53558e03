"""Pull requests: reading, the merge gate, checks, reviews, comments, and classic protection."""

from __future__ import annotations

from typing import Any

import pytest

from fakegithub.client import Client
from fakegithub.fake import Fake
from fakegithub.gate import merge_refusal
from fakegithub.on_checks import ran
from fakegithub.on_classic import set_protection
from fakegithub.repos import Pull, Repo
from fakegithub.rules import Actor, refusal
from fakegithub.samples import PULL, ruleset

WEB = "/repos/acme/web"
CHECKS = {"strict_required_status_checks_policy": True, "required_status_checks": [{"context": "ci"}]}
FULL = {
    "required_status_checks": {"strict": False, "checks": [{"context": "ci", "app_id": -1}]},
    "enforce_admins": True,
    "required_pull_request_reviews": {"required_approving_review_count": 1},
    "restrictions": None,
}


@pytest.fixture
def web(github: Fake) -> Repo:
    """A repository with a pull request, and somebody who may review."""
    repo = github.repo("acme/web", roles={"rosa": "write", "reader": "read"})
    repo.pull("feature/1", "develop", login="octocat")
    return repo


@pytest.fixture
def admin(github: Fake, web: Repo) -> Client:
    """An admin of it."""
    return Client(github, github.token("admin"))


def test_mergeable_is_not_known_at_once(admin: Client, web: Repo) -> None:
    web.pulls[1].pending = 2
    assert [admin.get(f"{WEB}/pulls/1").body["mergeable"] for _ in range(3)] == [None, None, True]


def test_forks_and_deleted_forks(admin: Client, github: Fake, web: Repo) -> None:
    github.repo("mallory/web", parent="acme/web")
    web.pull("release/9.9", "main", fork="mallory/web", login="mallory")
    web.pull("release/9.8", "main", fork=None, login="mallory")
    heads = [admin.get(f"{WEB}/pulls/{number}").body["head"] for number in (1, 2, 3)]
    assert [head["repo"] and head["repo"]["full_name"] for head in heads] == ["acme/web", "mallory/web", None]
    assert heads[1]["label"] == "mallory:release/9.9"
    assert [one["number"] for one in admin.get(f"{WEB}/pulls?head=mallory:release/9.9").body] == [2]
    assert [one["number"] for one in admin.get(f"{WEB}/pulls?base=main&state=all").body] == [3, 2]


def test_the_gate_opens_step_by_step(admin: Client, web: Repo) -> None:
    """Rules, then the method, then reviews that count, then the check, then up to date; and the branch is deleted."""
    rules: list[dict[str, Any]] = [
        {"type": "pull_request", "parameters": {**PULL, "allowed_merge_methods": ["merge"]}},
        {"type": "required_status_checks", "parameters": CHECKS},
    ]
    admin.post(f"{WEB}/rulesets", ruleset(include="refs/heads/develop", rules=rules))
    web.settings["delete_branch_on_merge"] = True
    said = admin.put(f"{WEB}/pulls/1/merge", {"merge_method": "squash"})
    assert (said.status, "Squash merges are not allowed" in said.body["message"]) == (405, True)
    for login in ("octocat", "reader"):
        web.review(1, login)
        assert "At least 1 approving review is required" in str(merge_refusal(web, web.pulls[1]))
    web.review(1, "rosa")
    assert 'Required status check "ci" is expected.' in str(merge_refusal(web, web.pulls[1]))
    ran(web, "feature/1", "ci", "neutral")
    assert merge_refusal(web, web.pulls[1]) is None
    web.commit("develop", {"other.txt": "x\n"})
    assert "out of date" in str(merge_refusal(web, web.pulls[1]))
    web.commit("feature/1", merge=("develop",))
    ran(web, "feature/1", "ci")
    moved = admin.put(f"{WEB}/pulls/1/merge", {"sha": "0" * 40})
    assert moved.status == 409
    merged = admin.put(f"{WEB}/pulls/1/merge", {"sha": web.pulls[1].head_sha})
    assert (merged.status, web.resolve("develop"), web.resolve("feature/1")) == (
        200,
        merged.body["sha"],
        None,
    )
    assert len(web.commits[merged.body["sha"]].parents) == 2
    assert admin.get(f"{WEB}/pulls/1").body["merged"] is True


def test_a_deletion_rule_keeps_the_head(admin: Client, web: Repo) -> None:
    admin.post(f"{WEB}/rulesets", ruleset(include="refs/heads/feature/*"))
    web.settings["delete_branch_on_merge"] = True
    assert admin.put(f"{WEB}/pulls/1/merge").status == 200
    assert web.resolve("feature/1") is not None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"draft": True}, "still a draft"),
        ({"mergeable": False}, "not mergeable"),
        ({"state": "closed"}, "not mergeable"),
    ],
)
def test_what_is_never_merged(admin: Client, web: Repo, change: dict[str, Any], words: str) -> None:
    for key, value in change.items():
        setattr(web.pulls[1], key, value)
    refused = admin.put(f"{WEB}/pulls/1/merge")
    assert (refused.status, words in refused.body["message"]) == (405, True)


@pytest.mark.parametrize(
    ("options", "facts", "words"),
    [
        ({"dismiss_stale_reviews_on_push": True}, {"stale": True}, "At least 1 approving"),
        ({"require_last_push_approval": True}, {"pusher": "rosa"}, "someone other than the last pusher"),
        ({"require_code_owner_review": True}, {"owners": ("zoe",)}, "code owner"),
        ({"required_review_thread_resolution": True}, {"unresolved": 1}, "conversation must be resolved"),
        ({}, {"changes": True}, "Changes were requested"),
    ],
)
def test_reviews(
    admin: Client, web: Repo, options: dict[str, Any], facts: dict[str, Any], words: str
) -> None:
    rules = [{"type": "pull_request", "parameters": {**PULL, **options}}]
    admin.post(f"{WEB}/rulesets", ruleset(include="refs/heads/develop", rules=rules))
    pull: Pull = web.pulls[1]
    web.review(1, "rosa")
    assert merge_refusal(web, pull) is None
    if facts.pop("stale", False):
        web.commit("feature/1", {"more.txt": "x\n"})
    if facts.pop("changes", False):
        web.review(1, "rosa", "CHANGES_REQUESTED")
    for key, value in facts.items():
        setattr(pull, key, value)
    assert words in str(merge_refusal(web, pull))


def test_a_check_and_a_status_of_one_name_are_both_required(admin: Client, web: Repo) -> None:
    set_protection(
        web,
        "develop",
        required_status_checks={"strict": False, "checks": [{"context": "ci", "app_id": None}]},
    )
    ran(web, "feature/1", "ci")
    assert merge_refusal(web, web.pulls[1]) is None
    tip = web.resolve("feature/1")
    assert admin.post(f"{WEB}/statuses/{tip}", {"state": "failure", "context": "ci"}).status == 201
    assert merge_refusal(web, web.pulls[1]) is not None
    assert admin.get(f"{WEB}/commits/{tip}/status").body["state"] == "failure"


def test_a_check_of_another_app_does_not_count(web: Repo) -> None:
    set_protection(
        web, "develop", required_status_checks={"strict": False, "checks": [{"context": "ci", "app_id": 7}]}
    )
    ran(web, "feature/1", "ci", app=15368)
    assert merge_refusal(web, web.pulls[1]) is not None
    ran(web, "feature/1", "ci", app=7)
    assert merge_refusal(web, web.pulls[1]) is None


def test_a_push_of_what_has_passed_its_checks(admin: Client, web: Repo) -> None:
    rules: list[dict[str, Any]] = [{"type": "required_status_checks", "parameters": CHECKS}]
    admin.post(f"{WEB}/rulesets", ruleset(include="refs/heads/develop", rules=rules))
    tip = web.resolve("feature/1")
    assert refusal(web, "push", "develop", sha=tip) == "1 required status checks are expected."
    ran(web, "feature/1", "ci")
    assert refusal(web, "push", "develop", sha=tip) is None
    assert refusal(web, "push", "develop") is not None


def test_classic_protection_is_a_whole_document(admin: Client, web: Repo) -> None:
    place = f"{WEB}/branches/main/protection"
    assert admin.get(place).body["message"] == "Branch not protected"
    made = admin.put(place, {**FULL, "allow_deletions": True}).body
    assert made["required_status_checks"]["checks"] == [{"context": "ci", "app_id": None}]
    assert made["allow_deletions"] == {"enabled": True}
    assert "restrictions" not in made
    again = admin.put(place, {**FULL, "required_status_checks": None}).body
    assert again["allow_deletions"] == {"enabled": False}
    assert "required_status_checks" not in again
    assert admin.post(f"{place}/required_signatures").body["enabled"] is True
    assert admin.get(place).body["required_signatures"]["enabled"] is True
    assert (admin.delete(place).status, admin.delete(place).status) == (204, 404)


def test_classic_protection_knows_literal_branches_only(admin: Client, web: Repo) -> None:
    """A pattern can be made on the web page alone, and shows on the branches that it takes."""
    assert admin.put(f"{WEB}/branches/release/*/protection", FULL).body["message"] == "Branch not found"
    set_protection(web, "release/*")
    web.branch("release/1.0", "develop")
    assert admin.get(f"{WEB}/branches/release/1.0").body["protected"] is True
    assert [one["name"] for one in admin.get(f"{WEB}/branches?protected=true").body] == ["release/1.0"]
    assert refusal(web, "delete", "release/1.0") == "Cannot delete this protected branch"
    assert (
        refusal(web, "delete", "release/1.0", Actor("rosa", "admin")) == "Cannot delete this protected branch"
    )


def test_restrictions_need_an_organisation_and_people_that_exist(admin: Client, github: Fake) -> None:
    body = {**FULL, "restrictions": {"users": ["nobody"], "teams": []}}
    assert admin.put(f"{WEB}/branches/main/protection", body).status == 422
    github.org("corp")
    github.repo("corp/web")
    refused = admin.put("/repos/corp/web/branches/main/protection", body)
    assert (refused.status, "nobody" in refused.body["errors"][0]) == (422, True)


def test_annotations_are_added_by_fifty(admin: Client, github: Fake, web: Repo) -> None:
    client = Client(github, github.token(kind="actions", scopes={"checks": "write"}))
    one = {"path": "a.py", "start_line": 1, "end_line": 1, "annotation_level": "warning", "message": "m"}
    output = {"title": "t", "summary": "s", "annotations": [one] * 50}
    tip = web.resolve("feature/1")
    body = {
        "name": "gitflow",
        "head_sha": tip,
        "status": "completed",
        "conclusion": "failure",
        "output": output,
    }
    made = client.post(f"{WEB}/check-runs", body).body
    changed = client.patch(
        f"{WEB}/check-runs/{made['id']}", {"output": {**output, "annotations": [one]}}
    ).body
    assert changed["output"]["annotations_count"] == 51
    assert len(client.get(f"{WEB}/check-runs/{made['id']}/annotations?per_page=100").body) == 51
    listed = client.get(f"{WEB}/commits/feature/1/check-runs?check_name=gitflow").body
    assert [run["conclusion"] for run in listed["check_runs"]] == ["failure"]
    assert client.get(f"{WEB}/commits/{tip}/check-suites").body["total_count"] == 1
    too_many = client.post(f"{WEB}/check-runs", {**body, "output": {**output, "annotations": [one] * 51}})
    assert (too_many.status, len(github.take_violations())) == (422, 1)


def test_comments(admin: Client, github: Fake, web: Repo) -> None:
    reader = Client(github, github.token("read", user="reader"))
    made = reader.post(f"{WEB}/issues/1/comments", {"body": "first"}).body
    assert made["user"]["login"] == "reader"
    assert reader.patch(f"{WEB}/issues/comments/{made['id']}", {"body": "second"}).status == 200
    assert [one["body"] for one in admin.get(f"{WEB}/issues/1/comments").body] == ["second"]
    other = Client(github, github.token("read", user="other"))
    assert other.delete(f"{WEB}/issues/comments/{made['id']}").status == 403
    assert admin.delete(f"{WEB}/issues/comments/{made['id']}").status == 204
    assert reader.post(f"{WEB}/issues/1/comments", {"body": "x" * 65537}).status == 422


def test_commits_files_and_comparison(admin: Client, web: Repo) -> None:
    web.commit("feature/1", {"src/a.py": "pass\n"}, message="Second", login=None)
    commits = admin.get(f"{WEB}/pulls/1/commits").body
    assert [one["commit"]["message"] for one in commits] == ["A change", "Second"]
    assert commits[1]["author"] is None
    files = [one["filename"] for one in admin.get(f"{WEB}/pulls/1/files").body]
    assert files == ["feature/1.txt", "src/a.py"]
    web.commit("develop")
    compared = admin.get(f"{WEB}/compare/develop...feature/1").body
    assert (compared["status"], compared["ahead_by"], compared["behind_by"]) == ("diverged", 2, 1)
    assert [one["name"] for one in admin.get(f"{WEB}/contents/src?ref=feature/1").body] == ["a.py"]
    assert admin.get(f"{WEB}/contents/src/a.py").status == 404
    assert admin.get(f"{WEB}/git/ref/heads/feature/1").body["object"]["sha"] == commits[1]["sha"]
    assert admin.get(f"{WEB}/commits/{commits[1]['sha']}/pulls").body[0]["number"] == 1


def test_permission_of_a_reviewer(admin: Client, github: Fake) -> None:
    roles = {
        login: admin.get(f"{WEB}/collaborators/{login}/permission") for login in ("rosa", "reader", "acme")
    }
    assert {login: one.body["permission"] for login, one in roles.items()} == {
        "rosa": "write",
        "reader": "read",
        "acme": "admin",
    }
    assert Client(github, github.token("read")).get(f"{WEB}/collaborators/rosa/permission").status == 403


def test_codeowners(admin: Client, web: Repo) -> None:
    assert admin.get(f"{WEB}/codeowners/errors").status == 404
    web.commit("main", {".github/CODEOWNERS": "* @ghost\n"})
    web.codeowners_errors.append(
        {"line": 1, "column": 3, "kind": "Unknown owner", "message": "m", "path": ".github/CODEOWNERS"}
    )
    assert admin.get(f"{WEB}/codeowners/errors").body["errors"][0]["kind"] == "Unknown owner"
