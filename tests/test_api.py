"""The API for programs, in a repository that real git made: plain values, one error, nothing written."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from gitflowguard import api
from tests.docs.pages import ROOT
from tests.install.place import git, repository

CONVENTIONAL = "preset: gitflow\nmessage: {style: conventional}\nrules: {malformed-message: error}\n"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """main, develop, and feature/x with one commit, which is checked out."""
    made = repository(tmp_path / "place", "main", "develop")
    git(made, "checkout", "-q", "-b", "feature/x", "develop")
    git(made, "commit", "-q", "--allow-empty", "-m", "Add x")
    return made


def codes(verdict: api.ApiVerdict) -> list[str]:
    return [one.code for one in verdict.findings]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("feature/login", []),
        ("pipeline1", ["GFG101"]),
        ("feature/a b", ["GFG102"]),
        ("release/x", ["GFG603"]),
    ],
)
def test_a_branch_name(place: Path, name: str, found: list[str]) -> None:
    verdict = api.branch_name(name, folder=str(place))
    assert codes(verdict) == found and verdict.ok is not bool(found)


def test_where_a_release_would_be_cut_is_unknown(place: Path) -> None:
    """So it is not said that its version is stale, nor that it isn't."""
    verdict = api.branch_name("release/1.0.0", folder=str(place))
    assert (
        verdict.ok
        and verdict.blind
        and [one.rule for one in verdict.unknown]
        == [
            "parallel-release",
            "stale-version",
        ]
    )


def test_a_finding_says_all_that_a_report_says(place: Path) -> None:
    (one,) = api.branch_name("pipeline1", folder=str(place)).findings
    assert (one.rule, one.severity, one.ref, one.page) == (
        "unknown-branch-kind",
        "error",
        "pipeline1",
        "https://github.com/gitflowguard/gitflowguard/blob/main/docs/rules/unknown-branch-kind.md",
    )
    assert "pipeline1" in one.says and (one.commit, one.path, one.line) == ("", "", 0)


def test_a_message_by_a_policy_that_is_handed_in(place: Path) -> None:
    assert api.message("Add the login", folder=str(place)).ok
    verdict = api.message("Add the login", folder=str(place), policy=CONVENTIONAL)
    assert codes(verdict) == ["GFG203"] and verdict.findings[0].ref == "feature/x"
    assert verdict.findings[0].fix == ("git commit -m 'feat: Add the login'",)
    assert api.message("feat: add it", branch="feature/y", folder=str(place), policy=CONVENTIONAL).ok


def test_a_warning_is_ok(place: Path) -> None:
    policy = "preset: gitflow\nprotection: {kinds: {develop: {approvals: 1}}}\n"
    verdict = api.message("Correct a typo [skip ci]", folder=str(place), policy=policy)
    assert codes(verdict) == ["GFG214"] and verdict.ok
    assert not api.message(
        "Correct a typo [skip ci]", folder=str(place)
    ).findings  # nothing is required there


def test_a_merge_by_its_names(place: Path) -> None:
    """No command: those of the rule begin by undoing a merge, and there is none."""
    assert api.merge("feature/x", "develop", folder=str(place)).ok
    (one,) = api.merge("feature/x", "main", folder=str(place)).findings
    assert (one.code, one.ref, one.fix) == ("GFG301", "main", ())


def test_a_pull_request(place: Path) -> None:
    """What git doesn't know is unknown, not a pass."""
    verdict = api.pull_request("feature/x", "develop", folder=str(place))
    assert verdict.ok and not verdict.blind and [one.rule for one in verdict.unknown] == ["missing-approval"]
    assert codes(api.pull_request("feature/x", "main", folder=str(place))) == ["GFG501"]


def test_a_repository(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The given one, or the current folder's."""
    assert api.repository(str(place)).ok
    git(place, "branch", "pipeline1")
    assert codes(api.repository(str(place), everything=True)) == ["GFG101"]
    monkeypatch.chdir(place)
    assert codes(api.repository(everything=True)) == ["GFG101"]


def test_nothing_is_written(place: Path) -> None:
    def seen() -> dict[str, bytes]:
        return {
            str(one): one.read_bytes()
            for one in place.rglob("*")
            if one.is_file() and "gitflowguard" not in one.parts
        }

    before = seen()
    api.branch_name("feature/login", folder=str(place))
    api.repository(str(place), everything=True)
    api.pull_request("feature/x", "develop", folder=str(place))
    assert seen() == before


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda place: api.repository(str(place.parent)), "not a git repository"),
        (
            lambda place: api.pull_request("feature/y", "main", folder=str(place)),
            "this clone lacks the head feature/y",
        ),
        (lambda place: api.pull_request("feature/x", "mian", folder=str(place)), "did you mean main?"),
        (
            lambda place: api.pull_request("feature/x", "main", folder=str(place), fork=True),
            "feature/x here is this repository's own",
        ),
        (lambda place: api.branch_name("x", folder=str(place), policy="presets: 1"), 'unknown key "presets"'),
    ],
)
def test_what_keeps_it_from_judging_is_one_error(place: Path, ask: object, says: str) -> None:
    assert callable(ask)
    git(place, "remote", "add", "origin", "https://example.com/x.git")
    if "own" in says:
        git(place, "config", "branch.feature/x.remote", "origin")
        git(place, "config", "branch.feature/x.merge", "refs/heads/feature/x")
    with pytest.raises(api.ApiError) as caught:
        ask(place)
    assert says in str(caught.value)


def test_the_import_is_light() -> None:
    """No command line, no YAML, no HTTP: those come with what needs them."""
    code = "import sys; from gitflowguard import api; print(*sys.modules)"
    done = subprocess.run((sys.executable, "-I", "-c", code), capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not loaded & {"click", "yaml", "github", "git", "requests", "jsonschema", "rich", "subprocess"}
    assert len([one for one in loaded if one.startswith("gitflowguard")]) == 2


def test_the_page_names_every_name_and_field() -> None:
    """docs/api.md is what a program is written against."""
    page = (ROOT / "docs/api.md").read_text("utf-8")
    assert all(f"`{name}" in page or f"api.{name}" in page for name in api.__all__)
    for kind in (api.ApiVerdict, api.ApiFinding, api.ApiUnknown):
        assert all(f"`{one.name}`" in page for one in fields(kind)), kind
    block = page.partition("```python\n")[2].partition("```")[0]
    compile(block, "docs/api.md", "exec")
