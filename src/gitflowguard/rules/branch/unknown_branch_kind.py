"""A branch whose name doesn't match any branch type in the policy.

What it checks

The name of every branch that is committed to, pushed or listed is compared with
the names in the policy: main, develop, feature/<slug>, release/<version> and so
on. A name that fits none of them, and does not even begin like one, is blocked. A
branch that was there when the team adopted the policy only gets a warning, and one
whose upstream is another's repository, such as a contributor's fork, none.

Why it matters

Where a branch comes from and where it may go follows from its kind. Nobody can
tell that of a branch called pipeline1spark: not the person who joins the team,
and not any other rule.

Example

    git switch -c pipeline1spark
    git commit

How to fix it

Rename the branch; its commits stay as they are. If it's on the remote already, a
rename there would close its pull request: keep its name until it's merged, or go on
under a new one (git switch -c feature/login). If the team does use this kind of
branch, declare it under "kinds" in the policy file.
"""

from __future__ import annotations

from gitflowguard.model.adoption import NAME
from gitflowguard.model.facts import Branch
from gitflowguard.model.finding import ERROR, Finding
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
    from gitflowguard.model.misfit import misfit  # only a finding needs it

    says = misfit(name, view.flow)
    yield Finding(says, rename(view.refs, name, better_name(view, name)), ref=name)


RULE = Rule(
    code="GFG101",
    name="unknown-branch-kind",
    reads=Branch,
    check=check,
    doc=__doc__,
    default=ERROR,
    topic=NAME,
)
