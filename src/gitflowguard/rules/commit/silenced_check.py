"""The last commit of a branch tells CI to skip it, so the check on its pull request never reports.

What it checks

The message of the last commit of a branch for work, when it is written, pushed and
proposed: whether it holds [skip ci], [ci skip], [no ci], [skip actions] or
[actions skip], or ends in a line skip-checks: true. In an older commit such words
change nothing, nor on a long-lived branch. A section protection in the policy
turns the rule on, as a warning. A branch that is forced back to an older commit of
its own brings no new commit, so the rule doesn't speak then.

Why it matters

GitHub starts no workflow for a pull request whose last commit says so. A check that
the branch requires then waits forever, and nobody can merge.

Example

    git commit -m "Correct a typo [skip ci]"

How to fix it

Take the words out of the message, or add another commit.
"""

from __future__ import annotations

from gitflowguard.model.facts import Commit
from gitflowguard.model.finding import IGNORE, Finding, Unknown
from gitflowguard.model.moment import MESSAGE
from gitflowguard.model.repair import reword
from gitflowguard.model.rule import Rule
from gitflowguard.model.skipwords import TRAILERS, WORDS, silences

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(commit: Commit, view: View) -> Iterator[Finding | Unknown]:
    """Speaks once for the last commit of a branch for work."""
    if commit.operation == "merged" or view.flow.protected(commit.about) or not _last(commit, view):
        return
    if isinstance(commit.message, Unknown):
        yield commit.message
        return
    text = commit.message.strip()
    word = silences(text)
    if word:
        yield Finding(
            f'"{word}" in the message of the last commit of {commit.about} starts no workflow on GitHub, so a required '
            "check of its pull request never reports",
            reword(view, commit, without(text)),
            ref=commit.about,
            commit=commit.sha,
        )


def _last(commit: Commit, view: View) -> bool:
    """Whether it is where the branch stands, or is about to be."""
    return not commit.sha or commit.sha in view.refs.tips(commit.about)


def without(text: str) -> str:
    """The message without what silences; its subject is never empty."""
    for word in WORDS:
        text = text.replace(word, "")
    lines = [" ".join(line.split()) for line in text.split("\n") if line.strip() not in TRAILERS]
    while lines and not lines[-1]:
        lines.pop()
    if not lines or not lines[0]:
        lines = ["Describe what the commit does", *lines[1:]]
    return "\n".join(lines)


RULE = Rule(
    code="GFG214",
    name="silenced-check",
    reads=Commit,
    check=check,
    doc=__doc__,
    default=IGNORE,
    needs=(MESSAGE,),
)
