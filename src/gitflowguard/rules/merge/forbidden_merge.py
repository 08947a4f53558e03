"""A merge that the policy doesn't allow.

What it checks

The kind of the merged branch and the kind of the branch that it is merged into.
Legal are the targets that the policy names; updating a work branch from a line
that it may be cut from; and a branch with its own twin on a remote. While a
merge is being made, a commit that goes by several names is judged by the one that is
allowed most. Of a merge that was made, a branch that stands at the merged commit goes
before the subject, because anybody can write that. Fast-forwards and squashed merges
count as merges. Into a branch of unknown kind the policy
says nothing: there the name is the mistake. A robot's branch goes into production only
by a robot's own pull request: here nothing shows who made it, and anybody can take
its name.

Why it matters

A feature that is merged into main is released before anybody tested it with the
rest, and develop never hears of it.

Example

    git switch main
    git merge feature/login

How to fix it

Before the merge is made: abort it, and merge into the right branch. After it was
made: the branch goes back to where it was before, and later commits on it are
kept on a branch of their own. This rewinds only what was not pushed; what was
pushed is undone by git revert -m 1 on a branch of its own, which is then merged.
"""

from __future__ import annotations

from gitflowguard.model.adoption import WAY
from gitflowguard.model.facts import Merge
from gitflowguard.model.finding import ERROR, Finding, Unknown
from gitflowguard.model.flow import ROBOT
from gitflowguard.model.names import listed
from gitflowguard.model.repair import into, merge_into, rewind
from gitflowguard.model.rule import Rule
from gitflowguard.model.suggest import free, next_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View
    from gitflowguard.model.finding import Argv
    from gitflowguard.model.flow import Kind


def check(merge: Merge, view: View) -> Iterator[Finding | Unknown]:
    """Speaks where none of the source's names may be merged into the target."""
    flow = view.flow
    if flow.kind_of(merge.about) is None:
        return
    if isinstance(merge.sources, Unknown):
        yield merge.sources
        return
    if not merge.sources or any(flow.may_merge(source, merge.about) is not False for source in merge.sources):
        return
    source = merge.sources[0]
    mend = (*_undo(merge, source, view), *_right_way(source, merge.about, view))
    yield Finding(_says(source, merge.about, view), mend, ref=merge.about, commit=merge.sha)


def _says(source: str, target: str, view: View) -> str:
    """Where the source may go, or who may come."""
    flow = view.flow
    kind, goal = flow.kind_of(source), flow.kind_of(target)
    if kind is not None and kind.id == ROBOT and flow.may_merge(source, target, robot=True):
        only = f"{source} can only be merged into {target} by a robot's own pull request"
        return f"{only}; the name alone doesn't show that a robot made it"
    goals = tuple(flow.name_of(name) for name in kind.targets) if kind else ()
    if goals:
        return f"{source} may be merged into {listed(goals)}, not into {target}"
    ways = into(view, goal.id) if goal else ()
    only = f"only {listed(ways, 'and')} merge into {target}" if ways else f"nothing is merged into {target}"
    if kind is None:
        return f"{source} doesn't match any branch type in the policy; {only}"
    return f"{source} may not be merged into {target}; {only}"


def _undo(merge: Merge, source: str, view: View) -> tuple[Argv, ...]:
    """Ends a merge that is under way, or takes back one that was made."""
    if not merge.sha and not merge.fast_forward:
        return (("git", "reset", "--merge"),) if merge.squashed else (("git", "merge", "--abort"),)
    if merge.pushed:
        return () if view.refs.tips(source) else (("git", "branch", free(view.refs, source), merge.tip),)
    if (
        merge.fast_forward
        and view.refs.head == merge.about
        and view.refs.heads.get(merge.about) == merge.base
    ):
        # git lays the files out before it moves the branch (builtin/merge.c, cmd_merge).
        return (("git", "reset", "--merge"),)
    back = rewind(view, merge.about, merge.base, merge.sha or merge.tip)
    if back and merge.fast_forward and not view.refs.tips(source):
        # Nothing else holds the work that the fast-forward brought.
        return (("git", "branch", free(view.refs, source), merge.tip), *back)
    return back


def _right_way(source: str, target: str, view: View) -> tuple[Argv, ...]:
    """The merge that is legal, or the branch that may carry the work there."""
    flow, refs = view.flow, view.refs
    kind, goal = flow.kind_of(source), flow.kind_of(target)
    if kind is None or goal is None:
        return ()
    goals = tuple(flow.name_of(name) for name in kind.targets)
    goals = tuple(name for name in goals if refs.tips(name) and flow.may_merge(source, name))
    if goals:
        return merge_into(view, source, flow.integration if flow.integration in goals else goals[0])
    for bridge in flow.kinds:
        if _joins(bridge, kind, goal):
            name = next_name(view, bridge)
            return (("git", "switch", "--no-track", "-c", name, refs.shown(source)),) if name else ()
    return ()


def _joins(bridge: Kind, kind: Kind, goal: Kind) -> bool:
    """Whether a branch of the kind ``bridge`` is the way between the two, as release is."""
    versioned = any(template.has("version") for template in bridge.names)
    return kind.id in bridge.parents and goal.id in bridge.targets and versioned


RULE = Rule(
    code="GFG301", name="forbidden-merge", reads=Merge, check=check, doc=__doc__, default=ERROR, topic=WAY
)
