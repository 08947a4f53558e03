"""Webhook payloads conform to GitHub's description: the published ones, and those made here."""

from __future__ import annotations

from collections import Counter

import pytest

from fakegithub import events
from fakegithub.repos import Repo
from fakegithub.state import State

NAMES = (
    "fork opened", "deleted fork", "retargeted", "retitled", "enqueued", "dequeued", "base renamed", "large",
    "synchronized", "merge group", "push",
)  # fmt: skip


@pytest.fixture
def web() -> Repo:
    """A repository of an organisation."""
    state = State()
    state.org("acme")
    return state.repo("acme/web")


def test_every_published_payload_conforms() -> None:
    found = events.examples()
    assert Counter(event for event, _ in found) == {
        "pull_request": 29,
        "merge_group": 2,
        "push": 7,
        "pull_request_review": 4,
    }
    assert [said for event, one in found for said in events.complaints(event, one)] == []


def test_every_derived_payload_conforms(web: Repo) -> None:
    made = events.derived(web)
    assert tuple(made) == NAMES
    kinds = {"merge group": "merge_group", "push": "push"}
    assert [
        said for name, one in made.items() for said in events.complaints(kinds.get(name, "pull_request"), one)
    ] == []


def test_derived_payloads_say_what_they_are_for(web: Repo) -> None:
    made = events.derived(web)
    pull = {name: one["pull_request"] for name, one in made.items() if "pull_request" in one}
    assert pull["fork opened"]["head"]["repo"]["full_name"] == "mallory/web"
    assert pull["deleted fork"]["head"]["repo"] is None
    assert made["retargeted"]["changes"]["base"]["ref"]["from"] == "develop"
    assert pull["retargeted"]["base"]["ref"] == "main"
    assert (pull["retitled"]["title"], made["retitled"]["changes"]["title"]["from"]) == (
        "::error::no",
        "A change",
    )
    assert (pull["base renamed"]["base"]["ref"], web.resolve("release/1.0")) == ("release/1.1", None)
    assert (pull["large"]["commits"], pull["large"]["changed_files"]) == (250, 3000)
    assert made["merge group"]["merge_group"]["base_ref"] == "refs/heads/develop"
    assert {one["base"]["repo"]["full_name"] for one in pull.values()} == {"acme/web"}


def test_a_payload_that_is_wrong_is_seen(web: Repo) -> None:
    made = events.pull_request(web, web.pull("feature/1", "develop"))
    made["pull_request"]["head"]["sha"] = None
    assert "/pull_request/head/sha" in events.complaints("pull_request", made)[0]
