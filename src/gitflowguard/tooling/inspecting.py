"""Contents are read in a child of ours, under limits of time and memory: a file that was built to choke a reader
costs its own verdict and nothing else."""

from __future__ import annotations

import marshal
import os
import sys

from gitflowguard.artefacts.inspect import Seen, inspect
from gitflowguard.artefacts.limits import Limits
from gitflowguard.model.blob import Import

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_KILL = 9
_ROOM = 256 << 20


def inspect_all(
    items: Sequence[tuple[str, bytes]], limits: Limits, seconds: float, megabytes: int
) -> list[Seen]:
    """What each (path, content) is. seconds, megabytes: for one content."""
    if not _can_fork():
        return [inspect(path, data, limits) for path, data in items]
    found: list[Seen] = []
    while len(found) < len(items):
        more, why = _child(items[len(found) :], limits, seconds, megabytes)
        found += more
        if len(found) < len(items):
            found.append(Seen(opaque=why))
    return found


def _can_fork() -> bool:
    """Whether a child may be made: not beside other threads, whose locks it would inherit."""
    threads = sys.modules.get("threading")
    return hasattr(os, "fork") and (threads is None or threads.active_count() == 1)


def _child(
    items: Sequence[tuple[str, bytes]], limits: Limits, seconds: float, megabytes: int
) -> tuple[list[Seen], str]:
    """(what was found until the child ended, why it ended early)."""
    ours, its = os.pipe()
    pid = os.fork()
    if not pid:
        code = 1
        try:
            os.close(ours)
            _limit(megabytes)
            for path, data in items:
                _write(its, marshal.dumps(_plain(inspect(path, data, limits))))
            code = 0
        finally:
            os._exit(code)
    os.close(its)
    try:
        return _hear(ours, len(items), seconds, megabytes)
    finally:
        os.close(ours)
        try:
            os.kill(pid, _KILL)
        except OSError:
            pass
        os.waitpid(pid, 0)


def _hear(fd: int, count: int, seconds: float, megabytes: int) -> tuple[list[Seen], str]:
    """Reads answers, each within its time."""
    import select

    found: list[Seen] = []
    data = b""
    while len(found) < count:
        if not select.select([fd], [], [], seconds)[0]:
            return found, f"reading it takes more than {seconds:g} s"
        part = os.read(fd, 1 << 16)
        if not part:
            return found, f"reading it takes more than {megabytes} MB of memory"
        data += part
        while len(data) >= 4 and len(data) >= 4 + (size := int.from_bytes(data[:4], "big")):
            found.append(_seen(marshal.loads(data[4 : 4 + size])))  # our own child's words  # nosec B302
            data = data[4 + size :]
    return found, ""


def _plain(seen: Seen) -> tuple[Any, ...]:
    values = seen._asdict()
    values["imports"] = tuple(tuple(one) for one in seen.imports)
    return tuple(values.values())


def _seen(values: tuple[object, ...]) -> Seen:
    seen = Seen(*values)  # type: ignore[arg-type]
    return seen._replace(imports=tuple(Import(*one) for one in seen.imports)) if seen.imports else seen


def _write(fd: int, data: bytes) -> None:
    view = memoryview(len(data).to_bytes(4, "big") + data)
    while view:
        view = view[os.write(fd, view) :]


def _limit(megabytes: int) -> None:
    """Limits of the system, where it has them."""
    try:
        import resource
    except ImportError:
        return
    mapped = 0
    try:
        with open("/proc/self/statm", "rb") as file:
            mapped = int(file.read().split()[0]) * resource.getpagesize()
    except (OSError, ValueError):
        pass
    for kind, most in (
        (resource.RLIMIT_AS, max(megabytes << 20, mapped + _ROOM)),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        try:
            hard = resource.getrlimit(kind)[1]
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(kind, (most, most))
        except (OSError, ValueError):
            pass
