"""A branch that conflicts with a branch that it is to land on, as that one is now.

What it checks

The radar merges every open branch with each of its targets (a feature with develop,
a release or a hotfix with main, develop and every open release), without touching
anything. What it says is what git merge will do. Each branch is told once, however
many other branches it would meet on the way.

Why it matters

The conflict is there already; it only grows while both sides go on. Today the one
who knows the change resolves it, in a month somebody who does not.

Example

    git switch feature/config         (cut three weeks ago)
    git merge develop                 (CONFLICT in pipeline.py)

How to mend

Bring the target into the branch now, resolve the conflict where the change is known,
and commit the merge.
"""

from __future__ import annotations

from gitflowguard.model.collision import WITH_TARGET, Collision
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
    if seen.relation != WITH_TARGET:
        return
    if seen.unknown is not None:
        yield seen.unknown
        return
    yield collision(seen, f"{seen.about} conflicts with {seen.target} as it is now")


RULE = Rule(
    code="GFG701", name="conflicts-with-target", reads=Collision, check=check, doc=__doc__, default=WARNING
)
