"""The same change made on two open branches.

What it checks

Commits on two open branches with the same patch (git patch-id) that are not the same
commit: one was cherry-picked from the other, or two people made the same repair. Both
branches must be clean on their target. Left in peace is a branch that was cut from the
other and so holds the commit itself. `gitflowguard radar` looks for it; a push and a pull
request don't, because comparing the patches of every branch takes longer than they may.

Why it matters

git merges two equal changes without a word. But as soon as one of the branches changes
such a line again the two conflict, and in history the change stands twice.

Example

    git switch feature/b
    git cherry-pick feature/a         (feature/a is still open)

How to fix it

Agree which branch brings the change, and let it land first. Then rebase the other one on
its target: git leaves out what is there already.
"""

from __future__ import annotations

from gitflowguard.model.collision import SAME_WORK, Collision
from gitflowguard.model.finding import WARNING, Finding
from gitflowguard.model.moment import AT_RADAR, RADAR
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(seen: Collision, view: View) -> Iterator[Finding]:
    """Speaks once for each such collision."""
    if seen.relation != SAME_WORK:
        return
    count = len(seen.commits)
    what = f"the change {seen.commits[0][2]!r}" if count == 1 else f"{count} changes"
    yield Finding(
        f"{seen.about} and {seen.other} both contain {what}",
        seen.mend,
        ref=seen.about,
        commit=seen.commits[0][0],
    )


RULE = Rule(
    code="GFG703",
    name="duplicated-work",
    reads=Collision,
    check=check,
    doc=__doc__,
    default=WARNING,
    needs=(RADAR,),
    moments=(AT_RADAR,),
)
