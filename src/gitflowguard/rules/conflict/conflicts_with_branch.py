"""Two branches that each merge cleanly, and conflict once one of them is merged.

What it checks

The radar lands one open branch on its target, and then merges the other; both ways
round, in a directory of its own. What it says is what git merge will do. Only branches
that are clean on the target are compared: one that is not is reported once, by
conflicts-with-target.

Why it matters

Nobody sees it. Both pull requests are green, and whoever lands second finds out on the
day on which the work was to be finished. Two people who know of it today can agree.

Example

    git switch develop
    git merge --no-ff feature/spark   (clean)
    git merge --no-ff feature/config  (CONFLICT in pipeline.py)

How to fix it

Where one order of the two is clean, it is printed: land them so, and nobody has to do
anything. Else the printed commands update the branch that better lands second, once the
other one has landed: run them, resolve the conflict and commit. gitflowguard radar shows
the lines, and the order of landing with the fewest conflicts.
"""

from __future__ import annotations

from gitflowguard.model.collision import WITH_BRANCH, Collision
from gitflowguard.model.finding import WARNING
from gitflowguard.model.foreseen import collision
from gitflowguard.model.moment import RADAR
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
    yield collision(
        seen, f"{seen.about} will conflict with {seen.other} once that is merged into {seen.target}"
    )


RULE = Rule(
    code="GFG702",
    name="conflicts-with-branch",
    reads=Collision,
    check=check,
    doc=__doc__,
    default=WARNING,
    needs=(RADAR,),
)
