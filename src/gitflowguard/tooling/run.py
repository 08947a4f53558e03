"""Runs orders: in workers that have the tools loaded, else by their command lines.

Whatever goes wrong with a worker (it cannot be started, a module cannot be loaded, it dies or
prints what isn't an answer) costs time and no truth: its calls are run by their command
lines. Either way a call is a child of a worker, under its limits, and dies with it.
"""

from __future__ import annotations

import os
import select
import sys
import time

from gitflowguard import process
from gitflowguard.tooling import plan
from gitflowguard.tooling.order import Result
from gitflowguard.tooling.stay import SECONDS as _SECONDS
from gitflowguard.tooling.stay import find, has_room

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from types import TracebackType

    from gitflowguard.process import Peer
    from gitflowguard.tooling.order import ToolCall
    from gitflowguard.tooling.plan import Call
    from gitflowguard.tooling.stay import Stay

# ``command``: every tool by its command line; what the other form is compared with.
SWITCH = "GITFLOWGUARD_TOOLS"
# black does without its cache where it cannot make the directory (black/cache.py, Cache.write): the user's is neither
# read nor written.
_NOWHERE = os.path.join(os.devnull, "none")
_WORKER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "worker.py")
_STAY = "--stay="  # worker.STAY
_FALL_BACK, _BEGUN = "fall back", "has begun"  # worker.FALL_BACK, worker.BEGUN
_NOT_STARTED = "could not be started"
_SIGXCPU = 24
_PATIENCE = 5.0
# What a worker may take beyond its calls' own limits, the loading of the tools (60 s at most) included.
_GRACE = 90.0


class WorkerProcess:
    """One worker, and the calls that it has not answered. stays: whether it outlives us."""

    def __init__(self, peer: Peer, python: str, entries: tuple[str, ...], stays: bool = False) -> None:
        self.peer, self.stays = peer, stays
        self.python, self.entries = python, entries
        self.calls: dict[int, Call] = {}
        self.lanes: dict[int, int] = {}
        self.answered: set[int] = set()
        self.unsent = b""
        self.heard = b""
        self.end = 0.0

    def ask(self, number: int, call: Call, cwd: str) -> None:
        """Puts a call to it; `write` sends it."""
        order = call.order
        entry = "" if call.program else order.entry
        fields = (
            str(number),
            cwd,
            entry,
            f"{plan.seconds(call):g}",
            str(order.megabytes),
            order.feed,
            *order.argv,
            *plan.words(call),
        )
        frame = os.fsencode("\0".join(fields))
        self.calls[number] = call
        self.end = max(self.end, time.monotonic() + plan.seconds(call) + _GRACE)
        self.unsent += b"%d\n" % len(frame) + frame

    def write(self) -> None:
        """Sends what it takes now. A worker that is gone is noticed where it is read."""
        try:
            self.unsent = self.unsent[os.write(self.peer.ask, self.unsent) :]
        except BlockingIOError:
            pass
        except BrokenPipeError:
            self.unsent = b""

    def read(self) -> list[tuple[int, int, str, bytes, bytes]]:
        """(number, exit code, note, output, errors) of the answers that have come.

        Raises ValueError (what it says isn't an answer) or EOFError (it is gone)."""
        data = os.read(self.peer.answer, 1 << 20)
        if not data:
            raise EOFError
        self.heard += data
        found = []
        while b"\n" in self.heard:
            head, _, rest = self.heard.partition(b"\n")
            length = _count(head)
            if len(rest) < length:
                break
            self.heard = rest[length:]
            answer = self.parse(rest[:length])
            if answer:
                found.append(answer)
        if b"\n" not in self.heard[:20] and len(self.heard) > 20:
            raise ValueError("no length")
        return found

    def parse(self, frame: bytes) -> tuple[int, int, str, bytes, bytes] | None:
        """The answer in a frame; None where it only says who works at it. Raises ValueError, OverflowError."""
        first, status, words, size, both = frame.split(b"\0", 4)
        number, cut, note = _count(first), _count(size), words.decode("utf-8", "replace")
        if number not in self.calls or number in self.answered or cut > len(both):
            raise ValueError("what it was not asked, or less than it says")
        if note == _BEGUN:
            self.lanes[number] = _count(status)
            return None
        code = os.waitstatus_to_exitcode(_count(status))
        self.lanes.pop(number, None)
        self.answered.add(number)
        return number, code, note, both[:cut], both[cut:]

    def close(self, fault: bool = True) -> None:
        """Ends it and all that it has started, even if it cannot do so itself any more.

        fault: whether something went wrong. Else one that stays is only left, and one that was there before us
        always is: it sees the end of our pipe, and ends what it does for us.
        """
        if self.stays and (not fault or not self.peer.pid):
            process.part(self.peer)
        else:
            process.leave(self.peer, _PATIENCE if self.calls else 0)
        for leader in self.lanes.values():
            process.kill_group(leader)


class Runner:
    """Workers that are started and may be asked; a context in which they live."""

    def __init__(self, environ: Mapping[str, str], cores: int, stay: Stay | None = None) -> None:
        self.stay = stay
        self.command = environ.get(SWITCH) == "command"
        self.environ = {**environ, "BLACK_CACHE_DIR": _NOWHERE}
        self.cores = max(cores, 1)
        self.workers: list[WorkerProcess] = []
        self._number = 0
        self._cwd = ""

    def __enter__(self) -> Runner:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close(fault=problem is not None)

    def close(self, fault: bool = True) -> None:
        """Ends every worker with what it has started; may be called again. fault: as WorkerProcess.close has it."""
        while self.workers:
            self.workers.pop().close(fault)

    def run(
        self, orders: Sequence[ToolCall], cwd: str, heard: Callable[[Result], None] | None = None
    ) -> tuple[Result, ...]:
        """Runs the orders in a directory; each file of each order is in exactly one of the results.

        A file that was in a call that died is run by itself, so that only the guilty one has a `why`.
        heard: is given each result as it comes."""
        queue = list(plan.calls(orders, self.cores))
        if self.command:
            queue = [part for call in queue for part in plan.fitting(call._replace(program=True))]
        if not process.can_peer():
            return tuple(result for call in queue for result in self._elsewhere(call, cwd))
        self._cwd = os.path.abspath(cwd)
        results: list[Result] = []
        while queue or any(worker.calls for worker in self.workers):
            before = len(results)
            self._begin(queue, results)
            self._hear(queue, results)
            if heard is not None:
                for result in results[before:]:
                    heard(result)
        return tuple(results)

    def _begin(self, queue: list[Call], results: list[Result]) -> None:
        """Puts calls to the workers that have the least to do, as long as there is a free processor."""
        while queue and sum(len(worker.calls) for worker in self.workers) < self.cores:
            best = min(range(len(queue)), key=lambda index: len(self._load(queue[index])))
            call = queue.pop(best)
            worker = self._worker(call)
            if worker is not None:
                self._number += 1
                worker.ask(self._number, call, self._cwd)
            elif call.program:
                results.append(_result(call, 0, b"", b"", _NOT_STARTED))
            else:
                queue.insert(0, call._replace(program=True))

    def _load(self, call: Call) -> Mapping[int, Call]:
        worker = self._find(call)
        return worker.calls if worker else {}

    def _find(self, call: Call) -> WorkerProcess | None:
        """The worker that has the call's tool loaded."""
        order = call.order
        program = call.program or not order.entry
        for worker in self.workers:
            if program and not worker.entries:
                return worker
            if not program and worker.python == order.python and order.entry in worker.entries:
                return worker
        return None

    def _worker(self, call: Call) -> WorkerProcess | None:
        """As _find; the one for command lines is started when it is needed first."""
        found = self._find(call)
        if found is None and (call.program or not call.order.entry):
            found = self._start(sys.executable, ())
        return found

    def _start(self, python: str, entries: tuple[str, ...]) -> WorkerProcess | None:
        # A worker for command lines needs no installed package: -I -S starts in half the time.
        how = ("-I",) if entries else ("-I", "-S")
        path = self.stay.name(python, entries) if self.stay and entries else ""
        stays = (f"{_STAY}{_SECONDS}:{path}",) if path and self.stay and has_room(self.stay) else ()
        try:
            peer = process.peer((python, *how, _WORKER, *stays, *entries), self.environ)
        except process.ProcessError:
            return None
        worker = WorkerProcess(peer, python, entries, bool(stays))
        self.workers.append(worker)
        return worker

    def meet(self, python: str, entries: Iterable[str]) -> tuple[str, ...]:
        """Takes the workers that an earlier commit has left; returns the entry points that none of them has loaded."""
        left = tuple(entries)
        for fd, loaded in find(self.stay, python, left) if self.stay else ():
            self.workers.append(WorkerProcess(process.met(fd), python, loaded, stays=True))
            left = tuple(entry for entry in left if entry not in loaded)
        return left

    def _hear(self, queue: list[Call], results: list[Result]) -> None:
        """Waits until a worker can be written to or read, and does so."""
        busy = [worker for worker in self.workers if worker.calls]
        if not busy:
            return
        readers = {worker.peer.answer: worker for worker in busy}
        writers = {worker.peer.ask: worker for worker in busy if worker.unsent}
        left = min(worker.end for worker in busy) - time.monotonic()
        can_read, can_write, _ = select.select(list(readers), list(writers), [], max(left, 0.0))
        for fd in can_write:
            writers[fd].write()
        for fd in can_read:
            self._answered(readers[fd], queue, results)
        if not can_read and not can_write:
            for worker in busy:
                if worker.end <= time.monotonic():
                    self._lost(worker, queue, results)

    def _answered(self, worker: WorkerProcess, queue: list[Call], results: list[Result]) -> None:
        """Takes what a worker says."""
        try:
            answers = worker.read()
        except (ValueError, OverflowError, EOFError, OSError):
            self._lost(worker, queue, results)
            return
        for number, code, note, out, err in answers:
            self._ended(worker.calls.pop(number), code, note, out, err, queue, results)

    def _ended(
        self,
        call: Call,
        code: int,
        note: str,
        out: bytes,
        err: bytes,
        queue: list[Call],
        results: list[Result],
    ) -> None:
        """What is to be done after one answer."""
        if note.startswith((_FALL_BACK, _NOT_STARTED)) and call.order.entry and not call.program:
            queue[:0] = plan.fitting(call._replace(program=True))
            return
        why = note or _why(call, code, err)
        parts = plan.smaller(call) if why and not note.startswith(_NOT_STARTED) else ()
        if parts:
            queue[:0] = parts
        else:
            results.append(_result(call, code, out, err, why))

    def _lost(self, worker: WorkerProcess, queue: list[Call], results: list[Result]) -> None:
        """A worker is of no more use: what it had is run by command lines, and if it ran those, in parts."""
        self.workers.remove(worker)
        worker.close()
        for call in worker.calls.values():
            if worker.entries:
                queue[:0] = plan.fitting(call._replace(program=True))
            else:
                queue[:0] = plan.smaller(call)
                if not plan.smaller(call):
                    results.append(_result(call, 0, b"", b"", "was ended from outside"))

    def _elsewhere(self, call: Call, cwd: str) -> Iterable[Result]:
        """By the command line, one after another, with a limit on time alone."""
        argv = (*call.order.argv, *plan.words(call))
        try:
            done = process.run_in(cwd, argv, self.environ, plan.seconds(call), _fed(cwd, call.order.feed))
        except process.ProcessError as problem:
            parts = plan.smaller(call)
            if not parts:
                return (_result(call, 0, b"", b"", f"could not be run: {problem}"),)
            return tuple(result for part in parts for result in self._elsewhere(part, cwd))
        return (_result(call, done.code, done.out, done.err, ""),)


def start(
    wanted: Iterable[tuple[str, tuple[str, ...]]],
    environ: Mapping[str, str],
    cores: int,
    stay: Stay | None = None,
) -> Runner:
    """Workers that begin to load the tools while the caller does other work.

    wanted: (interpreter, ``module:function`` entry points) pairs, as in the orders to come.
    environ: the tools' whole environment. cores: how many calls may run at once. stay: where workers stay
    afterwards, and are found; None: nothing outlives the caller.
    """
    runner = Runner(environ, cores, stay)
    if runner.command or not process.can_peer():
        return runner
    try:
        left = [(python, runner.meet(python, entries)) for python, entries in wanted]
        for python, entries in plan.teams([pair for pair in left if pair[1]], runner.cores):
            runner._start(python, entries)
    except BaseException:
        runner.close()
        raise
    return runner


def run(orders: Sequence[ToolCall], cwd: str, environ: Mapping[str, str], cores: int) -> tuple[Result, ...]:
    """`start`, run and close at one go."""
    wanted = [(order.python, (order.entry,)) for order in orders if order.python and order.entry]
    with start(wanted, environ, cores) as runner:
        return runner.run(orders, cwd)


def _result(call: Call, code: int, out: bytes, err: bytes, why: str) -> Result:
    return Result(key=call.order.key, files=call.files, code=code, out=out, err=err, why=why)


def _fed(cwd: str, name: str) -> bytes:
    """What a program reads on its standard input."""
    if not name:
        return b""
    with open(os.path.join(cwd, name), "rb") as file:
        return file.read()


def _count(digits: bytes) -> int:
    """A number of the worker's; raises ValueError where int() would be more lenient than it writes."""
    if not digits.isdigit():
        raise ValueError("no number")
    return int(digits)


def _why(call: Call, code: int, err: bytes) -> str:
    """Why a call that ended by itself is to be counted as died, or "". A limit on memory is met as MemoryError."""
    if code == -_SIGXCPU:
        return f"took more than {plan.seconds(call):g} s"
    if code < 0:
        return f"was killed by signal {-code}"
    last = err.rstrip().rpartition(b"\n")[2]
    if code and (last == b"MemoryError" or last.startswith(b"MemoryError:")):
        return f"needed more than {call.order.megabytes} MB"
    return ""
