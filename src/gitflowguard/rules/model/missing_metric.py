"""A number that the policy asks for and no report has.

What it checks

Every metric that the policy names in model.gate must stand in a report of the
change, as a finite number, with the rows that it rests on where the policy asks
for some. A report that isn't there or can't be read, a class or metric that is
missing, null, text, true, NaN or infinity all count as missing. Only a source
that couldn't be asked, such as a tracking server that doesn't answer, leaves the
verdict undetermined, and that fails the check too.

Why it matters

A gate that skips what isn't there is open to the model that didn't train, to the
class that vanished from the test set, and to the job that wrote no report.

Example

    rm reports/metrics.json
    gitflowguard model check

How to fix it

Run the evaluation again and let it write the report that the policy names. A
metric that the team no longer measures leaves model.gate in a pull request of
its own.
"""

from __future__ import annotations

from gitflowguard.model.finding import ERROR, Finding, Unknown
from gitflowguard.model.measure import METRIC, Measure
from gitflowguard.model.moment import REPORTS
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(measure: Measure, view: View) -> Iterator[Finding | Unknown]:
    """Reports a metric without a number, and passes on why a source couldn't be asked."""
    if measure.unknown is not None:
        yield measure.unknown
    elif measure.kind == METRIC and measure.fault:
        yield Finding(
            measure.fault, measure.mend, ref=measure.about, path=measure.path, advice=measure.advice
        )


RULE = Rule(
    code="GFG001",
    name="missing-metric",
    reads=Measure,
    check=check,
    doc=__doc__,
    needs=(REPORTS,),
    default=ERROR,
)
