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

NOT_IN_GIT = Unknown("reviews aren't stored in git; only GitHub knows them")


class Verdict(Record):
    """One review, as it was handed in.

    state: one of the words above. commit: the head that was looked at, "" if not known.
    may_write: whether they may push to the repository, so that GitHub counts it.
    """

    login: str
    state: str
    commit: str = ""
    may_write: bool | Unknown = True


class Pull(Record):
    """One pull request. A field that only GitHub can tell is Unknown where it was not asked.

    about: the base branch. head: the branch that is to be merged. base_sha, head_sha: the commits that are judged.
    fork: whether the head lies in another repository (one that was deleted counts).
    author: who opened it, "" where nothing says. number: 0 where it has none yet.
    robot: whether its forge says that the author is a program.
    verdicts: oldest first. pusher: who pushed the head last, "" if not known.
    unowned: changed files whose owners, by CODEOWNERS at the base, have not approved.
    mergeable: what GitHub says of a merge; None where it was not asked, Unknown where it did not say in time.
    moved: whether the base stands elsewhere now than where it is judged.
    behind: how many commits the base has that the head lacks.
    up_to_date: whether the policy wants the head to hold its base's tip.
    policy: the files that the change touches and that can turn the check off: the policy and what enforces it.
    unreadable: why the policy that the base would have after the merge can't be read, "" if it can.
    settings: (path, what it decides) of the other files that it touches and that the check reads at the base.
    method: how it is to be merged: ``merge``, ``squash``, ``rebase``; "" if not known.
    branch: the head's name where ``head`` is a merge group's, "" if not known.
    """

    about: str
    head: str
    base_sha: str = ""
    head_sha: str = ""
    fork: bool = False
    draft: bool = False
    author: str = ""
    number: int = 0
    verdicts: tuple[Verdict, ...] | Unknown = NOT_IN_GIT
    pusher: str = ""
    unowned: tuple[str, ...] | Unknown = NOT_IN_GIT
    mergeable: bool | Unknown | None = None
    moved: bool | Unknown = False
    behind: int | Unknown = 0
    up_to_date: bool = False
    policy: tuple[str, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    method: str = ""
    robot: bool = False
    branch: str = ""
    unreadable: str | Unknown = ""


def latest(verdicts: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
    """Each person's last decision; a comment takes no approval back."""
    found: dict[str, Verdict] = {}
    for one in verdicts:
        if one.state != COMMENTED:
            found[one.login.lower()] = one  # GitHub's logins know no case
    return tuple(found.values())


def _approvals(pull: Pull, verdicts: tuple[Verdict, ...], review: Review) -> tuple[Verdict, ...]:
    """By somebody else, and of this head where older ones are dismissed."""
    return tuple(
        one
        for one in latest(verdicts)
        if one.state == APPROVED
        and one.login.lower() != pull.author.lower()
        and not (review.dismiss_stale and one.commit and one.commit != pull.head_sha)
    )


def approving(pull: Pull, verdicts: tuple[Verdict, ...], review: Review) -> tuple[Verdict, ...]:
    """The approvals that count: by somebody else, who may write, and of this head where older ones are dismissed."""
    return tuple(one for one in _approvals(pull, verdicts, review) if one.may_write is True)


def doubtful(pull: Pull, verdicts: tuple[Verdict, ...], review: Review) -> tuple[Unknown, ...]:
    """Why it is not known of some approvals whether they count."""
    made = _approvals(pull, verdicts, review)
    return tuple(one.may_write for one in made if isinstance(one.may_write, Unknown))


def objecting(verdicts: tuple[Verdict, ...]) -> tuple[str, ...]:
    """Who asked for changes and has not approved since; somebody who surely may not write does not count."""
    return tuple(one.login for one in latest(verdicts) if one.state == CHANGES and one.may_write is not False)
