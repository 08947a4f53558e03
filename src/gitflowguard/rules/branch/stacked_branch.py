"""A branch that is built on another's unmerged work.

What it checks

Whether the branch holds commits that belong to another branch and that no
long-lived branch has yet. What this clone remembers of the branch's creation
decides which of the two was cut from which; where it remembers nothing and the
graph does not tell either, the rule says so.

Why it matters

Whoever merges the upper branch merges the lower one with it, unreviewed. When
the lower one is changed or squashed before its own merge, the same lines arrive
twice and conflict. This is how two people end up editing one line of
pipeline.py on two branches.

Example

    git switch -c feature/spark develop
    git commit
    git switch -c feature/config feature/spark
    git commit

How to fix it

Move only the branch's own commits onto the line that its kind is cut from. Or
merge the lower branch first: the finding then goes away by itself.
"""

from __future__ import annotations

from gitflowguard.model.adoption import ORIGIN
from gitflowguard.model.facts import Branch
from gitflowguard.model.finding import WARNING, Finding, Unknown
from gitflowguard.model.names import plural
from gitflowguard.model.repair import rebase
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(branch: Branch, view: View) -> Iterator[Finding | Unknown]:
    """Speaks once per branch that this one stands on."""
    kind = view.flow.kind_of(branch.about)
    if kind is None or kind.protected or not branch.tip:
        return
    if isinstance(branch.stacks, Unknown):
        yield branch.stacks
        return
    onto = view.holder(kind.parents[0]) if kind.parents else view.flow.integration
    for stack in branch.stacks:
        yield Finding(
            f"{branch.about} is built on {plural(stack.commits, 'unmerged commit')} of {stack.on}",
            rebase(view, onto, stack.tip, branch.about) if stack.tip else (),
            ref=branch.about,
        )


RULE = Rule(
    code="GFG106",
    name="stacked-branch",
    reads=Branch,
    check=check,
    doc=__doc__,
    default=WARNING,
    topic=ORIGIN,
)
