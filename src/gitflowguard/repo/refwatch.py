"""Whether refs have changed, known from files alone: a look costs no git process.

git puts a new file in the place of an old one whenever it moves a ref (refs/files-backend.c, and reftable's
tables.list), so number, size and time of the files tell it.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.repo.git import Place

    Mark = tuple[tuple[str, int, int, int], ...]

_FILES = ("HEAD", "packed-refs")
_FOLDERS = ("refs", "reftable")


def mark(place: Place) -> Mark:
    """What the refs of a repository and of all its work trees look like from outside; equal as long as none moves."""
    found: list[tuple[str, int, int, int]] = []
    for path in _paths(place):
        try:
            info = os.stat(path)
        except OSError:
            continue  # none, or gone since
        found.append((path, info.st_ino, info.st_size, info.st_mtime_ns))
    return tuple(sorted(found))


def _paths(place: Place) -> Iterator[str]:
    """The files in which refs are kept (gitrepository-layout(5)); one that is being written has not changed yet."""
    trees = os.path.join(place.common, "worktrees")
    folders = dict.fromkeys(
        (place.common, place.git_dir, *(os.path.join(trees, one) for one in _names(trees)))
    )
    for folder in folders:
        yield from (os.path.join(folder, name) for name in _FILES)
        for name in _FOLDERS:
            for here, _, files in os.walk(os.path.join(folder, name)):
                yield from (os.path.join(here, file) for file in files if not file.endswith(".lock"))


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []
