"""A commit that its author did not sign off.

What it checks

Whether the message ends in a Signed-off-by trailer, where the policy asks for one
(message.sign-off). Merges, reverts that git wrote, and fixup! commits are free.

Why it matters

By this line the author certifies the Developer Certificate of Origin: that they may
give the work away. A project that asks for it cannot take a commit without.

Example

    git commit -m "Add the login"

How to fix it

git writes the line itself with --signoff, from your name and address.
"""

from __future__ import annotations

from gitflowguard.model.facts import Commit
from gitflowguard.model.finding import IGNORE, Finding, Unknown
from gitflowguard.model.moment import MESSAGE
from gitflowguard.model.rule import Rule
from gitflowguard.model.message import trailers_of
from gitflowguard.model.wording import judged

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View
    from gitflowguard.model.finding import Argv


def check(commit: Commit, view: View) -> Iterator[Finding | Unknown]:
    """Speaks once for a message."""
    text = judged(commit) if view.flow.message.sign_off else ""
    if isinstance(text, Unknown):
        yield text
        return
    if text and not any(key.lower() == "signed-off-by" and "@" in value for key, value in trailers_of(text)):
        subject = text.partition("\n")[0]
        says = f'the message "{subject}" has no Signed-off-by line'
        yield Finding(says, _signed(commit, view, text), ref=commit.about, commit=commit.sha)


def _signed(commit: Commit, view: View, text: str) -> tuple[Argv, ...]:
    """The same commit, signed off by whoever runs the command; the newest commit or one that is not made yet."""
    from gitflowguard.model.repair import reword  # only a finding needs it

    *before, last = reword(view, commit, text) or ((),)
    if last[:2] != ("git", "commit") or (commit.sha and last[2:3] != ("--amend",)):
        return ()
    return (*before, (*last[:2], "--signoff", *last[2:]))


RULE = Rule(
    code="GFG206",
    name="missing-sign-off",
    reads=Commit,
    check=check,
    doc=__doc__,
    default=IGNORE,
    needs=(MESSAGE,),
)
