"""A push that changes a long-lived branch without a pull request.

What it checks

Whether a push would change a protected branch on the remote. Off by default: it
is for teams where only a pull request may do that. The first push of a branch
that the remote does not have yet is free; a deletion is reported by the rule
deleted-branch.

Why it matters

Where every change is reviewed, a push to main or develop is a change that
nobody reviewed, however legal its merges are.

Example

    git switch develop
    git merge --no-ff feature/login
    git push origin develop

How to fix it

Push the work under a name of its own, and open a pull request for it.
"""

from __future__ import annotations

from gitflowguard.model.facts import RefUpdate
from gitflowguard.model.finding import IGNORE, Finding
from gitflowguard.model.moment import AT_CHECK, AT_PUSH, AT_SURVEY
from gitflowguard.model.rule import Rule
from gitflowguard.model.suggest import work_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(update: RefUpdate, view: View) -> Iterator[Finding]:
    """Speaks of a change to a protected branch that is there already."""
    flow, source = view.flow, update.source
    if not update.old or not update.new or not flow.protected(update.about):
        return
    own = source in view.refs.heads and not flow.protected(source)
    what = source if own else f"{source or update.new}:refs/heads/{work_name(view)}"
    says = f"the push would change {update.about}, which only changes through pull requests"
    yield Finding(says, (("git", "push", update.url, what),), ref=update.about)


RULE = Rule(
    code="GFG401",
    name="direct-push",
    reads=RefUpdate,
    check=check,
    doc=__doc__,
    default=IGNORE,
    moments=(
        AT_PUSH,
        AT_CHECK,
        AT_SURVEY,
    ),
)
