"""What has passed: one keyed digest for each (set-up, path, content), so that it need not be looked at again.

An entry can only be made by one who has the secret, which does not lie in the
store: a store that was poisoned on its way (a shared CI cache) simply holds no
entry that fits. A cut or garbled line fits nothing either; so nothing in here is
ever trusted, only compared. One file for each set-up, named by its keyed digest:

    gitflowguard-passed 1 <the file's own name>      a head that does not fit: the file is not read
    <digest>                                         passed, and no comment hides a finding
    <other digest> <number> <digest of both>         passed, with a number

The two digests of a content differ, so an entry whose number is cut off isn't an entry.
One append is one write, so processes cannot spoil each other's entries.
"""

from __future__ import annotations

import os
import stat
import time
from _blake2 import blake2b

from gitflowguard.atomic import put
from gitflowguard.cachefile import age, make_room, read
from gitflowguard.tooling.repeat import secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

MOST_FILES = 64
MOST_BYTES = 4 << 20
_HEAD = b"gitflowguard-passed 1 "
_DAY = 86400.0
# Up to here it is quicker to search for each digest than to read every line.
_FEW = 64
_FLAGS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


def secret_of(common: str, environ: Mapping[str, str]) -> bytes:
    """The 32 bytes that sign entries: from the environment (a secret of the CI), else from a file of this clone.

    Where that file can be neither read nor made: bytes that nobody will have again.
    """
    path = os.path.join(common, "gitflowguard", "passed.key")
    return secret(common, environ) or _made(path) or os.urandom(32)


def _kept(path: str) -> bytes:
    data = read(path, 64)
    return data if len(data) == 32 else b""


def _made(path: str) -> bytes:
    """A new secret; of two processes that make one at once, the first one's."""
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        # No reader may ever see a part of it, so it is whole before it has its name. Only what was read and
        # isn't a secret is replaced: one that another process made a moment ago is already in use there.
        if not put(path, os.urandom(32), mode=0o600, only_new=True) and not _kept(path):
            put(path, os.urandom(32), mode=0o600)
    except OSError:
        return b""
    return _kept(path)


class Store:
    """The passes of one clone, shared by its work trees. Never raises: what cannot be read has not passed.

    A set-up of b"" (quality.key.setup) never has passes and keeps none.
    """

    def __init__(self, folder: str, secret: bytes) -> None:
        self.folder = folder
        self._secret = secret
        self._read: dict[str, bytes] = {}

    def passed(self, setup: bytes, items: Sequence[tuple[str, str]]) -> list[int | None]:
        """For each (path, blob) the number that was kept with its pass, None where there is no pass."""
        if not setup or not items:
            return [None] * len(items)
        name, base = self._of(setup)
        data = self._read.get(name)
        if data is None:
            data = self._read[name] = self._load(name)
        if not data:
            return [None] * len(items)
        entry = _index(data) if len(items) > _FEW else _search(data)
        found: list[int | None] = []
        for path, oid in items:
            plain, numbered = _digests(base, path, oid)
            rest = entry(plain)
            if rest is not None:
                # Bare: a number behind this one is nobody's but a forger's.
                found.append(None if rest else 0)
            else:
                found.append(_number(base, numbered, entry(numbered) or b""))
        return found

    def keep(self, setup: bytes, items: Sequence[tuple[str, str, int]]) -> None:
        """Adds passes: (path, blob, number from 0). One write; a store that cannot be written does without."""
        if not setup or not items:
            return
        name, base = self._of(setup)
        rows = b"".join(_row(base, path, oid, number) for path, oid, number in items)
        self._read.pop(name, None)
        try:
            self._add(name, rows)
        except OSError:
            pass  # next time it is looked at again

    def _of(self, setup: bytes) -> tuple[str, blake2b]:
        base = blake2b(len(setup).to_bytes(8, "big"), key=self._secret, digest_size=32)
        base.update(setup)
        return base.hexdigest()[:32], base

    def _load(self, name: str) -> bytes:
        """The lines of a file with the right head, each with a line break before it; b"" for any other."""
        path = os.path.join(self.folder, name)
        data = read(path, MOST_BYTES)
        head = _HEAD + name.encode() + b"\n"
        if not data.startswith(head):
            return b""
        _used(path)
        return data[len(head) - 1 :]

    def _add(self, name: str, rows: bytes) -> None:
        """Appends rows to a file with the right head; makes, fixes or shortens the file where it has to."""
        path = os.path.join(self.folder, name)
        head = _HEAD + name.encode() + b"\n"
        os.makedirs(self.folder, exist_ok=True)
        if os.path.islink(self.folder):
            return  # whatever it leads to is not ours to write to
        rows = rows if len(head) + len(rows) < MOST_BYTES else _newest(rows, MOST_BYTES // 2)
        for _ in range(2):  # again where another process has made the file first
            try:
                info = os.lstat(path)
            except FileNotFoundError:
                make_room(self.folder, _ours, MOST_FILES)
                if put(path, head + rows, mode=0o600, only_new=True):
                    return
                continue
            if not stat.S_ISREG(info.st_mode) or read(path, len(head)) != head:
                put(path, head + rows, mode=0o600)
            elif info.st_size + len(rows) >= MOST_BYTES:
                old = read(path, info.st_size)[len(head) :]
                old = head + _newest(old, (MOST_BYTES - len(rows)) // 2) + b"\n"
                put(path, old + rows, mode=0o600)
            else:
                _append(path, rows)
            return


def _index(data: bytes) -> Callable[[bytes], bytes | None]:
    """From a digest to what stands behind it in its last line, None if it has none; made once for many questions."""
    if b" " not in data:
        return dict.fromkeys(data.split(b"\n"), b"").get
    return {line[:32]: line[33:] for line in data.split(b"\n")}.get


def _search(data: bytes) -> Callable[[bytes], bytes | None]:
    """The same for few questions, without a look at every line."""

    def entry(digest: bytes) -> bytes | None:
        at = data.rfind(b"\n" + digest)
        if at < 0:
            return None
        end = data.find(b"\n", at + 1)
        return data[at + 34 : end if end >= 0 else len(data)]

    return entry


def _digests(base: blake2b, path: str, oid: str) -> tuple[bytes, bytes]:
    """What stands for a content that passed: without a number, and with one."""
    one = base.copy()
    one.update(b"\0%s\0%s" % (oid.encode(), path.encode("utf-8", "surrogateescape")))
    both = one.hexdigest().encode()
    return both[:32], both[32:]


def _row(base: blake2b, path: str, oid: str, number: int) -> bytes:
    plain, numbered = _digests(base, path, oid)
    return plain + b"\n" if not number else b"%s %d %s\n" % (numbered, number, _check(base, numbered, number))


def _check(base: blake2b, digest: bytes, number: int) -> bytes:
    one = base.copy()
    one.update(b"\1%s %d" % (digest, number))
    return one.hexdigest()[:32].encode()


def _number(base: blake2b, digest: bytes, rest: bytes) -> int | None:
    """The number behind an entry, None if there is none or somebody else has written it."""
    digits, _, check = rest.partition(b" ")
    if not digits.isdigit() or len(digits) > 9:
        return None
    number = int(digits)
    return number if _check(base, digest, number) == check else None


def _ours(name: str) -> bool:
    """Whether a file is called as this module calls its own: 32 hexadecimal digits, and a temporary one's tail."""
    stem = name.partition(".")[0]
    return len(stem) == 32 and not stem.strip("0123456789abcdef")


def _newest(rows: bytes, most: int) -> bytes:
    """The last whole lines of at most this many bytes."""
    return rows if len(rows) <= most else rows[-most:].partition(b"\n")[2]


def _append(path: str, rows: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | _FLAGS)
    try:
        if stat.S_ISREG(os.fstat(handle).st_mode):
            # A line break first: should the last line be cut, it spoils nothing but itself.
            os.write(handle, b"\n" + rows)
    finally:
        os.close(handle)


def _used(path: str) -> None:
    """What is used stays: the time of a file says when it last was, to the day."""
    try:
        if time.time() - age(path) > _DAY:
            os.utime(path, follow_symlinks=False)
    except (OSError, NotImplementedError):
        pass
