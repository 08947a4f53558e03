"""The fact that family 5 judges: a pull request, as far as whoever asked could see it."""

from __future__ import annotations

from gitflowguard.model.finding import Unknown
from gitflowguard.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.protection import Review

APPROVED = "approved"
CHANGES = "changes requested"
# What may follow in a person's list without taking back what they decided before.
COMMENTED = "commented"
DISMISSED = "dismissed"

NOT_IN_GIT = Unknown("reviews are not kept in git; GitHub has to be asked")


class Vote(Record):
    """One review, as it was handed in.

    who: the login. state: one of the words above. commit: the head that was looked at, "" if not known.
    writes: whether they may push to the repository. owner: whether CODEOWNERS names them for a file of the change.
    """

    who: str
    state: str
    commit: str = ""
    writes: bool = True
    owner: bool = False


class Pull(Record):
    """One pull request. A field that only GitHub can tell is Unknown where it was not asked.

    about: the base branch. head: the branch that is to be merged. base_sha, head_sha: the commits that are judged.
    fork: whether the head lies in another repository (one that was deleted counts).
    author: who opened it, "" where nothing says. number: 0 where it has none yet.
    votes: oldest first. last_push: who pushed the head last, "" if not known.
    owned: whether CODEOWNERS has an owner for a file of the change.
    mergeable: what GitHub says of a merge; None where it was not asked, Unknown where it did not say in time.
    moved: whether the base stands elsewhere now than where it is judged.
    behind: how many commits the base has that the head lacks.
    up_to_date: whether the policy wants the head to hold its base's tip.
    policy: the policy files that the change touches.
    method: how it is to be merged: ``merge``, ``squash``, ``rebase``; "" if not known.
    """

    about: str
    head: str
    base_sha: str = ""
    head_sha: str = ""
    fork: bool = False
    draft: bool = False
    author: str = ""
    number: int = 0
    votes: tuple[Vote, ...] | Unknown = NOT_IN_GIT
    last_push: str = ""
    owned: bool | Unknown = NOT_IN_GIT
    mergeable: bool | Unknown | None = None
    moved: bool = False
    behind: int | Unknown = 0
    up_to_date: bool = False
    policy: tuple[str, ...] = ()
    method: str = ""


def latest(votes: tuple[Vote, ...]) -> tuple[Vote, ...]:
    """Each person's last decision; a comment takes no approval back."""
    found: dict[str, Vote] = {}
    for vote in votes:
        if vote.state != COMMENTED:
            found[vote.who.lower()] = vote  # GitHub's logins know no case
    return tuple(found.values())


def approving(pull: Pull, votes: tuple[Vote, ...], review: Review) -> tuple[Vote, ...]:
    """The approvals that count: by somebody else, who may write, and of this head where older ones are dismissed."""
    return tuple(
        vote
        for vote in latest(votes)
        if vote.state == APPROVED
        and vote.writes
        and vote.who.lower() != pull.author.lower()
        and not (review.dismiss_stale and vote.commit and vote.commit != pull.head_sha)
    )


def objecting(votes: tuple[Vote, ...]) -> tuple[str, ...]:
    """Who with write access asked for changes and has not approved since."""
    return tuple(vote.who for vote in latest(votes) if vote.state == CHANGES and vote.writes)
