"""A verdict on a metric that rests on too few rows.

What it checks

Where the policy asks for rows, the support in the report. Where the predictions
are at hand, how far the change of the metric would move if other rows of the same
kind had been drawn (paired bootstrap): if that interval holds both no change and
the tolerance, these rows can't show which of them is true.

Why it matters

On 45 rows one changed prediction moves an F1 score by 0.03. Whoever knows that
reads a red or a green verdict with the care that it deserves. The bounds decide
anyway: this rule never turns red into green.

Example

    model: {gate: [{metric: True.f1-score, drop: 0.02, rows: 30}]}
    (and the class True has 12 rows)

How to fix it

Test on more rows, or measure several runs (gitflowguard model check --repeat 5).
A tolerance that the rows can show is in the words of the finding.
"""

from __future__ import annotations

from gitflowguard.model.finding import WARNING, Finding
from gitflowguard.model.measure import METRIC, Measure, unresolved
from gitflowguard.model.moment import REPORTS
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(measure: Measure, view: View) -> Iterator[Finding]:
    """Reports few rows, and an interval that is wider than the tolerance."""
    from decimal import Decimal

    if measure.kind != METRIC or measure.fault:
        return
    bound = measure.bound
    if bound.rows and measure.support and Decimal(measure.support) < bound.rows:
        says = f"{measure.name} rests on {measure.support} rows; the policy asks for {bound.rows}"
        yield Finding(says, ref=measure.about, path=measure.path, advice=True)
    tolerance = unresolved(measure)
    if tolerance:
        says = (
            f"These {measure.pairs} rows can't show a change of {tolerance} in {measure.name}: the "
            f"{measure.confidence}% interval of the change is {measure.low} to {measure.high}"
        )
        yield Finding(says, ref=measure.about, path=measure.path, advice=True)


RULE = Rule(
    code="GFG004",
    name="unsure-model",
    reads=Measure,
    check=check,
    doc=__doc__,
    needs=(REPORTS,),
    default=WARNING,
)
