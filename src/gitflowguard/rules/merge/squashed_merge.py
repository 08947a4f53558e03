"""A branch that is squashed into a long-lived one as a single commit.

What it checks

Whether a merge into a protected branch was squashed (git merge --squash). A
merge that is forbidden anyway is left to the rule forbidden-merge.

Why it matters

For git no merge took place: the branch still counts as unmerged, the back-merge
of a release brings the same lines a second time and conflicts, and every branch
that was cut from it conflicts as well.

Example

    git switch develop
    git merge --squash feature/login
    git commit

How to fix it

Drop the copy and merge the branch itself. To have few commits, tidy the branch
by a rebase before its merge.
"""

from __future__ import annotations

from gitflowguard.model.facts import Merge
from gitflowguard.model.finding import ERROR, Finding, Unknown
from gitflowguard.model.moment import OPERATION
from gitflowguard.model.repair import rewind, word
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View
    from gitflowguard.model.finding import Argv


def check(merge: Merge, view: View) -> Iterator[Finding]:
    """Speaks of a squash into a protected branch that a real merge could have served."""
    if not merge.squashed or not view.flow.protected(merge.about):
        return
    sources = () if isinstance(merge.sources, Unknown) else merge.sources
    legal = tuple(source for source in sources if view.flow.may_merge(source, merge.about))
    if sources and not legal:
        return
    name = legal[0] if legal else "the branch"
    drop = rewind(view, merge.about, merge.base, merge.sha) if merge.sha else (("git", "reset", "--merge"),)
    again: tuple[Argv, ...] = (("git", "merge", "--no-ff", word(view.refs, name)),) if legal else ()
    says = f"{name} is squash-merged into {merge.about}, so git doesn't see it as merged"
    yield Finding(says, (*drop, *again), ref=merge.about, commit=merge.sha)


RULE = Rule(
    code="GFG302",
    name="squashed-merge",
    reads=Merge,
    check=check,
    doc=__doc__,
    default=ERROR,
    needs=(OPERATION,),
)
