"""Which of the tests that the policy names didn't pass."""

from __future__ import annotations

from gitflowguard.gate.junit import PASSED, SKIPPED, XFAILED, JUnitReport
from gitflowguard.gate.patterns import matches_test

MOST_NAMED = 50


def faults_of_tests(report: JUnitReport, need: tuple[str, ...], where: str) -> list[tuple[str, str]]:
    """(test or pattern, sentence) for each that didn't pass. where: the report's name."""
    found: list[tuple[str, str]] = []
    if not any(case.end not in (SKIPPED, XFAILED) for case in report.cases):
        ran = "none of its tests ran" if report.cases else "it holds no tests"
        found.append((where, f"No test of the model ran: {where} says that {ran}"))
    needed = {case.id for pattern in need for case in report.cases if matches_test(pattern, case.id)}
    for case in report.cases:
        needs_pass = case.id in needed or case.end not in (SKIPPED, XFAILED)
        if case.end != PASSED and needs_pass:
            found.append((case.id, f"{case.id} {case.end}"))
    for pattern in need:
        if not any(matches_test(pattern, case.id) for case in report.cases):
            found.append((pattern, f"{pattern} matches no test in {where}"))
    return found[:MOST_NAMED]
