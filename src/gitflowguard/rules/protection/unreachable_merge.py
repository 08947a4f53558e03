"""A step of the flow that nobody could take under GitHub's rules.

What it checks

The whole flow of the policy is played through, under the rules as they would be:
ours, those of others, classic protection and the repository's settings, for GitHub
adds all of them up. Each kind of branch is started, changed, merged into each of its
targets and deleted, and version tags are made. A linear history on main forbids the
merge commit that every release ends in; a merge queue that squashes stops the flow,
and so do rules that let nobody create, change or tag.

The people who are there take the steps: an approval counts only by somebody with
write access who is not the author, so two approvals need three people. Robots and
code owners without write access count for nothing.

It warns where only some can take a step, where nobody may delete a finished release,
where names are blocked that GitHub makes itself (the Revert button, an edit on its
page, Pages, Dependabot, Copilot), and where something that was done in the repository
before would be blocked today.

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
from gitflowguard.model.guarded import UNREACHABLE, Guarded, told
from gitflowguard.model.moment import FORGE
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(guarded: Guarded, view: View) -> Iterator[Finding | Unknown]:
    """Speaks once for each contradiction."""
    yield from told(guarded, UNREACHABLE)


RULE = Rule(
    code="GFG904",
    name="unreachable-merge",
    reads=Guarded,
    check=check,
    doc=__doc__,
    default=ERROR,
    needs=(FORGE,),
)
