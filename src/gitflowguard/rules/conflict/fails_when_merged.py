"""A merge that git makes without a conflict, and on which your command fails.

What it checks

`gitflowguard radar --run COMMAND` lands the clean branches of a target one after the other,
in a directory of its own, and runs your command on the result. Where it fails, it looks for
the branch that makes it fail, and for the earlier one with which it does. A branch on which
the command fails alone is a note, not a finding. It never runs unless you type it.

Why it matters

A merge queue finds this after the review, when the branch is thrown out of it. Here both
authors know before either branch lands.

Example

    gitflowguard radar --run 'pytest -q'

How to fix it

Run the printed commands once the other branch has landed: they merge the target into your
branch and stop before the commit. Repair what fails and commit.
"""

from __future__ import annotations

from gitflowguard.model.collision import FAILS, Collision
from gitflowguard.model.finding import WARNING
from gitflowguard.model.foreseen import breakage
from gitflowguard.model.moment import AT_RADAR, RADAR
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View
    from gitflowguard.model.finding import Finding


def check(seen: Collision, view: View) -> Iterator[Finding]:
    """Speaks once for each merge that fails."""
    if seen.relation == FAILS:
        yield breakage(seen)


RULE = Rule(
    code="GFG705",
    name="fails-when-merged",
    reads=Collision,
    check=check,
    doc=__doc__,
    default=WARNING,
    needs=(RADAR,),
    moments=(AT_RADAR,),
)
