"""A pull request between two branches that the policy does not join.

What it checks

The kind of the head and the kind of the base, by the same table as a merge that
is made by hand. A base that the policy does not know is refused: a name that
differs from main by a capital letter is not main, and nothing protects it. A head
in a fork is judged by where it goes: its owner need not know the policy, so patch-1,
or the fork's own main, may go where a feature goes.

Why it matters

GitHub's rules cannot look at a pull request's source. A feature that is merged
into main by a click is released before anybody tested it with the rest.

Example

    gh pr create --head feature/login --base main

How to mend

Edit the pull request and choose the base that the finding names; no commit has
to change.
"""

from __future__ import annotations

from gitflowguard.model.finding import ERROR, Finding
from gitflowguard.model.names import listed
from gitflowguard.model.pull import Pull
from gitflowguard.model.repair import into
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(pull: Pull, view: View) -> Iterator[Finding]:
    """Speaks where the head may not be merged into the base, or the base is unknown."""
    flow = view.flow
    allowed = _from_fork(pull, view) if pull.fork else flow.may_merge(pull.head, pull.about)
    if flow.kind_of(pull.about) is None:
        yield Finding(_unknown(pull, view), ref=pull.about)
    elif not allowed:
        yield Finding(_says(pull, view), ref=pull.about)


def _from_fork(pull: Pull, view: View) -> bool | None:
    """Whether the fork's branch may go there: by its kind where that is one of work, else as everyday work."""
    flow = view.flow
    kind = flow.kind_of(pull.head)
    if kind is None or kind.protected or not kind.targets:
        return flow.welcomes(pull.about)
    return flow.may_merge(pull.head, pull.about)


def _goals(pull: Pull, view: View) -> tuple[str, ...]:
    kind = view.flow.kind_of(pull.head)
    if pull.fork and (kind is None or kind.protected or not kind.targets):
        kind = view.flow.work
    return tuple(view.flow.name_of(name) for name in kind.targets) if kind else ()


def _unknown(pull: Pull, view: View) -> str:
    goals = _goals(pull, view)
    instead = f"; the base for {pull.head} is {listed(goals)}" if goals else ""
    return f"the base {pull.about} is no branch that the policy knows{instead}"


def _says(pull: Pull, view: View) -> str:
    """Where the head may go, or who may come."""
    flow = view.flow
    goals = _goals(pull, view)
    if goals:
        return f"{pull.head} goes into {listed(goals)}, not into {pull.about}: choose that base"
    goal = flow.kind_of(pull.about)
    ways = into(view, goal.id) if goal else ()
    only = f"only {listed(ways, 'and')} go into {pull.about}" if ways else f"nothing goes into {pull.about}"
    if flow.kind_of(pull.head) is None:
        return f"{pull.head} is no branch that the policy knows; {only}"
    return f"{pull.head} may not go into {pull.about}; {only}"


RULE = Rule(code="GFG501", name="forbidden-pull", reads=Pull, check=check, doc=__doc__, default=ERROR)
