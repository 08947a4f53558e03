"""A branch that conflicts with the branch it will merge into.

What it checks

The radar merges every open branch into each of its targets, in a directory of its own: a
feature into develop, a release into main and develop, a hotfix into every open release as
well. What it says is what git merge will do. A branch is reported once for each target,
however many other branches it would meet there.

Why it matters

The conflict is there already, and grows while both sides go on. Today somebody resolves
it who knows the change; later it is whoever happens to merge.

Example

    git switch feature/config         (cut three weeks ago)
    git merge develop                 (CONFLICT in pipeline.py)

How to fix it

Run the printed commands: they merge the target into your branch and stop at the conflict.
Resolve it and commit. Where your policy blocks that, no commands are printed and the
reason is: a hotfix must not take in develop, or it would carry it to main, so whoever
merges it into develop resolves the conflict in that merge.
"""

from __future__ import annotations

from gitflowguard.model.collision import WITH_TARGET, Collision
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
    if seen.relation != WITH_TARGET:
        return
    if seen.unknown is not None:
        yield seen.unknown
        return
    yield collision(seen, f"{seen.about} conflicts with {seen.target} as it is now")


RULE = Rule(
    code="GFG701",
    name="conflicts-with-target",
    reads=Collision,
    check=check,
    doc=__doc__,
    default=WARNING,
    needs=(RADAR,),
)
