"""A subject whose first letter has the wrong case.

What it checks

The first letter of the subject, behind the type of a conventional message, where the
policy says which case it has (message.capital). A word with another capital in it,
such as API or iOS, is left as it is.

Why it matters

A history in which every subject looks alike is easier to read.

Example

    git commit -m "add the login"

How to fix it

The command writes the letter in the other case.
"""

from __future__ import annotations

from gitflowguard.model.facts import Commit
from gitflowguard.model.finding import IGNORE, Finding, Unknown
from gitflowguard.model.moment import MESSAGE
from gitflowguard.model.rule import Rule
from gitflowguard.model.wording import judged, parts_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(commit: Commit, view: View) -> Iterator[Finding | Unknown]:
    """Speaks once for a message."""
    text = judged(commit) if view.flow.message.capital else ""
    if isinstance(text, Unknown):
        yield text
        return
    kind, words = parts_of(text)
    first = words.split(" ")[0] if words else ""
    better = first[:1].upper() if view.flow.message.capital == "upper" else first[:1].lower()
    if better != first[:1] and first[1:] == first[1:].lower():
        subject = text.partition("\n")[0]
        wanted = "an uppercase" if view.flow.message.capital == "upper" else "a lowercase"
        says = f'the subject "{subject}" doesn\'t begin with {wanted} letter'
        from gitflowguard.model.repair import reword  # only a finding needs it

        yield Finding(
            says, reword(view, commit, kind + better + words[1:]), ref=commit.about, commit=commit.sha
        )


RULE = Rule(
    code="GFG208",
    name="miscased-subject",
    reads=Commit,
    check=check,
    doc=__doc__,
    default=IGNORE,
    needs=(MESSAGE,),
)
