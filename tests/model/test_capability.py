"""What a GitHub server takes: the product and the stand-in judge by one table."""

from __future__ import annotations

import json
import runpy
import sys
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from fakegithub import able
from gitflowguard.model.capability import BypassPlace, most_approvals, objection, row_of
from gitflowguard.model.protection import MODES, Actor
from gitflowguard.model.served import FACTS, SERVERS

ROOT = Path(__file__).resolve().parents[2]
# The policy's word -> GitHub's type and, for an App, its slug.
ACTORS = {
    "team:ops": ("Team", ""),
    "app:renovate": ("Integration", "renovate"),
    "app:github-actions": ("Integration", "github-actions"),
    "role:admin": ("RepositoryRole", ""),
    "user:ada": ("User", ""),
    "deploy-key": ("DeployKey", ""),
    "org-admin": ("OrganizationAdmin", ""),
}


@pytest.mark.parametrize("server", ["", "3.17.4", "3.19.0", "3.2.1"])
def test_product_and_stand_in_agree_on_every_cell(server: str) -> None:
    """Actor x mode x target x owner: what the product blocks before is what the stand-in would refuse."""
    for (name, github), mode, target, owner in product(
        ACTORS.items(), MODES, ("branch", "tag"), ("Organization", "User")
    ):
        ours = objection(Actor(name, mode), BypassPlace(target, (), owner, server))
        theirs = able.refusal(able.Entry(github, mode, target, owner, server))
        assert bool(ours) == (theirs is not None), (name, mode, target, owner, server, ours, theirs)


@pytest.mark.parametrize(
    ("actor", "place", "says"),
    [
        (Actor("team:a", "pull_request"), BypassPlace("branch", ("creation",)), "no pull request creates"),
        (Actor("team:a", "pull_request"), BypassPlace("branch", ("creation", "pull_request")), ""),
        (Actor("team:a"), BypassPlace("branch", ("deletion",)), ""),
        (Actor("user:ada"), BypassPlace("branch", (), "User", "3.18.2"), "knows no bypass for User"),
        (Actor("role:admin", "exempt"), BypassPlace("branch", (), "User", "3.18.2"), "no bypass mode exempt"),
        (Actor("role:admin", "exempt"), BypassPlace("branch", (), "User", "3.2"), ""),
        (Actor("role:admin", "exempt"), BypassPlace("branch"), ""),
        (Actor("EnterpriseRole"), BypassPlace("branch", (), "Organization", ""), ""),
        (Actor("Nobody"), BypassPlace("branch", (), "Organization", ""), "GitHub knows no bypass for Nobody"),
        (Actor("team:github-actions"), BypassPlace("branch"), ""),
    ],
)
def test_what_is_said_of_one_entry(actor: Actor, place: BypassPlace, says: str) -> None:
    """Where the owner or the server isn't known, only what every server blocks is named."""
    found = objection(actor, place)
    assert says in found and bool(says) == bool(found)


def test_levels_and_versions() -> None:
    """Six approvals at the classic level, ten in rulesets; a version is looked up by its first two numbers."""
    assert most_approvals("classic")[0] == able.most_approvals("classic") == 6
    assert most_approvals("rulesets") == (10, "")
    assert row_of(None) is None and row_of("3.2.9") is None and row_of("3.17.9") is SERVERS["3.17"]


def test_each_fact_has_a_source() -> None:
    """A quote of a published description (the tool looks for it there), or public addresses."""
    for row in (row for rows in able.facts().values() for row in rows):
        assert row.get("quote") or row["sources"], row["id"]
        assert all(one.startswith("https://") for one in row.get("sources", ())), row["id"]
    assert {row["id"] for rows in FACTS.values() for row in rows} == {
        row["id"] for rows in able.facts().values() for row in rows
    }


def test_the_module_is_generated(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """`python tools/github_servers.py --check` compares it with the two files, without a network."""
    tool: dict[str, Any] = runpy.run_path(str(ROOT / "tools/github_servers.py"))
    assert tool["main"](["--check"]) == 0
    tool["main"].__globals__["module"] = lambda: "something else"
    assert tool["main"](["--check"]) == 1
    assert "run make docs" in capsys.readouterr().err
    monkeypatch.setattr(sys, "path", [one for one in sys.path if not one.endswith("/tools")])
    kept = json.loads((able.DATA / "servers.json").read_text())
    assert kept["license"] == "MIT" and kept["version"][0].isdigit()
