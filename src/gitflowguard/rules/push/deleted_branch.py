"""A push that deletes a long-lived branch, or a work branch that is not merged.

What it checks

Every branch that a push deletes on the remote. A protected one is blocked. A
work branch whose last commit no long-lived branch holds is reported as advice; one
that is merged may go.

Why it matters

The remote is where the team's work is kept. A deleted branch can be brought back
only by somebody who still has its commits.

Example

    git push origin --delete develop

How to fix it

Do not push the deletion. If it has happened, the command puts the branch back
where it was.
"""

from __future__ import annotations

from gitflowguard.model.facts import RefUpdate
from gitflowguard.model.finding import ERROR, Finding, Unknown
from gitflowguard.model.moment import AT_MOVE, AT_PUSH
from gitflowguard.model.names import HEADS
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(update: RefUpdate, view: View) -> Iterator[Finding | Unknown]:
    """Speaks of a deletion that loses something."""
    name = update.about
    if update.new or not update.old or not update.remote.startswith(HEADS):
        return
    back = (("git", "push", update.url, f"{update.old}:{update.remote}"),)
    if view.flow.protected(name):
        yield Finding(f"the push would delete {name} on {update.url}", back, ref=name)
    elif isinstance(update.merged, Unknown):
        yield update.merged
    elif not update.merged:
        says = f"the push would delete {name} on {update.url}, which isn't merged anywhere"
        yield Finding(says, back, ref=name, advice=True)


RULE = Rule(
    code="GFG403",
    name="deleted-branch",
    reads=RefUpdate,
    check=check,
    doc=__doc__,
    default=ERROR,
    moments=(
        AT_PUSH,
        AT_MOVE,
    ),
)
