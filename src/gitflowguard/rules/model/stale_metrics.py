"""Numbers that were made from something other than the change.

What it checks

Where the policy says how a report names the commit that it was made from, that
this is the commit that is judged. Where the policy names DVC's lock file, that
the files, parameters and commands in it are those of the change, by git's own
copies. A run of MLflow is found by the commit in the first place.

Why it matters

The report of yesterday's good model says nothing about today's code, and looks
exactly like one that does.

Example

    edit train.py
    git commit -am "Tune"         (without dvc repro)

How to fix it

Run the training and the evaluation again on what is committed, and commit what
they wrote. With DVC that is dvc repro, and its lock file.
"""

from __future__ import annotations

from gitflowguard.model.finding import ERROR, Finding
from gitflowguard.model.measure import INPUT, Measure
from gitflowguard.model.moment import REPORTS
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(measure: Measure, view: View) -> Iterator[Finding]:
    """Reports what doesn't fit the change."""
    if measure.kind == INPUT and measure.fault:
        yield Finding(
            measure.fault, measure.mend, ref=measure.about, path=measure.path, advice=measure.advice
        )


RULE = Rule(
    code="GFG005",
    name="stale-metrics",
    reads=Measure,
    check=check,
    doc=__doc__,
    needs=(REPORTS,),
    default=ERROR,
)
