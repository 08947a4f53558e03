"""A self-test as text or JSON: promised, happened, and which open question the row answers."""

from __future__ import annotations

from gitflowguard.model.names import plural
from gitflowguard.protection.nouns.trial import SelftestResult, Trial
from gitflowguard.report.data import dump
from gitflowguard.report.escape import terminal
from gitflowguard.report.json import head

_HEADS = ("", "step", "promised", "happened", "question")


def render(name: str, result: SelftestResult, version: str = "") -> str:
    """The result in the named format; ends in a newline."""
    if name == "json":
        rows = [{**one._asdict(), "row": one.row or None, "differs": one.differs} for one in result.trials]
        counts = {"differing": result.differing, "end": result.end}
        return dump({**head(version), "repository": result.repository, "trials": rows, **counts})
    table = [_HEADS, *(_row(one) for one in result.trials)]
    widths = [max(len(row[column]) for row in table) for column in range(len(_HEADS))]
    lines = ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths)).rstrip() for row in table]
    lines += [
        f"! {terminal(one.does)}: {terminal(one.says)}" for one in result.trials if one.differs and one.says
    ]
    return "\n".join((*lines, "", _sum(result), terminal(result.end))) + "\n"


def _row(one: Trial) -> tuple[str, ...]:
    return ("!" if one.differs else "", terminal(one.does), one.promised, one.happened, one.row)


def _sum(result: SelftestResult) -> str:
    """How many rows were tried, and how many differ."""
    tried = [one for one in result.trials if one.happened != "not tried"]
    rest = len(result.trials) - len(tried)
    said = f"{plural(len(tried), 'step')} tried, {rest} not tried"
    return (
        f"{said}: {result.differing} differ from what was promised"
        if result.differing
        else f"{said}: all as promised"
    )
