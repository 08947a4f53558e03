"""A branch whose name belongs to no kind that the policy knows.

What it checks

The name of every branch that is committed to, pushed or listed is compared with
the names in the policy: main, develop, feature/<slug>, release/<version> and so
on. A name that fits none of them, and does not even begin like one, is refused.

Why it matters

Where a branch comes from and where it may go follows from its kind. Nobody can
tell that of a branch called pipeline1spark: not the person who joins the team,
and not any other rule.

Example

    git switch -c pipeline1spark
    git commit

How to mend

Rename the branch; its commits stay as they are. If the team does use this kind
of branch, declare it under "kinds" in the policy file.
"""

from __future__ import annotations

from gitflowguard.model.facts import Branch
from gitflowguard.model.finding import ERROR, Finding
from gitflowguard.model.names import listed
from gitflowguard.model.oddity import confusing
from gitflowguard.model.repair import rename
from gitflowguard.model.rule import Rule
from gitflowguard.model.suggest import better_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(branch: Branch, view: View) -> Iterator[Finding]:
    """Speaks where the name carries no kind's prefix and deceives nobody."""
    name = branch.about
    if not name or view.flow.near_kind(name) is not None or confusing(name):
        return
    yield Finding(
        f"{name} is no branch that the policy knows; work goes on {listed(_work(view))}",
        rename(view.refs, name, better_name(view, name)),
        ref=name,
    )


def _work(view: View) -> tuple[str, ...]:
    """The kinds that people cut for work, as they would write a name; bots know theirs."""
    kinds = [kind for kind in view.flow.kinds if not kind.protected and "{" in kind.names[0].text]
    return tuple(kind.label for kind in kinds)


RULE = Rule(code="GFG101", name="unknown-branch-kind", reads=Branch, check=check, doc=__doc__, default=ERROR)
