"""What was done in a repository before, as far as this clone knows it: for a plan that plays it through."""

from __future__ import annotations

from gitflowguard.app.protect.aims import WrongAim, from_remote
from gitflowguard.app.protect.scope import Replay
from gitflowguard.model.flow import Flow
from gitflowguard.process import ProcessError
from gitflowguard.repo.git import Git, GitError
from gitflowguard.repo.read import read_refs

# This many unless somebody says otherwise: one page of GitHub's list (docs.github.com, "List pull requests").
USUAL_REPLAYED = 100
MOST_REPLAYED = 1000


def replay_of(flow: Flow, count: int | None) -> Replay:
    """What to play through: ``count`` of the newest pull requests, None for the usual number."""
    asked = bool(count)
    return Replay(USUAL_REPLAYED if count is None else count, asked, _here(flow.remote))


def _here(remote: str) -> tuple[str, tuple[str, ...]]:
    """The repository behind the remote, and its branches as they were fetched last."""
    try:
        name = from_remote(remote).name
        refs = read_refs(Git(""), remote)
    except (WrongAim, GitError, ProcessError):
        return "", ()
    return name, tuple(branch for where, branch in refs.remotes if where == remote)
