"""A test of the model that didn't pass, because it failed or because it didn't run.

What it checks

The JUnit report that the policy names in model.tests. At least one test must have
run, none may have failed, and every pattern under need must match a test. The tests
that it matches must have passed: a skipped or expected failure isn't a pass.

Why it matters

A test that is skipped where the data is missing stays green for months. pytest
itself counts an expected failure as success.

Example

    @pytest.mark.skip
    def test_recall_of_the_rare_class(): ...

How to fix it

Make the test run and pass. A test that was renamed is renamed in the policy, in a
pull request of its own.
"""

from __future__ import annotations

from gitflowguard.model.finding import ERROR, Finding
from gitflowguard.model.measure import TEST, Measure
from gitflowguard.model.moment import REPORTS
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(measure: Measure, view: View) -> Iterator[Finding]:
    """Reports each test, or pattern, that didn't pass."""
    if measure.kind == TEST and measure.fault:
        yield Finding(measure.fault, ref=measure.about, path=measure.path, advice=measure.advice)


RULE = Rule(
    code="GFG007",
    name="untested-model",
    reads=Measure,
    check=check,
    doc=__doc__,
    needs=(REPORTS,),
    default=ERROR,
)
