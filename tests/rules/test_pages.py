"""Every page of every rule, read in memory and by real git, and every mend run for real."""

from __future__ import annotations

from pathlib import Path

import pytest

from gitflowguard.model.finding import WARNING
from gitflowguard.model.rule import Rule
from gitflowguard.rules import registry
from tests.scenario import Case, Memory, Real, Script, judge, judge_checks, read_page, read_script, told

HERE = Path(__file__).parent


def _cases(checks: bool = False) -> list[object]:
    """(rule, case) for each history of each page, or for each list of what tools said."""
    found: list[object] = []
    for _, family, name in registry.RULES:
        rule = registry.find(name)
        page = HERE / family / f"{name}.md"
        for case in read_page(page.read_text()) if page.exists() else ():
            if case.checks == checks:
                found.append(pytest.param(rule, case, id=f"{name}: {case.title}"))
    return found


CASES = _cases()


@pytest.mark.parametrize(("rule", "case"), CASES)
def test_the_page_holds_in_memory(rule: Rule, case: Case) -> None:
    """The rule says of the graph what the page says."""
    script = read_script(case.script)
    reader = Memory(script)
    assert told(judge(reader, script.flow, rule), reader.labels()) == case.report


@pytest.mark.parametrize(("rule", "case"), _cases(checks=True))
def test_the_page_holds_for_what_tools_said(rule: Rule, case: Case) -> None:
    """The rule says of the facts what the page says."""
    assert judge_checks(case.script, rule) == case.report


@pytest.mark.parametrize(("rule", "case"), CASES)
def test_the_page_holds_in_git_and_its_mends_mend(rule: Rule, case: Case, tmp_path: Path) -> None:
    """The rule says the same of a real repository, and is clean once the commands were run there."""
    if case.memory_only:
        pytest.skip("git itself refuses to build this history; the page says so")
    script = read_script(case.script)
    reader = Real(script, tmp_path)
    assert told(judge(reader, script.flow, rule), reader.labels()) == case.report
    _mend(reader, script, rule)


def _mend(reader: Real, script: Script, rule: Rule) -> None:
    """Runs the first mend, looks again, until nothing that can be mended is left; each run must help."""
    while True:
        found = judge(reader, script.flow, rule).violations
        mendable = [violation for violation in found if violation.finding.mend]
        if not mendable:
            return
        worst = mendable[0]
        if worst.severity == WARNING and reader.under_way and (reader.top / ".git" / "MERGE_HEAD").exists():
            reader.git("commit", "-q", "--no-edit")  # a warning does not stop git: the merge is made by now
            reader.under_way = False
        reader.note("").unlink(missing_ok=True)
        for argv in worst.finding.mend:
            reader.run(argv)
        if not reader.note("").exists():
            reader.again()
        left = judge(reader, script.flow, rule).violations
        assert len(left) < len(found), (worst.finding, left)
