"""Who is, or will be, the author and the committer of commits: asked of git, so as git stores it.

Loaded only where a rule of the policy asks.
"""

from __future__ import annotations

import os

from gitflowguard.model.authorship import Authorship, EarlierAuthors, Identity, read
from gitflowguard.repo.git import Git, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.repo.state import OperationState

_FORM = "%H%n%an <%ae>%n%cn <%ce>"
# This many commits are asked for an address that somebody used before.
_EARLIER = 200
_COMMITTER = ("GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL")


def making(git: Git, state: OperationState, branch: str) -> list[Authorship]:
    """The commit that is about to be made.

    `git commit` has the author in its environment when it starts hooks (builtin/commit.c), as `--author`, an amend or
    a concluded cherry-pick give it, so `git var` answers for that commit. A pick without a conflict is made by another
    process, which takes the picked commit's author and says so nowhere.
    """
    mine = _now(git, "GIT_COMMITTER_IDENT")
    author = _now(git, "GIT_AUTHOR_IDENT")
    # git commit hands the date on in this form alone (git-commit(1), "Git internal format" with an @).
    if state.operation == "cherry-pick" and not os.environ.get("GIT_AUTHOR_DATE", "").startswith("@"):
        author = next((pair[0] for pair in _written(git, state.heads[:1]).values()), author)
    return [
        Authorship(
            about=branch,
            author=author,
            committer=mine,
            mine=mine,
            amends=author != mine and state.operation == "commit" and _amends(),
            fixed=_fixed(),
            earlier=HeadAuthors(git),
        )
    ]


def made(git: Git, branch: str, own: dict[str, tuple[str, ...]]) -> list[Authorship]:
    """The commits of a branch, gathered by who made them. own: commit -> parents, children first."""
    if not own:
        return []
    mine = _now(git, "GIT_COMMITTER_IDENT")
    groups: dict[tuple[Identity, Identity], list[str]] = {}
    written = _written(git, tuple(own))
    for sha in own:
        if sha in written:
            groups.setdefault(written[sha], []).append(sha)
    return [
        Authorship(
            about=branch,
            author=author,
            committer=committer,
            mine=mine,
            shas=tuple(shas),
            base="".join(own[shas[-1]][:1]),
            fixed=_fixed(),
            earlier=HeadAuthors(git),
        )
        for (author, committer), shas in groups.items()
    ]


def _now(git: Git, name: str) -> Identity:
    """Whom git would name now; of no name and no address where it knows none, and then it makes no commit either."""
    done = git.call("var", name, codes=(0, 128))
    return read(text(done.out).strip())


def _written(git: Git, commits: tuple[str, ...]) -> dict[str, tuple[Identity, Identity]]:
    """Commit -> (author, committer), without a mailmap."""
    words = ("log", "--no-walk=unsorted", "-z", f"--format={_FORM}", "--stdin")
    rows = text(git.call(*words, stdin="\n".join(commits).encode()).out).split("\0") if commits else []
    fields = [row.split("\n") for row in rows if row]
    return {row[0]: (read(row[1]), read(row[2])) for row in fields if len(row) > 2}


class HeadAuthors(EarlierAuthors):
    """Those of HEAD's history."""

    def __init__(self, git: Git) -> None:
        self._git = git

    def newest(self) -> tuple[Identity, ...]:
        words = (
            "log",
            f"--max-count={_EARLIER}",
            "-z",
            "--format=%an <%ae>",
            "--end-of-options",
            "HEAD",
            "--",
        )
        found = self._git.call(*words, codes=(0, 128)).out
        return tuple(dict.fromkeys(read(row) for row in text(found).split("\0") if row))


def _fixed() -> tuple[str, ...]:
    """git sets the author's variables for its hooks itself; the committer's are the user's.

    Source: builtin/commit.c, determine_author_info.
    """
    return tuple(name for name in _COMMITTER if os.environ.get(name))


def _amends() -> bool:
    """Whether git's command line says that the last commit is replaced."""
    from gitflowguard.repo.caller import git_above
    from gitflowguard.repo.cleanup import read_words

    above = git_above()
    return above is not None and read_words(above.args).amend
