"""A branch that is merged everywhere it had to go, but still exists.

What it checks

Whether a branch had work of its own and each of its targets holds all of it:
its commits or, for a branch with one target, what they change, squashed or
cherry-picked. A release or hotfix has to be in production and develop. A branch
that was just cut has no work yet and is not meant. Always advice, never an error.

Why it matters

A finished branch invites the next commit, which then misses everything that
came after its merge; and it hides the branches that are alive.

Example

    git switch develop
    git merge --no-ff feature/login
    (feature/login is kept)

How to fix it

Delete the branch, on the remote as well. Its commits stay in the history.
"""

from __future__ import annotations

from gitflowguard.model.facts import Branch
from gitflowguard.model.finding import WARNING, Finding, Unknown
from gitflowguard.model.moment import SURVEY
from gitflowguard.model.names import listed
from gitflowguard.model.repair import delete
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(branch: Branch, view: View) -> Iterator[Finding | Unknown]:
    """Speaks where every target holds the branch and it was not merely cut."""
    kind = view.flow.kind_of(branch.about)
    if kind is None or kind.protected or not kind.targets or not branch.tip:
        return
    if isinstance(branch.merged, Unknown):
        yield branch.merged
        return
    targets = tuple(target for target, _ in branch.merged)
    copied = tuple(target for target, held in branch.merged if not held)
    if not targets or not set(copied) <= set(branch.landed):
        return
    if isinstance(branch.used, Unknown):
        yield branch.used
    elif branch.used:
        yield Finding(
            _says(branch.about, targets, copied),
            delete(view.refs, branch.about, targets, whole=not copied),
            ref=branch.about,
            advice=True,
        )


def _says(name: str, targets: tuple[str, ...], copied: tuple[str, ...]) -> str:
    """copied: the targets that hold the work by other commits."""
    if not copied:
        return f"{name} is merged into {listed(targets, 'and')} but still exists"
    return f"the work of {name} is in {listed(targets, 'and')}, squashed or cherry-picked, but the branch still exists"


RULE = Rule(
    code="GFG109",
    name="leftover-branch",
    reads=Branch,
    check=check,
    doc=__doc__,
    default=WARNING,
    needs=(SURVEY,),
)
