"""A pull request from a fork for what only the team itself may bring.

What it checks

For a pull request whose head lies in another repository, also in one that was
deleted since: whether it goes into production, or whether its head stands for a
version (a release, a hotfix). Where everyday work goes into production, because
there is no develop, that of a fork may, too.

Why it matters

What becomes a release is cut in the team's own repository, where branches are
protected and everybody sees them. A fork's owner can rewrite its branches at any
moment, also after the review.

Example

    gh pr create --head mallory:release/9.9 --base main

How to fix it

A member of the team cuts the branch here and takes the commits over. Work from a
fork is welcome where a feature goes, whatever its branch is called: patch-1 and the
fork's own main, too.
"""

from __future__ import annotations

from gitflowguard.model.finding import ERROR, Finding
from gitflowguard.model.flow import MAIN
from gitflowguard.model.pull import Pull
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(pull: Pull, view: View) -> Iterator[Finding]:
    """Speaks of a foreign head where the source matters."""
    if not pull.fork:
        return
    kind, goal = view.flow.kind_of(pull.head), view.flow.kind_of(pull.about)
    if goal is not None and goal.id == MAIN and not view.flow.welcomes(pull.about):
        says = (
            f"{pull.head} comes from a fork, and only this repository's own branches merge into {pull.about}"
        )
        yield Finding(says, ref=pull.about)
    elif view.flow.version_of(pull.head) and kind is not None:
        says = f"{pull.head} comes from a fork; a branch of that name has to be this repository's own"
        yield Finding(says, ref=pull.about)


RULE = Rule(code="GFG502", name="foreign-source", reads=Pull, check=check, doc=__doc__, default=ERROR)
