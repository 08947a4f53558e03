"""A release or hotfix that was merged into production and not into its other targets.

What it checks

For a merge that production has: whether each other target of the merged branch,
in the presets develop, holds the branch's last commit as well, here or on the
remote. A merge of the branch, of its tag or of production itself, and a
fast-forward, all count. A merge into production that is about to be made is the
first half of every release, so it is not reported: the rule speaks when
production is pushed without the other half, in `status`, in `check` and in
`pr check`.

Why it matters

The repair is in production and not in the next release, which brings the fault
back. It is found when a customer finds it.

Example

    git switch main
    git merge --no-ff hotfix/1.0.1
    git push
    (develop never gets it)

How to fix it

Merge the same branch into the other target as well, or production if the branch
is deleted already.
"""

from __future__ import annotations

from gitflowguard.model.facts import Merge
from gitflowguard.model.finding import WARNING, Finding, Unknown
from gitflowguard.model.moment import SHARED
from gitflowguard.model.names import listed
from gitflowguard.model.repair import merge_into
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(merge: Merge, view: View) -> Iterator[Finding | Unknown]:
    """Reports a legal merge that production has and whose other half is missing."""
    if merge.about != view.flow.production or not (merge.sha or merge.fast_forward):
        return
    if isinstance(merge.missing, Unknown):
        yield merge.missing
        return
    if not merge.missing or isinstance(merge.sources, Unknown):
        return
    if not any(view.flow.may_merge(source, merge.about, robot=True) for source in merge.sources):
        return
    source = merge.sources[0]
    carrier = source if view.refs.tips(source) else merge.about
    mend = tuple(command for target in merge.missing for command in merge_into(view, carrier, target))
    says = f"{source} is merged into {merge.about}, but not back into {listed(merge.missing, 'and')} yet"
    yield Finding(says, mend, ref=merge.about, commit=merge.sha)


RULE = Rule(
    code="GFG303",
    name="missing-back-merge",
    reads=Merge,
    check=check,
    doc=__doc__,
    default=WARNING,
    needs=(SHARED,),
)
