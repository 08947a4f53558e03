"""The judge itself: errata that are still needed and say why, coverage, and what every handler serves."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from fakegithub import contract, coverage
from fakegithub.client import Client
from fakegithub.contract import packed
from fakegithub.fake import Fake
from fakegithub.handlers import HANDLERS
from fakegithub.samples import ruleset


def entries() -> list[dict[str, Any]]:
    """Every erratum."""
    said = contract.errata()
    listed = [
        *said["paths"],
        *said["schemas"],
        *said["webhooks"],
        *said["overlay"],
        *said["statuses"].values(),
    ]
    return listed


def test_each_erratum_carries_its_evidence() -> None:
    assert len(entries()) > 15
    assert [one for one in entries() if len(one["evidence"]) < 40] == []


@pytest.mark.parametrize(("part", "file"), [("schemas", "api.json.gz"), ("webhooks", "hooks.json.gz")])
def test_each_erratum_still_changes_something(part: str, file: str) -> None:
    """An erratum that the description has caught up with is stale."""
    for fix in contract.errata()[part]:
        plain, mended = packed(file), contract.amended(packed(file), [fix])
        assert plain != mended, fix["at"]


def test_every_operation_is_served_and_nothing_else() -> None:
    described = {one.name for one in contract.routes()}
    assert set(HANDLERS) == described


@pytest.mark.parametrize(
    ("path", "template", "value"),
    [
        (
            "/repos/a/b/branches/release/1.0/protection",
            "/repos/{owner}/{repo}/branches/{branch}/protection",
            "release/1.0",
        ),
        ("/repos/a/b/branches/release%2F1.0", "/repos/{owner}/{repo}/branches/{branch}", "release/1.0"),
        ("/repos/a/b/rules/branches/x%23y", "/repos/{owner}/{repo}/rules/branches/{branch}", "x#y"),
    ],
)
def test_names_with_slashes_find_their_operation(path: str, template: str, value: str) -> None:
    found = contract.route("GET", path)
    assert found is not None
    assert (found[0].template, found[1]["branch"]) == (template, value)


def test_what_was_exercised_is_counted(github: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    github.repo("acme/web")
    client = Client(github, github.token("admin"))
    client.post("/repos/acme/web/rulesets", ruleset())
    client.get("/repos/acme/web/rules/branches/main")
    monkeypatch.setenv(coverage.PLACE, str(tmp_path))
    for _ in range(2):
        coverage.keep(github.counts)
    counts = coverage.total(tmp_path)
    assert counts == Counter(
        {
            "POST /repos/{owner}/{repo}/rulesets 201": 2,
            "GET /repos/{owner}/{repo}/rules/branches/{branch} 200": 2,
            "rule deletion": 4,
        }
    )
    text = coverage.report(counts)
    assert "| POST /repos/{owner}/{repo}/rulesets | 201 (2) |" in text
    assert "| GET /user | never |" in text
    assert f"2 of {len(contract.routes())} operations. Rule types: deletion (4)." in text


def test_a_newer_version_drops_what_github_says_it_drops(github: Fake) -> None:
    """2026-03-10: no ``merge_commit_sha``, ``assignee``, ``has_downloads``; both versions conform to their own text."""
    web = github.repo("acme/web")
    web.pull("feature/1", "develop")
    client = Client(github, github.token("admin"))
    gone = {"merge_commit_sha", "assignee"}
    paths = {
        "/repos/acme/web": {"has_downloads", "use_squash_pr_title_as_default"},
        "/repos/acme/web/pulls/1": gone,
        "/rate_limit": {"rate"},
    }
    for path, keys in paths.items():
        old = client.get(path, X_GitHub_Api_Version="2022-11-28").body
        new = client.get(path, X_GitHub_Api_Version="2026-03-10").body
        assert set(old) - set(new) == keys
