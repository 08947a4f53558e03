"""A pull request without the approvals that the policy asks for.

What it checks

The last decision of each reviewer. An approval counts if it comes from somebody
other than the author who may write here, and is of the present head where the
policy dismisses older ones. Code owners and the last push count as the policy
says. Requested changes have to be settled. A draft is judged like any other, for
its check belongs to the commit.

Why it matters

On plans without protected branches nothing else counts approvals, and a count for
all branches alike is too much for develop or too little for main.

Example

    (release/1.0 into main, with one approval where the policy wants two)

How to fix it

Ask for the reviews that the finding names. Where GitHub was not asked nothing is
counted, and that is said.
"""

from __future__ import annotations

from gitflowguard.model.finding import WARNING, Finding, Unknown
from gitflowguard.model.names import listed, plural
from gitflowguard.model.pull import Pull, approving, doubtful, objecting
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View
    from gitflowguard.model.protection import Review


def check(pull: Pull, view: View) -> Iterator[Finding | Unknown]:
    """Speaks once for each thing that is missing."""
    review = view.flow.review(pull.about)
    if not (review.approvals or review.code_owners):
        return
    if isinstance(pull.verdicts, Unknown):
        yield pull.verdicts
        return
    against = objecting(pull.verdicts)
    if against:
        yield Finding(f"{listed(against, 'and')} asked for changes", ref=pull.about)
    counted = approving(pull, pull.verdicts, review)
    lacking = review.approvals - len(counted)
    perhaps = doubtful(pull, pull.verdicts, review)
    if lacking > len(perhaps):
        says = f"{pull.about} needs {plural(review.approvals, 'approval')}, and {len(counted)} of {pull.head} count"
        yield Finding(says, ref=pull.about)
    elif lacking > 0:
        yield perhaps[0]
    yield from _owners(pull, review)
    if review.last_push and pull.pusher and lacking <= 0:
        if all(one.login.lower() == pull.pusher.lower() for one in counted):
            says = f"nobody but {pull.pusher}, who pushed last, has approved {pull.head}"
            yield Finding(says, ref=pull.about)


def _owners(pull: Pull, review: Review) -> Iterator[Finding | Unknown]:
    """Code owners, where the policy asks for them and a file has any."""
    if not review.code_owners:
        return
    if isinstance(pull.unowned, Unknown):
        yield pull.unowned
    elif pull.unowned:
        rest = len(pull.unowned) - 1
        more = f" and {plural(rest, 'other file')}" if rest else ""
        says = f"no code owner of {pull.unowned[0]}{more} has approved {pull.head}"
        yield Finding(says, ref=pull.about, path=pull.unowned[0])


RULE = Rule(code="GFG503", name="missing-approval", reads=Pull, check=check, doc=__doc__, default=WARNING)
