"""Base repositories: built once in a process, copied for each test.

Most tests begin with the same few repositories, and each takes a dozen git processes to build (35 ms of CPU; 320 ms
with ``pre-commit install``). A copy takes 1 ms: it is written from memory, and its index gets to know the copied files
without a git. The key of a base is its recipe and all that git reads around it, so a test with other settings never
gets a base of somebody else's.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import stat
import struct
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from tests import oracle

# These name a place of the test or of the process. They do not change what git builds.
_PLACES = ("GIT_EXEC_PATH",)
# A tick of the kernel's clock for files, and more: a file that is older than its index is not looked into again.
_TICK = 0.02


class Entry(NamedTuple):
    """A file, directory or symbolic link of a base.

    path: below the base. data: a file's content, a link's target, None of a directory.
    """

    path: str
    mode: int
    times: tuple[int, int]
    data: bytes | str | None


class Index(NamedTuple):
    """An index of git, and the files that it knows to be as they were staged: (its place in the index, path)."""

    path: str
    data: bytes
    known: tuple[tuple[int, str], ...]


class Base(NamedTuple):
    """What a copy is made of. configs: the configuration files of its repositories, which may name the base."""

    place: str
    entries: tuple[Entry, ...]
    configs: tuple[str, ...]
    indexes: tuple[Index, ...]


_bases: dict[tuple[object, ...], Base] = {}


def copied(recipe: tuple[object, ...], place: Path, build: Callable[[Path], None]) -> None:
    """Fill the directory `place` with what `build` makes, from a copy where this process has built it before.

    Args:
        recipe: what distinguishes this base from all others; `build` must depend on nothing else.
        place: an absolute path. It may exist, and is made where it does not.
        build: gets the directory to fill. What it writes may name that directory in git's configuration.
    """
    key = (*recipe, _surroundings())
    if key not in _bases:
        folder = Path(tempfile.mkdtemp(dir=_shelf()))
        try:
            build(folder)
            _bases[key] = _base(folder)
        except BaseException:
            shutil.rmtree(folder)
            raise
    base = _bases[key]
    place.mkdir(parents=True, exist_ok=True)
    for entry in base.entries:
        _lay(entry, f"{place}/{entry.path}")
    for path in base.configs:
        config = place / path
        text = config.read_text()
        if base.place in text:
            config.write_text(text.replace(base.place, str(place)))
    for index in base.indexes:
        _settle(index, place)


def _lay(entry: Entry, path: str) -> None:
    """Write one entry of a copy; a directory may be there."""
    if entry.data is None:
        with suppress(FileExistsError):
            os.mkdir(path, entry.mode)
    elif isinstance(entry.data, str):
        os.symlink(entry.data, path)
    else:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            left = memoryview(entry.data)
            while left:
                left = left[os.write(file, left) :]
            os.fchmod(file, entry.mode)
            os.utime(file, ns=entry.times)
        finally:
            os.close(file)


def _surroundings() -> tuple[object, ...]:
    """The user's configuration and git's variables, which shape what is built."""
    config = Path(os.environ["HOME"], ".gitconfig")
    variables = sorted(
        item for item in os.environ.items() if item[0].startswith("GIT_") and item[0] not in _PLACES
    )
    return (config.read_bytes() if config.exists() else b"", tuple(variables))


def _shelf() -> str:
    """A directory of this process, removed at its end."""
    global _folder
    if not _folder:
        _folder = tempfile.mkdtemp(prefix="gitflowguard-bases-")
        atexit.register(shutil.rmtree, _folder, ignore_errors=True)
    return _folder


_folder = ""


def _base(folder: Path) -> Base:
    """Read what was built."""
    repositories = _repositories(folder)
    indexes = []
    for repository in repositories:
        if (repository / "index").exists():
            time.sleep(_TICK)
            argv = (
                "git",
                "-c",
                "core.hooksPath=/dev/null",
                "update-index",
                "-q",
                "--refresh",
                "--force-write-index",
            )
            subprocess.run(argv, cwd=repository.parent, env=oracle.unrecorded(), check=True)
            indexes.append(_index(repository / "index", folder))
    configs = tuple(str((repository / "config").relative_to(folder)) for repository in repositories)
    return Base(str(folder), tuple(_entries(str(folder), "")), configs, tuple(indexes))


def _entries(top: str, below: str) -> Iterator[Entry]:
    """All in a directory, each directory before what it holds."""
    with os.scandir(os.path.join(top, below)) as found:
        for one in sorted(found, key=lambda one: one.name):
            path = os.path.join(below, one.name)
            yield _entry(top, path)
            if one.is_dir(follow_symlinks=False):
                yield from _entries(top, path)


def _entry(top: str, path: str) -> Entry:
    full = os.path.join(top, path)
    seen = os.lstat(full)
    data: bytes | str | None = None
    if stat.S_ISLNK(seen.st_mode):
        data = os.readlink(full)
    elif not stat.S_ISDIR(seen.st_mode):
        data = Path(full).read_bytes()
    return Entry(path, stat.S_IMODE(seen.st_mode), (seen.st_atime_ns, seen.st_mtime_ns), data)


def _repositories(place: Path) -> list[Path]:
    """The git directories here and one level below: of work trees, and bare ones."""
    found = []
    for child in (place, *place.iterdir()):
        found += [folder for folder in (child, child / ".git") if (folder / "HEAD").is_file()]
    return found


# git's Documentation/gitformat-index: ctime, mtime (each in s and ns), dev, ino, mode, uid, gid, size; id; flags.
_STAT = struct.Struct(">10I")
_FLAGS = struct.Struct(">H")
_HEAD, _ID, _EXTENDED = 12, 20, 0x4000


def _index(path: Path, folder: Path) -> Index:
    """Read which files are as they were staged, by the stat data in the index."""
    data = path.read_bytes()
    magic, version, count = struct.unpack_from(">4sII", data)
    assert magic == b"DIRC" and version in (2, 3) and hashlib.sha1(data[:-_ID]).digest() == data[-_ID:], path
    work = path.parent.parent
    known, at = [], _HEAD
    for _ in range(count):
        (flags,) = _FLAGS.unpack_from(data, at + _STAT.size + _ID)
        name = at + _STAT.size + _ID + (4 if flags & _EXTENDED else 2)
        end = data.index(b"\0", name)
        file = work / os.fsdecode(data[name:end])
        if os.path.lexists(file) and _same(_STAT.unpack_from(data, at), os.lstat(file)):
            known.append((at, str(file.relative_to(folder))))
        at += (end - at + 8) // 8 * 8
    return Index(str(path.relative_to(folder)), data, tuple(known))


def _words(seen: os.stat_result, mode: int) -> tuple[int, ...]:
    """What an index holds of a file."""
    times = (*divmod(seen.st_ctime_ns, 10**9), *divmod(seen.st_mtime_ns, 10**9))
    words = (*times, seen.st_dev, seen.st_ino, mode, seen.st_uid, seen.st_gid, seen.st_size)
    return tuple(word & 0xFFFFFFFF for word in words)


def _same(words: tuple[int, ...], seen: os.stat_result) -> bool:
    return words == _words(seen, words[6])


def _settle(index: Index, place: Path) -> None:
    """Let the copy's index know the copied files, as `git update-index --refresh` would."""
    data = bytearray(index.data)
    for at, path in index.known:
        mode = _STAT.unpack_from(data, at)[6]
        _STAT.pack_into(data, at, *_words(os.lstat(f"{place}/{path}"), mode))
    data[-_ID:] = hashlib.sha1(data[:-_ID]).digest()
    Path(place, index.path).write_bytes(data)
