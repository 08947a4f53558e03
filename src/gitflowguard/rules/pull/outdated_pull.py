"""A pull request that was checked against an old base, or can't be merged.

What it checks

Whether the base has moved since the event, whether the head lacks commits of its
base where the policy wants it up to date, and whether GitHub can merge it. An
answer that GitHub did not give in time doesn't count.

Why it matters

Two changes that are each green can be red together. What was judged on an old
base says nothing of the merge that would be made now.

Example

    (develop gets a merge while feature/login waits for its review)

How to fix it

Run the printed commands: they bring the base into the branch. Where the base only
moved, run the check again.
"""

from __future__ import annotations

from gitflowguard.model.finding import WARNING, Finding, Unknown
from gitflowguard.model.names import plural
from gitflowguard.model.pull import Pull
from gitflowguard.model.repair import word
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View
    from gitflowguard.model.finding import Argv


def check(pull: Pull, view: View) -> Iterator[Finding | Unknown]:
    """Speaks of what makes an earlier verdict worthless."""
    if isinstance(pull.moved, Unknown):
        yield pull.moved
    elif pull.moved:
        says = f"{pull.about} was updated after this pull request was checked; run the check again"
        yield Finding(says, ref=pull.about)
    if isinstance(pull.mergeable, Unknown):
        yield pull.mergeable
    elif pull.mergeable is False:
        yield Finding(f"{pull.head} conflicts with {pull.about}", _update(pull, view), ref=pull.about)
    if not pull.up_to_date:
        return
    if isinstance(pull.behind, Unknown):
        yield pull.behind
    elif pull.behind:
        says = f"{pull.head} lacks {plural(pull.behind, 'commit')} of {pull.about}"
        yield Finding(says, _update(pull, view), ref=pull.about)


def _update(pull: Pull, view: View) -> tuple[Argv, ...]:
    """Brings the base into the head, where the policy allows that and the head is this repository's."""
    refs = view.refs
    if pull.fork or not view.flow.may_merge(pull.about, pull.head):
        return ()
    if not refs.tips(pull.head):
        return ()
    twin = (refs.upstream, pull.about) in refs.remotes
    source = f"{refs.upstream}/{pull.about}" if twin else word(refs, pull.about)
    return (("git", "switch", pull.head), ("git", "merge", "--no-edit", source))


RULE = Rule(code="GFG504", name="outdated-pull", reads=Pull, check=check, doc=__doc__, default=WARNING)
