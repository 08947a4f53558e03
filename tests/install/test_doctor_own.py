"""`doctor` and `explain` on rules of a team's own: what can't run here isn't "All is well", and a typo is suggested."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from gitflowguard.app.setup.doctorown import check_own
from gitflowguard.model.flow import Flow
from gitflowguard.policy.parse import parse
from gitflowguard.quality.catalogue import NAMES as TOOLS
from gitflowguard.rules.registry import CODES, NAMES
from tests.install.place import Shell, repository

RULES = """\
preset: gitflow
rules:
  x/no-friday: {plugin: acme-gitflow-rules, reads: commit, needs: [message]}
  x/issue-key: {run: [tools/key.py], reads: commit, severity: warning}
"""


def flow(text: str) -> Flow:
    return parse(text.encode(), ".gitflowguard.yaml", NAMES, CODES, tools=TOOLS).flow


def row(run: str, severity: str = "error") -> str:
    return f"preset: gitflow\nrules:\n  x/one: {{{run}, reads: commit, severity: {severity}}}\n"


@pytest.mark.parametrize(
    ("run", "severity", "status", "says"),
    [
        (
            "plugin: acme-none",
            "error",
            "bad",
            "the package acme-none isn't installed beside gitflowguard, so the rule",
        ),
        ("plugin: acme-none", "warning", "warning", "isn't installed"),
        ("plugin: pytest", "error", "bad", "the package pytest has no entry point one in gitflowguard.rules"),
        (
            "run: [no-such-program]",
            "error",
            "bad",
            "there is no program no-such-program here, so the rule can't run",
        ),
        ("run: [git]", "error", "ok", "its program is there"),
        ("run: [./key.py]", "error", "ok", "its program is there"),
        ("run: [lost/key.py]", "error", "bad", "there is no lost/key.py in this work tree"),
    ],
)
def test_each_rule_has_a_line(tmp_path: Path, run: str, severity: str, status: str, says: str) -> None:
    (tmp_path / "key.py").write_text("")
    ((name, found, text),) = check_own(str(tmp_path), flow(row(run, severity)))
    assert (name, found) == ("x/one", status) and says in text


def test_one_that_is_ignored_has_none_and_one_that_is_installed_is_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not list(check_own(str(tmp_path), flow(row("plugin: acme-none", "ignore"))))
    info = tmp_path / "acme_none-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-none\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[gitflowguard.rules]\none = acme_none:RULE\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    assert list(check_own("", flow(row("plugin: acme-none")))) == [
        ("x/one", "ok", "its package is installed")
    ]


def test_the_command_fails_and_a_typo_is_suggested(tmp_path: Path, guard: Shell) -> None:
    repo = repository(tmp_path / "r", "main", "develop")
    assert guard(repo, "init", "--yes").code == 0
    (repo / ".gitflowguard.yaml").write_text(RULES)
    said = guard(repo, "doctor")
    assert said.code == 1 and "All is well" not in said.out
    assert "✗ x/no-friday" in said.out and "acme-gitflow-rules isn't installed" in said.out
    assert "! x/issue-key" in said.out
    said = guard(repo, "explain", "x/no-fridy")
    assert said.code == 2 and "there is no rule x/no-fridy; did you mean x/no-friday" in said.err
