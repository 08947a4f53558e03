"""A merge that git makes without a conflict, and that is broken for Python.

What it checks

Merges that nobody has made yet: each open branch on its target, and each two that are
clean there together. flake8 (E9 and F) and a reading of calls and imports look at what git
puts together; what is wrong in the merge and on neither side is the merge's fault. One
removed name is one finding, however many merges it breaks. `gitflowguard radar --semantic`
looks for it, and with `radar.semantic: true` in the policy the radar does so always, and
`pr check` for the branch of the pull request. A finding about another open branch is a
warning there: either of the two may land first.

Why it matters

Both pull requests are green, git merges them without a question, and the target is broken
when the second one has landed.

Example

    git merge feature/rename          (renames load() to read())
    git merge feature/report          (calls load(); no conflict)
    NameError: name 'load' is not defined

How to fix it

Run the printed commands once the other branch has landed: they merge the target into your
branch and stop before the commit. Put the named line right and commit. What stands on one
side alone is that branch's own, and not reported here.
"""

from __future__ import annotations

from gitflowguard.model.collision import BREAKS, Collision
from gitflowguard.model.finding import WARNING
from gitflowguard.model.foreseen import breakage
from gitflowguard.model.moment import AT_PULL, AT_RADAR, RADAR
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View
    from gitflowguard.model.finding import Finding


def check(seen: Collision, view: View) -> Iterator[Finding]:
    """Speaks once for each cause."""
    if seen.relation == BREAKS:
        yield breakage(seen)


RULE = Rule(
    code="GFG704",
    name="breaks-when-merged",
    reads=Collision,
    check=check,
    doc=__doc__,
    default=WARNING,
    needs=(RADAR,),
    moments=(AT_RADAR, AT_PULL),
)
