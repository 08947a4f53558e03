"""A message that is a subject and nothing else.

What it checks

Whether a text follows the subject, where the policy asks for it (message.body).
Trailers alone, such as Signed-off-by, don't count as text.

Why it matters

The diff shows what changed. Only the body can say why.

Example

    git commit -m "Raise the limit"

How to fix it

Write the reason below the subject. No command can know it.
"""

from __future__ import annotations

from gitflowguard.model.facts import Commit
from gitflowguard.model.finding import IGNORE, Finding, Unknown
from gitflowguard.model.moment import MESSAGE
from gitflowguard.model.rule import Rule
from gitflowguard.model.message import trailer_lines
from gitflowguard.model.wording import judged

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(commit: Commit, view: View) -> Iterator[Finding | Unknown]:
    """Speaks once for a message."""
    text = judged(commit) if view.flow.message.body else ""
    if isinstance(text, Unknown):
        yield text
        return
    paragraphs = [part for part in text.split("\n\n")[1:] if part.strip()]
    trailers = trailer_lines(text.encode("utf-8", "surrogateescape"))
    if text and len(paragraphs) <= bool(trailers) and "\n" not in text.split("\n\n")[0]:
        subject = text.partition("\n")[0]
        yield Finding(f'the message "{subject}" has no body', ref=commit.about, commit=commit.sha)


RULE = Rule(
    code="GFG209",
    name="missing-body",
    reads=Commit,
    check=check,
    doc=__doc__,
    default=IGNORE,
    needs=(MESSAGE,),
)
