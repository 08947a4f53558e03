"""A pull request that the policy doesn't allow.

What it checks

The kind of the head and the kind of the base, by the same table as a merge that
is made by hand. A base that the policy does not know is blocked: a name that
differs from main by a capital letter is not main, and nothing protects it. A head
in a fork is judged by where it goes: its owner need not know the policy, so patch-1,
or the fork's own main, may go where a feature goes. A robot's branch may go into
production only if a robot opened the pull request; one that a person opened, or
nobody knows who, goes where a feature goes.

Why it matters

GitHub's rules cannot look at a pull request's source. A feature that is merged
into main by a click is released before anybody tested it with the rest.

Example

    gh pr create --head feature/login --base main

How to fix it

Edit the pull request and choose the base that the finding names; no commit has
to change. A robot that your forge takes for a person belongs in the policy, under
kinds, bot, authors.
"""

from __future__ import annotations

from gitflowguard.model.adoption import WAY
from gitflowguard.model.finding import ERROR, Finding
from gitflowguard.model.names import listed
from gitflowguard.model.pull import Pull
from gitflowguard.model.repair import into
from gitflowguard.model.rule import Rule
from gitflowguard.model.source import ANYBODY, counted, may_enter, robot_named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(pull: Pull, view: View) -> Iterator[Finding]:
    """Speaks where the head may not be merged into the base, or the base is unknown."""
    if view.flow.kind_of(pull.about) is None:
        yield Finding(_unknown(pull, view), ref=pull.about)
    elif not may_enter(pull, view.flow):
        yield Finding(_says(pull, view), ref=pull.about)


def _goals(pull: Pull, view: View) -> tuple[str, ...]:
    kind = counted(pull, view.flow)
    return tuple(view.flow.name_of(name) for name in kind.targets) if kind else ()


def _unknown(pull: Pull, view: View) -> str:
    goals = _goals(pull, view)
    instead = f"; the base for {pull.head} is {listed(goals)}" if goals else ""
    return f"the base {pull.about} doesn't match any branch type in the policy{instead}"


def _says(pull: Pull, view: View) -> str:
    """Where the head may go, or who may come."""
    flow = view.flow
    goals = _goals(pull, view)
    if goals:
        says = f"{pull.head} merges into {listed(goals)}, not into {pull.about}: choose that base"
        return says + _no_robot(pull, view)
    goal = flow.kind_of(pull.about)
    ways = into(view, goal.id) if goal else ()
    only = (
        f"only {listed(ways, 'and')} merge into {pull.about}" if ways else f"nothing merges into {pull.about}"
    )
    if flow.kind_of(pull.head) is None:
        return f"{pull.head} doesn't match any branch type in the policy; {only}"
    return f"{pull.head} may not merge into {pull.about}; {only}"


def _no_robot(pull: Pull, view: View) -> str:
    """Why a robot's name doesn't help."""
    if pull.fork or not robot_named(pull, view.flow):
        return ""
    who = f"{pull.author} isn't known as one" if pull.author else "nothing says who opened this one"
    if pull.author == ANYBODY:
        who = f"{ANYBODY} acts for whoever can push a workflow"
    return f". Only a robot's pull request may take a branch of that name there, and {who}"


RULE = Rule(
    code="GFG501", name="forbidden-pull", reads=Pull, check=check, doc=__doc__, default=ERROR, topic=WAY
)
