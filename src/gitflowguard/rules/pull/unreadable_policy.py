"""A pull request whose merge would leave its base with a policy that can't be read.

What it checks

Where the change touches the policy or its lock, it is merged in a directory that is
gone afterwards, and the policy in the result is read as every later check will read
it: the file's form and its words, what it extends, and that there is one policy and
not two. A policy may be taken away. Where the merge conflicts in one of these files,
whoever resolves it decides, and nothing is reported.

Why it matters

Once it is merged, no hook and no check can judge anything: each commit, push and pull
request ends with this mistake, for everybody.

Example

    (feature/login writes "preset: gitfow" into .gitflowguard.yaml)

How to fix it

Correct the file on the branch: gitflowguard config validate lists every mistake in it,
with its line. If it is merged already, a pull request that corrects it is judged by
the last policy there that could be read.
"""

from __future__ import annotations

from gitflowguard.model.finding import ERROR, Finding, Unknown
from gitflowguard.model.pull import Pull
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(pull: Pull, view: View) -> Iterator[Finding | Unknown]:
    """Speaks of what the merge would leave, and only where it was read."""
    if isinstance(pull.unreadable, Unknown):
        yield pull.unreadable
    elif pull.unreadable:
        says = f"Merging {pull.head} would stop every check on {pull.about}: {pull.unreadable}"
        yield Finding(says, ref=pull.about)


RULE = Rule(code="GFG506", name="unreadable-policy", reads=Pull, check=check, doc=__doc__, default=ERROR)
