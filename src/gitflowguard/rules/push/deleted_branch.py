"""A push that deletes a long-lived branch, or a work branch that is not merged.

What it checks

Every branch that a push deletes on the remote. A protected one is blocked. A
work branch whose last commit no long-lived branch holds is reported as advice; one
that is merged may go. Under `--strict` the same holds for `git branch -D` and
`git branch -m` of a protected branch in your own clone.

`git push --prune` deletes what your clone doesn't have, so a long-lived branch that you
deleted here would go there, too. git doesn't show hooks what `--mirror` deletes;
such a push is blocked by crossed-push where it copies refs of your clone alone, and on GitHub
by the rules that `gitflowguard protect apply` sets.

Why it matters

The remote is where the team's work is kept. A deleted branch can be brought back
only by somebody who still has its commits.

Example

    git push origin --delete develop

How to fix it

If you don't have the branch any more, bring it back; then `--prune` leaves the remote's
alone. To start again from the remote's state, make your branch equal to it; commits that only you have
are kept on a branch of their own.

To retire or rename a long-lived branch, take it out of the policy first, by a pull request into
the line that holds the policy. Then whoever may delete branches on the remote deletes it: on
GitHub an administrator of the repository.

A work branch that isn't merged is only reported: the command puts it back where it was.
"""

from __future__ import annotations

from gitflowguard.model.facts import RefUpdate
from gitflowguard.model.finding import ERROR, Finding, Unknown
from gitflowguard.model.moment import AT_MOVE, AT_PUSH
from gitflowguard.model.names import HEADS
from gitflowguard.model.rule import Rule
from gitflowguard.model.suggest import work_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View
    from gitflowguard.model.finding import Argv


def check(update: RefUpdate, view: View) -> Iterator[Finding | Unknown]:
    """Speaks of a deletion that loses something."""
    name = update.about
    if update.new or not update.old or not update.remote.startswith(HEADS):
        return
    here = update.url == "."
    # A rename is a deletion for git's hook (refs/files-backend.c, files_copy_or_rename_ref).
    says = (
        f"this would delete or rename {name} here"
        if here
        else f"the push would delete {name} on {update.url}"
    )
    back = (
        ("git", "branch", name, update.old)
        if here
        else ("git", "push", update.url, f"{update.old}:{update.remote}")
    )
    if view.flow.protected(name):
        why = f"{says}, which the policy protects; to retire it, take it out of the policy first"
        why += "" if here else f", then have an administrator of {update.url} delete it"
        blocked = view.flow.severity(RULE.name, RULE.default, name) == ERROR
        yield Finding(why, _instead(update, view) if blocked else (back,), ref=name)
    elif isinstance(update.merged, Unknown):
        yield update.merged
    elif not update.merged:
        yield Finding(f"{says}, which isn't merged anywhere", (back,), ref=name, advice=True)


def _instead(update: RefUpdate, view: View) -> tuple[Argv, ...]:
    """Brings a branch back that only the remote still has; here, makes it what the remote has. Neither is deleted."""
    name, refs = update.about, view.refs
    if update.url != ".":
        # By the remote, which may have gone on since the last fetch.
        return () if name in refs.heads else (("git", "fetch", update.url, f"{name}:{name}"),)
    there = refs.remotes.get((refs.upstream, name), "")
    if there in ("", update.old) or refs.head == name:
        return ()
    return (("git", "branch", work_name(view), name), ("git", "branch", "--force", name, there))


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
