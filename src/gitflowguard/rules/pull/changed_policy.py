"""A pull request that changes what the check on pull requests depends on.

What it checks

Whether the change touches a file that the check reads at the base. The change itself
is judged by the files at its base, and the pull requests after it by the new ones.
What a merge would bring counts: also where the two branches have more than one merge
base, and where the base has renamed the file since.

For what can turn the check off, it wants one more approval than the base usually
does: the policy, CODEOWNERS, a workflow that runs the check or has a job of its
name, and a baseline that freezes more findings. Where reviews were not asked for,
or the base wants none, this is advice.

For settings that decide what the check reports, it is always advice: the
configuration of the policy's tools, and .gitattributes.

Why it matters

Whoever can change the rules in the same click that breaks them has none.

Example

    (feature/login sets "forbidden-merge: ignore" in .gitflowguard.yaml)

How to fix it

Put the change of the policy into a pull request of its own, and let one person
more look at it.
"""

from __future__ import annotations

from gitflowguard.model.adoptionfiles import POLICY_FILES
from gitflowguard.model.finding import ERROR, Finding, Unknown
from gitflowguard.model.names import listed, plural
from gitflowguard.model.pull import Pull, approving
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(pull: Pull, view: View) -> Iterator[Finding]:
    """Reports what can turn the check off until one person more than usual has agreed, and settings always."""
    if pull.policy:
        yield from _enforcing(pull, view)
    if pull.settings:
        paths = tuple(dict.fromkeys(path for path, _ in pull.settings))
        what = listed(tuple(dict.fromkeys(says for _, says in pull.settings)), "and")
        decide = "it decides" if len(paths) == 1 else "they decide"
        says = f"{pull.head} changes {listed(paths, 'and')}; after the merge, {decide} {what}"
        yield Finding(says, ref=pull.about, path=paths[0], advice=True)


def _enforcing(pull: Pull, view: View) -> Iterator[Finding]:
    review = view.flow.review(pull.about)
    wanted = review.approvals + 1
    whole = all(path in POLICY_FILES for path in pull.policy)
    what = "the policy" if whole else "what the check depends on"
    says = f"{pull.head} changes {what} ({listed(pull.policy, 'and')})"
    if isinstance(pull.verdicts, Unknown) or not review.approvals:
        # Who asks for no approvals may be alone, and nobody would be left to approve.
        more = f"{says}; let {plural(wanted, 'person').replace('persons', 'people')} approve it"
        yield Finding(more, ref=pull.about, path=pull.policy[0], advice=True)
        return
    counted = approving(pull, pull.verdicts, review)
    if len(counted) < wanted:
        more = f"{says}; that needs {plural(wanted, 'approval')} and has {len(counted)}"
        yield Finding(more, ref=pull.about, path=pull.policy[0])


RULE = Rule(code="GFG505", name="changed-policy", reads=Pull, check=check, doc=__doc__, default=ERROR)
