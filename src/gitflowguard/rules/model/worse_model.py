"""A metric that moved further in the wrong direction than the policy allows.

What it checks

The number in the report against the same number at the base: drop is how far it
may fall, rise how far it may grow, as a number or as a percentage of the old one.
A new metric has nothing to be compared with, and a note says so.

Why it matters

Training depends on chance, so two runs of the same code differ. A tolerance lets
that pass and still stops a model that is truly worse, class by class, before it
is merged.

Example

    model: {gate: [{metric: False.precision, drop: 0.02}]}
    (0.93 at the base, 0.89 in the change)

How to fix it

Find out what the change did to the metric. Where chance alone is larger than the
tolerance, measure several runs (gitflowguard model check --repeat 5), or widen the
tolerance in a pull request of its own.
"""

from __future__ import annotations

from gitflowguard.model.finding import ERROR, Finding, Unknown
from gitflowguard.model.measure import (
    METRIC,
    Measure,
    change_of,
    exceeded,
    figure,
    limit,
)
from gitflowguard.model.moment import REPORTS
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(measure: Measure, view: View) -> Iterator[Finding | Unknown]:
    """Reports a change for the worse beyond its tolerance."""
    bound = measure.bound
    if measure.kind != METRIC or measure.fault or measure.unknown is not None:
        return
    if not (bound.drop or bound.rise):
        return
    if measure.before_fault:
        yield Unknown(f"Can't compare {measure.name} with {measure.about}: {measure.before_fault}")
        return
    what, tolerance = exceeded(measure)
    change = change_of(measure)
    if what and change is not None:
        verb, noun = ("fell", "a drop") if what == "drop" else ("rose", "a rise")
        says = (
            f"{measure.name} {verb} from {measure.before} to {measure.value} ({figure(change, True)}); "
            f"the policy allows {noun} of {tolerance}"
        )
        yield Finding(says, ref=measure.about, path=measure.path, advice=measure.advice)
    yield from _percent_of_nothing(measure)


def _percent_of_nothing(measure: Measure) -> Iterator[Unknown]:
    """A percentage of a value that was 0 allows nothing and everything."""
    from decimal import Decimal

    for tolerance in (measure.bound.drop, measure.bound.rise):
        if tolerance and measure.before and limit(tolerance, Decimal(measure.before)) is None:
            says = f"Can't compare {measure.name} with {measure.about}: {tolerance} of 0 isn't a tolerance"
            yield Unknown(f"{says}; write a number in the policy")


RULE = Rule(
    code="GFG003",
    name="worse-model",
    reads=Measure,
    check=check,
    doc=__doc__,
    needs=(REPORTS,),
    default=ERROR,
)
