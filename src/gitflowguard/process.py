"""The only place that starts another program.

An argv tuple, never a shell; bytes in, bytes out; a scrubbed environment; a time
limit. On POSIX it is ``posix_spawn`` and ``poll``, because importing
``subprocess`` costs more than the whole judgement of a commit (10 ms of CPU);
elsewhere it is ``subprocess``.
"""

from __future__ import annotations

import _signal as signal  # type: ignore[import-not-found]  # the C module; `signal` loads enum for 5 ms
import os

from gitflowguard.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from subprocess import Popen  # nosec B404
    from types import FrameType, TracebackType

TIMEOUT = 30.0
_CHUNK = 65536
_AHEAD = 4096  # every pipe takes so much without a reader (pipe(7), "Pipe capacity")
# The same on every machine (signal(7), "Signal numbering for standard signals"); `import signal` would load enum for
# 5 ms (docs/architecture.md, "Two front ends, one core").
_SIGPIPE = 13
_SIGINT = 2
_SIGKILL = 9
_SIGTERM = 15

# What a repository or a caller could use to change what git says or runs.
# GIT_DIR, GIT_INDEX_FILE and their kin stay: under `git commit -- path` git gives its hooks a temporary index
# (builtin/commit.c, prepare_index), and a tool that drops it checks the wrong one.
_DROPPED = (
    "PYTHON", "GIT_TRACE", "GIT_EXTERNAL_DIFF", "GIT_SSH", "GIT_ASKPASS", "GIT_PAGER", "LD_", "DYLD_", "GIT_ATTR_",
    "GIT_DIFF_OPTS", "GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS",
)  # fmt: skip
_FIXED = {
    "LC_ALL": "C",
    "LANGUAGE": "",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_PAGER": "cat",
}


class Completed(Record):
    """A program that has ended. code: its exit code, or minus the signal that killed it."""

    code: int
    out: bytes
    err: bytes


class Peer(Record):
    """A program that stays and is spoken with. ask: we write to it, without blocking; answer: we read."""

    pid: int
    ask: int
    answer: int


class ProcessError(Exception):
    """A program that could not be started or did not end in time; the text says which."""


def sound(path: str) -> str:
    """A PATH without the folders that hang on the current one: ``.``, an empty item, ``node_modules/.bin``.

    The current folder is the work tree, so a program there may be a stranger's (Go's os/exec refuses it, too).
    """
    return os.pathsep.join(folder for folder in path.split(os.pathsep) if os.path.isabs(folder))


def located(name: str) -> str:
    """The program of that name in the first absolute folder of PATH that has one (`sound`). Raises ProcessError."""
    if os.path.dirname(name):
        return name
    path = os.environ.get("PATH", os.defpath)
    for folder in sound(path).split(os.pathsep):
        program = os.path.join(folder, name)
        if folder and os.access(program, os.X_OK) and not os.path.isdir(program):
            return program
    where = "on PATH" if sound(path) == path else "in an absolute folder of PATH; others are not used"
    raise ProcessError(f"{name} is not {where}")


def scrubbed(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment for a git that only reads."""
    source = os.environ if environ is None else environ
    kept = {name: value for name, value in source.items() if not name.startswith(_DROPPED)}
    kept.update(_FIXED)
    if "PATH" in kept:
        kept["PATH"] = sound(kept["PATH"])
    return kept


def run(
    argv: tuple[str, ...],
    stdin: bytes = b"",
    environ: Mapping[str, str] | None = None,
    timeout: float = TIMEOUT,
) -> Completed:
    """Runs a program to its end and returns its code and output.

    environ: the whole environment; `scrubbed()` if None. timeout: seconds, after
    which the program is killed. Raises ProcessError if it is not on PATH, cannot
    be started, or was killed by the time limit.
    """
    env = scrubbed() if environ is None else dict(environ)
    if not hasattr(os, "posix_spawn"):
        return _run_elsewhere(argv, stdin, env, timeout)
    return _run_posix(argv, stdin, env, timeout)


def begin(
    argv: tuple[str, ...], stdin: bytes = b"", environ: Mapping[str, str] | None = None
) -> Begun | None:
    """Starts a program whose answer `finish` collects later, so that it works beside us; each one needs a
    `finish` or a `drop`. None where that cannot be done here, or with so much input. Raises ProcessError.
    """
    if len(stdin) > _AHEAD or not hasattr(os, "posix_spawn"):
        return None
    begun = Begun(argv, stdin, scrubbed() if environ is None else environ)
    if stdin:
        begun.step(begun.feed)  # a pipe takes so little at one go
    return begun


def finish(begun: Begun, timeout: float = TIMEOUT) -> Completed:
    """What `run` would have returned, or raised."""
    try:
        if not _exchange([begun], timeout):
            name = f"{begun.argv[0]} {begun.argv[1]}" if begun.argv[1:] else begun.argv[0]
            raise ProcessError(f"{name} did not end within {timeout:g} s")
    except BaseException:
        drop(begun)
        raise
    return begun.done()


def drop(begun: Begun) -> None:
    """Ends a program whose answer nobody wants."""
    begun.close()
    _kill(begun.pid)


def run_together(
    jobs: Sequence[tuple[tuple[str, ...], bytes]], environ: Mapping[str, str], timeout: float = TIMEOUT
) -> list[Completed]:
    """Runs (program, what it reads) pairs side by side and returns what came of each, in order.

    A program that is killed by the time limit ends with minus SIGKILL and what it had said. Raises
    ProcessError where one cannot be started; the others are killed then.
    """
    if not hasattr(os, "posix_spawn"):
        return [_run_elsewhere(argv, stdin, environ, timeout) for argv, stdin in jobs]
    begun: list[Begun] = []
    try:
        for argv, stdin in jobs:
            begun.append(Begun(argv, stdin, environ))
        if not _exchange(begun, timeout):
            for one in begun:
                if one.open:
                    one.close()
                    _signal(one.pid, _SIGKILL)
        return [one.done() for one in begun]
    except BaseException:
        for one in begun:
            drop(one)
        raise


class Begun:
    """A program that runs beside us until its answer is wanted: what it still has to read, what it has said.

    stays: whether it waits for more than ``stdin``.
    """

    def __init__(
        self, argv: tuple[str, ...], stdin: bytes, env: Mapping[str, str], stays: bool = False
    ) -> None:
        self.argv = argv
        in_r, self.feed = os.pipe()
        self.out, out_w = os.pipe()
        self.err, err_w = os.pipe()
        try:
            self.pid = _spawn(argv, env, ((in_r, 0), (out_w, 1), (err_w, 2)))
        except ProcessError:
            for end in (self.feed, self.out, self.err):
                os.close(end)
            raise
        finally:
            for end in (in_r, out_w, err_w):
                os.close(end)
        self.stdin = stdin
        self.said: dict[int, list[bytes]] = {self.out: [], self.err: []}
        self.open = {self.out, self.err}
        if stdin or stays:
            os.set_blocking(self.feed, False)
            self.open.add(self.feed)
        else:
            os.close(self.feed)

    def step(self, fd: int) -> bool:
        """Reads or feeds what is ready; False where that end is done, and closed."""
        if fd not in self.said:
            self.stdin, more = _feed(fd, self.stdin)
        else:
            data = os.read(fd, _CHUNK)
            self.said[fd].append(data)
            more = bool(data)
        if not more:
            self.open.discard(fd)
            os.close(fd)
        return more

    def close(self) -> None:
        """Closes what is still open."""
        for fd in self.open:
            os.close(fd)
        self.open.clear()

    def done(self) -> Completed:
        """Waits for the end."""
        return Completed(_wait(self.pid), b"".join(self.said[self.out]), b"".join(self.said[self.err]))


class Dialogue:
    """A program that stays and answers one question after the other, so that it starts, and reads what it needs, once.

    Only where there is `can_peer`. err: what it said on stderr so far. block: bytes that stdio holds back on its
    output. Raises ProcessError where it cannot be started.
    """

    def __init__(self, argv: tuple[str, ...], environ: Mapping[str, str]) -> None:
        self._begun = Begun(argv, b"", environ, stays=True)
        self.err = b""
        # How much stdio holds back on a pipe (glibc, libio/filedoalloc.c).
        self.block = os.fstat(self._begun.out).st_blksize

    def ask(
        self, text: bytes, complete: Callable[[bytearray], bool], timeout: float = TIMEOUT
    ) -> bytes | None:
        """What it says to a text. complete: whether this is the whole answer; None where it ends before, or where the
        time is up: then only `end` is left.
        """
        import select
        import time

        begun, end, said = self._begun, time.monotonic() + timeout, bytearray()
        poll = select.poll()
        # The output before stderr: what is said on stderr before an answer is there when the answer is.
        poll.register(begun.out, select.POLLIN)
        poll.register(begun.err, select.POLLIN)
        poll.register(begun.feed, select.POLLOUT)
        ended = False
        while not complete(said):
            if ended:
                return None
            ready = poll.poll(max(0.0, end - time.monotonic()) * 1000)
            if not ready:
                return None
            for fd, _ in ready:
                if fd == begun.feed:
                    text, more = _feed(fd, text)
                    if not more:
                        poll.unregister(fd)
                    continue
                data = os.read(fd, _CHUNK)
                if fd == begun.err:
                    self.err += data
                    if not data:
                        poll.unregister(fd)
                elif data:
                    said += data
                else:
                    ended = True
        return bytes(said)

    def end(self) -> None:
        """Closes what it reads, and waits for its end."""
        begun = self._begun
        begun.close()
        _signal(begun.pid, _SIGTERM)
        _wait(begun.pid)


def pass_through(argv: tuple[str, ...], stdin: bytes | None, environ: Mapping[str, str]) -> int:
    """Runs a program on our own output streams, fed with stdin (None: ours); returns its exit code."""
    if stdin is None:
        return _wait(_spawn(argv, environ, ()))
    feed_r, feed_w = os.pipe()
    try:
        child = _spawn(argv, environ, ((feed_r, 0),))
    finally:
        os.close(feed_r)
    try:
        while stdin:
            stdin = stdin[os.write(feed_w, stdin) :]
    except BrokenPipeError:
        pass  # a hook may ignore its input
    finally:
        os.close(feed_w)
    return _wait(child)


def detach(argv: tuple[str, ...], environ: Mapping[str, str]) -> bool:
    """Starts a program that outlives us; False where that can't be done here.

    It gets a session of its own, so Ctrl-C and the end of a terminal don't reach it, and none of our open files:
    whoever reads a pipe of ours (`git push | cat`) sees its end without waiting for the program. Nobody waits for
    it and nobody hears it, so it has to end by itself.
    """
    if not hasattr(os, "posix_spawn"):
        return False
    actions = (
        *((os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)),
        *((os.POSIX_SPAWN_CLOSE, fd) for fd in _inherited()),
    )
    try:
        program = located(argv[0])
        try:
            os.posix_spawn(
                program, argv, environ, file_actions=actions, setsigdef=(_SIGPIPE, _SIGINT), setsid=True
            )
        except NotImplementedError:  # an old macOS (docs.python.org, "os.posix_spawn", setsid)
            os.posix_spawn(
                program, argv, environ, file_actions=actions, setsigdef=(_SIGPIPE, _SIGINT), setpgroup=0
            )
    except (OSError, ValueError, ProcessError):
        return False
    return True


def _inherited() -> list[int]:
    """The open files that a program which we start would get; Python's own are not among them (PEP 446)."""
    found = []
    try:
        numbers = [int(name) for name in os.listdir("/dev/fd") if name.isdigit()]
    except OSError:
        numbers = list(range(3, 64))
    for fd in numbers:
        try:
            if fd > 2 and os.get_inheritable(fd):
                found.append(fd)
        except OSError:
            pass  # the listing's own
    return found


def can_peer() -> bool:
    """Whether `peer` works here: Windows has neither posix_spawn nor fork (docs.python.org, "os")."""
    return hasattr(os, "posix_spawn") and hasattr(os, "fork")


def peer(argv: tuple[str, ...], environ: Mapping[str, str]) -> Peer:
    """Starts a program that answers on its stdout to what it reads on its stdin, in a process group of
    its own: Ctrl-C is for us to hear. Its stderr is thrown away. Raises ProcessError if it cannot be started.
    """
    ask_r, ask_w = os.pipe()
    answer_r, answer_w = os.pipe()
    try:
        pid = _spawn(argv, environ, ((ask_r, 0), (answer_w, 1)), apart=True)
    except BaseException:
        os.close(ask_w)
        os.close(answer_r)
        raise
    finally:
        os.close(ask_r)
        os.close(answer_w)
    os.set_blocking(ask_w, False)
    return Peer(pid, ask_w, answer_r)


def met(talk: int) -> Peer:
    """A peer that we haven't started, behind a connected socket. Its pid is 0."""
    os.set_blocking(talk, False)
    return Peer(0, talk, os.dup(talk))


def part(peer: Peer) -> None:
    """Stops speaking with a peer that goes on by itself."""
    os.close(peer.ask)
    os.close(peer.answer)


def leave(peer: Peer, patience: float) -> None:
    """Ends a peer: SIGTERM, so that it can clear away, and after this many seconds SIGKILL. 0: at once."""
    import select
    import time

    try:
        os.close(peer.ask)
        end = time.monotonic() + patience
        if patience:
            os.kill(peer.pid, _SIGTERM)
        while (left := end - time.monotonic()) > 0:
            if select.select([peer.answer], [], [], left)[0] and not os.read(peer.answer, _CHUNK):
                break
    finally:
        kill_group(peer.pid)  # with a child of its own that has not left the group yet
        _kill(peer.pid)
        os.close(peer.answer)


def kill_group(leader: int) -> None:
    """Kills a process group, if there still is one of that number and it isn't part of another session."""
    try:
        if os.getpgid(leader) == leader:
            os.killpg(leader, _SIGKILL)
    except OSError:
        pass  # all of it is gone


def run_in(
    directory: str, argv: tuple[str, ...], environ: Mapping[str, str], timeout: float, stdin: bytes = b""
) -> Completed:
    """`run` in a directory, through the standard library: for systems where `peer` does not work."""
    return _run_elsewhere(argv, stdin, environ, timeout, directory)


def run_apart(
    directory: str, argv: tuple[str, ...], environ: Mapping[str, str], timeout: float, keep: int = 1 << 16
) -> Completed | None:
    """Runs a program in a directory and in a session of its own; None where the time was up.

    Both its outputs are one, of which the last `keep` bytes are kept; it reads nothing. Whatever the end, and if
    we are interrupted meanwhile, all that it has started in its process group is killed. Raises ProcessError if
    it cannot be started.
    """
    import subprocess  # the one door, list argv, no shell  # nosec B404

    child = None
    try:
        with undisturbed():  # it has a session of its own, so nobody else ends it
            child = subprocess.Popen(  # nosec B603
                argv,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=dict(environ),
                cwd=directory,
                start_new_session=True,
            )
        assert child.stdout is not None  # it is a pipe  # nosec B101
        return _heard(child, child.stdout.fileno(), timeout, keep)
    except (OSError, ValueError) as problem:
        if child is not None:
            raise
        raise ProcessError(f"{argv[0]} could not be started: {problem}") from None
    finally:
        if child is not None:
            # The leader is not waited for yet, so the number is still its group's (wait(2), "NOTES").
            try:
                os.killpg(child.pid, _SIGKILL)
            except (AttributeError, OSError):
                child.kill()
            with child:
                pass


class undisturbed:
    """A context that the signals which end us wait for: a start or a removal that is broken off leaves what nobody
    knows of.

    They are caught and sent again afterwards. A mask would not do: where there is another thread, it takes the signal,
    and Python then answers it in this one anyway.
    """

    def __enter__(self) -> None:
        self._came: list[int] = []
        numbers = [signal.SIGINT, signal.SIGTERM]
        if hasattr(signal, "SIGHUP"):
            numbers.append(signal.SIGHUP)
        try:
            # What is ignored stays so, for the programs too that are started meanwhile (signal(7)).
            mine = [number for number in numbers if signal.getsignal(number) != signal.SIG_IGN]
            self._before = {number: signal.signal(number, self._note) for number in mine}
        except ValueError:
            # Not the main thread (docs.python.org, "signal.signal"): signals are answered elsewhere.
            self._before = {}

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, then in self._before.items():
            signal.signal(number, signal.SIG_DFL if then is None else then)
        for number in self._came:
            os.kill(os.getpid(), number)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self._came.append(number)


def _heard(child: Popen[bytes], out: int, timeout: float, keep: int) -> Completed | None:
    """What a child says until it ends; it is not waited for, only watched. None where the time was up."""
    import select
    import time

    end = time.monotonic() + timeout
    said = b""
    opened = True
    while True:
        left = end - time.monotonic()
        if left <= 0:
            return None
        # Asked before it is heard: what it has started may hold the pipe open, and talk on, when it is gone.
        code = _ended(child)
        if opened and select.select([out], [], [], 0 if code is not None else min(left, 0.1))[0]:
            data = os.read(out, _CHUNK)
            opened = bool(data)
            said = (said + data)[-keep:]
        if code is not None:
            return Completed(code, said, b"")
        if not opened:
            time.sleep(min(left, 0.01))


def _ended(child: Popen[bytes]) -> int | None:
    """The exit code of a child that has ended; where the system can, its number stays its own meanwhile."""
    if not hasattr(os, "waitid"):
        return child.poll()
    ended = os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    if ended is None:
        return None
    return ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status


def _run_posix(argv: tuple[str, ...], stdin: bytes, env: Mapping[str, str], timeout: float) -> Completed:
    """posix_spawn with three pipes, emptied and fed together so that none can block the other."""
    return finish(Begun(argv, stdin, env), timeout)


def _exchange(begun: list[Begun], timeout: float) -> bool:
    """Feeds and hears all children until their pipes are closed; False if the time is up before."""
    import select
    import time

    poll = select.poll()
    by_fd = {fd: one for one in begun for fd in one.open}
    for fd, one in by_fd.items():
        poll.register(fd, select.POLLIN if fd in one.said else select.POLLOUT)
    end = time.monotonic() + timeout
    while by_fd:
        ready = poll.poll(max(0.0, end - time.monotonic()) * 1000)
        if not ready:
            return False
        for fd, _ in ready:
            if not by_fd[fd].step(fd):
                poll.unregister(fd)
                del by_fd[fd]
    return True


def _feed(fd: int, stdin: bytes) -> tuple[bytes, bool]:
    """Writes what the pipe takes; returns the rest and whether there is any."""
    try:
        stdin = stdin[os.write(fd, stdin[:_CHUNK]) :]
    except BlockingIOError:
        return stdin, True
    except BrokenPipeError:
        return b"", False
    return stdin, bool(stdin)


def _spawn(
    argv: tuple[str, ...], env: Mapping[str, str], wiring: tuple[tuple[int, int], ...], apart: bool = False
) -> int:
    """Starts the program with the given (our descriptor, its descriptor) pairs; apart: in a group of
    its own, its stderr thrown away."""
    program = located(argv[0])
    actions = [(os.POSIX_SPAWN_DUP2, ours, its) for ours, its in wiring]
    try:
        # Python ignores SIGPIPE (docs.python.org, "signal"); a child that inherits that never notices a closed pipe.
        if not apart:
            return os.posix_spawn(program, argv, env, file_actions=actions, setsigdef=(_SIGPIPE,))
        quiet = (*actions, (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0))
        return os.posix_spawn(program, argv, env, file_actions=quiet, setsigdef=(_SIGPIPE,), setpgroup=0)
    except FileNotFoundError:
        raise ProcessError(f"{argv[0]} is not on PATH") from None
    except (OSError, ValueError) as problem:
        raise ProcessError(f"{argv[0]} could not be started: {problem}") from None


def _wait(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _signal(child: int, number: int) -> None:
    try:
        os.kill(child, number)
    except ProcessLookupError:
        pass


def _kill(child: int) -> None:
    """Ends a child that nobody waits for any more."""
    try:
        os.kill(child, _SIGKILL)
        os.waitpid(child, 0)
    except (ProcessLookupError, ChildProcessError):
        pass


def _found(name: str) -> str:
    """`located` where a program's file has an ending of its own."""
    import shutil

    found = shutil.which(name, path=sound(os.environ.get("PATH", os.defpath)))
    if found is None:
        raise ProcessError(f"{name} is not on PATH")
    return found


def _run_elsewhere(
    argv: tuple[str, ...], stdin: bytes, env: Mapping[str, str], timeout: float, directory: str | None = None
) -> Completed:
    """The same through the standard library, where there is no posix_spawn."""
    import subprocess  # the one door, list argv, no shell  # nosec B404

    try:
        ended = subprocess.run(  # nosec B603
            (_found(argv[0]), *argv[1:]),
            input=stdin,
            env=dict(env),
            timeout=timeout,
            capture_output=True,
            check=False,
            cwd=directory,
        )
    except subprocess.TimeoutExpired:
        raise ProcessError(f"{argv[0]} did not end within {timeout:g} s") from None
    except OSError as problem:
        raise ProcessError(f"{argv[0]} could not be started: {problem}") from None
    return Completed(ended.returncode, ended.stdout, ended.stderr)
