"""A pull request as a fact: what is proposed, by whom, and what others have said of it.

From local refs alone only the two branches are known; all else is then Unknown with the reason.
"""

from __future__ import annotations

from gitflowguard.model.finding import Unknown
from gitflowguard.model.record import Record

LOCAL = Unknown("it is not known from the branches alone; give --number or --event, and a token")

APPROVED, CHANGES, DISMISSED, COMMENTED = "approved", "changes requested", "dismissed", "commented"


class Verdict(Record):
    """What one person has said last (their latest review that is more than a comment).

    state: APPROVED, CHANGES or DISMISSED. commit: the head that they looked at.
    may_write: whether they have write access, so that GitHub counts it.
    """

    login: str
    state: str
    commit: str
    may_write: bool | Unknown = True


class Pull(Record):
    """One pull request, or the intention of one.

    about: the base branch. head: the head branch's name. fork: whether it lies in another repository (a deleted one
        is one, too). number: 0 for none.
    author: its author's login, "" if unknown. draft: whether it is one.
    head_sha, base_sha: the commits that are judged; "" if unknown.
    holds: whether the head holds the base's tip. mergeable: GitHub's answer, or a trial merge's.
    moved: whether the base's tip is another one than the event or caller named.
    verdicts: at most one per person. pusher: who pushed the head last.
    unowned: changed files whose code owners have not approved.
    policy: the policy's own files that it changes (also CODEOWNERS and our workflow).
    """

    about: str
    head: str
    fork: bool | Unknown = LOCAL
    number: int = 0
    author: str = ""
    draft: bool = False
    head_sha: str = ""
    base_sha: str = ""
    holds: bool | Unknown = Unknown("the commits were not compared")
    mergeable: bool | Unknown = Unknown("no merge was tried")
    moved: bool | Unknown = False
    verdicts: tuple[Verdict, ...] | Unknown = LOCAL
    pusher: str | Unknown = LOCAL
    unowned: tuple[str, ...] | Unknown = LOCAL
    policy: tuple[str, ...] | Unknown = Unknown("the changed files were not listed")
