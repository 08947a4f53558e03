"""`fleet status` against GitHub on the loopback: who is guarded, by what, and what couldn't be read."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from fakegithub import on_checks
from gitflowguard.policy.parse import preset
from gitflowguard.report.workflow import FILE, workflow
from tests.protect.bench import SMALL, Bench, Said, described

POLICY = SMALL.replace("{approvals: 1}", '{approvals: 1, checks: ["gitflow (main)"]}')
HOOKS = "repos:\n  - repo: https://github.com/gitflowguard/gitflowguard\n    rev: v0.2.0\n    hooks: []\n"
FLOW = preset().flow
FILES = {".gitflowguard.yaml": POLICY, FILE: workflow(FLOW, "0.2.0"), ".pre-commit-config.yaml": HOOKS}


@pytest.fixture
def acme(bench: Bench) -> Bench:
    """Three alike, one behind, one without a policy, one with a broken one, an archived one and a fork."""
    for name in ("a1", "a2", "a3", "behind", "broken", "bare", "old", "copy"):
        repo = bench.github.repo(f"acme/{name}", private=True)
        if name.startswith("a"):
            repo.commit("main", FILES)
        on_checks.ran(repo, "main", "gitflow (main)")
    bench.github.repo("acme/behind").commit(
        "main", {".gitflowguard.yaml": "preset: gitflow\n", FILE: FILES[FILE].replace("v0.2.0", "v0.1.0")}
    )
    bench.github.repo("acme/broken").commit("main", {".gitflowguard.yaml": "presett: gitflow\n"})
    bench.github.repo("acme/old").settings["archived"] = True
    bench.github.repo("acme/copy").parent = "other/copy"
    bench.policy(POLICY)
    names = ("acme/a1", "acme/a2", "acme/a3")
    assert bench.run("apply", "--yes", "--no-diff", names=names).code == 0
    bench.github.forget()
    return bench


def status(bench: Bench, *words: str) -> Said:
    said = bench.call("fleet", "status", "--api-url", bench.github.url, *words)
    if "--json" in words:
        described("fleet status").validate(said.data)
    return said


def test_an_organization_at_a_glance(acme: Bench) -> None:
    """The table, what sets each apart, and the numbers; archived repositories and forks are counted."""
    said = status(acme, "--org", "acme")
    lines = {line.split()[0]: line.split() for line in said.out.splitlines() if line.startswith("acme/")}
    table = said.out.partition("\n\n")[0]
    assert said.code == 1 and table.splitlines()[0].split() == [
        "repository", "policy", "check", "hooks", "protection", "required"
    ]  # fmt: skip
    (usual,) = {line.split()[1] for line in table.splitlines() if line.startswith("acme/a")}
    assert f"acme/a1      {usual}  v0.2.0  v0.2.0  in sync" in table and " yes" in table
    assert "acme/bare    none" in table and "acme/broken  broken" in table
    assert "acme/bare:" in lines and "acme/a1:" not in lines
    (behind,) = (line for line in said.out.splitlines() if line.startswith("acme/behind:"))
    assert f"isn't the usual one ({usual})" in behind and "check v0.1.0, usual is v0.2.0" in behind
    assert "to take" in behind and "the check isn't required" in behind
    assert "acme/broken: .gitflowguard.yaml:1:1: " in said.out
    assert said.out.endswith(
        "7 repositories: 4 guarded, 3 not; 1 of the guarded differs. Left out: 1 archived, 1 fork.\n"
    )


def test_alike_is_clean_and_a_fork_is_there_when_asked(acme: Bench) -> None:
    said = status(acme, "acme/a1", "acme/a2", "acme/a3")
    assert said.code == 0 and said.out.endswith("3 repositories: 3 guarded, 0 not.\n")
    data = status(acme, "--org", "acme", "--forks", "--json").data
    assert "acme/copy" in [row["repository"] for row in data["repositories"]]
    assert data["left_out"] == {"archived": 1, "forks": 0}


def test_the_requests_for_each_repository(acme: Bench) -> None:
    """2 without a policy; 8 at most with one, and one for each ruleset; the list costs a request a page."""
    status(acme, "--org", "acme", "--no-cache")
    counts = Counter(one.path.split("/")[3] for one in acme.github.requests if one.path.startswith("/repos/"))
    assert counts["bare"] == 2 and counts["broken"] == 1
    rulesets = len(acme.github.repo("acme/a1").rulesets)
    assert 0 < counts["a1"] <= 7 + rulesets and counts["behind"] <= 8
    assert sum(one.path.startswith("/orgs/acme/repos") for one in acme.github.requests) == 1
    assert not acme.github.writes


def test_more_repositories_than_a_page_holds(bench: Bench) -> None:
    for number in range(101):
        bench.github.repo(f"acme/r{number:03}", private=True)
    said = status(bench, "--org", "acme")
    assert "102 repositories: 0 guarded, 102 not." in said.out and said.code == 1


def test_what_a_rate_limit_hides_is_unknown(acme: Bench) -> None:
    """One repository's, in full or in part: the others are there, and nothing is called off."""
    acme.github.fail("GET /repos/acme/a2/contents/*", "429", times=99)
    acme.github.fail("GET /repos/acme/a3/rulesets", "429", times=99)
    data = status(acme, "--org", "acme", "--json", "--wait", "0").data
    rows = {row["repository"]: row for row in data["repositories"]}
    assert rows["acme/a2"]["guarded"] is None and "unknown" in rows["acme/a2"]["policy"]
    assert "unknown" in rows["acme/a3"]["steps"] and rows["acme/a3"]["guarded"] is True
    assert rows["acme/a1"]["steps"] == 0 and rows["acme/a1"]["required"] is True
    said = status(acme, "acme/a1", "acme/a2", "--wait", "0")
    assert said.code == 3 and "acme/a2: unknown: " in said.out and "1 guarded, 0 not, 1 unknown" in said.out


def test_a_reader_sees_what_a_reader_may(acme: Bench) -> None:
    """A token without rights over settings: the check required by a ruleset is seen, classic protection isn't."""
    acme.patch.setenv("GITHUB_TOKEN", acme.github.token("read"))
    data = status(acme, "acme/a1", "acme/behind", "--json", "--no-cache").data
    rows = {row["repository"]: row for row in data["repositories"]}
    assert rows["acme/a1"]["required"] is True
    assert "can't see" in rows["acme/behind"]["required"]["unknown"]
    assert not any("isn't required" in one for one in rows["acme/behind"]["differs"])


def test_a_policy_that_extends_another(bench: Bench) -> None:
    """The key as it is written, and the commit that the lock names."""
    text = "extends: github:acme/policies@v2  # ours\n"
    bench.web.commit("main", {".gitflowguard.yaml": text, ".gitflowguard.lock": "commit: 0123abc\n"})
    (row,) = status(bench, "acme/web", "--json").data["repositories"]
    assert row["extends"] == "github:acme/policies@v2" and row["locked"] == "0123abc"


def test_a_policy_in_pyproject(bench: Bench) -> None:
    bench.web.commit("main", {"pyproject.toml": '[tool.gitflowguard]\npreset = "gitflow"\n'})
    (row,) = status(bench, "acme/web", "--json").data["repositories"]
    assert row["guarded"] and row["policy"] == "pyproject.toml" and row["differs"][0] == "no workflow"


@pytest.mark.parametrize(
    "words, said",
    [
        ((), "name the repositories in one way"),
        (("acme/web", "--org", "acme"), "name the repositories in one way"),
        (("acme/web", "--topic", "ml"), "go with --org"),
        (("--org", "a/b"), "isn't an organization"),
        (("web",), "isn't a repository"),
        (("--org", "acme", "--shard", "9"), "--shard"),
    ],
)
def test_a_wrong_aim_is_named(bench: Bench, words: tuple[str, ...], said: str) -> None:
    done = status(bench, *words)
    assert done.code == 2 and said in done.err and not bench.github.requests


def test_a_file_and_a_shard(acme: Bench, tmp_path: Path) -> None:
    """Parts of a list make the whole."""
    file = tmp_path / "repos.txt"
    file.write_text("acme/a1\nacme/a2\nacme/bare\n")
    rows = [
        row["repository"]
        for part in ("1/2", "2/2")
        for row in status(acme, "--repos-file", str(file), "--shard", part, "--json").data["repositories"]
    ]
    assert sorted(rows) == ["acme/a1", "acme/a2", "acme/bare"]
