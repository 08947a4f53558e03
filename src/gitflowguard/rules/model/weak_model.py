"""A metric below its minimum or above its maximum.

What it checks

The number in the report against min and max of the policy's model.gate. A number
that equals its bound passes. The policy is the one at the base, so a change that
lowers its own bound is judged by the old one.

Why it matters

A model that was good enough once gets worse in small steps, and each of them
looks harmless beside the one before. A fixed bound is what they add up against.

Example

    model: {gate: [{metric: True.f1-score, min: 0.80}]}
    (and the report says 0.78)

How to fix it

Train a better model, or find out what the change did to this one. If the bound is
wrong, change it in a pull request of its own.
"""

from __future__ import annotations

from gitflowguard.model.finding import ERROR, Finding
from gitflowguard.model.measure import METRIC, Measure, broken_bound
from gitflowguard.model.moment import REPORTS
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(measure: Measure, view: View) -> Iterator[Finding]:
    """Reports a value beyond a fixed bound."""
    what, bound = broken_bound(measure) if measure.kind == METRIC and not measure.fault else ("", "")
    if what:
        side = "below" if what == "minimum" else "above"
        says = f"{measure.name} is {measure.value}, {side} the {what} of {bound}"
        yield Finding(says, ref=measure.about, path=measure.path, advice=measure.advice)


RULE = Rule(
    code="GFG002", name="weak-model", reads=Measure, check=check, doc=__doc__, needs=(REPORTS,), default=ERROR
)
