"""A branch that is pushed onto another branch, or refs that no remote should get.

What it checks

Whether a branch is pushed to a remote branch of another name that is protected
or of another kind, unless the policy allows a merge of the one into the other.
Refs that belong to a clone alone (its view of remotes, its stash) may not be
pushed at all; git push --mirror does that. The same holds for replacements of
objects (refs/replace), and for a new tag that has the name of main or develop.

Why it matters

git push origin feature/login:main is a merge into main that no local hook on
merges ever sees. A mirror push overwrites and deletes every branch of the remote
that this clone does not have. A replacement shows everybody who fetches it another
history than the one that was judged. Where a tag is called main, git takes the tag
for many commands that mean the branch.

Example

    git push origin feature/login:main

How to fix it

Push the branch under its own name.
"""

from __future__ import annotations

from gitflowguard.model.facts import RefUpdate
from gitflowguard.model.finding import ERROR, Finding
from gitflowguard.model.lineage import known_name
from gitflowguard.model.moment import AT_PUSH
from gitflowguard.model.names import HEADS, REMOTES, TAGS
from gitflowguard.model.repair import word
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View

_PRIVATE = (REMOTES, "refs/stash")
# What stands in for other objects in this clone (git-replace(1)).
_REPLACED = "refs/replace/"


def check(update: RefUpdate, view: View) -> Iterator[Finding]:
    """Speaks of private refs once, of a crossed branch by both names."""
    flow, refs, target = view.flow, view.refs, update.about
    if not update.new:
        return
    if update.remote.startswith(_PRIVATE):
        mend = (("git", "push", update.url, refs.head),) if refs.head else ()
        yield Finding("the push would copy refs that belong to this clone alone, as --mirror does", mend)
        return
    if update.remote.startswith(_REPLACED):
        yield Finding("the push would replace commits for everybody who fetches refs/replace")
        return
    if update.remote.startswith(TAGS):
        yield from _tag(update, view)
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


def _tag(update: RefUpdate, view: View) -> Iterator[Finding]:
    """A new tag with the name of a long-lived branch; one that the remote has already is not this push's fault."""
    name = update.remote[len(TAGS) :]
    if update.old or name not in (view.flow.production, view.flow.integration):
        return
    mend: tuple[tuple[str, ...], ...] = ()
    if update.local == update.remote:
        new = f"{name}-tag"
        mend = (
            ("git", "tag", new, update.local),
            ("git", "tag", "-d", name),
            ("git", "push", update.url, f"{TAGS}{new}"),
        )
    yield Finding(f"the tag {name} would have the name of a long-lived branch", mend, ref=update.remote)


def _branch(update: RefUpdate, view: View) -> str:
    """The branch that is pushed; "" for a tag or a bare commit, which are judged by what they bring."""
    if update.local == "HEAD":
        return view.refs.head
    return "" if update.local.startswith(TAGS) else known_name(view.refs, update.local)


RULE = Rule(
    code="GFG404",
    name="crossed-push",
    reads=RefUpdate,
    check=check,
    doc=__doc__,
    default=ERROR,
    moments=(AT_PUSH,),
)
