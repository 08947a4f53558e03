"""Findings of tools for people: one line each, as a compiler prints them, so that a screen holds many."""

from __future__ import annotations

from gitflowguard.report import words
from gitflowguard.report.escape import terminal
from gitflowguard.report.paint import labelled, more, paint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitflowguard.model.finding import Argv, Violation
    from gitflowguard.report.about import About

    Mend = tuple[Argv, ...]


def ordered(violations: Iterable[Violation]) -> list[Violation]:
    """By rule, then as one reads: file, line, column."""

    def place(violation: Violation) -> tuple[str, str, int, int]:
        finding = violation.finding
        return violation.code, finding.path, finding.line, finding.column

    return sorted(violations, key=place)


def blocks(violations: Iterable[Violation], seen: set[str], about: About) -> list[list[str]]:
    """One block for each rule; what fixes several findings in a row is reported once, below the last of them."""
    by_rule: dict[str, list[Violation]] = {}
    for violation in violations:
        by_rule.setdefault(violation.name, []).append(violation)
    return [_block(found, about) + more(name, seen, about) for name, found in by_rule.items()]


def _block(violations: list[Violation], about: About) -> list[str]:
    """The lines of one rule."""
    lines: list[str] = []
    mends: list[Mend] = []
    for index, violation in enumerate(violations):
        head = paint(f"{violation.severity}[{violation.code}]", violation.severity, about)
        lines.append(f"{head}: {terminal(words.located(violation.finding))}")
        mends.append(violation.finding.mend)
        following = violations[index + 1].finding.mend if index + 1 < len(violations) else ()
        if not _join(mends[-1], following):
            lines += labelled("help", words.commands(_joined(mends)), about)
            mends = []
    return lines


def _join(mend: Mend, other: Mend) -> bool:
    """Whether one command does both: the same, or ours on two paths."""
    return mend == other or (_ours(mend) and _ours(other) and mend[0][:-1] == other[0][:-1])


def _ours(mend: Mend) -> bool:
    """Whether it is one command of ours that ends with ``-- path``."""
    return len(mend) == 1 and mend[0][:1] == ("gitflowguard",) and mend[0][-2:-1] == ("--",)


def _joined(mends: list[Mend]) -> Mend:
    """One fix for several that join."""
    if not _ours(mends[0]):
        return mends[0]
    return ((*mends[0][0][:-1], *dict.fromkeys(mend[0][-1] for mend in mends)),)
