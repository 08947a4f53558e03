"""A commit made on a long-lived branch itself, not merged into it.

What it checks

Every commit on a protected branch that isn't a merge: committed, amended,
cherry-picked, reverted or rebased there. The first commit of a repository and
the commit that brings the policy file in are free. What a merge or a
fast-forward brought is judged by the rules on merges.

A merge commit that changes the policy by itself counts as well: `git merge
--no-commit`, an edit of `.gitflowguard.yaml`, `git commit`. The policy in it must be the
one that the branch had, or what git makes of the two sides; where both changed it and
git can't merge that, the policy of either side.

Why it matters

Such a commit was seen by nobody, and it is on one line only: a repair made on
main alone is undone by the next release from develop.

Example

    git switch develop
    git commit

How to fix it

Before the commit is made: take the change to a branch of its own. A cherry-pick
or revert is taken back first and repeated on a branch that is cut from the same
line: a bugfix for develop, a hotfix for main, by the policy's names. Open a pull
request for that branch, or merge it. If you resolved a conflict or changed a file
of it, your changes are carried over instead.

After it was made: the commits are kept on a branch of their own, and the long-lived
branch goes back to where it was good. This rewinds only what was not pushed. If a
rebase, such as `git pull --rebase`, made the commits out of a merge, the branch goes
back to the merge, and what the remote has is merged. A merge that changed the policy
is kept on a branch of its own and made again; what the policy should say is changed on a branch,
which is merged. There both sides' changes can also be brought together.
"""

from __future__ import annotations

from gitflowguard.model.facts import Commit
from gitflowguard.model.finding import ERROR, Finding, Unknown
from gitflowguard.model.moment import (
    AT_CHECK,
    AT_COMMIT,
    AT_MOVE,
    AT_PREPARE,
    AT_PULL,
    AT_PUSH,
    AT_SURVEY,
)
from gitflowguard.model.names import listed, short
from gitflowguard.model.repair import pull, rewind
from gitflowguard.model.rule import Rule
from gitflowguard.model.suggest import repair_name, work_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View
    from gitflowguard.model.finding import Argv

_BROUGHT = ("merge", "merged", "squash")
_WORDS = {"cherry-pick": "Cherry-pick onto", "revert": "Revert on"}


def check(commit: Commit, view: View) -> Iterator[Finding | Unknown]:
    """Speaks of a commit with one parent on a protected branch."""
    kind = view.flow.kind_of(commit.about)
    if kind is None or not kind.protected:
        return
    if commit.alters:
        yield commit.alters if isinstance(commit.alters, Unknown) else _by_itself(commit, commit.alters, view)
    if commit.operation in _BROUGHT:
        return
    if (len(commit.parents) != 1 and commit.operation != "orphan") or commit.adopts:
        return
    if isinstance(commit.here, Unknown):
        yield commit.here
        return
    if commit.before:
        says = f"a rebase flattened a merge into {commit.about}, so its commits look like direct ones"
        yield Finding(says, _unflatten(commit, view), ref=commit.about)
        return
    what = _WORDS.get(commit.operation, "Direct commit to")
    says = f"{what} {commit.about}: {commit.about} only changes through merges"
    mend = _move(commit, view) if commit.sha else _instead(commit, view)
    yield Finding(says, mend, ref=commit.about, commit=commit.sha)


def _by_itself(commit: Commit, paths: tuple[str, ...], view: View) -> Finding:
    """A merge that changes the policy: the change goes to a branch of its own, and the merge can be made again."""
    says = f"Merge {short(commit.sha)} changes {listed(paths, 'and')} of {commit.about} by itself"
    mend = _aside(commit, view, work_name(view))
    return Finding(
        f"{says}: none of the merged branches has it like that", mend, ref=commit.about, commit=commit.sha
    )


def _instead(commit: Commit, view: View) -> tuple[Argv, ...]:
    """Takes a change that is not committed yet to a branch of its own."""
    new, home = work_name(view), view.refs.shown(view.flow.integration)
    stop: tuple[Argv, ...] = ()
    if commit.operation in _WORDS:
        stop = (("git", commit.operation, "--abort"),)
        own = repair_name(view, commit.about, commit.replay.subject)
        if own:
            return (*stop, ("git", "switch", "-c", own), *_again(commit))
    if commit.about == view.flow.integration:
        return (*stop, ("git", "switch", "-c", new))
    return (*stop, ("git", "switch", "--no-track", "-c", new, home))


def _again(commit: Commit) -> tuple[Argv, ...]:
    """The cherry-pick or revert as it was asked for; it ends as well on a branch that is cut from the same commit."""
    if not commit.replay.words:
        return ()
    edit = ("--no-edit",) if commit.operation == "revert" else ()
    return (("git", commit.operation, *edit, *commit.replay.words),)


def _unflatten(commit: Commit, view: View) -> tuple[Argv, ...]:
    """Goes back to where the merge was, and merges what the remote has instead."""
    back = rewind(view, commit.about, commit.before)
    merge = pull(view, view.refs.upstream, commit.about)[-1:]
    return (*back, *merge) if back else ()


def _move(commit: Commit, view: View) -> tuple[Argv, ...]:
    """Keeps commits that were made on a branch of their own, and rewinds the long-lived one."""
    own = _repairing(commit, view)
    new = own or work_name(view)
    aside = _aside(commit, view, new)
    if not aside:
        return ()
    if own or commit.about == view.flow.integration:
        return (*aside, ("git", "switch", new))
    home, base = view.refs.shown(view.flow.integration), commit.base or commit.parents[0]
    return (*aside, ("git", "rebase", "--onto", home, base, new))


def _aside(commit: Commit, view: View, name: str) -> tuple[Argv, ...]:
    """Puts commits on a branch and rewinds the line, if this clone's has them; () where that would lose something."""
    if commit.pushed:
        return (("git", "branch", name, commit.pushed),)
    back = rewind(view, commit.about, commit.base or commit.parents[0])
    return (("git", "branch", name, commit.about), *back) if back else ()


def _repairing(commit: Commit, view: View) -> str:
    """A branch for a revert or cherry-pick on a line that isn't the integration branch, which doesn't need it there."""
    if commit.operation not in _WORDS or commit.about == view.flow.integration:
        return ""
    return repair_name(view, commit.about, commit.replay.subject)


RULE = Rule(
    code="GFG201",
    name="direct-commit",
    reads=Commit,
    check=check,
    doc=__doc__,
    default=ERROR,
    moments=(
        AT_COMMIT,
        AT_PREPARE,
        AT_PUSH,
        AT_MOVE,
        AT_CHECK,
        AT_SURVEY,
        AT_PULL,
    ),
)
