"""Whether refs have changed, known from files alone: a look costs no git process.

git puts a new file in the place of an old one whenever it moves a ref (refs/files-backend.c, and reftable's
tables.list), so number, size and time of the files tell it.
"""

from __future__ import annotations

import os

from gitflowguard.model.names import HEADS, REMOTES

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


def branches_mark(place: Place) -> Mark:
    """The same of branches alone, here and on remotes: HEAD, tags and stashes may change."""
    found = (row for row in mark(place) if _of_branches(place, row[0]))
    return tuple(found)


def _of_branches(place: Place, path: str) -> bool:
    """Whether a file may hold a branch; packed and in a reftable they lie with all other refs."""
    inner = path[len(place.common) + 1 :].replace(os.sep, "/") if path.startswith(place.common) else ""
    return inner.startswith(("packed-refs", "reftable/", HEADS, REMOTES))


def tips(place: Place) -> dict[str, str] | None:
    """Full ref -> what its file says, of all branches; None where they lie in a reftable (git-pack-refs(1))."""
    if os.path.isdir(os.path.join(place.common, "reftable")):
        return None
    found: dict[str, str] = {}
    for line in _text(os.path.join(place.common, "packed-refs")).split("\n"):
        sha, _, ref = line.partition(" ")
        if ref.startswith((HEADS, REMOTES)):
            found[ref] = sha
    for name in (HEADS, REMOTES):
        for here, _, files in os.walk(os.path.join(place.common, name)):
            for file in files:
                path = os.path.join(here, file)
                ref = path[len(place.common) + 1 :].replace(os.sep, "/")
                if not file.endswith(".lock") and (said := _text(path).strip()):
                    found[ref] = said
    return found


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.read()
    except OSError:
        return ""


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
