"""SHA-256 of files and of what commits hold; nothing is loaded whole."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator

from gitflowguard.repo.git import Git, text
from gitflowguard.repo.unfiltered import unfiltered

_CHUNK = 1 << 20
# https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md: a pointer is smaller than 1024 bytes, its first line is
# the version, and its lines are in this order.
_POINTER = b"version https://git-lfs.github.com/spec/v1\n"
_POINTER_MOST = 1024
_OID = b"oid sha256:"


def of_file(path: str) -> str:
    """The digest in hex; of a Git LFS pointer, the digest of the content that it stands for.

    Raises OSError, also for anything that isn't a regular file: a link could lead to other bytes a moment later.
    """
    if not stat.S_ISREG(os.lstat(path).st_mode):
        raise OSError(None, "it isn't a regular file")
    found = hashlib.sha256()
    first = b""
    with open(path, "rb") as file:
        while chunk := file.read(_CHUNK):
            first = first or chunk
            found.update(chunk)
    return pointed(first) or found.hexdigest()


def pointed(data: bytes) -> str:
    """The digest in a Git LFS pointer, "" for anything else."""
    if len(data) >= _POINTER_MOST or not data.startswith(_POINTER):
        return ""
    for line in data.split(b"\n"):
        word = line.removeprefix(_OID)
        if word != line and len(word) == 64 and not word.strip(b"0123456789abcdef"):
            return word.decode("ascii")
    return ""


def files_in(folder: str) -> Iterator[str]:
    """The path of everything below a directory that isn't a directory itself, from that directory, sorted."""
    for top, folders, names in os.walk(folder):
        folders.sort()
        links = [name for name in folders if os.path.islink(os.path.join(top, name))]
        for name in sorted((*names, *links)):
            yield os.path.relpath(os.path.join(top, name), folder).replace(os.sep, "/")


def of_commit(git: Git, commit: str, paths: tuple[str, ...]) -> dict[str, str]:
    """Path -> digest of what a commit has there; what it doesn't have is left out.

    Raises GitError where a partial clone lacks a content.
    """
    wanted = tuple(path for path in paths if "\n" not in path)
    found = git.blobs(tuple(f"{commit}:{path}" for path in wanted))
    digests = {}
    for path, data in zip(wanted, found):
        if data is not None:
            digests[path] = pointed(data) or hashlib.sha256(data).hexdigest()
    return digests


def differing(git: Git) -> tuple[str, ...] | None:
    """The paths that differ from HEAD, untracked ones too, from the top, sorted; None where git may not look.

    `git update-index --assume-unchanged` and `--skip-worktree` hide a change from every comparison, so a file that is
    marked so and lies there could hold anything (git-update-index(1)).
    """
    plain = unfiltered(git)
    git.call(*plain, "update-index", "-q", "--refresh", codes=(0, 1))
    changed = git.call(
        *plain, "diff-index", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--ignore-submodules=none", "HEAD",
        "--",
    ).out  # fmt: skip
    new = git.call("ls-files", "--others", "--exclude-standard", "-z").out
    rows = git.call("ls-files", "-v", "-z").out.split(b"\0")
    top = os.fsencode(git.cwd)
    if any(_hidden(row[:1], os.path.join(top, row[2:])) for row in rows):
        return None
    paths = sorted(os.fsdecode(path) for path in (changed + new).split(b"\0")[:-1])
    same = _same_behind_pointers(git, tuple(paths))
    return tuple(path for path in paths if path not in same)


def _same_behind_pointers(git: Git, paths: tuple[str, ...]) -> frozenset[str]:
    """Those of the paths whose file is what HEAD's Git LFS pointer stands for. git sees that by its filter alone."""
    wanted = tuple(path for path in paths if "\n" not in path)
    specs = [f"HEAD:{path}" for path in wanted]
    stdin = "".join(f"{spec}\n" for spec in specs).encode("utf-8", "surrogateescape")
    rows = text(git.call("cat-file", "--batch-check", stdin=stdin).out).split("\n") if specs else []
    small = [at for at, row in enumerate(rows[:-1]) if _is_small(row)]
    held = git.blobs(tuple(specs[at] for at in small)) if small else []
    digests = {wanted[at]: pointed(data) for at, data in zip(small, held) if data is not None}
    return frozenset(path for path, digest in digests.items() if digest and _digest(git, path) == digest)


def _is_small(row: str) -> bool:
    """Whether a row ``<id> blob <size>`` is of a content that may be a pointer (git-cat-file(1))."""
    words = row.rsplit(" ", 2)[-2:]
    return len(words) == 2 and words[0] == "blob" and words[1].isdigit() and int(words[1]) < _POINTER_MOST


def _digest(git: Git, path: str) -> str:
    """The digest of a file of the work tree, "" where it can't be read."""
    try:
        return of_file(os.path.join(git.cwd, path))
    except OSError:
        return ""


def _hidden(mark: bytes, path: bytes) -> bool:
    """S is skip-worktree, and sparse checkouts leave such a file out; a small letter is assume-unchanged."""
    return mark.islower() or mark == b"S" and os.path.lexists(path)
