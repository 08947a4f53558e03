"""A private directory in which files are laid out for the tools, and which goes with us.

Only `os`: `tempfile` and `shutil` cost a hook several milliseconds.
"""

from __future__ import annotations

import errno
import os
import stat

from gitflowguard.model.treepath import is_sound
from gitflowguard.process import undisturbed
from gitflowguard.tooling.removal import remove

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

NAME = "gitflowguard"
# A left-over younger than this may belong to a process of another container whose number means nothing here.
OLD = 3600.0
_SYSTEM = ("/tmp", "/var/tmp")  # nosec B108
# shm_overview(7): a file system in memory on every Linux; 64 MB in a container, which is too little.
_MEMORY = "/dev/shm"  # a directory of ours is made in it, with a name that nobody can guess  # nosec B108
_ROOM = 1 << 30
_FLAGS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
# Faults of a path, not of the machine.
_IMPOSSIBLE = (errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.EILSEQ, errno.ELOOP)


class Tree:
    """A directory of ours, 0700, in the temporary directory; removed at the end of the context.

    root: its path. An empty ``.git`` in it stops the search that tools make upwards
    for a project's root and configuration. Raises OSError where none can be made.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.root = ""
        self._parent = temporary(environ)
        self._made: set[str] = set()

    def __enter__(self) -> Tree:
        try:
            while not self.root:
                name = f"{NAME}-{_user()}-{os.getpid()}-{os.urandom(6).hex()}"
                # Before it is made: a signal may come between the two, and then somebody has to remove it.
                self.root = os.path.join(self._parent, name)
                try:
                    os.mkdir(self.root, 0o700)
                except FileExistsError:
                    self.root = ""
            os.mkdir(os.path.join(self.root, ".git"), 0o700)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.root:
            with undisturbed():
                remove(self.root)

    def write(self, path: str, data: bytes, executable: bool = False) -> None:
        """Writes a file under a repository's path, 0600, or 0700 where some rule looks at that.

        Raises ValueError for a path that would leave the directory, that touches its
        ``.git`` or that this system cannot have: too long, below a file, in place of a directory.
        """
        full = self._full(path)
        try:
            self._make(os.path.dirname(full))
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _FLAGS
            handle = os.open(full, flags, 0o700 if executable else 0o600)
        except OSError as problem:
            if problem.errno in _IMPOSSIBLE:
                raise ValueError(f"{path!r} cannot be laid out: {problem.strerror}") from None
            raise
        with open(handle, "wb") as file:
            file.write(data)

    def read(self, path: str) -> bytes:
        """What a tool has made of a file; raises OSError where it isn't a regular file any more."""
        handle = os.open(self._full(path), os.O_RDONLY | _FLAGS)
        with open(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise OSError(f"{path!r} isn't a file any more")
            return file.read()

    def _full(self, path: str) -> str:
        if not is_sound(path):
            raise ValueError(f"{path!r} isn't a path of a repository")
        return os.path.join(self.root, *path.split("/"))

    def _make(self, folder: str) -> None:
        """The directories down to this one; a loop, since a path may have two thousand of them."""
        missing: list[str] = []
        while folder != self.root and folder not in self._made:
            missing.append(folder)
            folder = os.path.dirname(folder)
        for folder in reversed(missing):
            try:
                os.mkdir(folder, 0o700)
            except FileExistsError:
                if not stat.S_ISDIR(os.lstat(folder).st_mode):
                    raise NotADirectoryError(errno.ENOTDIR, "its directory is a file") from None
            self._made.add(folder)


def temporary(environ: Mapping[str, str]) -> str:
    """The directory for temporary things: TMPDIR where it can be used, else the system's.

    Only absolute ones: another would lie in the work tree. Raises OSError where there is none.
    """
    for path in (environ.get("TMPDIR", ""), environ.get("TEMP", ""), *_SYSTEM):
        if os.path.isabs(path) and os.path.isdir(path) and os.access(path, os.W_OK | os.X_OK):
            return path
    raise OSError("there is no directory for temporary files: set TMPDIR")


def in_memory(environ: Mapping[str, str]) -> Mapping[str, str]:
    """The environment with the directory for temporary things in memory, where the system has room there and nobody
    has named another one: thousands of small files cost three times as much on a disk.
    """
    if environ.get("TMPDIR"):
        return environ
    try:
        info = os.statvfs(_MEMORY)
    except (OSError, AttributeError):
        return environ
    roomy = info.f_bavail * info.f_frsize >= _ROOM and os.access(_MEMORY, os.W_OK | os.X_OK)
    return {**environ, "TMPDIR": _MEMORY} if roomy else environ


def sweep(environ: Mapping[str, str]) -> None:
    """Removes what processes of ours that were killed have left, an hour after; never raises."""
    import time

    prefix = f"{NAME}-{_user()}-"
    try:
        parent = temporary(environ)
        names = [name for name in os.listdir(parent) if name.startswith(prefix)]
    except OSError:
        return
    for name in names:
        path = os.path.join(parent, name)
        pid = name.removeprefix(prefix).partition("-")[0]
        try:
            info = os.lstat(path)
        except OSError:
            continue
        mine = stat.S_ISDIR(info.st_mode) and info.st_uid == _user()
        if mine and time.time() - info.st_mtime > OLD and not _alive(pid):
            remove(path)


def _user() -> int:
    return os.getuid() if hasattr(os, "getuid") else 0


def _alive(pid: str) -> bool:
    """Whether a process of this number may be there; what isn't a number is not known to be dead."""
    if not (pid.isascii() and pid.isdigit() and len(pid) < 10) or os.name == "nt":
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
