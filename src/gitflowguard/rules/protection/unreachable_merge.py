"""Rules that together block every pull request of the flow.

What it checks

The ways of merging that the rules of a branch allow are held against those that
the repository has and that Gitflow needs; rules of others count as well, for GitHub
adds all of them up. A linear history on main or develop forbids merge commits, and
every release ends in one. A merge queue that squashes stops the flow as well, and
so do rules of others that let nobody change a branch, or create one of the flow's.

The people are counted, too: an approval counts only by somebody with write access
who is not the author, so two approvals need three people. Who has write access is
asked of GitHub; robots and code owners without that right count for nothing.

Why it matters

Each rule looks right alone. Together they end in a merge button that stays grey, in
the minute in which a hotfix has to go out.

Example

    main is merged into by merge commits only, and the repository allows squash only

How to fix it

The finding names both sides; change one. What our policy sets is fixed with
gitflowguard protect apply, what others have set on GitHub only by them. Where people
are too few, gitflowguard protect plan prints the section of the policy that fits them.
"""

from __future__ import annotations

from gitflowguard.model.finding import ERROR, Finding, Unknown
from gitflowguard.model.guarded import UNREACHABLE, Guarded, finding_of
from gitflowguard.model.moment import FORGE
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(guarded: Guarded, view: View) -> Iterator[Finding | Unknown]:
    """Speaks once for each contradiction."""
    yield from finding_of(guarded, UNREACHABLE)


RULE = Rule(
    code="GFG904",
    name="unreachable-merge",
    reads=Guarded,
    check=check,
    doc=__doc__,
    default=ERROR,
    needs=(FORGE,),
)
