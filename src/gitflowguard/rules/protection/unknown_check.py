"""A required check that nobody has ever reported.

What it checks

Each check that the policy requires is looked for among those that were reported
for recent commits of the protected branches, by the app that the policy names.

Why it matters

GitHub waits for a required check for ever. A name with a typing error, or a
workflow that is not there yet, blocks every pull request, and nothing says why.

Example

    protection: {kinds: {main: {checks: [ci / tets]}}}

How to fix it

Correct the name, or let the workflow run once before it is required. A check that
will only exist later can be required with --allow-unseen.
"""

from __future__ import annotations

from gitflowguard.model.finding import ERROR, Finding, Unknown
from gitflowguard.model.guarded import UNSEEN, Guarded, finding_of
from gitflowguard.model.moment import FORGE
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(guarded: Guarded, view: View) -> Iterator[Finding | Unknown]:
    """Speaks once for each check that was never seen."""
    yield from finding_of(guarded, UNSEEN)


RULE = Rule(
    code="GFG903",
    name="unknown-check",
    reads=Guarded,
    check=check,
    doc=__doc__,
    default=ERROR,
    needs=(FORGE,),
)
