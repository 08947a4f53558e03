"""Puts a rewritten content into the index and the work tree, or leaves both as they are and says why.

Order of writing: the work tree first, then the index. Killed in between, the
rewritten file lies in the work tree unstaged, and nothing is lost. What somebody
saves or stages while a formatter runs is theirs: then nothing is written.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable

from gitflowguard.model.record import Record
from gitflowguard.repo import contents
from gitflowguard.repo.contents import IndexEntry
from gitflowguard.repo.files import put
from gitflowguard.repo.git import Git, GitError, Place, text

# git merge-file ends with the number of conflicts, at most 127; 255 is an error (git-merge-file(1)).
_CONFLICTS = tuple(range(128))


class FixTarget(Record):
    """The file in the work tree: where it is, its permission bits, its bytes before anything was done."""

    full: str
    mode: int
    work: bytes


class Refused(Exception):
    """Nothing was changed; the text is a clause that says why."""


def apply(
    git: Git,
    place: Place,
    path: str,
    before: IndexEntry,
    old: bytes,
    new: bytes,
    rewrite: Callable[[bytes], bytes],
) -> str:
    """Returns "" if it was done, else the reason why nothing was changed.

    before, old, new: the staged content and what becomes of it. rewrite: what made new
    of old, for the work tree's bytes: they may differ by line ends or by a filter. Its
    exceptions come through; nothing has been changed then.
    """
    if busy := _busy(place):
        return busy
    # git takes a path on standard input as one from where it stands (builtin/update-index.c).
    git = Git(place.top)
    try:
        target = _target(place.top, path)
        if _unstaged(git, path):
            merged = _merged(git, target.work, old, new)
            if merged is None:
                return "its unstaged edits touch the same lines; stage or stash them first"
            _write(git, target, before, merged)
            _kept(target, merged, lambda: _stage(git, before, new))
        else:
            data = rewrite(target.work)
            _write(git, target, before, data)
            _kept(target, data, lambda: _restage(git, path))
    except GitError as problem:
        return _busy(place) or str(problem)
    except (Refused, OSError) as problem:
        return str(problem)
    return ""


def _busy(place: Place) -> str:
    """What to say where the index is locked, "" where it is not."""
    lock = os.path.join(place.git_dir, "index.lock")
    return f"another git process is running, or has left {lock}" if os.path.lexists(lock) else ""


def _target(top: str, path: str) -> FixTarget:
    """The file, if it is a plain one that lies in the work tree itself: a linked directory leads elsewhere."""
    full = os.path.join(top, path)
    parts = path.split("/")
    for count in range(1, len(parts)):
        if os.path.islink(os.path.join(top, *parts[:count])):
            raise Refused(f"it lies beyond the link {'/'.join(parts[:count])}")
    try:
        info = os.lstat(full)
    except OSError:
        raise Refused("it is not in the work tree") from None
    if not stat.S_ISREG(info.st_mode):
        raise Refused("it isn't a regular file in the work tree")
    if not info.st_mode & stat.S_IWUSR:
        raise Refused("it is read-only")
    return FixTarget(full, stat.S_IMODE(info.st_mode), _bytes(full))


def _bytes(full: str) -> bytes:
    with open(full, "rb") as file:
        return file.read()


def _write(git: Git, target: FixTarget, before: IndexEntry, data: bytes) -> None:
    """Puts the bytes into the work tree, if both sides still are as they were when the formatter began."""
    staged = contents.configs(git, contents.Places((before.path,)))[0].get(before.path)
    if _bytes(target.full) != target.work or staged != before.oid:
        raise Refused("it was changed meanwhile; try again")
    put(target.full, data, target.mode)


def _kept(target: FixTarget, data: bytes, stage: Callable[[], None]) -> None:
    """Stages; where git cannot, the work tree gets its old bytes back, so that nothing is half done."""
    try:
        stage()
    except GitError:
        if _bytes(target.full) == data:
            put(target.full, target.work, target.mode)
        raise


def _restage(git: Git, path: str) -> None:
    """As `git add` would, by way of the clean filters."""
    git.call("update-index", "-z", "--stdin", stdin=os.fsencode(path) + b"\0")


def _stage(git: Git, before: IndexEntry, new: bytes) -> None:
    """The content alone: the work tree holds more."""
    oid = text(git.call("hash-object", "-w", "--stdin", stdin=new).out).strip()
    row = f"{before.mode} {oid} 0\t{before.path}\0"
    git.call("update-index", "-z", "--index-info", stdin=row.encode("utf-8", "surrogateescape"))


def _unstaged(git: Git, path: str) -> bool:
    """Whether the work tree differs from the index, as git itself compares (filters and line ends applied)."""
    git.call("update-index", "--refresh", codes=(0, 1))
    done = git.call("diff-files", "-z", "--name-only", "--", path)
    return bool(text(done.out).strip("\0"))


def _merged(git: Git, work: bytes, old: bytes, new: bytes) -> bytes | None:
    """The rewriting applied to the unstaged edits too; None where the two touch.

    Where the work tree alone ends its lines by CRLF (autocrlf, an attribute), the lines are compared without.
    """
    windows = b"\r\n" in work and b"\r" not in old and work.count(b"\n") == work.count(b"\r\n")
    done = _three_way(git, work.replace(b"\r\n", b"\n") if windows else work, old, new)
    return done.replace(b"\n", b"\r\n") if done is not None and windows else done


def _three_way(git: Git, work: bytes, old: bytes, new: bytes) -> bytes | None:
    """By git itself, in files of ours that are gone afterwards; None where it conflicts."""
    from tempfile import TemporaryDirectory

    # Named as tooling.tree names its own, so that what a kill leaves is swept.
    user = os.getuid() if hasattr(os, "getuid") else 0
    with TemporaryDirectory(prefix=f"gitflowguard-{user}-{os.getpid()}-") as place:
        paths = [os.path.join(place, name) for name in ("work", "old", "new")]
        for name, data in zip(paths, (work, old, new)):
            with open(name, "wb") as file:
                file.write(data)
        done = git.call("merge-file", "-p", "-q", "--", *paths, codes=_CONFLICTS)
    return done.out if done.code == 0 else None
