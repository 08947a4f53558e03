"""What the check on pull requests asks a forge and tells it, in model types."""

from __future__ import annotations

from typing import Protocol

from gitflowguard.forge.port import FileForge
from gitflowguard.model.finding import Unknown
from gitflowguard.model.proposal import (
    CheckRun,
    Comment,
    Compared,
    OpenPulls,
    Opinion,
    PullRequest,
)


class PullForge(FileForge, Protocol):
    """A server that keeps pull requests. Every method raises ForgeError unless it says otherwise.

    name: the repository, ``owner/name``. What was asked before is asked again with its ETag.
    """

    def pull(self, name: str, number: int) -> PullRequest:
        """The pull request as it is now."""

    def open_pulls(self, name: str, most: int) -> OpenPulls:
        """The open pull requests, ``most`` at most; one request for each hundred."""

    def compared(self, name: str, base: str, head: str) -> Compared:
        """A head (a commit's id) beside the present tip of a base branch; one request."""

    def files(self, name: str, number: int) -> tuple[str, ...]:
        """The changed files, old names of moved ones too; at most 3,000 are reported."""

    def reviews(self, name: str, number: int) -> tuple[Opinion, ...]:
        """Every review, oldest first."""

    def may_write(self, name: str, login: str) -> bool | Unknown:
        """Whether a person may push to the repository; Unknown where this token may not ask. Raises nothing."""

    def in_team(self, team: str, login: str) -> bool | Unknown:
        """Whether a person is in a team ``organisation/slug``; Unknown likewise. Raises nothing."""

    def content(self, name: str, path: str, ref: str) -> str | None:
        """The text of a file at a ref; None if there is none."""

    def me(self) -> str:
        """Whose token this is; "" for an App's. Raises nothing."""

    def comments(self, name: str, number: int) -> tuple[Comment, ...]:
        """Every comment, oldest first."""

    def comment(self, name: str, number: int, body: str) -> Comment:
        """Writes one."""

    def edit(self, name: str, comment: int, body: str) -> None:
        """Puts a body in place of another."""

    def erase(self, name: str, comment: int) -> None:
        """Removes a comment; one that is gone already isn't an error."""

    def check(self, name: str, run: CheckRun) -> None:
        """Reports a finished check with all its annotations; may be half done when it raises."""

    def status(self, name: str, sha: str, context: str, state: str, says: str) -> None:
        """Reports a commit status. says: at most 140 characters."""

    def pause(self, seconds: float) -> None:
        """Waits."""

    def save(self) -> None:
        """Keeps the answers for the next run. Raises nothing."""
