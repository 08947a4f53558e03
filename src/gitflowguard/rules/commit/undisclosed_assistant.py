"""A commit made with an assistant, against the policy.

What it checks

What a message shows of an assistant: a Co-authored-by or Signed-off-by line with the
address that a known one uses, or a line "Generated with [name]". Where the policy
says message.machine: forbid, there must be none, and no Assisted-by or Generated-by
trailer. Where it says disclose, such a commit needs an Assisted-by or Generated-by
trailer. A commit without any sign is not examined: nothing shows how it was made.

Why it matters

Some projects cannot take generated work, for its license; others want to know which
work it is. An author is somebody who answers for the commit, and a program does not.

Example

    git commit -m "Add the login" -m "Co-authored-by: Aider (aider) <aider@aider.chat>"

How to fix it

Take the line out, or name the assistant in an Assisted-by trailer.
"""

from __future__ import annotations

from gitflowguard.model.facts import Commit
from gitflowguard.model.finding import IGNORE, Finding, Unknown
from gitflowguard.model.message import trailers_of
from gitflowguard.model.moment import MESSAGE
from gitflowguard.model.rule import Rule
from gitflowguard.model.wording import assistant, discloses, judged

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(commit: Commit, view: View) -> Iterator[Finding | Unknown]:
    """Speaks once for a message."""
    text = judged(commit) if view.flow.message.machine else ""
    if isinstance(text, Unknown):
        yield text
        return
    forbids = view.flow.message.machine == "forbid"
    line, told = assistant(text), discloses(text)
    if forbids and (line or told):
        says = f'the message says "{line or told}", and the policy doesn\'t allow commits by assistants'
        yield Finding(says, ref=commit.about, commit=commit.sha)
    elif line and not told:
        says = f'the message says "{line}" and has no Assisted-by trailer'
        gap = "\n" if trailers_of(text) else "\n\n"
        new = f"{text}{gap}Assisted-by: {_name(line)}"
        from gitflowguard.model.repair import reword  # only a finding needs it

        yield Finding(says, reword(view, commit, new), ref=commit.about, commit=commit.sha)


def _name(line: str) -> str:
    """The assistant's name in the line."""
    for opened, closed in ((": ", " <"), ("[", "]")):
        _, found, rest = line.partition(opened)
        if found:
            return rest.partition(closed)[0]
    return line


RULE = Rule(
    code="GFG210",
    name="undisclosed-assistant",
    reads=Commit,
    check=check,
    doc=__doc__,
    default=IGNORE,
    needs=(MESSAGE,),
)
