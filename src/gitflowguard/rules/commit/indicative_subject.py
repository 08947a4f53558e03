"""A subject that says what was done instead of what the commit does.

What it checks

Whether the subject's first word, behind the type of a conventional message, is the
imperative of a verb, where the policy asks for it (message.imperative). Only other
forms of common verbs are reported: Added, adds, adding. A noun is left in peace.

Why it matters

git's own messages are imperative ("Merge branch", "Revert"), and a subject in the same
mood completes the sentence "If applied, this commit will …".

Example

    git commit -m "Added the login"

How to fix it

Write the subject as a command: "Add the login".
"""

from __future__ import annotations

from gitflowguard.model.facts import Commit
from gitflowguard.model.finding import IGNORE, Finding, Unknown
from gitflowguard.model.moment import MESSAGE
from gitflowguard.model.rule import Rule
from gitflowguard.model.wording import imperative, judged, parts_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(commit: Commit, view: View) -> Iterator[Finding | Unknown]:
    """Speaks once for a message."""
    text = judged(commit) if view.flow.message.mood else ""
    if isinstance(text, Unknown):
        yield text
        return
    subject, newline, rest = text.partition("\n")
    kind, words = parts_of(subject)
    first, space, others = words.partition(" ")
    better = imperative(first)
    if better:
        says = f'the subject "{subject}" begins with "{first}" instead of "{better}"'
        new = f"{kind}{better}{space}{others}{newline}{rest}"
        from gitflowguard.model.repair import reword  # only a finding needs it

        yield Finding(says, reword(view, commit, new), ref=commit.about, commit=commit.sha)


RULE = Rule(
    code="GFG207",
    name="indicative-subject",
    reads=Commit,
    check=check,
    doc=__doc__,
    default=IGNORE,
    needs=(MESSAGE,),
)
