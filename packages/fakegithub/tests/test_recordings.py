"""The fake against recorded traffic of api.github.com (npm ``@octokit/fixtures``): same requests, same answers.

Statuses must be equal. Of a body, each key of the recording that the fake has too must hold the same kind of value, and
the keys named in ``KEYS`` must be there and equal. Of scenario "errors" (labels) only the shape of a 422 is used, and
of "git-refs" not the listing of all refs, which GitHub no longer describes.
"""

from __future__ import annotations

from typing import Any

import pytest

from fakegithub.client import Client, Reply
from fakegithub.contract import packed
from fakegithub.fake import Fake
from fakegithub.repos import Repo
from fakegithub.web import invalid

ORG = "octokit-fixture-org"
API = "https://api.github.com"
SHA = "0" * 39
KEYS = {
    "name", "full_name", "private", "default_branch", "state", "description", "context", "target_url", "ref", "strict",
    "contexts", "checks", "enabled", "dismiss_stale_reviews", "require_code_owner_reviews", "login", "slug", "message",
    "required_approving_review_count", "allow_squash_merge", "allow_merge_commit", "allow_rebase_merge",
    "delete_branch_on_merge", "allow_auto_merge", "permissions", "sha", "archived", "fork", "visibility",
}  # fmt: skip


def recorded(scenario: str) -> list[dict[str, Any]]:
    """The steps of a scenario."""
    steps: list[dict[str, Any]] = packed("recordings.json.gz")[scenario]
    return steps


def world(github: Fake, name: str) -> tuple[Repo, Client]:
    """The organisation as the recording has it: a user who is an admin, a team, a repository with ``main``."""
    github.org(ORG)
    github.user("octokit-fixture-user-a")
    steps = recorded("branch-protection")
    github.team(ORG, "a-team").description = steps[2]["response"]["restrictions"]["teams"][0]["description"]
    repo = github.repo(f"{ORG}/{name}", empty=True)
    repo.branch("main", f"{SHA}1")
    repo.branch("spare", f"{SHA}2")
    del repo.refs["refs/heads/spare"]
    return repo, Client(github, github.token("admin", user="octokit-fixture-user-a"))


def replay(github: Fake, client: Client, steps: list[dict[str, Any]], repo: Repo) -> list[Reply]:
    """Sends each recorded request and compares the answer."""
    answers = []
    for step in steps:
        path = step["path"].replace("/repositories/1000", f"/repositories/{repo.id}")
        answer = client.ask(step["method"].upper(), path, step["body"] or None)
        assert answer.status == step["status"], (step["path"], answer)
        differences: list[str] = []
        compare(step["response"] or None, answer.body or None, "", differences)
        assert differences == [], step["path"]
        if "location" in step["headers"] and answer.status in (301, 307):
            assert answer.headers["location"] == f"{github.url}/repositories/{repo.id}"
        answers.append(answer)
    return answers


def compare(old: Any, new: Any, place: str, differences: list[str]) -> None:
    """Notes where an answer is not like the recorded one."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in old:
            if key in new:
                compare(old[key], new[key], f"{place}/{key}", differences)
        differences += [f"{place}/{key} is missing" for key in old if key in KEYS and key not in new]
    elif isinstance(old, list) and isinstance(new, list):
        if len(old) != len(new):
            differences.append(f"{place}: {len(new)} instead of {len(old)}")
        for one, other in zip(old, new, strict=False):
            compare(one, other, place, differences)
    elif old is not None and new is not None:
        plain = place.rpartition("/")[2] in KEYS
        if type(old) is not type(new) or (plain and old != new):
            differences.append(f"{place}: {new!r} instead of {old!r}")


def test_branch_protection(github: Fake) -> None:
    """404 "Branch not protected", two replacements of the whole document, removal."""
    repo, client = world(github, "branch-protection")
    replay(github, client, recorded("branch-protection"), repo)
    assert repo.protection == {}


def test_create_status(github: Fake) -> None:
    """Two statuses of a commit, listed newest first and combined."""
    repo, client = world(github, "create-status")
    answers = replay(github, client, recorded("create-status"), repo)
    assert [one["context"] for one in answers[2].body] == ["example/2", "example/1"]


def test_rename_repository(github: Fake) -> None:
    """A repository that was renamed: 301 for reads, 307 for the rest, both to its id."""
    repo, client = world(github, "rename-repository")
    replay(github, client, recorded("rename-repository"), repo)
    assert repo.full_name == f"{ORG}/rename-repository-newname"


def test_git_refs(github: Fake) -> None:
    """A branch is made, moved and removed. The recording moves it from one lone commit to another, by force."""
    repo, client = world(github, "git-refs")
    steps = [one for one in recorded("git-refs") if not one["path"].endswith("/git/refs/")]
    repo.commits[f"{SHA}1"].parents = (f"{SHA}2",)
    replay(github, client, steps, repo)
    assert list(repo.refs) == ["refs/heads/main"]


def test_get_repository(github: Fake) -> None:
    repo, client = world(github, "hello-world")
    step = recorded("get-repository")[0]
    repo.commit(step["response"]["default_branch"], sha=f"{SHA}3")
    repo.settings.update({key: step["response"][key] for key in ("default_branch", "description")})
    repo.topics = step["response"]["topics"]
    read = replay(github, client, [step], repo)[0].body
    missing = set(step["response"]) - set(read)
    assert missing <= {
        "temp_clone_token",
        "forks",
        "open_issues",
        "watchers",
        "use_squash_pr_title_as_default",
    }


def test_get_organization(github: Fake) -> None:
    repo, client = world(github, "hello-world")
    read = replay(github, client, recorded("get-organization"), repo)[0].body
    assert read["login"] == ORG


def test_the_shape_of_a_422() -> None:
    """The keys of a failed validation; the fake has no labels, so only the shape is compared."""
    recording = recorded("errors")[0]
    ours = invalid({"resource": "Label", "code": "invalid", "field": "color"})
    assert ours.status == recording["status"]
    assert {key: ours.body[key] for key in ("message", "errors")} == {
        key: recording["response"][key] for key in ("message", "errors")
    }


def test_every_recorded_scenario_is_replayed() -> None:
    names = set(packed("recordings.json.gz"))
    told = {name.removeprefix("test_").replace("_", "-") for name in globals() if name.startswith("test_")}
    assert names - told == {"errors"}


@pytest.mark.parametrize("old", [{"name": "a"}, {"checks": [1]}, {"enabled": True}])
def test_the_comparison_sees_differences(old: dict[str, Any]) -> None:
    differences: list[str] = []
    compare(old, {"name": "b", "checks": [], "enabled": "yes"}, "", differences)
    assert len(differences) == 1
