"""Whether git tracks a folder of the disk, asked of the work tree in which it lies. Light: commits ask this.

A folder may lie in the main work tree while a linked one is judged, in a submodule, or in a repository around
them; what is checked out there says whether its programs came with a commit. What isn't known counts as tracked.
"""

from __future__ import annotations

import os

from gitflowguard.process import scrubbed
from gitflowguard.repo.git import Git, GitError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class There(Git):
    """git in a work tree that may be another than the one that this process was started for."""

    def _env(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        return scrubbed(own)


class Holding:
    """Asks about folders that do not lie in the work tree ``top`` itself; each answer is kept."""

    def __init__(self, top: str) -> None:
        self._tops = {os.path.abspath(top), os.path.realpath(top)} if top else set()
        self._known: dict[str, bool] = {}

    def __call__(self, folder: str) -> bool:
        """Whether the index or HEAD of the work tree around the folder has it, or anything in it."""
        paths = dict.fromkeys((os.path.abspath(folder), os.path.realpath(folder)))
        return any(self._held(path) for path in paths)

    def _held(self, path: str) -> bool:
        if path not in self._known:
            home = _home(path)
            self._known[path] = bool(home) and home not in self._tops and tracked(home, (path,)) != ()
        return self._known[path]


def tracked(top: str, folders: Sequence[str]) -> tuple[str, ...]:
    """Those of the folders (absolute, or from ``top`` on) that the work tree's index or HEAD has; all where git
    can't say.
    """
    git = There(top)
    names = {
        folder: os.path.relpath(os.path.join(top, folder), top).replace(os.sep, "/") for folder in folders
    }
    try:
        out = git.call("ls-files", "--cached", "-z", "--", *names.values()).out
        if git.commit_of("HEAD"):
            out += git.call("ls-tree", "-z", "--name-only", "--end-of-options", "HEAD", *names.values()).out
    except GitError:
        return tuple(folders)
    there = [path.decode("utf-8", "surrogateescape") for path in out.split(b"\0") if path]
    return tuple(
        folder
        for folder, name in names.items()
        if any(path == name or path.startswith(name + "/") for path in there)
    )


def _home(path: str) -> str:
    """The nearest directory above that has a ``.git``; "" if there is none."""
    above = os.path.dirname(path)
    while not os.path.lexists(os.path.join(above, ".git")):
        higher = os.path.dirname(above)
        if higher == above:
            return ""
        above = higher
    return above
