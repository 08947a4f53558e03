"""Two branches that are clean each by itself and conflict as soon as one of them has landed.

What it checks

Open branches that merge with their target are merged with one another as it will
happen: one lands, then the other, both ways round. Branches that conflict with the
target itself are not compared (conflicts-with-target tells them), so each cause is
told once.

Why it matters

Nobody sees it: both pull requests are green. The second one to land finds out, on
the day on which it wanted to be finished.

Example

    git switch develop
    git merge --no-ff feature/spark   (clean)
    git merge --no-ff feature/config  (CONFLICT in pipeline.py)

How to mend

Let the two who work on these lines talk now. The branch that lands second takes the
target in when the first has landed. gitflowguard radar shows the lines, and the order
of landing that hurts least.
"""

from __future__ import annotations

from gitflowguard.model.collision import WITH_BRANCH, Collision
from gitflowguard.model.finding import WARNING
from gitflowguard.model.foreseen import collision
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View
    from gitflowguard.model.finding import Finding, Unknown


def check(seen: Collision, view: View) -> Iterator[Finding | Unknown]:
    """Speaks once for each such collision."""
    if seen.relation != WITH_BRANCH:
        return
    if seen.unknown is not None:
        yield seen.unknown
        return
    yield collision(seen, f"{seen.about} conflicts with {seen.other} once that has landed on {seen.target}")


RULE = Rule(
    code="GFG702", name="conflicts-with-branch", reads=Collision, check=check, doc=__doc__, default=WARNING
)
