"""What a work tree holds beside its commit, and where else branches are checked out; reads only."""

from __future__ import annotations

import os

from gitflowguard.model.names import HEADS
from gitflowguard.model.record import Record
from gitflowguard.repo.git import text
from gitflowguard.repo.unfiltered import unfiltered

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.repo.git import Git, Place


def modified(git: Git) -> frozenset[str]:
    """The tracked files whose staged or unstaged content may differ from HEAD, from the top; HEAD must exist."""
    out = git.call(
        *unfiltered(git), "diff-index", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--ignore-submodules=all",
        "HEAD", "--",
    ).out  # fmt: skip
    return frozenset(text(out).split("\0")[:-1])


def untracked(git: Git) -> frozenset[str]:
    """The files that git neither tracks nor ignores. git: asked at the top of the work tree."""
    return frozenset(text(git.call("ls-files", "--others", "--exclude-standard", "-z").out).split("\0")[:-1])


def tracked(git: Git, paths: tuple[str, ...]) -> frozenset[str]:
    """Those of the paths that are in the index. git: asked at the top of the work tree."""
    return frozenset(text(git.call("ls-files", "-z", "--", *paths).out).split("\0")[:-1])


def blob_ids(git: Git, commit: str, paths: tuple[str, ...]) -> dict[str, str]:
    """Path -> mode and object of what a commit has there; paths that it lacks are left out."""
    found = {}
    for at in range(0, len(paths), 500):  # far below the longest command line
        out = git.call("ls-tree", "-r", "-z", "--full-tree", commit, "--", *paths[at : at + 500]).out
        for row in text(out).split("\0")[:-1]:
            about, _, path = row.partition("\t")
            found[path] = about
    return found


def checked_out(place: Place) -> dict[str, str]:
    """Branch -> the work tree where it is checked out, this one left out (gitrepository-layout(5), worktrees)."""
    return {tree.branch: tree.top for tree in linked(place) if tree.branch and tree.git_dir != place.git_dir}


def _names(place: Place) -> list[str]:
    try:
        return sorted(os.listdir(os.path.join(place.common, "worktrees")))
    except OSError:
        return []


def _line(path: str) -> str:
    """A file's one line; "" where there is none."""
    try:
        with open(path, "rb") as file:
            return text(file.readline()).rstrip("\n")
    except OSError:
        return ""


class LinkedTree(Record):
    """A work tree of a repository. head: how git can be asked for its commit. branch: its name, "" for none."""

    top: str
    git_dir: str
    head: str
    branch: str


def linked(place: Place) -> list[LinkedTree]:
    """Every work tree that is there, the main one and this one, too; read from files, without git."""
    found = []
    homes = [os.path.join(place.common, "worktrees", name) for name in _names(place)]
    trees = [(home, os.path.dirname(_line(os.path.join(home, "gitdir")))) for home in homes]
    if os.path.basename(place.common) == ".git":
        trees.append((place.common, os.path.dirname(place.common)))
    for home, top in trees:
        line = _line(os.path.join(home, "HEAD"))
        head = line.removeprefix("ref: ").strip()
        # It is relative with worktree.useRelativePaths (git-config(1)).
        top = os.path.normpath(os.path.join(home, top))
        if head and os.path.isdir(top):
            branch = head.removeprefix(HEADS) if head.startswith(HEADS) else ""
            found.append(LinkedTree(top, home, head, branch))
    return found


def modified_at(git: Git, path: str) -> bool:
    """Whether a tracked file may differ from HEAD. git: asked in the work tree."""
    words = ("diff-index", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--ignore-submodules=all")
    return bool(git.call(*unfiltered(git), *words, "HEAD", "--", path).out)
