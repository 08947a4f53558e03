"""Printed commands as they read in the folder in which they will be pasted.

A rule names files from the top of the work tree, as git does in its index. git-add(1), git-restore(1) and our own
commands read a path from the current folder.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.finding import Argv

# git-update-index(1) takes every word behind it as a path, "--" too.
_UNRESOLVE: Argv = ("git", "update-index", "--unresolve")


def seen_from(folder: str, mend: tuple[Argv, ...]) -> tuple[Argv, ...]:
    """The same commands in a folder of the work tree. folder: from the top, "" for the top itself."""
    return tuple(_command(folder, argv) for argv in mend) if folder else mend


def _command(folder: str, argv: Argv) -> Argv:
    """Paths are what stands behind ``--``; with ``git -C`` they are another work tree's."""
    if argv[:3] == _UNRESOLVE:
        return (*_UNRESOLVE, *(path_from(folder, path) for path in argv[3:]))
    if "--" not in argv or argv[:2] == ("git", "-C") or argv[:2] == ("git", "branch"):
        return argv
    at = argv.index("--") + 1
    return (*argv[:at], *(path_from(folder, path) for path in argv[at:]))


def path_from(folder: str, path: str) -> str:
    """A path as the folder sees it, both from the top of the work tree: ``src/a`` is ``../src/a`` in ``docs``."""
    here, parts = folder.split("/"), path.removeprefix("./").split("/")
    same = 0
    while same < min(len(here), len(parts) - 1) and here[same] == parts[same]:
        same += 1
    found = "/".join((*[".."] * (len(here) - same), *parts[same:]))
    return f"./{found}" if found.startswith("-") else found
