"""A required check that nobody has ever reported, or that can't report on a pull request.

What it checks

Each check that the policy requires is looked for among those that were reported
for recent commits of the protected branches, by the app that the policy names.

Then the newest open pull requests, and those that a workflow opened: a warning
names each on which no workflow has reported and none will, because it was opened
with a workflow's own GITHUB_TOKEN, or because its last commit says [skip ci] or
the like.

Why it matters

GitHub waits for a required check for ever. A name with a typing error, or a
workflow that is not there yet, blocks every pull request, and nothing says why.
What a workflow does with GITHUB_TOKEN starts no other workflow, so the pull
requests of a job that opens back-merges wait for ever, too.

Example

    protection: {kinds: {main: {checks: [ci / tets]}}}

How to fix it

Correct the name, or let the workflow run once before it is required. A check that
will only exist later can be required with --allow-unseen. Let an App or a person
open the pull requests; close one that waits and open it again.
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
