"""The same change on two branches.

What it checks

Commits on two open branches whose patch is the same (git patch-id), although they are
not the same commit: one was cherry-picked from the other, or two people made the same
repair. A branch that was cut from the other holds the commit itself and is not meant.

Why it matters

git merges two equal changes without a word, but as soon as one of the branches changes
such a line again the two conflict, and in history the change stands twice.

Example

    git switch feature/b
    git cherry-pick feature/a         (feature/a is still open)

How to mend

Agree which branch brings the change. Let it land first, then rebase or merge the other
one; git leaves out what is there already.
"""

from __future__ import annotations

from gitflowguard.model.collision import SAME_WORK, Collision
from gitflowguard.model.finding import WARNING, Finding
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
        f"{seen.about} and {seen.other} both hold {what}",
        seen.mend,
        ref=seen.about,
        commit=seen.commits[0][0],
    )


RULE = Rule(code="GFG703", name="duplicated-work", reads=Collision, check=check, doc=__doc__, default=WARNING)
