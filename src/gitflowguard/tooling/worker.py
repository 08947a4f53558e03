"""The program between gitflowguard and the tools: it loads them once and runs each call in a child.

Started by tooling.run as ``<python> -I worker.py [module:function ...]`` with the
interpreter of the environment that holds the tools. It stands alone: any CPython
from 3.9 on, the standard library only, nothing of gitflowguard. ``-E`` keeps PYTHON*
variables out, and this file's own directory leaves ``sys.path`` first of all, so that a
tool sees what it sees under its console script (the user's site directory, too).

A frame is a length in ASCII, a line feed, and this many bytes. A call on stdin: NUL between
number, working directory, entry ("" is the program itself), seconds, megabytes, a file for its stdin ("" is an empty
one), argv.
An answer: number, wait status, note, length of the output, NUL between; then both outputs.
The note is FALL_BACK, or why the call was ended or could not be started, or nothing; or BEGUN,
with the child's number for a status, before the answer itself: should this process be killed, the
runner knows whom to kill; and should both be, an alarm of the child's own ends it.
This process runs no tool. At the end of stdin (the one who asked is gone, even by
SIGKILL) or on SIGTERM it kills what it has started, and leaves.

With ``--stay=SECONDS:PATH`` as its first argument it leaves only after nobody has asked for so long: it listens on the
socket PATH and gives each caller a child that speaks as above, after a greeting of one byte. Such a child runs the
loaded tools alone, no program, and greets only a caller that may do what it may do itself (`rights`).
"""

from __future__ import annotations

import sys

if __name__ == "__main__" and not (sys.flags.isolated or getattr(sys.flags, "safe_path", False)):
    del sys.path[0]  # no module of a tool may be hidden by one that lies beside this file

import fcntl
import gc
import os
import resource
import select
import signal
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

FALL_BACK, BEGUN = "fall back", "has begun"
STAY, GREETING = "--stay=", b"+"
# proc_pid_status(5): whose a process is, and what it may do. namespaces(7): what it sees.
_RIGHTS = (b"Uid", b"Gid", b"Groups", b"CapEff", b"CapBnd", b"NoNewPrivs", b"Seccomp", b"Seccomp_filters")
_SPACES = ("mnt", "net", "pid", "user")
# How often a worker that stays looks whether its socket is still there, and for children that have ended.
_ROUND = 15.0
# An import that takes longer hangs; the default action of SIGALRM ends us (signal(7)), and the command line is used.
_IMPORT_SECONDS = 60
# Later than its limit: it is for when nobody is left to keep the limit.
_ALARM = 5
# Who starts us has few files open; to close what isn't open costs a tenth of a microsecond each.
_DESCRIPTORS = 1024
# More output than this isn't an answer; it is held in memory until it has been handed over.
_OUTPUT_BYTES = 256 << 20
# A limit on memory below what is mapped already would stop our own code rather than the tool's.
_ROOM = 64 << 20
# What Python ignores and a program started by it must not (docs.python.org, "subprocess", restore_signals).
_IGNORED = (signal.SIGPIPE, signal.SIGXFSZ)
# Modules that a tool loads only when it is called; loaded here, no lane has to do it again.
_ALSO = {
    "flake8": ("flake8.checker", "flake8.plugins.pycodestyle", "flake8.plugins.pyflakes"),
    "bandit": ("bandit.formatters.json",),
}


class WorkerChild:
    """A child that runs one call. fds: its output, its errors, its note."""

    def __init__(self, number: str, pid: int, fds: tuple[int, int, int], seconds: float) -> None:
        self.number, self.pid, self.fds = number, pid, fds
        self.end = time.monotonic() + seconds
        self.why = ""
        self.late = f"took more than {seconds:g} s"


class WorkerLoop:
    """The loop: calls come in, lanes are forked, watched and cleared away, answers go out.

    programs: whether it runs programs, too, and not the loaded tools alone. asked: whether a call has come.
    """

    def __init__(self, ask: int, answer: int, entries: dict[str, Any], programs: bool = True) -> None:
        self.ask, self.answer, self.entries = ask, answer, entries
        self.programs, self.asked = programs, False
        self.lanes: dict[int, WorkerChild] = {}
        self.buffer = b""
        self.wake, self.bell = os.pipe()
        for end in (self.wake, self.bell):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self.bell, warn_on_full_buffer=False)
        for number in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(number, lambda *_: None)

    def serve(self) -> bool:
        """Until stdin ends or SIGTERM comes; whether it was stdin."""
        more = True
        ended = False
        while more:
            left = min((lane.end for lane in self.lanes.values()), default=time.monotonic() + 3600)
            ready = select.select([self.ask, self.wake], [], [], max(0.0, left - time.monotonic()))[0]
            woken = os.read(self.wake, 4096) if self.wake in ready else b""
            more = signal.SIGTERM not in woken and (self.ask not in ready or self.read())
            ended = not more and signal.SIGTERM not in woken
            self.expire()
            self.reap()
        return ended

    def read(self) -> bool:
        """Takes what has come on stdin; False at its end."""
        data = os.read(self.ask, 1 << 20)
        self.buffer += data
        while data and b"\n" in self.buffer:
            length, _, rest = self.buffer.partition(b"\n")
            if len(rest) < int(length):
                break
            self.buffer = rest[int(length) :]
            self.launch(os.fsdecode(rest[: int(length)]).split("\0"))
        return bool(data)

    def launch(self, call: list[str]) -> None:
        """Starts a lane for a call. It waits until its number is known: a worker that is killed before that would leave
        a tool behind of which nobody knows.
        """
        number, _, entry, seconds = call[:4]
        self.asked = True
        if entry not in self.entries if entry else not self.programs:
            return self.send(number, 0, FALL_BACK, b"", b"")
        fds = (_scratch(), _scratch(), _scratch())
        gate: tuple[int, ...] = ()
        try:
            gate = os.pipe()
            pid = os.fork()
        except OSError as problem:
            for fd in (*fds, *gate):
                os.close(fd)
            return self.send(number, 0, f"could not be started: {problem}", b"", b"")
        wait, go = gate
        if not pid:
            os.close(go)
            if not os.read(wait, 1):
                os._exit(1)  # nobody is left to report to
            os.close(wait)
            self.lane(call, fds)
        os.close(wait)
        self.lanes[pid] = WorkerChild(number, pid, fds, float(seconds))
        self.send(number, pid, BEGUN, b"", b"")
        _open(go)

    def lane(self, call: list[str], fds: tuple[int, int, int]) -> NoReturn:
        """The child: nothing of the parent's is left open but the note. Never returns."""
        code = 1
        try:
            _, where, entry, seconds, megabytes, feed, *argv = call
            os.setsid()
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGALRM, *(() if entry else _IGNORED)):
                signal.signal(number, signal.SIG_DFL)
            os.dup2(fds[0], 1)
            os.dup2(fds[1], 2)
            others = [fd for lane in self.lanes.values() for fd in lane.fds]
            for fd in (self.ask, self.answer, self.wake, self.bell, fds[0], fds[1], *others):
                os.close(fd)
            os.chdir(where)
            if feed:
                os.dup2(os.open(feed, os.O_RDONLY), 0)
            _limit(float(seconds), int(megabytes))
            if not entry:
                os.execve(argv[0], argv, os.environ)  # an argv list, no shell  # nosec B606
            code = _console(self.entries[entry], argv, fds[2])
        except BaseException as problem:  # not the tool: its own troubles end in _console
            _note(fds[2], f"could not be started: {problem}")
        finally:
            os._exit(code)

    def expire(self) -> None:
        """Kills the lanes whose time is over."""
        now = time.monotonic()
        for lane in self.lanes.values():
            if now >= lane.end and not lane.why:
                lane.why = lane.late
                _kill(lane.pid)

    def reap(self) -> None:
        """Answers for each lane that has ended, after killing what it left behind in its session."""
        for pid, lane in list(self.lanes.items()):
            if hasattr(
                os, "waitid"
            ):  # as long as it is not waited for, its number belongs to no other process
                if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
                    continue
                _kill(pid)
            ended, status = os.waitpid(pid, os.WNOHANG)
            if not ended:
                continue
            if not hasattr(os, "waitid"):
                _kill(pid, os.killpg)
            del self.lanes[pid]
            out, err, note = (_content(fd) for fd in lane.fds)
            self.send(lane.number, status, lane.why or note.decode("utf-8", "replace"), out, err)

    def send(self, number: str, status: int, note: str, out: bytes, err: bytes) -> None:
        """Writes one answer."""
        head = "\0".join((number, str(status), note.replace("\0", " "), str(len(out)))) + "\0"
        body = head.encode("utf-8", "replace") + out + err
        data = memoryview(b"%d\n" % len(body) + body)
        while data:
            data = data[os.write(self.answer, data) :]

    def close(self) -> None:
        """Kills every lane and waits for it, and gives back what it has open."""
        for pid in self.lanes:
            _kill(pid)
        for pid in self.lanes:
            os.waitpid(pid, 0)
        signal.set_wakeup_fd(-1)
        open_ = [fd for lane in self.lanes.values() for fd in lane.fds]
        for fd in (self.wake, self.bell, self.ask, self.answer, *open_):
            os.close(fd)
        self.lanes.clear()


class Keeper:
    """A worker that stays: each caller gets a child, which has the tools loaded.

    It has a session of its own, so that neither Ctrl-C nor the end of a terminal reaches it. Whoever may connect is
    the user: the socket lies in a directory that is the user's alone. A tool writes files, and may run code that its
    arguments name; so a process of the user's that is confined must not have them done out here.
    """

    def __init__(self, path: str, seconds: float, entries: dict[str, Any]) -> None:
        import _socket

        self.path, self.seconds, self.entries = path, seconds, entries
        self.door = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
        self.door.bind(path)  # fails where another worker was faster: then that one stays
        self.mark = _mark(path)
        self.door.listen(8)
        self.children: set[int] = set()
        self.end = 0.0

    def serve(self) -> None:
        """Until nobody has asked for so long, or somebody has removed the socket."""
        self.end = time.monotonic() + self.seconds
        while (self.children or time.monotonic() < self.end) and self.is_there():
            pause = 0.05 if self.children else min(_ROUND, max(0.0, self.end - time.monotonic()))
            if select.select([self.door], [], [], pause)[0]:
                self.open()
            self.reap()
        if self.is_there():
            os.unlink(self.path)

    def is_there(self) -> bool:
        """Whether the socket is still ours."""
        return _mark(self.path) == self.mark != ()

    def open(self) -> None:
        """Lets one caller in."""
        talk, _ = self.door._accept()  # type: ignore[attr-defined]
        pid = os.fork()
        if pid:
            os.close(talk)
            self.children.add(pid)
            return
        code = 1
        try:
            self.door.close()
            if rights(_caller(talk)) == rights("self"):
                os.write(talk, GREETING)
                worker = WorkerLoop(talk, os.dup(talk), self.entries, programs=False)
                _attend(worker)
                code = int(not worker.asked)
        except BaseException:  # the caller sees the end of the connection, and does without
            pass
        finally:
            os._exit(code)

    def reap(self) -> None:
        """Waits for the children that have ended. Who only looked whether we are here doesn't make us stay longer."""
        for pid in list(self.children):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                self.children.discard(pid)
                self.end = self.end if status else time.monotonic() + self.seconds


def rights(who: str) -> tuple[object, ...]:
    """Whose a process is, what it may do and what it sees; () where the system doesn't show it.

    who: its number, or "self". A process that confines itself sets NoNewPrivs (seccomp(2), landlock(7)), and one that
    is put into a container has other namespaces; AppArmor and SELinux have a label each.
    """
    place = f"/proc/{who}"
    try:
        with open(f"{place}/status", "rb") as file:
            rows = tuple(row for row in file if row.partition(b":")[0] in _RIGHTS)
        root = os.stat(f"{place}/root/")
        spaces = tuple(os.readlink(f"{place}/ns/{name}") for name in _SPACES)
    except OSError:
        return ()
    try:
        with open(f"{place}/attr/current", "rb") as file:
            label = file.read()
    except OSError:  # there is no such module
        label = b""
    return rows, (root.st_dev, root.st_ino), spaces, label


def _caller(talk: int) -> str:
    """The number of the process at the other end (unix(7), SO_PEERCRED); ours where the system doesn't say."""
    import _socket

    if not hasattr(_socket, "SO_PEERCRED"):
        return "self"
    end = _socket.socket(fileno=talk)
    said = end.getsockopt(_socket.SOL_SOCKET, _socket.SO_PEERCRED, 12)
    end.detach()
    return str(int.from_bytes(said[:4], sys.byteorder))


def _mark(path: str) -> tuple[int, ...]:
    """What tells a socket from another one of its name, () for none. The number of a file comes round again."""
    try:
        info = os.lstat(path)
    except OSError:
        return ()
    return info.st_dev, info.st_ino, info.st_mtime_ns


def _open(gate: int) -> None:
    """Lets a lane go; one that has been killed meanwhile needs it no more."""
    try:
        os.write(gate, b"x")
    except BrokenPipeError:
        pass
    os.close(gate)


def _scratch() -> int:
    """A descriptor of a nameless file: nothing that could be left behind. Appended to, as a pipe is."""
    if hasattr(os, "memfd_create"):
        fd = os.memfd_create("output", os.MFD_CLOEXEC)
    else:
        import tempfile

        with tempfile.TemporaryFile() as file:
            fd = os.dup(file.fileno())
    fcntl.fcntl(fd, fcntl.F_SETFL, os.O_APPEND)
    return fd


def _content(fd: int) -> bytes:
    parts, at = [], 0
    while part := os.pread(fd, 1 << 24, at):
        parts.append(part)
        at += len(part)
    os.close(fd)
    return b"".join(parts)


def _kill(pid: int, *ways: Any) -> None:
    """A lane with its session; by its own number too, should it not have come to have a session yet."""
    for kill in ways or (os.killpg, os.kill):
        try:
            kill(pid, signal.SIGKILL)
        except OSError:  # it is gone
            pass


def _note(fd: int, text: str) -> None:
    os.write(fd, text.encode("utf-8", "replace"))


def _limit(seconds: float, megabytes: int) -> None:
    """Time, memory, output; where the system has no such limit, the wall limit has to do."""
    signal.alarm(int(seconds) + _ALARM)
    limits = (
        (resource.RLIMIT_CPU, int(seconds) + 1),
        (resource.RLIMIT_AS, max(megabytes << 20, _mapped() + _ROOM)),
        (resource.RLIMIT_FSIZE, _OUTPUT_BYTES),
        (resource.RLIMIT_CORE, 0),
    )
    for kind, most in limits:
        try:
            hard = resource.getrlimit(kind)[1]
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(kind, (most, most))
        except (OSError, ValueError):
            pass


def _mapped() -> int:
    """Bytes that this process has mapped; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def _console(function: Any, argv: list[str], note: int) -> int:
    """Calls the function as its console script does, and ends as an interpreter ends; the exit code."""
    sys.argv = argv
    gc.set_threshold(10000, 20, 50)  # 3 % less time; the cells of a syntax tree are seldom garbage
    # The script would stand higher on the stack; a file nested so deep that it matters is judged alike.
    sys.setrecursionlimit(sys.getrecursionlimit() + _depth() - 1)
    if function.__module__.partition(".")[0] == "black":
        _one_after_another(note)
    if "multiprocessing" in sys.modules:  # lanes share the processors already
        sys.modules["multiprocessing"].cpu_count = lambda: 1  # type: ignore[attr-defined]
    try:
        code = _code(function())
    except SystemExit as leaving:
        code = _code(leaving.code)
    except BaseException as problem:
        code = 1
        trace = problem.__traceback__
        sys.excepthook(type(problem), problem, trace.tb_next if trace else None)
    return _finish(code)


def _depth() -> int:
    frame, depth = sys._getframe(1), 0
    while frame is not None:
        frame, depth = frame.f_back, depth + 1  # type: ignore[assignment]
    return depth


def _code(value: object) -> int:
    """What sys.exit makes of a value."""
    if value is None:
        return 0
    if isinstance(value, int):
        return value & 0xFF
    print(value, file=sys.stderr)
    return 1


def _finish(code: int) -> int:
    """Threads, exit functions and streams, in the interpreter's own order; 120 is its code for a lost output."""
    try:
        if "threading" in sys.modules:
            sys.modules["threading"]._shutdown()
        if "atexit" in sys.modules:
            sys.modules["atexit"]._run_exitfuncs()
    except BaseException as problem:
        sys.excepthook(type(problem), problem, problem.__traceback__)
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None and not stream.closed:
                stream.flush()
        except BaseException:
            code = 120
    return code


def _one_after_another(note: int) -> None:
    """black would start a pool of processes for several files; a lane is one of several as it is."""
    import types

    black: Any = sys.modules["black"]
    module: Any = types.ModuleType("black.concurrency")

    def reformat_many(sources: Any, workers: object = None, **rest: object) -> None:
        try:
            for source in sorted(sources):
                black.reformat_one(src=source, **rest)
        except Exception:  # another black than we know: it has to do this its own way
            _note(note, FALL_BACK)
            os._exit(0)

    module.reformat_many = reformat_many
    sys.modules["black.concurrency"] = module


def load(names: list[str]) -> dict[str, Any]:
    """The functions behind entry points ``module:function``; one that cannot be loaded is left out."""
    found: dict[str, Any] = {}
    for name in names:
        module, _, path = name.partition(":")
        try:
            thing: Any = __import__(module, fromlist=["_"])
            for part in path.split("."):
                thing = getattr(thing, part)
            found[name] = thing
        except BaseException:  # SystemExit, too: what a module does at import is its own business
            continue
        for also in _ALSO.get(module.partition(".")[0], ()):
            try:
                __import__(also)
            except Exception:  # the tool will load it, or say so  # nosec B110
                pass
    return found


def _attend(worker: WorkerLoop) -> bool:
    """Serves one caller; whether it was the caller who ended it."""
    try:
        return worker.serve()
    except OSError:
        return True  # nobody listens any more
    finally:
        worker.close()


def _detach() -> None:
    """Goes on in a child with a session of its own."""
    if os.fork():
        os._exit(0)
    os.setsid()
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


def _seal() -> None:
    """Closes what the one who has started us had open: a pipe that we hold would keep its reader waiting."""
    os.closerange(3, _DESCRIPTORS)


def main() -> None:
    """Loads the tools, then serves."""
    stay, names = ("", sys.argv[1:])
    if names and names[0].startswith(STAY):
        stay = names.pop(0)[len(STAY) :]
        _seal()
    ask, answer = os.dup(0), os.dup(1)
    empty = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):  # what a module prints at import is nobody's answer
        os.dup2(empty, standard)
    os.chdir("/")
    signal.alarm(_IMPORT_SECONDS)
    gc.disable()  # a module's objects stay: there is nothing to find among them
    entries = load(names)
    gc.enable()
    signal.alarm(0)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    gc.freeze()
    try:
        if _attend(WorkerLoop(ask, answer, entries)) and stay and len(entries) == len(names):
            seconds, _, path = stay.partition(":")
            _detach()
            Keeper(path, float(seconds), entries).serve()
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
