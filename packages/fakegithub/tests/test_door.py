"""Who is let in: tokens, roles, scopes, plans, names that moved, and what a recording shows of it."""

from __future__ import annotations

import base64
import json

import pytest

from fakegithub.client import Client
from fakegithub.fake import Fake
from fakegithub.state import CANARY
from fakegithub.samples import ruleset

WEB = "/repos/acme/web"


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("admin", (200, 200, 404, 201)),
        ("write", (200, 403, 404, 404)),
        ("read", (200, 403, 404, 404)),
        ("none", (404, 404, 404, 404)),
    ],
)
def test_what_a_role_may(github: Fake, role: str, expected: tuple[int, ...]) -> None:
    """Reading, settings, protection and rulesets of a private repository; 404 hides what may not be known."""
    github.org("acme")
    github.repo("acme/web", private=True)
    client = Client(github, github.token(role))
    answers = (
        client.get(WEB),
        client.patch(WEB, {"delete_branch_on_merge": True}),
        client.get(f"{WEB}/branches/main/protection"),
        client.post(f"{WEB}/rulesets", ruleset()),
    )
    assert tuple(one.status for one in answers) == expected
    words = "Branch not protected" if role == "admin" else "Not Found"
    assert answers[2].body["message"] == words


def test_merge_settings_are_for_those_who_may_write(github: Fake) -> None:
    github.repo("acme/web")
    seen = {role: Client(github, github.token(role)).get(WEB).body for role in ("read", "write", "admin")}
    assert {role: "delete_branch_on_merge" in body for role, body in seen.items()} == {
        "read": False,
        "write": True,
        "admin": True,
    }
    assert "permissions" not in Client(github).get(WEB).body


def test_nobody_and_a_wrong_token(github: Fake) -> None:
    github.repo("acme/web")
    github.repo("acme/secret", private=True)
    assert Client(github).get(WEB).status == 200
    assert Client(github).get("/repos/acme/secret").status == 404
    assert Client(github).post(f"{WEB}/rulesets", ruleset()).status == 401
    wrong = Client(github, "nonsense").get(WEB)
    assert (wrong.status, wrong.body["message"]) == (401, "Bad credentials")


@pytest.mark.parametrize("kind", ["fine", "app", "actions"])
def test_scopes_one_by_one(github: Fake, kind: str) -> None:
    """Each token may do just what its permissions say; checks are for Apps."""
    github.org("acme")
    web = github.repo("acme/web", private=True)
    web.pull("feature/1", "develop")
    tip = web.resolve("feature/1")
    asks = {
        ("checks", "write"): ("POST", f"{WEB}/check-runs", {"name": "a", "head_sha": tip}),
        ("statuses", "write"): ("POST", f"{WEB}/statuses/{tip}", {"state": "success"}),
        ("issues", "write"): ("POST", f"{WEB}/issues/1/comments", {"body": "a"}),
        ("administration", "write"): ("POST", f"{WEB}/rulesets", ruleset()),
        ("administration", "read"): ("GET", f"{WEB}/branches/main/protection", None),
        ("pull_requests", "read"): ("GET", f"{WEB}/pulls/1", None),
        ("contents", "read"): ("GET", f"{WEB}/contents/README.md", None),
    }
    for (scope, level), (verb, path, body) in asks.items():
        without = Client(github, github.token(None, user="acme", kind=kind, scopes={"metadata": "read"}))
        refused = without.ask(verb, path, body)
        assert refused.status == 403
        assert (
            "ccess" in refused.body["message"] or "authenticate via a GitHub App" in refused.body["message"]
        )
        own = Client(github, github.token(None, user="acme", kind=kind, scopes={scope: level}))
        let_in = own.ask(verb, path, body).status
        assert let_in == (403 if (scope, kind) == ("checks", "fine") else let_in)
        assert let_in in ((403,) if (scope, kind) == ("checks", "fine") else (200, 201, 404)), (scope, level)


def test_single_sign_on(github: Fake) -> None:
    github.repo("acme/web")
    refused = Client(github, github.token("admin", sso=True)).get(WEB)
    assert refused.status == 403
    assert refused.headers["x-github-sso"].startswith("required; url=")


@pytest.mark.parametrize(
    ("plan", "private", "status"), [("free", True, 403), ("free", False, 201), ("team", True, 201)]
)
def test_the_plan_decides_about_rules(github: Fake, plan: str, private: bool, status: int) -> None:
    github.org("acme", plan=plan)
    github.repo("acme/web", private=private)
    answer = Client(github, github.token("admin")).post(f"{WEB}/rulesets", ruleset())
    assert answer.status == status
    if status == 403:
        assert answer.body["message"].startswith("Upgrade to GitHub Pro or make this repository public")


@pytest.mark.parametrize(
    ("plan", "forced", "words"), [("free", None, "Team"), ("team", False, "Enterprise"), ("team", None, "")]
)
def test_rulesets_of_an_organisation_hang_on_its_plan(
    github: Fake, plan: str, forced: bool | None, words: str
) -> None:
    github.org("acme", plan=plan, org_rulesets=forced)
    answer = Client(github, github.token("admin")).get("/orgs/acme/rulesets")
    assert answer.status == (403 if words else 200)
    if words:
        assert answer.body["message"] == f"Upgrade to GitHub {words} to enable this feature."
    assert Client(github, github.token("write")).get("/orgs/acme/rulesets").status == 404


def test_an_archived_repository_is_read_only(github: Fake) -> None:
    github.repo("acme/web", archived=True)
    client = Client(github, github.token("admin"))
    assert client.get(WEB).body["archived"] is True
    assert (
        client.post(f"{WEB}/rulesets", ruleset()).body["message"]
        == "Repository was archived so is read-only."
    )
    assert client.patch(WEB, {"archived": False}).status == 200


def test_a_renamed_repository_is_found_by_its_id(github: Fake) -> None:
    repo = github.repo("acme/web")
    github.rename("acme/web", "acme/site")
    client = Client(github, github.token("admin"))
    read, wrote = client.get(f"{WEB}/rulesets"), client.post(f"{WEB}/rulesets", ruleset())
    assert (read.status, wrote.status, repo.rulesets) == (301, 307, {})
    place = read.headers["location"].removeprefix(github.url)
    assert place == f"/repositories/{repo.id}/rulesets"
    assert client.post(place, ruleset()).status == 201


def test_an_app_gets_a_token_of_its_installation(github: Fake) -> None:
    web = github.repo("acme/web")
    app = github.app("gitflow-bot", "acme", permissions={"checks": "write"})
    claims = base64.urlsafe_b64encode(json.dumps({"iss": str(app.id)}).encode()).decode().rstrip("=")
    itself = Client(github, f"aa.{claims}.bb", scheme="Bearer")
    place = itself.get(f"{WEB}/installation").body
    value = itself.post(f"/app/installations/{place['id']}/access_tokens").body["token"]
    run = {"name": "a", "head_sha": web.resolve("main"), "status": "completed", "conclusion": "success"}
    made = Client(github, value).post(f"{WEB}/check-runs", run)
    assert (made.status, made.body["app"]["slug"]) == (201, "gitflow-bot")
    assert itself.get(WEB).status == 404


def test_a_recording_never_holds_a_token(github: Fake) -> None:
    github.repo("acme/web")
    token = github.token("admin", user="rosa")
    Client(github, token).get(f"{WEB}?a={token}")
    assert CANARY in token
    said = [one.message for one in github.take_violations()]
    assert said[0] == "a token outside its header"
    assert github.requests[0].token == "classic:rosa"


def test_a_version_that_is_not_there(github: Fake) -> None:
    github.repo("acme/web")
    assert Client(github, github.token("read")).get(WEB, X_GitHub_Api_Version="2020-01-01").status == 400
    assert github.requests[0].version == "2020-01-01"


def test_pages_and_their_links(github: Fake) -> None:
    web = github.repo("acme/web")
    for number in range(5):
        web.branch(f"feature/{number}", "develop")
    client = Client(github, github.token("read"))
    first = client.get(f"{WEB}/branches?per_page=3")
    assert 'page=2&per_page=3>; rel="next"' in first.headers["link"]
    last = client.get(f"{WEB}/branches?per_page=3&page=3")
    assert [len(one.body) for one in (first, last)] == [3, 1]
    assert 'rel="next"' not in last.headers["link"]
    assert client.get(f"{WEB}/branches?per_page=100").headers.get("link") is None


def test_the_prefix_of_an_enterprise_server() -> None:
    github = Fake("/api/v3").start()
    try:
        github.repo("acme/web")
        read = Client(github, github.token("read")).get(WEB)
        assert read.body["url"] == f"{github.url}{WEB}"
        assert github.url.endswith("/api/v3")
        assert github.requests[0].path == WEB
    finally:
        github.stop()


@pytest.mark.parametrize(
    ("verb", "path", "body"),
    [
        ("GET", "/repos/acme/web/nonsense", None),
        ("GET", "/repos/acme/web/rulesets?per_page=200", None),
        ("GET", "/repos/acme/web/rulesets?target=branch", None),
        ("PUT", "/repos/acme/web/branches/main/protection", {"enforce_admins": True}),
        ("POST", "/repos/acme/web/check-runs", {"name": "a", "head_sha": "b", "status": "completed"}),
    ],
)
def test_what_github_does_not_describe_is_a_violation(
    github: Fake, verb: str, path: str, body: object
) -> None:
    github.repo("acme/web")
    Client(github, github.token("admin")).ask(verb, path, body)
    assert {one.side for one in github.take_violations()} == {"request"}
