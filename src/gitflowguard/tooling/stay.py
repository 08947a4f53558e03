"""Workers that stay after a commit, with the tools loaded, so that the next one finds them.

To load black, flake8 and bandit takes two thirds of the CPU time of a commit of one file that no store knows.
A worker that stays listens on a socket in a directory of the user's own. The socket's name holds what decides a
tool's answer beside its input: the interpreter, the environment, our own program, each tool's mark (tooling.find), and
what a process inherits, such as its limits. After an upgrade it is another name, so nobody asks the old worker any
more, and it leaves.

Nothing depends on a worker of before: whatever is odd about one (another owner, no greeting within a second), a new
one is started. One that doesn't greet loses its socket, so that the next commit doesn't wait for it again.
"""

from __future__ import annotations

import os
import stat
import sys
from _blake2 import blake2b

from gitflowguard.model.event import BACKGROUND
from gitflowguard.model.record import Record
from gitflowguard.tooling.tree import NAME, temporary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _socket import socket
    from collections.abc import Iterable, Mapping

# Seconds without a question after which a worker leaves.
SECONDS = 600
# Workers of one user at a time: each has its tools in memory, about 40 MB.
MOST = 4
GREETING = b"+"
_PATIENCE = 1.0
# What a shell changes from command to command, and no tool reads.
_PASSING = ("PWD", "OLDPWD", "SHLVL", "_")
# proc_pid_status(5): what a worker has from whom started it, and hands on to the tools.
_INHERITED = (
    *(b"Umask", b"Uid", b"Gid", b"Groups", b"CapEff", b"CapBnd"),
    *(b"NoNewPrivs", b"Seccomp", b"Seccomp_filters", b"Cpus_allowed"),
)
_WORKER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "worker.py")


class Stay(Record):
    """Where workers stay.

    folder: of their sockets, whose names are short: a socket's path has 103 bytes at most (unix(4) of macOS).
    environ: a digest of the tools' environment and of our own program.
    marks: by (interpreter, entry point), what distinguishes the versions of the tool.
    """

    folder: str
    environ: bytes
    marks: Mapping[tuple[str, str], str]

    def base(self, python: str) -> str:
        """The first part of the names of sockets behind which this interpreter runs."""
        return _digest(self.environ, python.encode("utf-8", "surrogateescape"), size=6)

    def entry(self, python: str, entry: str) -> str:
        """The part of a name that stands for a tool; "" for one whose versions can't be distinguished."""
        mark = self.marks.get((python, entry), "")
        return _digest(entry.encode(), mark.encode("utf-8", "surrogateescape"), size=3) if mark else ""

    def name(self, python: str, entries: Iterable[str]) -> str:
        """The path of a socket; "" where a worker with these tools may not stay."""
        parts = [self.entry(python, entry) for entry in entries]
        return os.path.join(self.folder, ".".join((self.base(python), *parts))) if all(parts) else ""


def stay(environ: Mapping[str, str], marks: Mapping[tuple[str, str], str]) -> Stay | None:
    """Where workers for tools in this environment stay.

    None where nothing may outlive a hook (somebody has turned that off, or it is a CI job), and where this system or
    its directory for temporary things isn't fit for it.
    environ: the tools' whole environment, which a worker keeps.
    """
    if environ.get(BACKGROUND) == "off" or environ.get("CI"):
        return None
    if not hasattr(os, "fork") or not hasattr(os, "getuid"):
        return None
    try:
        folder = os.path.join(temporary(environ), f"{NAME}-{os.getuid()}-stay")
        _own(folder)
        info = os.stat(_WORKER)
        inherited = _inherited()
    except OSError:
        return None
    words = [f"{_WORKER} {info.st_size} {info.st_mtime_ns}"]
    words += [f"{name}={environ[name]}" for name in sorted(environ) if name not in _PASSING]
    data = "\0".join(words).encode("utf-8", "surrogateescape") + b"\0" + inherited
    return Stay(folder, blake2b(data, digest_size=16).digest(), marks)


def find(place: Stay, python: str, entries: Iterable[str]) -> list[tuple[int, tuple[str, ...]]]:
    """(a socket's descriptor, those of the entry points that its worker has loaded) of workers that greet us.

    Each entry point is in one of them at most. A socket behind which nobody is any more is removed.
    """
    left = {part: entry for entry in entries if (part := place.entry(python, entry))}
    found: list[tuple[int, tuple[str, ...]]] = []
    for name in listed(place) if left else ():
        base, *parts = name.split(".")
        mine = [left[part] for part in parts if part in left]
        if base != place.base(python) or not mine:
            continue
        fd = _greeted(os.path.join(place.folder, name))
        if fd >= 0:
            found.append((fd, tuple(mine)))
            left = {part: entry for part, entry in left.items() if entry not in mine}
    return found


def listed(place: Stay) -> list[str]:
    """The names of all sockets there, those with the most tools first."""
    try:
        return sorted(os.listdir(place.folder), key=lambda name: (-name.count("."), name))
    except OSError:
        return []


def has_room(place: Stay) -> bool:
    """Whether one more may stay; first removes the sockets behind which nobody is."""
    names = listed(place)
    if len(names) >= MOST:
        for name in names:
            fd = _greeted(os.path.join(place.folder, name))
            if fd >= 0:
                os.close(fd)
    return len(listed(place)) < MOST


def _inherited() -> bytes:
    """What a process has from its parent and hands on to its children: limits, rights, priority, what it sees.

    A tool that is stopped by the limit of a shell that is long closed would be a wrong answer. Raises OSError.
    """
    own = f"{os.getpriority(os.PRIO_PROCESS, 0)}".encode()
    if not os.path.exists("/proc/self/limits"):
        return own
    with open("/proc/self/limits", "rb") as file:
        own += file.read()
    with open("/proc/self/status", "rb") as file:
        own += b"".join(row for row in file if row.partition(b":")[0] in _INHERITED)
    spaces = (os.readlink(f"/proc/self/ns/{name}") for name in ("mnt", "net", "pid", "user"))
    return own + "".join(spaces).encode()


def _own(folder: str) -> None:
    """Makes the directory; raises OSError where it is somebody else's or open to others."""
    try:
        os.mkdir(folder, 0o700)
    except FileExistsError:
        pass
    info = os.lstat(folder)
    if not stat.S_ISDIR(info.st_mode) or info.st_uid != os.getuid() or info.st_mode & 0o077:
        raise PermissionError(f"{folder} isn't ours alone")


def _greeted(path: str) -> int:
    """A connection to a worker that answers; -1 where there is none."""
    import _socket  # `socket` loads selectors and enum

    talk = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        info = os.lstat(path)
        if not stat.S_ISSOCK(info.st_mode) or info.st_uid != os.getuid():
            return -1
        talk.settimeout(_PATIENCE)
        talk.connect(path)
        if _owner(talk) == os.getuid() and talk.recv(1) == GREETING:
            talk.settimeout(None)
            return int(talk.detach())
    except (ConnectionRefusedError, TimeoutError):
        _remove(path)  # its worker leaves when it sees that
    except OSError:
        pass
    finally:
        talk.close()
    return -1


def _owner(talk: socket) -> int:
    """Whose process listens at the other end (unix(7), SO_PEERCRED); ours where the system doesn't say."""
    import _socket

    if not hasattr(_socket, "SO_PEERCRED"):
        return os.getuid()
    said = talk.getsockopt(_socket.SOL_SOCKET, _socket.SO_PEERCRED, 12)
    return int.from_bytes(said[4:8], sys.byteorder)


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        pass


def _digest(*parts: bytes, size: int) -> str:
    whole = blake2b(digest_size=size)
    for part in parts:
        whole.update(len(part).to_bytes(4, "big") + part)
    return whole.hexdigest()
