"""A rebase of a long-lived branch that would replace its merges by single commits.

What it checks

Whether a rebase is about to replay merges that are on a protected branch and not on
the remote yet. git leaves merges out of a rebase: it copies the merged commits one by
one onto the branch. `git pull --rebase` does that too, also by way of the setting
pull.rebase. A rebase that makes the merges again (--rebase-merges,
`git pull --rebase=merges`) is free, and so is a merge that brought only what the
rebase's base holds. Where direct commits are allowed (direct-commit: ignore) the rule
is silent.

Why it matters

After it every commit of the feature looks as if it was made on the branch itself, so
the push is blocked as direct commits. The feature branch counts as unmerged, and its
next merge brings every change a second time.

Example

    git switch develop
    git merge --no-ff feature/login
    git pull --rebase

How to fix it

Nothing has changed yet. Merge what the remote has instead; --autostash takes
uncommitted changes along. Your merge stays, and the branch can be pushed.
"""

from __future__ import annotations

from gitflowguard.model.facts import Merge
from gitflowguard.model.finding import ERROR, IGNORE, Finding, Unknown
from gitflowguard.model.moment import AT_REBASE, FLATTENED
from gitflowguard.model.names import plural, short
from gitflowguard.model.repair import pull
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(merge: Merge, view: View) -> Iterator[Finding | Unknown]:
    """Reports a legal merge that a rebase of its target is about to drop."""
    name, flow = merge.about, view.flow
    if merge.flattened == 0 or not flow.protected(name):
        return
    if flow.severity("direct-commit", ERROR, name) == IGNORE:
        return
    sources = () if isinstance(merge.sources, Unknown) else merge.sources
    legal = tuple(source for source in sources if flow.may_merge(source, name, robot=True))
    if sources and not legal:
        return
    if isinstance(merge.flattened, Unknown):
        yield merge.flattened
        return
    what = f"the merge of {legal[0]}" if legal else f"a merge (commit {short(merge.sha)})"
    if merge.flattened > 1:
        what += f" and {plural(merge.flattened - 1, 'other merge')}"
    there = (view.refs.upstream, name) in view.refs.remotes
    mend = pull(view, view.refs.upstream, name) if there else ()
    yield Finding(f"this rebase would flatten {what} into {name}", mend, ref=name, commit=merge.sha)


RULE = Rule(
    code="GFG305",
    name="flattened-merge",
    reads=Merge,
    check=check,
    doc=__doc__,
    default=ERROR,
    needs=(FLATTENED,),
    moments=(AT_REBASE,),
)
