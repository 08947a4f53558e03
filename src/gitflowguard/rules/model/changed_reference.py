"""Reference data or bounds that differ from the base.

What it checks

The files that the policy names in model.reference, and the policy's section model
itself. Where the change touches one of them, the old numbers and the new ones
were not made in the same way.

Why it matters

A test set without the hard rows makes every model look better. Such a change can
be right, and then somebody should have seen it.

Example

    git commit -am "Drop odd rows" -- data/ref.csv

How to fix it

Put the change of the reference data or of the bounds into a pull request of its
own, so that the next comparison has one meaning again.
"""

from __future__ import annotations

from gitflowguard.model.finding import WARNING, Finding
from gitflowguard.model.measure import REFERENCE, Measure
from gitflowguard.model.moment import REPORTS
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(measure: Measure, view: View) -> Iterator[Finding]:
    """Reports each file that old and new numbers don't share."""
    if measure.kind == REFERENCE and measure.fault:
        yield Finding(measure.fault, ref=measure.about, path=measure.path, advice=measure.advice)


RULE = Rule(
    code="GFG006",
    name="changed-reference",
    reads=Measure,
    check=check,
    doc=__doc__,
    needs=(REPORTS,),
    default=WARNING,
)
