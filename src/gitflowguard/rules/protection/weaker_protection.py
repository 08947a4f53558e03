"""Protection on GitHub that blocks less than the policy, or that somebody can bypass.

What it checks

Every ruleset of ours on GitHub is compared with the policy: how many approvals it
asks for, which checks, which ways of merging, who may bypass. Settings that undo
it are looked at too, such as deleting branches as soon as they are merged. Where
GitHub blocks more than the policy, that is only shown.

Why it matters

Somebody lowers a number for one urgent merge and forgets it. From then on everybody
believes in a review that GitHub no longer asks for.

Example

    main needs two approvals in the policy, and one on GitHub

How to fix it

gitflowguard protect plan shows each difference, gitflowguard protect apply takes
them back. If the change was meant, write it into the policy instead.
"""

from __future__ import annotations

from gitflowguard.model.finding import ERROR, Finding, Unknown
from gitflowguard.model.guarded import WEAKER, Guarded, finding_of
from gitflowguard.model.moment import FORGE
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(guarded: Guarded, view: View) -> Iterator[Finding | Unknown]:
    """Speaks once for each difference."""
    yield from finding_of(guarded, WEAKER)


RULE = Rule(
    code="GFG902",
    name="weaker-protection",
    reads=Guarded,
    check=check,
    doc=__doc__,
    default=ERROR,
    needs=(FORGE,),
)
