"""The answer of a simulation, as text or JSON."""

from __future__ import annotations

from gitflowguard.protection.nouns.answer import IF, NO, YES, SimulationAnswer
from gitflowguard.report.data import dump
from gitflowguard.report.escape import terminal
from gitflowguard.report.json import head

_HEADS = {YES: "Yes", NO: "No", IF: "Yes, if all of this holds"}


def render(name: str, told: SimulationAnswer, version: str = "") -> str:
    """The answer in the named format; ends in a newline."""
    if name == "json":
        rows = [
            {"verdict": verdict, "says": says, "ruleset": ruleset or None, "rule": rule or None}
            for verdict, says, ruleset, rule in told.reasons
        ]
        asked = {"repository": told.where or None, "unknown": list(told.unknown)}
        return dump(
            {
                **head(version),
                "question": told.question,
                "verdict": told.verdict,
                "reasons": rows,
                **asked,
            }
        )
    where = f" on {terminal(told.where)}" if told.where else ""
    answer = _HEADS[told.verdict] if told.verdict != YES or not told.unknown else "Yes, by what was read"
    lines = [f"{terminal(told.question)}{where}? {answer}:"]
    for verdict, says, ruleset, rule in told.reasons:
        by = f"  ({terminal(f'{ruleset}: {rule}' if rule else ruleset)})" if ruleset else ""
        lines.append(f"  {verdict:<3}  {terminal(says)}{by}")
    lines += [f"  ?    {terminal(one)}" for one in told.unknown]
    return "\n".join(lines) + "\n"
