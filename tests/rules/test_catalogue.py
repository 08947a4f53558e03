"""The catalogue tests itself: what a new rule forgot is named here."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from gitflowguard.app.policy.explain import HEADINGS, read_manual
from gitflowguard.model.finding import SEVERITIES
from gitflowguard.model.moment import ARRIVING, CLOCK, FLATTENED, MARKERS, MESSAGE
from gitflowguard.model.rule import Rule
from gitflowguard.rules import registry
from tests.scenario import read_page
from tools import rule_docs
from tools.new_rule import CURES, DIGITS, FACTS, MORE_FACTS

ROOT = Path(registry.__file__).parent
TESTS = Path(__file__).parent
DOCS = rule_docs.ROOT / "docs" / "rules"
# Rules that never find fault: they pass on that somebody couldn't check.
TELLS_GAPS = ("unchecked-file", "opaque-artefact")
ROWS = [pytest.param(*row, id=row[2]) for row in registry.RULES]


def _rule(name: str) -> Rule:
    rule = registry.find(name)
    assert rule is not None, f"{name} is in the list and cannot be found"
    return rule


def test_every_rule_file_is_listed_once_in_the_order_of_codes() -> None:
    """The files in the family folders and the lines of the registry are the same set."""
    listed = [f"{family}/{name.replace('-', '_')}.py" for _, family, name in registry.RULES]
    files = [p.relative_to(ROOT).as_posix() for p in ROOT.glob("*/*.py") if p.name != "__init__.py"]
    assert sorted(listed) == sorted(files)
    assert list(registry.CODES) == sorted(set(registry.CODES))
    assert len(set(registry.NAMES)) == len(registry.NAMES)


def test_a_retired_code_is_never_used_again() -> None:
    """Its heir exists, and no living rule has its code."""
    assert not set(registry.RETIRED) & set(registry.CODES)
    assert set(registry.RETIRED.values()) <= set(registry.CODES)


@pytest.mark.parametrize(("code", "family", "name"), ROWS)
def test_code_name_fact_and_folder_agree(code: str, family: str, name: str) -> None:
    """The digit is the family's, the name is the file's, the fact is the one that the family reads."""
    rule = _rule(name)
    assert (rule.code, rule.name) == (code, name)
    assert rule.family == DIGITS[family]
    assert rule.reads.__name__ in (FACTS[family], *MORE_FACTS.get(family, ()))
    assert rule.default in SEVERITIES


# Fields that not every moment can fill -> what a rule declares that reads them; one of several is enough.
BEHIND = {
    "message": (MESSAGE, ARRIVING),
    "markers": (MARKERS,),
    "flattened": (FLATTENED,),
    "idle_days": (CLOCK,),
}


def _read_by(rule: Rule) -> set[str]:
    """The fields of its fact that the rule's module reads, by the name of the first argument of `check`."""
    module = sys.modules[rule.check.__module__]
    tree = ast.parse(Path(str(module.__file__)).read_text())
    (own,) = (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "check")
    fact = own.args.args[0].arg
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == fact
    }


@pytest.mark.parametrize("name", registry.NAMES)
def test_a_rule_declares_what_it_reads(name: str) -> None:
    """Who doesn't say that a message is needed gets none at a push, and is not asked at commit-msg."""
    rule = _rule(name)
    for field in _read_by(rule) & set(BEHIND):
        assert {*BEHIND[field]} & {*rule.needs}, f"{name} reads {field}: needs=({BEHIND[field][0].upper()},)"


@pytest.mark.parametrize("name", registry.NAMES)
def test_the_name_states_the_problem(name: str) -> None:
    """A name never begins with a cure: direct-commit, not no-direct-commit."""
    assert name.split("-")[0] not in CURES


@pytest.mark.parametrize("name", registry.NAMES)
def test_the_manual_has_its_four_headings_in_order(name: str) -> None:
    """Headline, then each heading once, none empty."""
    manual = read_manual(_rule(name))
    assert tuple(heading for heading, _ in manual.sections) == HEADINGS
    assert all(text.strip() for _, text in manual.sections)
    assert manual.headline.endswith(".") and len(manual.headline) <= 120


@pytest.mark.parametrize(("code", "family", "name"), ROWS)
def test_the_page_has_a_breaking_and_a_clean_history(code: str, family: str, name: str) -> None:
    """Both cases are there, and no other page of the family lies about."""
    reports = [case.report for case in read_page((TESTS / family / f"{name}.md").read_text())]
    if name in TELLS_GAPS:
        assert any(report.startswith(f"{code} can't determine: ") for report in reports)
        assert not any(f"{code} error" in report or f"{code} warning" in report for report in reports)
    else:
        assert any(f"{code} " in report and "can't determine" not in report for report in reports)
    assert "clean" in reports


def test_every_page_belongs_to_a_rule() -> None:
    """A renamed rule takes its page along."""
    pages = {p.relative_to(TESTS).as_posix() for p in TESTS.glob("*/*.md")}
    assert pages == {f"{family}/{name}.md" for _, family, name in registry.RULES}


@pytest.mark.parametrize("name", registry.NAMES)
def test_the_documentation_page_is_there(name: str) -> None:
    """`make docs` was run."""
    assert (DOCS / f"{name}.md").exists()


def test_codes_and_names_are_found_whatever_their_case() -> None:
    """As people type them."""
    assert registry.find("gfg106") == registry.find(" Stacked-Branch ") == _rule("stacked-branch")
    assert registry.find("GFG999") is None
    assert [rule.family for rule in registry.load(("merge",))] == [3] * len(registry.load(("merge",)))
