"""A push that would remove commits from a long-lived branch.

What it checks

Whether the new tip of a protected branch holds everything that the remote's tip
holds. There are two causes. Either the remote has commits that your branch never
had, because somebody else pushed first. Or your branch had them and lost them by
an amend, a rebase or a reset; its reflog tells. A forced push of your own work
branch is free.

Why it matters

What others based their work on disappears. Their next pull merges the old line
with the new, and every change is in the history twice.

Example

    git switch develop
    git commit --amend
    git push --force origin develop

How to fix it

If somebody pushed first, pull. --no-rebase keeps your own merges, which
`git pull --rebase` would flatten, and --autostash takes uncommitted changes along.
If your branch was rewritten, its commits are saved on a branch of their own, and the
long-lived branch goes back to what it is on the remote. Push a work branch under its
own name. To undo a commit that is on the remote, use git revert on a work branch and
merge that.
"""

from __future__ import annotations

from gitflowguard.model.facts import RefUpdate
from gitflowguard.model.finding import ERROR, Finding, Unknown
from gitflowguard.model.moment import AT_CHECK, AT_PUSH, AT_REBASE, AT_SURVEY
from gitflowguard.model.repair import pull, rewind, word
from gitflowguard.model.rule import Rule
from gitflowguard.model.suggest import work_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View
    from gitflowguard.model.finding import Argv


def check(update: RefUpdate, view: View) -> Iterator[Finding | Unknown]:
    """Reports a new tip that does not hold the old one."""
    name = update.about
    if not update.old or not update.new or not view.flow.protected(name):
        return
    if isinstance(update.keeps, Unknown):
        yield update.keeps
    elif not update.keeps:
        own = update.source == name and name in view.refs.heads
        if own and not update.rewrote:
            lacking = "this clone doesn't have yet" if not update.known else f"your {name} doesn't have"
            says = f"{name} on {update.url} has commits that {lacking}"
            yield Finding(says, pull(view, update.url, name), ref=name)
        else:
            says = f"{name} on {update.url} would lose commits"
            yield Finding(says, _keep(update, view), ref=name)


def _keep(update: RefUpdate, view: View) -> tuple[Argv, ...]:
    """Saves what was to be pushed on a branch of its own; the long-lived one becomes what the remote has."""
    name, source = update.about, update.source
    if source != name and source in view.refs.heads:
        return (("git", "push", update.url, word(view.refs, source)),)
    back = rewind(view, name, update.old) if source == name else ()
    if not back:
        return (("git", "push", update.url, f"{update.new}:refs/heads/{work_name(view)}"),)
    return (("git", "fetch", update.url), ("git", "branch", work_name(view), name), *back)


RULE = Rule(
    code="GFG402",
    name="rewritten-branch",
    reads=RefUpdate,
    check=check,
    doc=__doc__,
    default=ERROR,
    moments=(AT_PUSH, AT_REBASE, AT_CHECK, AT_SURVEY),
)
