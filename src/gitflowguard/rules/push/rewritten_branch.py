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

A work branch is pushed under its own name. Of a long-lived branch, what you have
is kept on a branch of its own, and it becomes again what it is on the remote. A mistake that is already on
the remote is undone by git revert on a branch of its own, which is then merged.
"""

from __future__ import annotations

from gitflowguard.model.facts import RefUpdate
from gitflowguard.model.finding import ERROR, Finding, Unknown
from gitflowguard.model.repair import rewind, word
from gitflowguard.model.rule import Rule
from gitflowguard.model.suggest import work_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View
    from gitflowguard.model.finding import Argv


def check(update: RefUpdate, view: View) -> Iterator[Finding | Unknown]:
    """Speaks where the new tip does not hold the old one."""
    name = update.about
    if not update.old or not update.new or not view.flow.protected(name):
        return
    if isinstance(update.keeps, Unknown):
        yield update.keeps
    elif not update.keeps:
        says = f"the push would take commits away from {name} on {update.url}"
        yield Finding(says, _keep(update, view), ref=name)


def _keep(update: RefUpdate, view: View) -> tuple[Argv, ...]:
    """Keeps what was to be pushed on a branch of its own; the long-lived one becomes what the remote has."""
    name, source = update.about, update.source
    if source != name and source in view.refs.heads:
        return (("git", "push", update.url, word(view.refs, source)),)
    back = rewind(view, name, update.old) if source == name else ()
    if not back:
        return (("git", "push", update.url, f"{update.new}:refs/heads/{work_name(view)}"),)
    return (("git", "fetch", update.url), ("git", "branch", work_name(view), name), *back)


RULE = Rule(code="GFG402", name="rewritten-branch", reads=RefUpdate, check=check, doc=__doc__, default=ERROR)
