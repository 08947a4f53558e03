"""Puts a rewritten content into the index and the work tree, or leaves both as they are and says why.

Order of writing: the work tree first, then the index. Killed in between, the
rewritten file lies in the work tree unstaged, and nothing is lost.
"""

from __future__ import annotations

import os
import stat

from gitflowguard.repo.files import put
from gitflowguard.repo.git import GitError, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from gitflowguard.repo.contents import Entry
    from gitflowguard.repo.git import Git, Place

# git merge-file ends with the number of conflicts, at most 127; 255 is an error.
_CONFLICTS = tuple(range(128))


def apply(
    git: Git,
    place: Place,
    path: str,
    before: Entry,
    old: bytes,
    new: bytes,
    rewrite: Callable[[bytes], bytes],
) -> str:
    """Returns "" if it was done, else the reason why nothing was changed.

    before, old, new: the staged content and what becomes of it. rewrite: what made new
    of old, for the work tree's bytes: they may differ by line ends or by a filter.
    """
    lock = os.path.join(place.git_dir, "index.lock")
    if os.path.exists(lock):
        return f"another git is at work, or has left {lock}"
    full = os.path.join(place.top, path)
    try:
        info = os.lstat(full)
    except OSError:
        return "it is not in the work tree"
    if not stat.S_ISREG(info.st_mode):
        return "it is no regular file in the work tree"
    with open(full, "rb") as file:
        work = file.read()
    try:
        if _unstaged(git, path):
            return _both(git, full, info.st_mode, before, (work, old, new))
        put(full, rewrite(work), stat.S_IMODE(info.st_mode))
        git.call("update-index", "-z", "--stdin", stdin=os.fsencode(path) + b"\0")
    except (GitError, OSError) as problem:
        return str(problem)
    return ""


def _unstaged(git: Git, path: str) -> bool:
    """Whether the work tree differs from the index, as git itself compares (filters and line ends applied)."""
    git.call("update-index", "-q", "--refresh", codes=(0, 1))
    done = git.call("diff-files", "-z", "--name-only", "--", path)
    return bool(text(done.out).strip("\0"))


def _both(git: Git, full: str, mode: int, before: Entry, sides: tuple[bytes, bytes, bytes]) -> str:
    """The rewriting applied to the unstaged edits too, if the two do not touch."""
    work, old, new = sides
    folder = os.path.join(os.path.dirname(full), "")
    merged = _merged(git, folder, work, old, new)
    if merged is None:
        return "its unstaged edits touch the same lines; stage or stash them first"
    put(full, merged, stat.S_IMODE(mode))
    oid = text(git.call("hash-object", "-w", "--stdin", stdin=new).out).strip()
    row = f"{before.mode} {oid} 0\t{before.path}\0"
    git.call("update-index", "-z", "--index-info", stdin=row.encode("utf-8", "surrogateescape"))
    return ""


def _merged(git: Git, folder: str, work: bytes, old: bytes, new: bytes) -> bytes | None:
    """Three-way, by git itself, in files of ours that are gone afterwards; None where it conflicts."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="gitflowguard-") as place:
        paths = [os.path.join(place, name) for name in ("work", "old", "new")]
        for name, data in zip(paths, (work, old, new)):
            with open(name, "wb") as file:
                file.write(data)
        done = git.call("merge-file", "-p", "-q", "--", *paths, codes=_CONFLICTS)
    return done.out if done.code == 0 else None
