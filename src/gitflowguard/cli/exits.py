"""Exit codes: the same in every command and every output format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitflowguard.model.exits import (
    BLIND,
    BUG,
    CLEAN,
    INTERRUPTED,
    PARTLY,
    USAGE,
    VIOLATIONS,
)

if TYPE_CHECKING:
    from gitflowguard.model.finding import Report

__all__ = ["BLIND", "BUG", "CLEAN", "INTERRUPTED", "PARTLY", "USAGE", "VIOLATIONS", "exit_of"]


def exit_of(report: Report, blind: bool = False, exit_zero: bool = False) -> int:
    """The exit code of a report.

    Args:
        blind: whether something that has to be checked couldn't be; that fails where no error does.
        exit_zero: whether errors don't fail (``--exit-zero``).
    """
    if report.errors:
        return CLEAN if exit_zero else VIOLATIONS
    return BLIND if blind else CLEAN
