"""The files that a rule of the team's own is made of: those that its words name, with all that lies beside them.

A program loads what lies beside it, so the folder counts as a whole. Where a line of the team answers for the rule, the
files are that line's, whatever is checked out: the author of a change can't write there.
"""

from __future__ import annotations

import os

from gitflowguard.model.record import Record
from gitflowguard.repo import contents
from gitflowguard.repo.git import GitError, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gitflowguard.repo.git import Git

# A program with its folder may be this large: files, bytes of one and of all.
MOST, FILE, ROOM = 500, 4 << 20, 16 << 20
_PLAIN, _PROGRAM = "100644", "100755"


class ProgramFile(Record):
    """One file: its bytes, and whether it may be run."""

    data: bytes
    runs: bool


def paths_in(words: Iterable[str]) -> tuple[str, ...]:
    """The words, and what follows = in them, that may name a file of the repository; without ./ in front."""
    found: dict[str, None] = {}
    for word in words:
        for one in (word, word.partition("=")[2]):
            path = one.removeprefix("./").rstrip("/")
            if path and not path.startswith(("/", "-")) and not {"", ".", ".."} & set(path.split("/")):
                found[path] = None
    return tuple(found)


def is_part(path: str, words: Iterable[str]) -> bool:
    """Whether a file may be one of a program's: named by a word, or beside or below what is named."""
    for named in paths_in(words):
        folder = named.rpartition("/")[0]
        if path == named or path.startswith(f"{named}/") or (folder and path.startswith(f"{folder}/")):
            return True
    return False


def at_commit(git: Git, commit: str, words: Iterable[str]) -> dict[str, ProgramFile]:
    """By path, the files in a commit. Raises GitError where they are too many, too large, or not here."""
    named = _rows(git, commit, paths_in(words), False)
    folders = [path if mode == "040000" else path.rpartition("/")[0] for mode, _, path in named]
    rows = _rows(git, commit, tuple(dict.fromkeys(folder for folder in folders if folder)), True)
    alone = [(mode, oid, path) for mode, oid, path in named if "/" not in path]
    wanted = {path: (mode, oid) for mode, oid, path in (*rows, *alone) if mode in (_PLAIN, _PROGRAM)}
    if len(wanted) > MOST:
        raise GitError(f"its folder holds more than {MOST} files")
    data = contents.texts(git, None, tuple({oid for _, oid in wanted.values()}), FILE, ROOM)
    found = {}
    for path, (mode, oid) in wanted.items():
        content = data[oid]
        if not isinstance(content, bytes):
            raise GitError(f"{path} can't be read: {content.reason}")
        found[path] = ProgramFile(content, mode == _PROGRAM)
    return found


def _rows(git: Git, commit: str, paths: tuple[str, ...], deep: bool) -> list[tuple[str, str, str]]:
    """(mode, object, path) of these paths in a commit; deep: of all that lies in these folders."""
    if not paths:
        return []
    names = tuple(f"{path}/" for path in paths) if deep else paths
    how = ("-r",) if deep else ()
    out = text(git.call("ls-tree", *how, "-z", "--full-tree", "--end-of-options", commit, *names).out)
    rows = (row.partition("\t") for row in out.split("\0") if row)
    return [(words.split(" ")[0], words.split(" ")[2], path) for words, _, path in rows]


def on_disk(top: str, words: Iterable[str]) -> dict[str, ProgramFile]:
    """By path, the files in the work tree, up to the same bounds. Raises GitError."""
    found: dict[str, ProgramFile] = {}
    size = 0
    for path in _named(top, paths_in(words)):
        file = os.path.join(top, path)
        if not os.path.isfile(file) or os.path.islink(file):
            continue
        with open(file, "rb") as opened:
            data = opened.read(FILE + 1)
        size += len(data)
        if len(data) > FILE or size > ROOM or len(found) >= MOST:
            raise GitError(f"{path} and what lies beside it are too large for a rule's program")
        found[path] = ProgramFile(data, os.access(file, os.X_OK))
    return found


def _named(top: str, paths: tuple[str, ...]) -> Iterator[str]:
    """The paths of the files that are there, each folder as a whole."""
    for path in paths:
        folder = path if os.path.isdir(os.path.join(top, path)) else path.rpartition("/")[0]
        if not folder:
            yield path
        elif os.path.exists(os.path.join(top, path)):
            for where, folders, names in os.walk(os.path.join(top, folder)):
                folders[:] = sorted(name for name in folders if name not in (".git", "__pycache__"))
                yield from (os.path.relpath(os.path.join(where, name), top) for name in sorted(names))
