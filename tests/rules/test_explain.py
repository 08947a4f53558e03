"""`explain` and `rules`: the manuals, as the command line shows them."""

from __future__ import annotations

import json
import re
import textwrap

import pytest
from click.testing import CliRunner

from gitflowguard.app.policy.explain import HEADINGS
from gitflowguard.cli import explain, rules
from gitflowguard.model.event import parse_skip
from gitflowguard.policy.parse import parse
from gitflowguard.rules import registry


@pytest.mark.parametrize("word", ["GFG106", "gfg106", "stacked-branch"])
def test_explain_prints_the_manual(word: str) -> None:
    """By code or by name, whatever the case."""
    done = CliRunner().invoke(explain.command, [word])
    assert done.exit_code == 0
    assert done.output.startswith("GFG106 stacked-branch, warning by default\n")
    assert all(f"\n{heading}\n" in done.output for heading in HEADINGS)


@pytest.mark.parametrize("name", registry.NAMES)
def test_explain_shows_the_line_of_the_policy_that_turns_the_rule_down(name: str) -> None:
    """It may be pasted, and it changes the severity."""
    text = CliRunner().invoke(explain.command, [name]).output
    found = re.search(r"^    rules:\n      [a-z-]+: [a-z]+$", text, re.M)
    assert found
    policy = parse(
        textwrap.dedent(found.group()).encode(), "x.yaml", registry.NAMES, registry.CODES, tools=()
    )
    rule = registry.find(name)
    assert rule and dict(policy.flow.severities)[name] != rule.default
    skips = re.findall(r'GITFLOWGUARD_SKIP="([^"]*)"', text)
    assert all(parse_skip(skip, registry.NAMES, registry.CODES) for skip in skips)
    family = next(family for _, family, one in registry.RULES if one == name)
    assert bool(skips) == (family not in ("model", "protection", "pull"))


def test_an_unknown_rule_is_a_usage_error_with_a_suggestion() -> None:
    """Exit 2, and the nearest names."""
    done = CliRunner().invoke(explain.command, ["stackd-branch"])
    assert done.exit_code == 2
    assert "did you mean stacked-branch" in done.output
    assert "did you mean" not in CliRunner().invoke(explain.command, ["zzzzzzzz"]).output


def test_a_retired_code_leads_to_its_heir(monkeypatch: pytest.MonkeyPatch) -> None:
    """A code in an old log can still be looked up."""
    monkeypatch.setitem(registry.RETIRED, "GFG199", "GFG106")
    done = CliRunner().invoke(explain.command, ["gfg199"])
    assert done.output.startswith("GFG106 stacked-branch (was GFG199), warning by default\n")


def test_rules_lists_every_rule_once() -> None:
    """One line each, code first."""
    lines = CliRunner().invoke(rules.command, []).output.splitlines()
    assert [line.split()[:2] for line in lines] == [[code, name] for code, _, name in registry.RULES]


def test_rules_as_json_has_five_fields() -> None:
    """For tools: code, name, default, family, headline."""
    rows = json.loads(CliRunner().invoke(rules.command, ["--json"]).output)
    assert [row["code"] for row in rows] == list(registry.CODES)
    assert all(set(row) == {"code", "name", "default", "family", "headline"} for row in rows)
