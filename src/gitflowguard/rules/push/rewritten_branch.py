"""A push that would take commits away from a long-lived branch.

What it checks

Whether the new tip of a protected branch holds all that the remote's tip holds.
A forced push of one's own work branch is free.

Why it matters

What others based their work on disappears. Their next pull merges the old line
with the new, and every change stands in the history twice.

Example

    git switch develop
    git commit --amend
    git push --force origin develop

How to mend

What you have is kept on a branch of its own, and the long-lived branch becomes
again what it is on the remote. Merge from there. A mistake that is already on
the remote is undone by git revert.
"""

from __future__ import annotations

from gitflowguard.model.facts import RefUpdate
from gitflowguard.model.finding import ERROR, Finding, Unknown
from gitflowguard.model.repair import rewind
from gitflowguard.model.rule import Rule
from gitflowguard.model.suggest import work_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(update: RefUpdate, view: View) -> Iterator[Finding | Unknown]:
    """Speaks where the new tip does not hold the old one."""
    name = update.about
    if not update.old or not update.new or not view.flow.protected(name):
        return
    if isinstance(update.keeps, Unknown):
        yield update.keeps
    elif not update.keeps:
        back = rewind(view, name, update.old)
        keep = ("git", "branch", work_name(view), name)
        mend = (("git", "fetch", update.url), keep, *back) if back else ()
        says = f"the push would take commits away from {name} on {update.url}"
        yield Finding(says, mend, ref=name)


RULE = Rule(code="GFG402", name="rewritten-branch", reads=RefUpdate, check=check, doc=__doc__, default=ERROR)
