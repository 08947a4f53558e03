"""Keeps one comment on a pull request: made when there is something to say, edited when that changes, never two.

GitHub cannot be asked to change a comment only if it is still as it was, so order comes from what the comment says of
itself: a run that began later is not overwritten by an earlier one, and a run whose commit is no longer the head says
nothing. Of two comments that are made at the same moment, the one with the lower number stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitflowguard.forge import errors
from gitflowguard.forge.errors import ForgeError
from gitflowguard.model.names import short
from gitflowguard.model.record import Record
from gitflowguard.report.pull.comment import RESOLVED, marked

if TYPE_CHECKING:
    from gitflowguard.forge.pullport import PullForge
    from gitflowguard.model.proposal import Comment


class CommentResult(Record):
    """What became of it. told: whether the comment says now what this run has to say. says: how, in a few words; ""
    where there is no comment and none was needed.
    """

    told: bool
    says: str


NONE = CommentResult(True, "")
STANDS = CommentResult(True, "the comment, which stands as it is")


class Talk(Record):
    """What this run has to say. body: with its hidden line. say: whether it is worth a comment that is not there yet.

    sha: the commit that was judged. comments: how many there were before, None if unknown.
    """

    name: str
    number: int
    sha: str
    body: str
    say: bool
    comments: int | None = None


def keep(forge: PullForge, talk: Talk) -> CommentResult:
    """Makes the comment say what this run has to say. Raises ForgeError."""
    if not talk.say and talk.comments == 0:
        return NONE
    now = forge.pull(talk.name, talk.number)
    if now.head_sha != talk.sha:
        head = short(now.head_sha)
        return CommentResult(False, f"the comment is left to the run for {head}, which is the head by now")
    # Looked at last: the less time lies between the look and the deed, the less others can do meanwhile.
    found = _ours(forge, talk)
    if not found:
        return _made(forge, talk) if talk.say else NONE
    return _edited(forge, talk, found)


def _ours(forge: PullForge, talk: Talk) -> list[Comment]:
    """Our comments, the oldest first. Anybody can write our hidden line, so the author must be an App or ourselves."""
    marks = [one for one in forge.comments(talk.name, talk.number) if marked(one.body) is not None]
    me = forge.me() if any(not one.bot for one in marks) else ""
    return sorted((one for one in marks if one.bot or (me and one.author == me)), key=lambda one: one.id)


def _made(forge: PullForge, talk: Talk) -> CommentResult:
    """A new comment; where another run has made one meanwhile, one of the two goes."""
    mine = 0
    try:
        mine = forge.comment(talk.name, talk.number, talk.body).id
        found = _ours(forge, talk)
    except ForgeError as problem:
        # Never sent twice: whether it was taken is looked up.
        found = _ours(forge, talk) if problem.uncertain and not mine else []
        if not any(marked(one.body) == marked(talk.body) for one in found) and not mine:
            raise
    if not found:
        return CommentResult(False, "the comment was taken, but GitHub does not show it")
    if found[0].id != mine:
        return _edited(forge, talk, found)
    _thin(forge, talk, found)
    return CommentResult(True, "a comment")


def _edited(forge: PullForge, talk: Talk, found: list[Comment]) -> CommentResult:
    """The first of ours says what is so now; the others go."""
    _thin(forge, talk, found)
    first, before, mine = found[0], marked(found[0].body), marked(talk.body)
    if before is None or mine is None:  # ours are chosen by that line
        return NONE
    if before.state == mine.state:
        return STANDS
    if mine.run < before.run:
        return CommentResult(False, "the comment is left as a later run has written it")
    try:
        _put(forge, talk, first.id)
    except ForgeError as problem:
        if problem.kind != errors.ABSENT:
            raise
        if not talk.say:
            return NONE
        forge.comment(talk.name, talk.number, talk.body)
        return CommentResult(True, "a comment")
    return CommentResult(True, "the comment, as resolved" if mine.state == RESOLVED else "the comment")


def _put(forge: PullForge, talk: Talk, number: int) -> None:
    """Edits; once more where it is not known whether it was done, for twice is the same as once."""
    try:
        forge.edit(talk.name, number, talk.body)
    except ForgeError as problem:
        if not problem.uncertain:
            raise
        forge.edit(talk.name, number, talk.body)


def _thin(forge: PullForge, talk: Talk, found: list[Comment]) -> None:
    """Removes all of ours but the first; what may not be removed stays for the next run."""
    for extra in found[1:]:
        try:
            forge.erase(talk.name, extra.id)
        except ForgeError:
            continue
