"""Where a report is read: a directory of reports, the work tree, or a commit. Never through a link, never a device."""

from __future__ import annotations

import os
import stat

from gitflowguard.gate.values import Unreadable
from gitflowguard.model.record import Record
from gitflowguard.repo.git import Git

ABSENT = "isn't there"
RUN = "run-{}"


class ReportFolder(Record):
    """Where reports lie. root: a directory; "" where git holds them, at ``commit``."""

    root: str = ""
    commit: str = ""

    def run(self, number: int, of: int) -> ReportFolder:
        """The shelf of one of several runs: a folder ``run-1``, ``run-2`` … each."""
        return self._replace(root=os.path.join(self.root, RUN.format(number))) if of > 1 else self


def read_report(git: Git, shelf: ReportFolder, path: str, limit: int) -> bytes:
    """The bytes of a report. Raises Unreadable: "isn't there", "is a link", "has more than 8192 kB".

    In a directory it lies under its path or, as an artifact is often unpacked, under its name alone.
    """
    if not shelf.root:
        return _at_commit(git, shelf.commit, path, limit)
    for name in dict.fromkeys((path, path.rpartition("/")[2])):
        if os.path.lexists(os.path.join(shelf.root, name)):
            return _on_disk(shelf.root, name, limit)
    raise Unreadable(ABSENT)


def _on_disk(root: str, name: str, limit: int) -> bytes:
    """A plain file below the root; no part of the way may be a link, for it could lead to a secret."""
    place = root
    for part in name.split("/"):
        place = os.path.join(place, part)
        if os.path.islink(place):
            raise Unreadable("is a link; a report must be a plain file")
    try:
        handle = os.open(place, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError as problem:
        raise Unreadable(f"can't be read: {problem.strerror}") from None
    found = os.fstat(handle)
    if not stat.S_ISREG(found.st_mode):
        os.close(handle)
        raise Unreadable("isn't a plain file")
    with os.fdopen(handle, "rb") as file:
        if found.st_size > limit:
            raise Unreadable(f"has more than {limit // 1024} kB")
        return file.read(limit + 1)


def _at_commit(git: Git, commit: str, path: str, limit: int) -> bytes:
    """The blob at a commit."""
    found = blobs_at(git, commit, (path,), limit)[path]
    if found is None:
        raise Unreadable(f"{ABSENT} at the commit {commit[:8]}")
    return found


def blobs_at(git: Git, commit: str, paths: tuple[str, ...], limit: int) -> dict[str, bytes | None]:
    """Path -> content at a commit, None where there is no file. Raises Unreadable for one that is too large."""
    specs = [f"{commit}:{path}" for path in paths]
    stdin = "".join(spec + "\n" for spec in specs).encode("utf-8", "surrogateescape")
    rows = git.call("cat-file", "--batch-check", stdin=stdin).out.split(b"\n")
    for path, row in zip(paths, rows):
        words = row.split(b" ")
        if words[-1].isdigit() and int(words[-1]) > limit:
            raise Unreadable(f"holds {path}, which has more than {limit // 1024} kB")
    return dict(zip(paths, git.blobs(tuple(specs))))
