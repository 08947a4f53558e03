"""The answer of a simulation, as text or JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitflowguard.protection.nouns.answer import IF, NO, YES
from gitflowguard.report.data import dump
from gitflowguard.report.escape import terminal

if TYPE_CHECKING:
    from gitflowguard.protection.nouns.answer import SimulationAnswer

_HEADS = {YES: "Yes", NO: "No", IF: "Yes, if all of this holds"}


def render(name: str, told: SimulationAnswer) -> str:
    """The answer in the named format; ends in a newline."""
    if name == "json":
        rows = [
            {"verdict": verdict, "says": says, "ruleset": ruleset or None}
            for verdict, says, ruleset in told.reasons
        ]
        return dump({"question": told.question, "verdict": told.verdict, "reasons": rows})
    lines = [f"{terminal(told.question)}? {_HEADS[told.verdict]}:"]
    for verdict, says, ruleset in told.reasons:
        where = f"  ({terminal(ruleset)})" if ruleset else ""
        lines.append(f"  {verdict:<3}  {terminal(says)}{where}")
    return "\n".join(lines) + "\n"
