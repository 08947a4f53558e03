"""`uninstall`: the way back, byte for byte where the user has not been since."""

from __future__ import annotations

import os

from gitflowguard.app.setup import husky, lefthook, precommit
from gitflowguard.model.adoptionfiles import FRAMEWORK, HUSKY, LEFTHOOK
from gitflowguard.repo.git import Git, GitError, Place
from gitflowguard.repo.hookfiles import LEGACY, find_hooks
from gitflowguard.repo.note import forget_bases
from gitflowguard.repo.restore import Undo, undo, undo_plan
from gitflowguard.repo.shim import STAGES, STRICT


def way_back(git: Git, policy: bool = False) -> tuple[Undo, ...]:
    """What to undo, in order; empty if there is nothing of ours. Writes nothing.

    policy: whether what is committed goes, too: the policy and our part of other files. Raises GitError outside
    a repository, SetupError if the journal cannot be read.
    """
    place = git.place()
    return undo_plan(place, _hooks(git, place), _take_out, _committed, policy)


def go_back(steps: tuple[Undo, ...]) -> None:
    """Takes the steps; raises OSError where one cannot be taken, after which a rerun goes on."""
    git = Git()
    forget_bases(git, git.place())
    undo(steps)


def _hooks(git: Git, place: Place) -> tuple[str, ...]:
    """Where a hook of ours may lie that no journal knows; a directory that the team shares is the team's."""
    hooks = find_hooks(git, place)
    if hooks.owner != "git":
        return ()
    paths = (os.path.join(hooks.directory, stage) for stage in (*STAGES, STRICT))
    return tuple(path + end for path in paths for end in ("", LEGACY))


def _committed(path: str) -> bytes | None:
    """What the commit that is checked out has at a path; None for nothing, or where there isn't a commit."""
    try:
        return Git(os.path.dirname(path)).blobs((f"HEAD:./{os.path.basename(path)}",))[0]
    except GitError:
        return None


_TAKING = {FRAMEWORK: precommit.take_out, HUSKY: husky.take_out, LEFTHOOK: lefthook.take_out}


def _take_out(role: str, data: bytes, inserted: tuple[str, ...]) -> bytes | None:
    if role not in _TAKING:
        return None
    try:
        rest = _TAKING[role](data.decode(), inserted)
    except UnicodeDecodeError:
        return None
    return None if rest is None else rest.encode()
