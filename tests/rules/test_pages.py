"""Every page of every rule, read in memory and by real git, and every mend run for real.

What the radar foresees is read by real git only, and then git itself is to show it.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

from gitflowguard.engine import evaluate
from gitflowguard.model.collision import BREAKS, WITH_BRANCH, Collision
from gitflowguard.model.finding import WARNING, Argv, Violation
from gitflowguard.model.rule import Rule
from gitflowguard.rules import registry
from tests.blobpages import judge_blobs
from tests.guardpages import judge_guards
from tests.measurepages import judge_measures
from tests.recordpages import judge_records
from tests.scenario import (
    Case,
    Memory,
    Real,
    Script,
    foreseen,
    judge,
    judge_checks,
    read_page,
    read_script,
    told,
)

HERE = Path(__file__).parent


def _cases(
    checks: bool = False,
    git_only: bool = False,
    guards: bool = False,
    blobs: bool = False,
    measures: bool = False,
    records: bool = False,
) -> list[ParameterSet]:
    """(rule, case) for each history of each page, each list of what tools or GitHub said, or what the radar sees."""
    found: list[ParameterSet] = []
    for _, family, name in registry.RULES:
        rule = registry.find(name)
        page = HERE / family / f"{name}.md"
        for case in read_page(page.read_text()) if page.exists() else ():
            kinds = (case.checks, case.git_only, case.guards, case.blobs, case.measures, case.records)
            if kinds == (checks, git_only, guards, blobs, measures, records):
                found.append(pytest.param(rule, case, id=f"{name}: {case.title}"))
    return found


CASES = _cases()


def _one_each(cases: list[ParameterSet]) -> list[ParameterSet]:
    """The cases; all are `slow` but one of each rule: the first in which it prints a command, or the first of all.

    In git `make test` builds one history of each rule, in memory, where a history costs a hundredth, all of them.
    """
    chosen: dict[str, ParameterSet] = {}
    for case in sorted(cases, key=lambda case: not _prints(case)):
        chosen.setdefault(_rule(case), case)
    return [
        (
            case
            if case is chosen[_rule(case)]
            else pytest.param(*case.values, id=case.id, marks=pytest.mark.slow)
        )
        for case in cases
    ]


def _rule(case: ParameterSet) -> str:
    return str(case.id).partition(":")[0]


def _prints(case: ParameterSet) -> bool:
    found = case.values[1]
    assert isinstance(found, Case)
    return not found.memory_only and "\n    " in found.report


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


@pytest.mark.parametrize(("rule", "case"), _cases(guards=True))
def test_the_page_holds_for_what_github_said(rule: Rule, case: Case) -> None:
    """The rule says of the differences what the page says."""
    assert told(judge_guards(case.script, rule), {}) == case.report


@pytest.mark.parametrize(("rule", "case"), _cases(records=True))
def test_the_page_holds_for_what_records_say(rule: Rule, case: Case) -> None:
    """The rule says of the artefacts what the page says."""
    assert told(judge_records(case.script, rule), {}) == case.report


@pytest.mark.parametrize(("rule", "case"), _cases(blobs=True))
def test_the_page_holds_for_what_contents_are(rule: Rule, case: Case) -> None:
    """The rule says of the contents what the page says."""
    assert told(judge_blobs(case.script, rule), {}) == case.report


@pytest.mark.parametrize(("rule", "case"), _cases(measures=True))
def test_the_page_holds_for_what_reports_said(rule: Rule, case: Case) -> None:
    """The rule says of the measures what the page says."""
    assert told(judge_measures(case.script, rule), {}) == case.report


@pytest.mark.parametrize(("rule", "case"), _one_each(CASES))
def test_the_page_holds_in_git_and_its_mends_mend(rule: Rule, case: Case, tmp_path: Path) -> None:
    """The rule says the same of a real repository, and is clean once the commands were run there.

    The other histories are slow: what the rule says of them is proved by test_the_page_holds_in_memory.
    """
    if case.memory_only:
        pytest.skip("git itself refuses to build this history; the page says so")
    script = read_script(case.script)
    reader = Real(script, tmp_path)
    report = judge(reader, script.flow, rule)
    assert told(report, reader.labels()) == case.report
    _mend(reader, script, rule, report.violations)


def _mend(reader: Real, script: Script, rule: Rule, found: tuple[Violation, ...]) -> None:
    """Runs the first mend, looks again, until nothing that can be mended is left; each run must help."""
    while mendable := [violation for violation in found if violation.finding.mend]:
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
        found = left


def test_what_the_radar_foresees_is_read_by_real_git_only_and_nothing_else_is() -> None:
    """The mark stands on every history of the family conflict, and on no other."""
    for _, family, name in registry.RULES:
        page = HERE / family / f"{name}.md"
        cases = read_page(page.read_text()) if page.exists() else ()
        assert {case.git_only for case in cases} <= {family == "conflict"}, name


@pytest.mark.parametrize(("rule", "case"), _one_each(_cases(git_only=True)))
def test_the_page_holds_for_the_radar_and_git_does_what_it_says(
    rule: Rule, case: Case, tmp_path: Path
) -> None:
    """The rule says of what the radar sees what the page says; and then a real merge stops at just those paths.

    The other histories are slow: tests/radar/test_exact.py proves of random ones that git does what the radar
    foresees.
    """
    script = read_script(case.script)
    reader = Real(script, tmp_path / "first")
    facts, view = foreseen(reader, script.flow)
    assert told(evaluate((rule,), facts, view), reader.labels()) == case.report
    for number, fact in enumerate(facts):
        report = evaluate((rule,), (fact,), view)
        again = Real(script, tmp_path / str(number))
        for violation in report.violations:
            if violation.finding.mend and fact.merges:
                _stops_where_it_is_broken(again, script, fact, violation.finding.mend)
            elif violation.finding.mend:
                _stops_as_foretold(again, script, fact, violation.finding.mend)
            elif fact.remedy is not None and fact.remedy.order:
                _merges_in_order(again, fact.target, fact.remedy.order)
        for skipped in report.skipped:
            if skipped.unknown.mend:
                for argv in skipped.unknown.mend:
                    again.run(argv)
                assert fact not in foreseen(again, script.flow)[0], "the command does not help"


def _merges_in_order(reader: Real, target: str, order: tuple[str, ...]) -> None:
    """Merges both as the order says; a conflict fails."""
    reader.git("switch", "-q", target)
    for name in order:
        reader.git("merge", "-q", "--no-ff", "--no-edit", name)


def _stops_as_foretold(reader: Real, script: Script, fact: Collision, mend: tuple[Argv, ...]) -> None:
    """Lands what lands first, runs the commands, meets the conflict there and nowhere else; resolved, it is gone.

    What is resolved lies on the branch that moves, never on one that others share.
    """
    if fact.relation == WITH_BRANCH:
        reader.git("switch", "-q", fact.target)
        reader.git("merge", "-q", "--no-ff", "--no-edit", fact.other)
    *ready, merge = mend
    assert all(argv[:2] != ("git", "switch") or not script.flow.protected(argv[-1]) for argv in ready)
    for argv in ready:
        reader.run(argv)
    assert merge[:2] == ("git", "merge")
    reader.run(merge, ok=False)
    stopped = reader.git("diff", "--name-only", "--diff-filter=U").splitlines()
    assert stopped == [clash.path for clash in fact.clashes] != []
    reader.git("add", "--", *stopped)
    reader.git("commit", "-q", "--no-edit")
    left = [(one.about, one.other, one.target) for one in foreseen(reader, script.flow)[0]]
    assert (fact.about, fact.other, fact.target) not in left


def _stops_where_it_is_broken(reader: Real, script: Script, fact: Collision, mend: tuple[Argv, ...]) -> None:
    """Lands what lands first, runs the commands, and finds the fault in the merge that isn't committed yet; once it is
    put right there and committed, it is gone."""
    if fact.other != fact.target:
        reader.git("switch", "-q", fact.target)
        reader.git("merge", "-q", "--no-ff", "--no-edit", fact.other)
    for argv in mend:
        reader.run(argv)
    assert (reader.top / ".git" / "MERGE_HEAD").exists(), "git has committed what is broken"
    if fact.relation == BREAKS:
        assert (
            fact.says.split()[-1].strip("'") in (reader.top / fact.path).read_text() or "gets no" in fact.says
        )
        (reader.top / fact.path).write_text("")
    else:
        reader.run(script.run, ok=False)
        reader.git("rm", "-q", "-f", "one.txt")
    reader.git("add", "--all")
    reader.git("commit", "-q", "--no-edit")
    left = [(one.about, one.other, one.target) for one in foreseen(reader, script.flow)[0]]
    assert (fact.about, fact.other, fact.target) not in left
