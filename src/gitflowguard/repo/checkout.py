"""A tree laid out as files in a private directory, for a command that is to be run on it.

As `git archive` would, and with less: no filters, no attributes, no hooks, nothing from the configuration. A
file is what git has stored; one kept by Git LFS is its pointer. Submodules are empty directories.
"""

from __future__ import annotations

import os

from gitflowguard.model.treepath import is_sound
from gitflowguard.repo.git import GitError, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from gitflowguard.repo.objectreader import ObjectReader

    # (path, content, whether it can be run).
    Writer = Callable[[str, bytes, bool], None]

_LINK = "120000"
_FILES = ("100644", "100755")
# This many files are held in memory at once.
_AT_ONCE = 500


def lay_out(reader: ObjectReader, tree: str, root: str, write: Writer) -> list[str]:
    """Writes all files of a tree below root; returns the paths that were left out.

    Links are made only where they lead to something below root. Raises OSError, and GitError for a file that
    is not in this clone.
    """
    rows = []
    for row in text(reader.ask("ls-tree", "-r", "-z", "--full-tree", tree)).split("\0"):
        head, _, path = row.partition("\t")
        if path:
            mode, _, oid = head.split(" ")
            rows.append((path, mode, oid))
    left = []
    files = [(path, mode, oid) for path, mode, oid in rows if mode in _FILES]
    for start in range(0, len(files), _AT_ONCE):
        part = files[start : start + _AT_ONCE]
        for (path, mode, _), data in zip(part, reader.blobs([oid for _, _, oid in part])):
            if data is None:
                raise GitError(f"{path} is not in this clone; to get it: git fetch --refetch")
            try:
                write(path, data, mode == "100755")
            except ValueError:
                left.append(path)  # a path that this system cannot have
    links = [(path, oid) for path, mode, oid in rows if mode == _LINK]
    targets = reader.blobs([oid for _, oid in links])
    return left + link(root, [(path, data) for (path, _), data in zip(links, targets) if data is not None])


def link(root: str, links: list[tuple[str, bytes]]) -> list[str]:
    """Makes links, (path, target), behind all files, so that nothing is written through one; takes back what leads out.

    Returns the paths that were left out.
    """
    left, made = [], []
    top = os.path.realpath(root)
    for path, target in links:
        full = os.path.join(top, *path.split("/"))
        folder = os.path.dirname(full)
        if not is_sound(path) or not _below(top, os.path.realpath(folder)) or target[:1] == b"/":
            left.append(path)
            continue
        try:
            os.makedirs(folder, 0o700, exist_ok=True)
            os.symlink(os.fsdecode(target), full)
            made.append((path, full))
        except (OSError, ValueError):
            left.append(path)
    return left + _taken_back(top, made)


def _taken_back(top: str, made: list[tuple[str, str]]) -> list[str]:
    """Removes links that lead out of the directory, alone or by way of others; returns their paths."""
    found = [(path, full) for path, full in made if not _below(top, os.path.realpath(full))]
    for _, full in found:
        os.unlink(full)
    return [path for path, _ in found]


def _below(top: str, path: str) -> bool:
    return path == top or path.startswith(top + os.sep)
