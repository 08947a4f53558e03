"""Keeps one comment on a pull request: made when there is something to say, edited when that changes, never two.

GitHub cannot be asked to change a comment only if it is still as it was, so order comes from what the comment says of
itself: a run that began later is not overwritten by an earlier one, and a run whose commit is no longer the head says
nothing. Of two comments that are made at the same moment, the one with the lower number stays.
"""

from __future__ import annotations

from gitflowguard.forge import errors
from gitflowguard.forge.errors import ForgeError
from gitflowguard.model.names import short
from gitflowguard.model.record import Record
from gitflowguard.report.pullcomment import RESOLVED, marked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.forge.pullport import PullForge
    from gitflowguard.model.proposal import Comment

STANDS = "the comment stands as it is"


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


def keep(forge: PullForge, talk: Talk) -> str:
    """What became of the comment, in a few words; "" where there is none and none was needed. Raises ForgeError."""
    if not talk.say and talk.comments == 0:
        return ""
    found = _ours(forge, talk)
    if not found and not talk.say:
        return ""
    now = forge.pull(talk.name, talk.number)
    if now.head_sha != talk.sha:
        return f"the comment is left to the run for {short(now.head_sha)}, which is the head by now"
    if not found:
        return _made(forge, talk)
    return _edited(forge, talk, found)


def _ours(forge: PullForge, talk: Talk) -> list[Comment]:
    """Our comments, the oldest first. Anybody can write our hidden line, so the author must be an App or ourselves."""
    marks = [one for one in forge.comments(talk.name, talk.number) if marked(one.body) is not None]
    me = forge.me() if any(not one.bot for one in marks) else ""
    return sorted((one for one in marks if one.bot or (me and one.author == me)), key=lambda one: one.id)


def _made(forge: PullForge, talk: Talk) -> str:
    """A new comment; where another run has made one meanwhile, one of the two goes."""
    mine = 0
    try:
        mine = forge.comment(talk.name, talk.number, talk.body).id
    except ForgeError as problem:
        if not problem.uncertain:
            raise
        found = _ours(forge, talk)
        if not any(one.body == talk.body for one in found):
            raise
    else:
        found = _ours(forge, talk)
    if not found:
        return "the comment was taken, but GitHub does not show it yet"
    if found[0].id != mine and found[0].body != talk.body:
        return _edited(forge, talk, found)
    _thin(forge, talk, found)
    return "a comment"


def _edited(forge: PullForge, talk: Talk, found: list[Comment]) -> str:
    """The first of ours says what is so now; the others go."""
    _thin(forge, talk, found)
    first, before, mine = found[0], marked(found[0].body), marked(talk.body)
    assert before is not None and mine is not None
    if before.state == mine.state:
        return STANDS
    if mine.run < before.run:
        return "the comment is left as a later run has written it"
    try:
        _put(forge, talk, first.id)
    except ForgeError as problem:
        if problem.kind != errors.ABSENT:
            raise
        if not talk.say:
            return ""
        forge.comment(talk.name, talk.number, talk.body)
        return "a comment"
    return "the comment, as resolved" if mine.state == RESOLVED else "the comment"


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
