"""A pull request that changes the policy itself.

What it checks

Whether the change touches the policy file. The change is judged by the policy at
its base all the same. It wants one more approval than the base usually does. Where
reviews were not asked for, or the base wants none, this is advice.

Why it matters

Whoever may change the rules in the same click that breaks them has none.

Example

    (feature/login sets "forbidden-merge: ignore" in .gitflowguard.yaml)

How to mend

Put the change of the policy into a pull request of its own, and let one person
more look at it.
"""

from __future__ import annotations

from gitflowguard.model.finding import ERROR, Finding, Unknown
from gitflowguard.model.names import listed, plural
from gitflowguard.model.pull import Pull, approving
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(pull: Pull, view: View) -> Iterator[Finding]:
    """Speaks until one person more than usual has agreed."""
    if not pull.policy:
        return
    review = view.flow.review(pull.about)
    wanted = review.approvals + 1
    says = f"{pull.head} changes the policy ({listed(pull.policy, 'and')})"
    if isinstance(pull.verdicts, Unknown) or not review.approvals:
        # Who asks for no approvals may be alone, and nobody would be left to approve.
        more = f"{says}; let {plural(wanted, 'person').replace('persons', 'people')} approve it"
        yield Finding(more, ref=pull.about, path=pull.policy[0], advice=True)
        return
    counted = approving(pull, pull.verdicts, review)
    if len(counted) < wanted:
        more = f"{says}; that wants {plural(wanted, 'approval')}, and {len(counted)} count"
        yield Finding(more, ref=pull.about, path=pull.policy[0])


RULE = Rule(code="GFG505", name="changed-policy", reads=Pull, check=check, doc=__doc__, default=ERROR)
