"""A branch that was cut from the wrong line for its kind.

What it checks

Git keeps no record of where a branch was cut from, so the graph is asked: going
back from the branch's tip by first parents, the first commit that a long-lived
branch holds is its origin. One of the branches that hold it must be one that
the policy names as a parent of this kind. An origin that several lines share
counts for each of them. What a robot or a Revert button made for production has to
be cut from production.

Why it matters

A feature that is cut from main misses all that is on develop, and meets it as
conflicts when it is merged. A hotfix that is cut from develop carries
unreleased work into production.

Example

    git switch main
    git switch -c feature/login
    git commit

How to fix it

Move the commits of the branch, and only those, onto the right line. If the
branch was pushed, push it again with --force-with-lease.
"""

from __future__ import annotations

from gitflowguard.model.adoption import ORIGIN
from gitflowguard.model.facts import Branch
from gitflowguard.model.finding import ERROR, Finding, Unknown
from gitflowguard.model.flow import ASIDE, MAIN
from gitflowguard.model.names import listed
from gitflowguard.model.repair import rebase
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View
    from gitflowguard.model.flow import Kind


def check(branch: Branch, view: View) -> Iterator[Finding | Unknown]:
    """Speaks where no parent kind holds the origin."""
    kind = view.flow.kind_of(branch.about)
    if kind is None or kind.protected or not kind.parents or not branch.tip:
        return
    origin = branch.origin
    if isinstance(origin, Unknown):
        yield origin
        return
    parents = _parents(branch, kind, view)
    held_by = (view.flow.kind_of(line) for line in origin.lines)
    if any(found is not None and found.id in parents for found in held_by):
        return
    wanted = listed(tuple(view.flow.name_of(parent) for parent in parents))
    yield Finding(
        f"{branch.about} was cut from {listed(origin.lines)}, not from {wanted}",
        rebase(view, view.holder(parents[0]), origin.commit, branch.about),
        ref=branch.about,
    )


def _parents(branch: Branch, kind: Kind, view: View) -> tuple[str, ...]:
    """What such a branch may be cut from; on its way into production only that, if programs make and name it."""
    into = branch.into == view.flow.production and view.flow.production != view.flow.integration
    return (MAIN,) if into and kind.id in ASIDE and MAIN in kind.parents else kind.parents


RULE = Rule(
    code="GFG105", name="wrong-origin", reads=Branch, check=check, doc=__doc__, default=ERROR, topic=ORIGIN
)
