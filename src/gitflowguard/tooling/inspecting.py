"""Contents are read in a child of ours, under limits of time and memory: a file that was built to choke a reader
costs its own verdict and nothing else."""

from __future__ import annotations

import gc
import marshal
import os
import sys
import time

from gitflowguard.artefacts.inspect import Inspection, inspect
from gitflowguard.artefacts.limits import Limits
from gitflowguard.model.blob import PickleImport

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_KILL = 9
# Bytes and seconds after which the child's answers go out.
_GROUP, _PATIENCE = 32_000, 0.05
_ROOM = 256 << 20


def inspect_all(
    items: Sequence[tuple[str, bytes]], limits: Limits, seconds: float, megabytes: int
) -> list[Inspection]:
    """What each (path, content) is. seconds, megabytes: for one content."""
    if not _can_fork():
        return [inspect(path, data, limits) for path, data in items]
    # Answers come in groups; only after a child has ended early does it matter which content it had in hand.
    found, why = _child(items, limits, seconds, megabytes, _GROUP)
    while len(found) < len(items):
        more, why = _child(items[len(found) :], limits, seconds, megabytes, 0)
        found += more
        if len(found) < len(items):
            found.append(Inspection(opaque=why))
    return found


def _can_fork() -> bool:
    """Whether a child may be made: not beside other threads, whose locks it would inherit."""
    threads = sys.modules.get("threading")
    return hasattr(os, "fork") and (threads is None or threads.active_count() == 1)


def _child(
    items: Sequence[tuple[str, bytes]], limits: Limits, seconds: float, megabytes: int, group: int
) -> tuple[list[Inspection], str]:
    """(what was found until the child ended, why it ended early). group: bytes of answers that go out together."""
    ours, its = os.pipe()
    pid = os.fork()
    if not pid:
        code = 1
        try:
            os.close(ours)
            _limit(megabytes)
            _answer(its, items, limits, group)
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


def _answer(fd: int, items: Sequence[tuple[str, bytes]], limits: Limits, group: int) -> None:
    """The child: reads one after the other and says what each is."""
    gc.disable()  # what one content leaves behind is freed by its count
    waiting: list[bytes] = []
    size, since = 0, time.monotonic()
    for path, data in items:
        row = marshal.dumps(_plain(inspect(path, data, limits)))
        waiting += (len(row).to_bytes(4, "big"), row)
        size += len(row)
        if size > group or time.monotonic() - since > _PATIENCE:
            _write(fd, b"".join(waiting))
            waiting, size, since = [], 0, time.monotonic()
    _write(fd, b"".join(waiting))


def _hear(fd: int, count: int, seconds: float, megabytes: int) -> tuple[list[Inspection], str]:
    """Reads answers, each within its time."""
    import select

    found: list[Inspection] = []
    same: dict[bytes, Inspection] = {}  # most contents get the same few answers
    data = b""
    while len(found) < count:
        if not select.select([fd], [], [], seconds)[0]:
            return found, f"reading it takes more than {seconds:g} s"
        part = os.read(fd, 1 << 16)
        if not part:
            return found, f"reading it takes more than {megabytes} MB of memory"
        data += part
        at = 0
        while len(data) >= at + 4 and len(data) >= at + 4 + (
            size := int.from_bytes(data[at : at + 4], "big")
        ):
            row = data[at + 4 : at + 4 + size]
            if row not in same:
                same[row] = _seen(marshal.loads(row))  # our own child's words  # nosec B302
            found.append(same[row])
            at += 4 + size
        data = data[at:]
    return found, ""


def _plain(seen: Inspection) -> tuple[Any, ...]:
    if not seen.imports:
        return tuple(seen)
    bare: Any = tuple(tuple(one) for one in seen.imports)  # marshal knows plain tuples only
    return tuple(seen._replace(imports=bare))


def _seen(values: tuple[object, ...]) -> Inspection:
    seen = Inspection(*values)  # type: ignore[arg-type]
    return seen._replace(imports=tuple(PickleImport(*one) for one in seen.imports)) if seen.imports else seen


def _write(fd: int, data: bytes) -> None:
    view = memoryview(data)
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
