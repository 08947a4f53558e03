"""What a forge says of a pull request and of the talk around it, and what it can be sent in return."""

from __future__ import annotations

from gitflowguard.model.pull import Pull
from gitflowguard.model.record import Record

# How a check ends. None of these is "neutral" or "skipped": for a required check GitHub takes both for a pass
# (docs.github.com, "About protected branches").
PASSED, FAILED, ACTION = "success", "failure", "action_required"
# What a commit status may be (docs.github.com, "Create a commit status").
SUCCESS, FAILURE, ERROR, PENDING = "success", "failure", "error", "pending"


class PullRequest(Record):
    """A pull request as a document of the forge has it, in an event or in an answer (hook.pulldocument).

    fork: whether its head lies in another repository, or in one that is gone. mergeable: None while the forge still
    works that out. files, commits, comments: how many; 0 also where a list of pull requests does not tell.
    robot: whether the author is a program. title: as its author wrote it. owner: of the head's repository, "" if gone.
    """

    number: int
    open: bool
    draft: bool
    author: str
    head: str
    head_sha: str
    base: str
    base_sha: str
    fork: bool
    mergeable: bool | None = None
    files: int = 0
    commits: int = 0
    comments: int = 0
    robot: bool = False
    title: str = ""
    owner: str = ""


def as_fact(one: PullRequest) -> Pull:
    """What is judged of it. What a forge says of a merge isn't among that: the answer may be old."""
    return Pull(
        about=one.base,
        head=one.head,
        base_sha=one.base_sha,
        head_sha=one.head_sha,
        fork=one.fork,
        draft=one.draft,
        author=one.author,
        number=one.number,
        robot=one.robot,
    )


class OpenPulls(Record):
    """The open pull requests of a repository, the one that changed last first. whole: whether these are all."""

    pulls: tuple[PullRequest, ...]
    whole: bool = True


class Compared(Record):
    """A head beside the tip of a base.

    tip: the commit that the base's branch is at. behind: how many commits of it the head lacks.
    files: the changed files, old names of moved ones too. whole: whether these are all.
    """

    tip: str
    behind: int
    files: tuple[str, ...]
    whole: bool


class Opinion(Record):
    """One review. state: GitHub's word in lower case. owner: whether the reviewer owns the repository."""

    login: str
    state: str
    commit: str
    owner: bool = False


class Comment(Record):
    """One comment. bot: whether an App has written it."""

    id: int
    author: str
    bot: bool
    body: str


class Annotation(Record):
    """An annotation of a check run. level: notice, warning or failure. line: from 1."""

    path: str
    line: int
    level: str
    title: str
    message: str


class CheckRun(Record):
    """A finished check to report. conclusion: PASSED, FAILED or ACTION. reference: what it can be found by."""

    name: str
    sha: str
    conclusion: str
    title: str
    summary: str
    marks: tuple[Annotation, ...] = ()
    reference: str = ""
