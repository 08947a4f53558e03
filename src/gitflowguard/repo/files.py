"""Files put in place whole or not at all: a temporary file beside them, fsync, rename (rename(2))."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator

from gitflowguard.model.record import Record

# A fixed name, so that a run after a kill finds and replaces what the kill left.
TEMPORARY = ".gitflowguard-new"
# How often, and how many seconds each time, a file that another process is writing is waited for.
_WAITS = 500
_WAIT = 0.01


class SetupError(Exception):
    """Something of the user's stands in the way. One line with what to do; nothing was written."""


class FileState(Record):
    """What lies at a path: its bytes (None if there is nothing) and its permission bits."""

    data: bytes | None
    mode: int = 0

    @property
    def digest(self) -> str:
        """SHA-256 in hex, "" for nothing."""
        return "" if self.data is None else hashlib.sha256(self.data).hexdigest()


def read(path: str) -> FileState:
    """What lies there now; raises SetupError for a link or anything else that isn't a regular file."""
    try:
        found = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return FileState(None)
    if not stat.S_ISREG(found.st_mode):
        what = "a symbolic link" if stat.S_ISLNK(found.st_mode) else "not a regular file"
        raise SetupError(f"{path} is {what}; put a plain file there, then run this again")
    with open(path, "rb") as file:
        return FileState(file.read(), stat.S_IMODE(found.st_mode))


def put(path: str, data: bytes, mode: int | None = None) -> None:
    """Replaces the file at once. mode None: what the umask leaves of 0666.

    Two processes that write the same file wait for each other, and the last one wins.
    """
    temporary = path + TEMPORARY
    handle = _claim(temporary)
    try:
        if mode is not None:
            os.fchmod(handle, mode)
        with os.fdopen(handle, "wb", closefd=False) as file:
            file.write(data)
        os.fsync(handle)
        # Before the lock goes with the handle: what lies there until then is ours.
        os.replace(temporary, path)
    except BaseException:  # Ctrl-C and SIGTERM, too: nothing of ours stays in a work tree
        drop(temporary)
        raise
    finally:
        os.close(handle)
    _sync(os.path.dirname(path))


def _claim(temporary: str) -> int:
    """A new file of that name under a lock of ours, open for writing.

    What a killed run left has no lock and is replaced; another run's file is waited for.
    Raises OSError after some seconds.
    """
    for _ in range(_WAITS):
        try:
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        except FileExistsError:
            _clear(temporary)
            continue
        if _locked(handle) and _is_at(handle, temporary):
            return handle
        os.close(handle)
    raise OSError(errno.EBUSY, "another process is writing it", temporary)


def _clear(temporary: str) -> None:
    """Takes away what a killed run left; waits a moment where a run still writes."""
    try:
        handle = os.open(temporary, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return
    except OSError as problem:
        if problem.errno != errno.ELOOP:
            raise
        drop(temporary)  # a link: never followed
        return
    try:
        if _locked(handle):
            if _is_at(handle, temporary):
                drop(temporary)
        else:
            import time

            time.sleep(_WAIT)
    finally:
        os.close(handle)


def sweep(folder: str) -> None:
    """Takes away what killed runs have left in a folder, of whatever file; what another run writes now stays."""
    try:
        names = os.listdir(folder)
    except OSError:
        return
    for name in names:
        if name.endswith(TEMPORARY):
            try:
                _clear(os.path.join(folder, name))
            except OSError:
                pass  # not ours to take away


def _locked(handle: int) -> bool:
    """Takes the lock of an open file; False where another process has it."""
    try:
        import fcntl
    except ImportError:  # Windows
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # a file system without locks
    return True


def _is_at(handle: int, path: str) -> bool:
    """Whether the open file is still the one at the path."""
    try:
        return os.path.samestat(os.fstat(handle), os.lstat(path))
    except FileNotFoundError:
        return False


def drop(path: str) -> None:
    """Takes a file away; no error if it is not there."""
    try:
        os.unlink(path)
    except (FileNotFoundError, NotADirectoryError):
        pass


def folders_to(path: str) -> Iterator[str]:
    """The directories above the path that do not exist yet, outermost first."""
    missing: list[str] = []
    folder = os.path.dirname(path)
    while folder and not os.path.isdir(folder):
        missing.append(folder)
        folder = os.path.dirname(folder)
    return reversed(missing)


def _sync(folder: str) -> None:
    """Makes the rename last through a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
