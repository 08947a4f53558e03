"""The only user of GitPython: refs that `init` makes.

Its argument lists have let data become options more than once, so what goes in is
a full ref name that git has checked and a full object id, never a user's text.
"""

from __future__ import annotations

import os

from gitflowguard.model.names import HEADS, is_object_id
from gitflowguard.process import located, scrubbed
from gitflowguard.repo.git import Git, GitError, Place

# GitPython asks this git for its version as soon as it is imported (git/cmd.py, Git.refresh), and would look for it in
# relative folders, too.
os.environ["GIT_PYTHON_GIT_EXECUTABLE"] = located("git")

from git.cmd import Git as Writer  # noqa: E402
from git.exc import GitError as WriterError  # noqa: E402


def valid_branch(git: Git, name: str) -> bool:
    """Whether git allows a branch of this name (git-check-ref-format(1))."""
    return git.call("check-ref-format", HEADS + name, codes=(0, 1)).code == 0


def create_branch(place: Place, name: str, commit: str, source: str) -> None:
    """Makes a branch where there is none; nobody's work tree moves.

    commit: a full id. source: the branch that stands there, noted in the reflog in
    the words of git-branch(1). Raises GitError if the branch exists, the name is
    not one, or git refuses.
    """
    if not is_object_id(commit) or not valid_branch(Git(place.top), name):
        raise GitError(f"branch {name} cannot be made at {commit}")
    writer = Writer(place.top)
    nothing = "0" * len(commit)  # git-update-ref(1): only where there is none yet
    try:
        with writer.custom_environment(**scrubbed({"PATH": os.environ.get("PATH", os.defpath)})):
            writer.update_ref("-m", f"branch: Created from {source}", HEADS + name, commit, nothing)
    except WriterError as problem:
        raise GitError(f"branch {name} could not be made: {_reason(problem)}") from None


def _reason(problem: WriterError) -> str:
    """What git said first, without its advice; GitPython wraps it in a label and quotes."""
    lines = str(getattr(problem, "stderr", "") or problem).strip().splitlines()
    fatal = next((line for line in lines if "fatal: " in line), "git gave no reason")
    return fatal.partition("fatal: ")[2].rstrip("'") or fatal
