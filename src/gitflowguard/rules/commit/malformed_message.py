"""A commit message that is not in the form that the team agreed on.

What it checks

Whatever the policy asks for under "message": the conventional form, such as
"fix(login): keep the session", whatever the case of the type, with the types that the
policy lists; a ticket anywhere in the message; a longest subject. The messages that
git writes itself for merges and reverts, the fixup!, squash! and amend! commits that a
rebase folds away, and commits that arrive through a merge (they are judged on their own
branch) are free. A message that only begins with the word Merge or Revert is not. With no
wish in the policy the rule has nothing to say.

Why it matters

Release notes, version numbers and the link from a commit to its ticket are made
from messages by tools that cannot guess.

Example

    git commit -m "fixed stuff"

How to fix it

Write the message again; the command shows one that passes. A commit that lies
deeper in the branch is reworded by a rebase, which changes the ids of the
commits above it.
"""

from __future__ import annotations

from gitflowguard.model.facts import Commit
from gitflowguard.model.finding import IGNORE, Finding, Unknown
from gitflowguard.model.moment import MESSAGE
from gitflowguard.model.gitwords import by_git, conventional, merges, typed
from gitflowguard.model.names import plural
from gitflowguard.model.rule import Rule
from gitflowguard.model.ticket import example_ticket, find_ticket

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View
    from gitflowguard.model.flow import MessagePolicy


def check(commit: Commit, view: View) -> Iterator[Finding | Unknown]:
    """Speaks once per wish of the policy that the message leaves open."""
    wish = view.flow.message
    if wish == type(wish)() or commit.operation in ("merge", "merged", "revert"):
        return
    if isinstance(commit.message, Unknown):
        yield commit.message
        return
    text = commit.message.strip()
    subject = text.partition("\n")[0]
    if _free(commit, subject):
        return
    faults = tuple(_faults(wish, text, subject, view))
    if faults and commit.adopts:
        return  # asked last: git has to look
    for fault in faults:
        from gitflowguard.model.repair import reword  # only a finding needs it

        better = _better(commit, text, subject, view)
        yield Finding(fault, reword(view, commit, better), ref=commit.about, commit=commit.sha)


def _free(commit: Commit, subject: str) -> bool:
    """Whether nobody asks for a form. Without an id the commit is not written yet: git refuses an empty message, and
    an amended merge does not show yet that it is one."""
    return by_git(subject) or (not commit.sha and (not subject or merges(subject)))


def _faults(wish: MessagePolicy, text: str, subject: str, view: View) -> Iterator[str]:
    """What is wrong with the message, in words."""
    if wish.style == "conventional" and not conventional(subject, wish.types):
        yield _untyped(subject, wish.types)
    if wish.ticket and not find_ticket(text, view.flow):
        yield f'the message "{subject}" names no ticket such as {example_ticket(view.flow)}'
    if wish.max_subject and len(subject) > wish.max_subject:
        yield f'the subject "{subject}" is longer than {plural(wish.max_subject, "character")}'


def _untyped(subject: str, types: tuple[str, ...]) -> str:
    kind = typed(subject)
    if kind and types:
        return f'the type "{kind}" of the message "{subject}" is not one of {", ".join(types)}'
    shown = " or ".join(f'"{_type(types, one)}: "' for one in dict.fromkeys(_examples(types)))
    return f'the message "{subject}" does not begin with a type, such as {shown}'


def _examples(types: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_type(types, one) for one in ("feat", "fix"))


def _type(types: tuple[str, ...], wanted: str) -> str:
    """The wanted type, else the first that the policy lists."""
    return wanted if not types or wanted in types else types[0]


def _better(commit: Commit, text: str, subject: str, view: View) -> str:
    """A message that passes, made from the one that does not."""
    wish = view.flow.message
    subject = subject.strip()
    if wish.style == "conventional" and not conventional(subject, wish.types):
        kind = view.flow.kind_of(commit.about)
        repairs = kind is not None and kind.id in ("hotfix", "bugfix")
        subject = f"{_type(wish.types, 'fix' if repairs else 'feat')}: {subject.rpartition(': ')[2]}"
    ticket = "" if not wish.ticket or find_ticket(text, view.flow) else _ticket(commit, view)
    if not wish.max_subject or len(subject) <= wish.max_subject:
        rest = text.partition("\n")[2].strip()
    else:
        rest = text
        short = subject[: wish.max_subject].rpartition(" ")[0]
        subject = subject[: wish.max_subject] if not short or short.endswith(":") else short
    return "\n\n".join(part for part in (subject, rest, ticket) if part)


def _ticket(commit: Commit, view: View) -> str:
    """The ticket in the branch's name, else an example."""
    return find_ticket(commit.about, view.flow, guess=True) or example_ticket(view.flow)


RULE = Rule(
    code="GFG203",
    name="malformed-message",
    reads=Commit,
    check=check,
    doc=__doc__,
    default=IGNORE,
    needs=(MESSAGE,),
)
