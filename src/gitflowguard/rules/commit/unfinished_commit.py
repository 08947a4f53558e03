"""An unfinished commit, by its own message, on its way to a long-lived branch.

What it checks

The subjects of commits that reach a protected branch, whether a merge carried
them in or they were made there. One that begins with fixup!, squash!, amend! or
WIP, also after the type of a conventional message (feat: WIP), was meant to be folded
away or finished first.

Why it matters

Such a commit often does not work by itself, so that git bisect and git revert
stumble over it later. Once it is on main it stays.

Example

    git commit --fixup HEAD
    git switch develop
    git merge --no-ff feature/login

How to fix it

A fixup!, squash! or amend! is folded into the commit that it names by a rebase
with --autosquash, which takes the merges and the merged branches along. A WIP
commit is given a real message. Both change only what was not pushed.
"""

from __future__ import annotations

from gitflowguard.model.facts import Commit
from gitflowguard.model.finding import WARNING, Finding, Unknown
from gitflowguard.model.moment import ARRIVING
from gitflowguard.model.repair import autosquash, reword
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View
    from gitflowguard.model.finding import Argv

_FOLDED = ("fixup! ", "squash! ", "amend! ")


def check(commit: Commit, view: View) -> Iterator[Finding | Unknown]:
    """Speaks where the subject begins with one of the words."""
    if not view.flow.protected(commit.about):
        return
    if isinstance(commit.message, Unknown):
        if commit.sha:  # one that is not written yet is judged when it is
            yield commit.message
        return
    subject = commit.message.strip().partition("\n")[0]
    if subject.startswith(_FOLDED) or _wip(subject):
        yield Finding(
            f'"{subject}" is not finished, and would stay on {commit.about}',
            _finish(commit, subject, view),
            ref=commit.about,
            commit=commit.sha,
        )


def _wip(subject: str) -> bool:
    """Whether the subject begins with the word WIP, in any dress: "WIP: x", "[wip] x", "feat: WIP x"."""
    word = subject[len(_type(subject)) :].lstrip("[(").lower()
    return word.startswith("wip") and not word[3:4].isalnum()


def _type(subject: str) -> str:
    """What stands in front of the text, as in "fix(login)!: " (conventionalcommits.org, 1.0.0); else ""."""
    head, colon, _ = subject.partition(": ")
    kind = head.removesuffix("!").partition("(")[0]
    return head + colon if colon and kind.isalpha() and kind.islower() and kind != "wip" else ""


def _finish(commit: Commit, subject: str, view: View) -> tuple[Argv, ...]:
    """Folds the commit into its like, or says what it does."""
    if subject.startswith(_FOLDED) and commit.sha and commit.base:
        return autosquash(view, commit.about, commit.base)
    if subject.startswith(_FOLDED):
        return reword(view, commit, subject.split("! ", 1)[1])
    kind = _type(subject)
    text = subject[len(kind) :].lstrip("[(")[3:].lstrip(" ])}:-")
    return reword(
        view, commit, kind + (text or ("describe" if kind else "Describe") + " what the commit does")
    )


RULE = Rule(
    code="GFG204",
    name="unfinished-commit",
    reads=Commit,
    check=check,
    doc=__doc__,
    default=WARNING,
    needs=(ARRIVING,),
)
