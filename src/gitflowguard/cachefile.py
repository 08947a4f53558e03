"""What is kept between runs and may be lost: one head, one way to put a file, one rule for what makes room.

A module that keeps something names its kind (`CacheFiles`). docs/architecture.md, "What is kept", has the table of all
kinds, and says why some are kept otherwise. A file is

    gitflowguard <form> <our version> <this Python>     a line; under another one the file isn't read
    <checksum>                                          of all that follows: 4 bytes, or a keyed digest of 32
    <key and value>                                     by marshal; under another key nothing is known

marshal is built in, reads in microseconds, and unlike pickle holds nothing but values. It is neither stable between
Pythons nor safe on damaged input, so head and checksum are compared before it runs. Nothing here raises: what can't be
read is not known, and what can't be written is found again. Light: every hook reads its policy by this.
"""

from __future__ import annotations

import marshal
import os
import stat
import sys

from gitflowguard import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    T = TypeVar("T")

_PYTHON = sys.implementation.cache_tag or "none"
_FLAGS = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_NOT_THROUGH = getattr(os, "O_NOFOLLOW", 0)


class CacheFiles:
    """A kind of files, each with a value under a key, both of built-in types.

    form: the name of the kind and the number of its layout. most: the bytes of a file; a larger one is neither written
    nor read. start, files: how many of the files whose names begin like this stay, the newest; 0 for all.
    """

    def __init__(self, form: str, most: int, start: str = "", files: int = 0) -> None:
        self.form = form
        self.most = most
        self.start = start
        self.files = files
        self._head = f"gitflowguard {form} {__version__} {_PYTHON}\n".encode()

    def load(self, path: str, key: object, make: Callable[[Any], T], secret: bytes = b"") -> T | None:
        """What `make` makes of the value that a file has under the key; None where there is none.

        secret: what the checksum is keyed by. make may raise whatever it likes: a value of another layout isn't known.
        """
        return self.unpack(read(path, self.most), key, make, secret)

    def save(self, path: str, key: Any, value: Any, secret: bytes = b"") -> bool:
        """Keeps a value under its key, in the place of what the file had; False where that can't be done."""
        try:
            data = self.pack(key, value, secret)
        except ValueError:  # nested too deep
            return False
        if len(data) >= self.most:
            return False
        if self.files:
            make_room(os.path.dirname(path), self._mine, self.files)
        return put(path, data)

    def pack(self, key: Any, value: Any, secret: bytes = b"") -> bytes:
        """The bytes of a file; raises ValueError for what marshal doesn't know."""
        body = marshal.dumps((key, value))
        return self._head + _checksum(body, secret) + body

    def unpack(self, data: bytes, key: object, make: Callable[[Any], T], secret: bytes = b"") -> T | None:
        """The value that `pack` packed, as `load` gives it."""
        start = len(self._head) + (32 if secret else 4)
        body = data[start:]
        if data[: len(self._head)] != self._head or _checksum(body, secret) != data[len(self._head) : start]:
            return None
        try:
            under, value = marshal.loads(body)  # our own bytes, whole by their checksum  # nosec B302
            return make(value) if under == key else None
        except Exception:  # of another layout of ours; whatever it raises, all can be found anew
            return None

    def _mine(self, name: str) -> bool:
        return name.startswith(self.start)


def _checksum(body: bytes, secret: bytes) -> bytes:
    if not secret:
        from zlib import crc32

        return crc32(body).to_bytes(4, "big")
    from _blake2 import blake2b

    return blake2b(body, key=secret, digest_size=32).digest()


def put(path: str, data: bytes, private: bool = False) -> bool:
    """All or nothing, also with two hooks at once, in a folder that is made; False where that can't be done.

    private: whether only the user may read it.
    """
    from gitflowguard import atomic  # hardly any hook writes

    try:
        os.makedirs(os.path.dirname(path), 0o700 if private else 0o777, exist_ok=True)
        atomic.sweep(path)
        atomic.put(path, data, mode=0o600 if private else None)
    except OSError:
        return False
    return True


def make_room(folder: str, mine: Callable[[str], bool], most: int) -> None:
    """Removes the files of a kind that are the oldest by their time of change, so that one more fits.

    mine: whether a file is of the kind, by its name. most: how many there may be then.
    """
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if not entry.is_dir(follow_symlinks=False)]
    except OSError:
        return
    files = [os.path.join(folder, name) for name in names if mine(name)]
    if len(files) >= most:
        for path in sorted(files, key=age)[: len(files) - most + 1]:
            forget(path)


def forget(path: str) -> None:
    """Removes a file; where there is none, or it can't be removed, nothing happens."""
    try:
        os.unlink(path)
    except OSError:
        pass


def age(path: str) -> float:
    """When a file was changed, in seconds since 1970; 0 where there is none."""
    try:
        return os.lstat(path).st_mtime
    except OSError:
        return 0.0


def read(path: str, most: int, links: bool = False) -> bytes:
    """The first bytes of a file that anybody may have put there, at most this many; b"" for what isn't a regular file.

    Never waits for a pipe or raises. links: whether a link may lead to it.
    """
    try:
        handle = os.open(path, os.O_RDONLY | _FLAGS | (0 if links else _NOT_THROUGH))
    except (OSError, ValueError):
        return b""
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return b""
        with open(handle, "rb", closefd=False) as file:
            return file.read(most)
    except OSError:
        return b""
    finally:
        os.close(handle)
