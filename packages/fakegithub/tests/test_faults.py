"""Scripted faults: what is answered, what has happened to the state, and what is judged."""

from __future__ import annotations

import http.client
import json
from typing import Any

import pytest

from fakegithub.client import Client
from fakegithub.fake import Fake
from fakegithub.faults import ANSWERS, Fault
from fakegithub.rules import refusal
from fakegithub.samples import ruleset

PLACE = "/repos/acme/web/rulesets"
HAPPENS = {"502-after", "cut", "slow", "reset-after"}
LOST = {"cut", "slow", "slow-before", "reset", "reset-after"}


@pytest.fixture
def admin(github: Fake) -> Client:
    """An admin of acme/web, and a GitHub that is slow for a moment only."""
    github.repo("acme/web")
    github.slow = 0.05
    return Client(github, github.token("admin"))


@pytest.mark.parametrize("name", sorted(set(ANSWERS) - LOST))
def test_a_fault_is_answered_once(admin: Client, github: Fake, name: str) -> None:
    """The first request meets the fault, the second the truth; only some faults let the write take effect."""
    github.fail("POST */rulesets", name)
    met = admin.post(PLACE, ruleset())
    fault = ANSWERS[name]
    assert met.status == (201 if name == "200-ignored" else fault.status)
    for key, value in fault.headers:
        assert met.headers[key.lower()] == value
    assert bool(github.repo("acme/web").rulesets) == (name in HAPPENS)
    again = admin.post(PLACE, ruleset())
    assert again.status == (422 if name in HAPPENS else 201)
    assert [one.fault for one in github.requests] == [name, ""]


@pytest.mark.parametrize("name", sorted(LOST))
def test_a_fault_on_the_wire_loses_the_answer(admin: Client, github: Fake, name: str) -> None:
    github.fail(1, name)
    with pytest.raises((http.client.HTTPException, ConnectionError, json.JSONDecodeError)):
        admin.post(PLACE, ruleset())
    assert bool(github.repo("acme/web").rulesets) == (name in HAPPENS)


def test_a_client_that_does_not_wait_times_out(admin: Client, github: Fake) -> None:
    github.slow = 5
    github.fail("*", "slow")
    with pytest.raises(TimeoutError):
        admin.ask("GET", PLACE, timeout=0.05)


def test_pages_of_html_stay_html(admin: Client, github: Fake) -> None:
    github.fail("read", "html-200")
    met = admin.get(PLACE)
    assert (met.status, met.headers["content-type"]) == (200, "text/html")
    assert met.body.startswith("<!DOCTYPE html>")


def test_which_requests_a_fault_meets(admin: Client, github: Fake) -> None:
    """By number from now, by verb and path, by kind, by a function; a few may pass first."""
    admin.get(PLACE)
    github.fail(2, "500")
    assert [admin.get(PLACE).status for _ in range(3)] == [200, 500, 200]
    github.fail("GET */rulesets", "404", times=2, after=1)
    assert [admin.get(PLACE).status for _ in range(4)] == [200, 404, 404, 200]
    github.fail("write", "409")
    assert (admin.get(PLACE).status, admin.post(PLACE, ruleset()).status) == (200, 409)
    github.fail(lambda request: "page" in request.query, Fault(418, "I'm a teapot"))
    assert (admin.get(PLACE).status, admin.get(f"{PLACE}?page=1").status) == (200, 418)


def test_somebody_else_acts_just_before(admin: Client, github: Fake) -> None:
    web = github.repo("acme/web")
    seen: list[Any] = []

    def other(request: Any) -> None:
        seen.append(request.path)
        web.rulesets.clear()

    made = admin.post(PLACE, ruleset()).body
    github.before("PUT *", other)
    assert admin.put(f"{PLACE}/{made['id']}", {"enforcement": "disabled"}).status == 404
    assert seen == [f"{PLACE}/{made['id']}"]


def test_a_promise_is_watched_between_steps(admin: Client, github: Fake) -> None:
    """The watcher sees each change that took effect, and only those."""
    web = github.repo("acme/web")
    before = web.guarded()
    made = admin.post(PLACE, ruleset()).body
    seen: list[str] = []

    def kept(request: Any) -> None:
        seen.append(request.method)
        assert refusal(web, "delete", "main") is not None, "main can be deleted"

    github.watch(kept)
    github.fail("*", "200-ignored")
    admin.delete(f"{PLACE}/{made['id']}")
    admin.post(PLACE, ruleset("two"))
    assert github.violations == []
    for one in list(web.rulesets):
        admin.delete(f"{PLACE}/{one}")
    assert seen == ["POST", "DELETE", "DELETE"]
    assert [one.message.split("\n")[0] for one in github.take_violations()] == ["main can be deleted"]
    assert web.guarded() == before


def test_a_request_is_judged_even_when_the_answer_is_a_fault(admin: Client, github: Fake) -> None:
    github.fail("*", "502")
    admin.post(PLACE, {"nonsense": 1})
    assert github.take_violations()


def test_the_primary_limit(admin: Client, github: Fake) -> None:
    """Answers with 304 are free; when the window has passed there is a new quota."""
    github.limits.primary, github.limits.window = 2, 60
    tag = admin.get(PLACE).headers["etag"]
    free = admin.get(PLACE, If_None_Match=tag)
    assert (free.status, free.headers["x-ratelimit-remaining"]) == (304, "1")
    assert admin.get(PLACE).headers["x-ratelimit-remaining"] == "0"
    spent = admin.get(PLACE)
    assert (spent.status, spent.headers["x-ratelimit-remaining"]) == (403, "0")
    assert "API rate limit exceeded" in spent.body["message"]
    assert admin.get("/rate_limit").body["rate"]["remaining"] == 0
    assert len(github.counted) == 4
    github.born -= 61
    assert admin.get(PLACE).status == 200


def test_the_secondary_limit(admin: Client, github: Fake) -> None:
    github.limits.writes, github.limits.retry_after = 1, 7
    assert admin.post(PLACE, ruleset()).status == 201
    refused = admin.post(PLACE, ruleset("two"))
    assert (refused.status, refused.headers["retry-after"]) == (403, "7")
    github.limits.retry_after = None
    assert "retry-after" not in admin.post(PLACE, ruleset("two")).headers
    github.born -= 61
    assert admin.post(PLACE, ruleset("two")).status == 201


def test_latency(admin: Client, github: Fake) -> None:
    github.latency = 0.02
    before = github.now()
    admin.get(PLACE)
    assert github.now() - before >= 0.02
