"""The runner with a tool that does whatever a tool could do, in both forms: loaded, and by its command line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gitflowguard import process
from gitflowguard.tooling import run as runner
from gitflowguard.tooling.order import Result, ToolCall
from tests.budget import sampled
from tests.tooling.fake import Fake, children, descriptors

LOADED, COMMAND = "loaded", "command"
BOTH = pytest.mark.parametrize("form", [LOADED, COMMAND])
Go = Callable[..., tuple[Result, ...]]


@pytest.fixture(scope="module")
def fake(tmp_path_factory: pytest.TempPathFactory) -> Fake:
    """An environment that holds the fake tool."""
    return Fake(tmp_path_factory.mktemp("environment"))


@pytest.fixture
def go(tmp_path: Path) -> Iterator[Go]:
    """Runs orders in an empty directory; afterwards no process and no descriptor may be left."""
    before, fds = children(), descriptors()

    def run(form: str, *orders: ToolCall, cores: int = 2) -> tuple[Result, ...]:
        return runner.run(orders, str(tmp_path), environ(form), cores)

    yield run
    assert children() == before
    assert descriptors() == fds


def environ(form: str) -> dict[str, str]:
    """The tools' environment."""
    return {**os.environ, runner.SWITCH: form}


def by_file(results: tuple[Result, ...]) -> dict[str, Result]:
    """The result of each file, each of which must be in one alone."""
    found = {file: result for result in results for file in result.files}
    assert len(found) == sum(len(result.files) for result in results)
    return found


@BOTH
@pytest.mark.parametrize(
    ("name", "code", "out"),
    sampled(
        [
            ("ok", 0, b"ok was looked at\n"),
            ("exit7", 7, b""),
            ("none", 0, b""),
            ("words", 1, b""),
            ("big", 44, b""),
            ("true", 1, b""),
            ("hard", 9, b""),
            ("wrong", 1, b""),
            ("garbage", 0, b"\x00\xff\n 12 garbage"),
            ("large", 0, b"x" * 10_000_000 + b"large was looked at\n"),
            ("unflushed", 0, b"no line feedunflushed was looked at\n"),
            ("shut", 0, b""),
            ("stdin", 0, b"''\nstdin was looked at\n"),
            ("late", 0, b"late was looked at\nat exit\n"),
            ("thread", 0, b"thread was looked at\nfrom a thread\n"),
        ],
        every=2,
    ),
)
def test_what_a_tool_does_comes_back(fake: Fake, go: Go, form: str, name: str, code: int, out: bytes) -> None:
    """Exit code and output are those of the console script, whatever is returned, raised or left unwritten.

    Every other way is slow: they end by the same few exits.
    """
    (result,) = go(form, fake.order(name))
    assert (result.code, result.out, result.why) == (code, out, "")
    assert result.files == (name,)


@BOTH
def test_both_outputs_are_told_apart(fake: Fake, go: Go, form: str) -> None:
    """What goes to stderr, a traceback too, stays out of the answer."""
    unflushed, wrong, words = go(
        form, *(fake.order(name) for name in ("unflushed", "wrong", "words")), cores=1
    )
    assert unflushed.err == b"nor here"
    assert wrong.err.endswith(b"ValueError: wrong\n") and b"Traceback" in wrong.err
    assert words.err == b"no such thing\n"


@pytest.mark.parametrize("name", ["shut1", "depth"])
def test_both_forms_agree_at_the_edges(fake: Fake, go: Go, name: str) -> None:
    """A lost output has the interpreter's own exit code, and a tool may call itself exactly as deep."""
    (loaded,), (command,) = go(LOADED, fake.order(name)), go(COMMAND, fake.order(name))
    assert (loaded.code, loaded.out) == (command.code, command.out)


@BOTH
def test_a_tool_sees_its_own_name_and_the_directory(fake: Fake, go: Go, tmp_path: Path, form: str) -> None:
    """argv, working directory and writes are as of the console script; the next call is not moved by a chdir."""
    results = by_file(go(form, fake.order("chdir", "write"), fake.order("where"), cores=1))
    place, program, *_ = results["where"].out.split()
    assert os.fsdecode(place) == str(tmp_path)
    assert os.fsdecode(program) == str(fake.bin / "main")
    assert not (tmp_path / "written").exists()  # written where it went


@BOTH
@pytest.mark.parametrize(
    ("name", "code", "why"),
    [
        ("segv", -signal.SIGSEGV, "was killed by signal 11"),
        ("hang", -signal.SIGKILL, "took more than 2 s"),
        ("spin", -signal.SIGKILL, "took more than 2 s"),
        ("memory", 1, "needed more than 2048 MB"),
    ],
)
def test_the_guilty_file_alone_is_blamed(
    fake: Fake, go: Go, form: str, name: str, code: int, why: str
) -> None:
    """A call that died is run again file by file; the others have their real results."""
    seconds = 2 if name in ("hang", "spin") else 20
    results = by_file(go(form, fake.order("ok-1", name, "exit7-2", seconds=seconds)))
    assert (results[name].code, results[name].why) == (code, why)
    assert (results["ok-1"].code, results["ok-1"].out, results["ok-1"].why) == (
        0,
        b"ok-1 was looked at\n",
        "",
    )
    assert (results["exit7-2"].code, results["exit7-2"].why) == (7, "")


@BOTH
def test_one_in_many_is_found_by_halves(fake: Fake, go: Go, form: str) -> None:
    """Forty files and a bad one: the rest keep their results, in far fewer than forty calls."""
    names = [f"ok-{number}" for number in range(39)]
    results = go(form, fake.order(*names[:30], "segv", *names[30:]))
    assert {file for result in results if result.why for file in result.files} == {"segv"}
    assert set(by_file(results)) == {*names, "segv"}
    assert len(results) < 20


@BOTH
def test_files_that_belong_together_are_blamed_together(fake: Fake, go: Go, form: str) -> None:
    """An order that may not be split has one result."""
    (result,) = go(form, fake.order("ok", "segv", split=False))
    assert (result.files, result.why) == (("ok", "segv"), "was killed by signal 11")


@BOTH
def test_memory_is_limited(fake: Fake, go: Go, form: str) -> None:
    """A tool that takes all it can get is stopped, and that is why."""
    (result,) = go(form, fake.order("eat", megabytes=300))
    assert (result.code, result.why) == (1, "needed more than 300 MB")


@BOTH
def test_what_a_tool_leaves_running_is_ended(fake: Fake, go: Go, tmp_path: Path, form: str) -> None:
    """The call ends with the tool, not with its grandchild, and the grandchild does not outlive it."""
    fifo, gate = tmp_path / "fifo", tmp_path / "fifo.began"
    os.mkfifo(fifo)
    os.mkfifo(gate)
    with open(os.open(fifo, os.O_RDONLY | os.O_NONBLOCK), "rb") as reader, Gate(gate, fifo):
        (result,) = go(form, fake.order("stay", options=(f"--fifo={fifo}",)))
        assert (result.code, result.why) == (0, "")
        os.set_blocking(reader.fileno(), True)
        reader.read()  # comes to its end only when nobody holds the other side


class Gate:
    """Holds a tool back until its grandchild has begun: opens `gate` once something can be read from `fifo`."""

    def __init__(self, gate: Path, fifo: Path) -> None:
        text = (
            "import os,select,sys\nfd=os.open(sys.argv[2],os.O_RDONLY|os.O_NONBLOCK)\n"
            "p=select.poll(); p.register(fd,select.POLLIN)\n"
            "while not any(e & select.POLLIN for _,e in p.poll()): pass\n"
            "os.close(fd); os.close(os.open(sys.argv[1],os.O_WRONLY))\n"
        )
        self.argv = [sys.executable, "-c", text, str(gate), str(fifo)]

    def __enter__(self) -> None:
        self.child = subprocess.Popen(self.argv)

    def __exit__(self, *_: object) -> None:
        self.child.kill()
        self.child.wait()


@pytest.mark.parametrize(
    "entry",
    ["no_such_module:main", "broken:main", "deadly:main", "faketool:no_such_function", "faketool:", "os"],
)
def test_what_cannot_be_loaded_is_run_by_its_command(fake: Fake, go: Go, entry: str) -> None:
    """A missing module, one that leaves or kills at import, a missing function: the answer is the program's."""
    results = go(LOADED, fake.order("ok", entry=entry), fake.order("exit7"))
    assert {(result.code, result.out, result.why) for result in results} == {
        (0, b"ok was looked at\n", ""),
        (7, b"", ""),
    }


def test_a_module_that_talks_while_it_loads_spoils_no_answer(fake: Fake, go: Go) -> None:
    """What is printed at import, through Python or past it, is not taken for an answer."""
    (result,) = go(LOADED, fake.order("ok", entry="noisy:main"))
    assert (result.code, result.out) == (0, b"ok was looked at\n")


def said(body: str) -> str:
    """A program that says one frame, and stays."""
    return f"import os; os.write(1, b'%d\\n' % len({body}) + {body}); sys.stdin.read()"


@pytest.mark.parametrize(
    "text",
    sampled(
        [
            "pass",
            "print('garbage')",
            "print('3\\nxyz')",
            "print('12345678901234567890123'); sys.stdout.flush(); sys.stdin.read()",
            "print('-5\\n1234567'); sys.stdout.flush(); sys.stdin.read()",
            "import os; os.abort()",
            said("b'1'"),
            said(r"b'2\0' b'0\0\0' b'0\0'"),
            said(r"b'1\0' b'stopped\0\0' b'0\0'"),
            said(r"b'1\0' b'4991\0\0' b'0\0'"),
            said(r"b'1\0' b'99999999999999999999999999\0\0' b'0\0'"),
            r"import os; f = b'7\n1\0' b'0\0\0' b'0\0'; os.write(1, f + f); sys.stdin.read()",
            said(r"b'1\0' b'x\0has begun\0' b'0\0'"),
            said(r"b'1\0' b'0\0\0' b'-1\0'"),
            said(r"b'1\0' b'0\0\0' b'7\0' b'short'"),
        ],
        every=3,
    ),
)
def test_a_worker_that_talks_nonsense_is_given_up(
    fake: Fake, go: Go, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    """Silence, garbage or a crash for an answer: what was asked is run by its command line.

    The others are slow: forms of the same nonsense, which one reader of answers meets.
    """
    own = runner._WORKER
    impostor = tmp_path / "impostor.py"
    impostor.write_text(
        f"import sys, runpy\nif sys.argv[1:]:\n    {text}\n"
        f"else:\n    runpy.run_path({own!r}, run_name='__main__')\n"
    )
    monkeypatch.setattr(runner, "_WORKER", str(impostor))
    (result,) = go(LOADED, fake.order("exit7"))
    assert (result.code, result.why) == (7, "")


def test_a_worker_that_says_nothing_is_given_up(
    fake: Fake, go: Go, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It neither answers nor ends: after the limits of what it was asked, it is ended."""
    own = runner._WORKER
    silent = tmp_path / "silent.py"
    silent.write_text(
        "import sys, runpy\nif sys.argv[1:]:\n    while True: sys.stdin.read(1)\n"
        f"runpy.run_path({own!r}, run_name='__main__')\n"
    )
    monkeypatch.setattr(runner, "_WORKER", str(silent))
    monkeypatch.setattr(runner, "_GRACE", -19.5)
    real = runner.Runner._lost

    def lost(*args: Any) -> None:
        monkeypatch.setattr(runner, "_GRACE", 90.0)
        real(*args)

    monkeypatch.setattr(runner.Runner, "_lost", lost)
    (result,) = go(LOADED, fake.order("exit7", seconds=20))
    assert (result.code, result.why) == (7, "")


def test_no_interpreter_no_harm(fake: Fake, go: Go) -> None:
    """An interpreter that is not there: the program is run."""
    (result,) = go(LOADED, fake.order("ok")._replace(python="/nowhere/python"))
    assert (result.code, result.out) == (0, b"ok was looked at\n")


@BOTH
def test_a_program_that_is_not_there_is_said(fake: Fake, go: Go, form: str) -> None:
    """Neither form will do: every file says so, at once and not one by one."""
    order = fake.order("ok", "ok-2", entry="no_such_module:main")
    (result,) = go(form, order._replace(argv=("/nowhere/tool",)))
    assert result.why.startswith("could not be started") and result.files == ("ok", "ok-2")


def test_a_worker_that_cannot_be_started_at_all(fake: Fake, go: Go, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be started: a reason, and no endless trying."""
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    (result,) = go(COMMAND, fake.order("ok"))
    assert result.why == "could not be started"


@BOTH
def test_directory_that_is_gone(fake: Fake, tmp_path: Path, form: str) -> None:
    """No working directory: said, not passed."""
    (result,) = runner.run([fake.order("ok")], str(tmp_path / "gone"), environ(form), 2)
    assert result.why.startswith("could not be started")


@BOTH
def test_names_that_are_not_utf_8(fake: Fake, go: Go, form: str) -> None:
    """Any byte of a name reaches the tool as it is."""
    (result,) = go(form, fake.order("ok-\udcff\n x", options=()))
    assert (result.code, result.out) == (0, os.fsencode("ok-\udcff\n x was looked at\n"))


def test_without_fork_the_programs_are_run(fake: Fake, go: Go, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system has no fork, each call is a plain process, and a death is looked into all the same."""
    monkeypatch.setattr(process, "can_peer", lambda: False)
    results = by_file(go(LOADED, fake.order("ok", "hang", seconds=1), fake.order("exit7"), cores=1))
    assert (results["ok"].code, results["ok"].why) == (0, "")
    assert (
        results["hang"].why.startswith("could not be run: ")
        and "did not end within 1 s" in results["hang"].why
    )
    assert results["exit7"].code == 7


def test_a_runner_may_be_asked_again(fake: Fake, tmp_path: Path) -> None:
    """Workers stay for a second run, and for orders of tools that they were not started for."""
    with runner.start([(fake.python, ("faketool:main",))], environ(LOADED), 2) as running:
        before = children()
        assert running.run([], str(tmp_path)) == ()
        assert [result.code for result in running.run([fake.order("ok")], str(tmp_path))] == [0]
        assert children() == before
        (again,) = running.run([fake.order("other", entry="faketool:other", script="other")], str(tmp_path))
        assert (again.code, again.out) == (3, b"other\n")
    running.close()  # once more does no harm
    assert not running.workers


def test_workers_start_before_the_orders_are_known(fake: Fake) -> None:
    """`start` returns with the workers at their loading; leaving at once ends them."""
    before, fds = children(), descriptors()
    with runner.start([(fake.python, ("faketool:main", "faketool:other"))], environ(LOADED), 2):
        assert len(children() - before) == 2
    assert children() == before and descriptors() == fds


class Stop(Exception):
    """What a caller may throw at any time."""


@BOTH
@pytest.mark.parametrize("problem", [Stop, KeyboardInterrupt, SystemExit])
def test_a_caller_that_breaks_off_leaves_nothing(
    fake: Fake,
    go: Go,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    form: str,
    problem: type[BaseException],
) -> None:
    """An exception in the middle of a run: the tool that ignores SIGTERM and its worker are gone."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    real = runner.Runner._hear

    def hear(self: runner.Runner, queue: list[object], results: list[Result]) -> None:
        for worker in self.workers:
            worker.write()
        os.set_blocking(reader, True)
        with open(fifo, "rb") as second:  # returns when the tool has opened its side
            assert second.readline()
        raise problem

    monkeypatch.setattr(runner.Runner, "_hear", hear)
    with pytest.raises(problem):
        go(form, fake.order("silence", options=(f"--fifo={fifo}",), seconds=300))
    monkeypatch.setattr(runner.Runner, "_hear", real)
    assert os.read(reader, 10) == b""  # nobody holds it
    os.close(reader)


CALLER = """
import os, signal, sys
from gitflowguard.tooling import run
from gitflowguard.tooling.interrupt import interruptible
from gitflowguard.tooling.order import ToolCall
argv = (sys.argv[1], "--fifo=" + sys.argv[3])
order = ToolCall("key", argv, ("silence",), (1,), sys.argv[2], "faketool:main", seconds=300)
with interruptible():
    run.run([order], os.getcwd(), dict(os.environ), 2)
"""


@BOTH
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_caller_that_is_killed_leaves_nothing(
    fake: Fake, tmp_path: Path, form: str, number: signal.Signals
) -> None:
    """However the caller ends, worker and tool end with it; the temporary directory is as it was."""
    fifo, temporary = tmp_path / "fifo", tmp_path / "tmp"
    os.mkfifo(fifo)
    temporary.mkdir()
    argv = [sys.executable, "-c", CALLER, str(fake.bin / "main"), fake.python, str(fifo)]
    with subprocess.Popen(
        argv, env={**environ(form), "TMPDIR": str(temporary)}, stderr=subprocess.DEVNULL
    ) as caller:
        with open(fifo, "rb") as reader:
            worker = os.pidfd_open(int(reader.readline()))
            caller.send_signal(number)
            assert reader.read() == b""  # the tool is gone
    assert caller.returncode != 0
    assert signal.SIGKILL != number or caller.returncode == -signal.SIGKILL
    import select

    assert select.select([worker], [], [], 20)[0]  # so is its worker
    os.close(worker)
    assert list(temporary.iterdir()) == []


def test_a_worker_that_is_killed_takes_no_verdict_with_it(fake: Fake, tmp_path: Path) -> None:
    """The loaded form's worker dies in mid-call: its files are run by the command line. When that
    worker dies, too, the file is unchecked; both tools are gone, though nobody was left to end them."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    killer = (
        "import os,sys\nr=os.open(sys.argv[1],os.O_RDONLY|os.O_NONBLOCK)\nw=os.open(sys.argv[1],os.O_WRONLY)\n"
        "os.set_blocking(r,True)\nf=open(r,'rb')\n"  # w: no end is seen between the two tools
        "os.kill(int(f.readline()),9)\nos.kill(int(f.readline()),9)\nos.close(w)\nsys.exit(f.read() != b'')\n"
    )
    with subprocess.Popen([sys.executable, "-c", killer, str(fifo)]) as child:
        order = fake.order("held", options=(f"--fifo={fifo}",), seconds=300)
        (result,) = runner.run([order], str(tmp_path), environ(LOADED), 2)
        assert child.wait(60) == 0
    assert result.why == "was ended from outside"
