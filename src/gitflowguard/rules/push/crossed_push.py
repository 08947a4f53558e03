"""A branch that is pushed onto another branch, or a clone's private refs that are pushed.

What it checks

Whether a branch is pushed to a remote branch of another name that is protected
or of another kind, unless the policy allows a merge of the one into the other.
Refs that belong to a clone alone (its view of remotes, its stash) may not be
pushed at all; git push --mirror does that.

Why it matters

git push origin feature/login:main is a merge into main that no local hook on
merges ever sees. A mirror push overwrites and deletes every branch of the remote
that this clone does not have.

Example

    git push origin feature/login:main

How to mend

Push the branch under its own name.
"""

from __future__ import annotations

from gitflowguard.model.facts import RefUpdate
from gitflowguard.model.finding import ERROR, Finding
from gitflowguard.model.lineage import known_name
from gitflowguard.model.names import HEADS, REMOTES, TAGS
from gitflowguard.model.repair import word
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View

_PRIVATE = (REMOTES, "refs/stash")


def check(update: RefUpdate, view: View) -> Iterator[Finding]:
    """Speaks of private refs once, of a crossed branch by both names."""
    flow, refs, target = view.flow, view.refs, update.about
    if not update.new:
        return
    if update.remote.startswith(_PRIVATE):
        mend = (("git", "push", update.url, refs.head),) if refs.head else ()
        yield Finding("the push would copy refs that belong to this clone alone, as --mirror does", mend)
        return
    source = _branch(update, view)
    if not source or source == target or not update.remote.startswith(HEADS):
        return
    kind, goal = flow.kind_of(source), flow.kind_of(target)
    if (kind == goal and not flow.protected(target)) or flow.may_merge(source, target):
        return
    if kind is None and goal is not None and not goal.protected:
        return  # a private name that is set right on the way
    says = f"{source} would be pushed onto {target}, another branch"
    yield Finding(says, (("git", "push", update.url, word(refs, source)),), ref=target)


def _branch(update: RefUpdate, view: View) -> str:
    """The branch that is pushed; "" for a tag or a bare commit, which are judged by what they bring."""
    if update.local == "HEAD":
        return view.refs.head
    return "" if update.local.startswith(TAGS) else known_name(view.refs, update.local)


RULE = Rule(code="GFG404", name="crossed-push", reads=RefUpdate, check=check, doc=__doc__, default=ERROR)
