"""The seal: no test sees this machine's home, git configuration, dates, tokens or network."""

from __future__ import annotations

import gc
import itertools
import os
import signal
import socket
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import pytest

from tests import branches, budget, fewer, memory, oracle, spent

branches.begin()
memory.use()
# Collecting makes a million objects that live to the end: until they are frozen no search for garbage pays.
gc.disable()

DATE = "2026-11-22T12:00:00+00:00"
# Without housekeeping: after each commit, merge, fetch and push another git would look whether there is any to do.
GITCONFIG = """\
[user]
\tname = Test Person
\temail = test@example.invalid
[init]
\tdefaultBranch = main
\ttemplateDir = {template}
[core]
\teditor = false
[advice]
\tdetachedHead = false
[protocol "file"]
\tallow = always
[gc]
\tauto = 0
[maintenance]
\tauto = false
[receive]
\tautogc = false
"""
KEPT = (
    "PATH",
    "LANG",
    "TMPDIR",
    "COVERAGE_PROCESS_START",
    "PIP_",
    "PYTEST_",
    "SSL_",
    "VIRTUAL_ENV",
    "HYPOTHESIS_",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--until SECONDS``: a time of day, since the epoch, after which no test begins (tools/touched.py)."""
    parser.addoption("--until", type=float, default=0.0, help="begin no test after this time")
    parser.addoption(branches.OPTION, action="store_true", help="count the branches taken (tests.branches)")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what begins too late, and note for `make test-hostile` to which row of its table a test counts."""
    mark = item.get_closest_marker("hostile")
    if mark is not None:
        item.user_properties.append(("hostile", mark.args[0]))
    until = item.config.getoption("until")
    if until and time.time() > until:
        pytest.skip("the time is up; `make test` runs it")


def pytest_configure(config: pytest.Config) -> None:
    """Once in each process: the budget of random cases, no network, and signals as a terminal hands them on."""
    if config.getoption(branches.OPTION):
        config.pluginmanager.register(branches.Plugin())
    config.pluginmanager.register(spent.Plugin())
    config.pluginmanager.register(fewer.Plugin())
    budget.load(quick=config.getoption("markexpr") == "not slow")
    unignore()
    oracle.begin()
    _shut()


@pytest.hookimpl(wrapper=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> Iterator[None]:
    """Make no test of a slow row where no slow test runs: four of ten are, and each worker would make all of them.

    One stays of a function that has no other, for pytest to leave out.
    """
    yield
    if metafunc.config.getoption("markexpr") == "not slow":
        every = metafunc.definition.get_closest_marker("slow") is not None
        rows = [
            row for row in metafunc._calls if not every and all(mark.name != "slow" for mark in row.marks)
        ]
        metafunc._calls = rows or metafunc._calls[:1]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two more than there are processors: most of a test is waiting for the programs that it starts."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores + 2


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """Let no search for garbage look at the collected tests, which are there to the end."""
    gc.freeze()
    gc.enable()


def unignore() -> None:
    """Handle what this process was started to ignore (`nohup`, a job in the background), so that no child does.

    A child inherits an ignored signal and not a handled one (execve(2)); this process goes on as if it ignored it.
    Python's own two, SIGPIPE and SIGXFSZ, are restored by subprocess.
    """
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    for number in signal.valid_signals() - {signal.SIGPIPE, signal.SIGXFSZ}:
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, _nothing)


def _nothing(number: int, frame: FrameType | None) -> None:
    """Handle a signal by doing nothing."""


def _shut() -> None:
    """Let this process speak to this machine alone, for good: the tests use no network."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if self.family == socket.AF_UNIX or str(address[0]) in ("127.0.0.1", "::1", "localhost"):
            real(self, address)
        else:
            refuse(address)

    def refuse(address: Any) -> NoReturn:
        raise RuntimeError(f"a test tried to reach {address!r}; tests do not use the network")

    socket.socket.connect = connect  # type: ignore[method-assign,assignment]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `git init` copies: its own directories without the thirteen sample hooks, half the cost of a repository."""
    folder = tmp_path_factory.mktemp("template")
    (folder / "hooks").mkdir()
    (folder / "info").mkdir()
    (folder / "info" / "exclude").write_text("# git ls-files --others --exclude-from=.git/info/exclude\n")
    return folder


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the next home is made, in a directory of their own.

    `tmp_path_factory.mktemp` reads all names beside the new one: 5 ms a test at the end of a run of thousands.
    """
    folder = tmp_path_factory.mktemp("homes")
    return (folder / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def sealed(template: Path, homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of our own, a fixed clock for git, and nothing inherited that could change a verdict."""
    home = next(homes)
    home.mkdir()
    (home / ".gitconfig").write_text(GITCONFIG.format(template=template))
    for name in list(os.environ):
        if not name.startswith(KEPT):
            monkeypatch.delenv(name)
    for name, value in {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_DATE": DATE,
        "GIT_COMMITTER_DATE": DATE,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_EDITOR": "true",
        # Nothing of a test's outlives it; tests/e2e/test_push_radar.py takes this away.
        "GITFLOWGUARD_BACKGROUND": "off",
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
    }.items():
        monkeypatch.setenv(name, value)
    yield home


@pytest.fixture(scope="session")
def recorder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of the recording git (tests.oracle)."""
    return oracle.install(tmp_path_factory.mktemp("oracle"))


@pytest.fixture(scope="session")
def exec_path(recorder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What git puts in front of PATH for its hooks, with the recording git in it."""
    return oracle.install_exec_path(tmp_path_factory.mktemp("exec-path"), recorder)


@pytest.fixture(autouse=True)
def argv_oracle(
    sealed: Path,
    recorder: Path,
    exec_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Path]:
    """Judges every git that the product started in this test, wherever it ran, in git's own hooks too."""
    log = sealed.with_suffix(".calls")
    monkeypatch.setenv("PATH", f"{recorder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("GIT_EXEC_PATH", str(exec_path))
    monkeypatch.setenv(oracle.LOG, str(log))
    monkeypatch.setenv(oracle.RECORDER, str(recorder))
    yield log
    assert not oracle.complaints(log)


@pytest.fixture
def tally(record_property: Callable[[str, object], None]) -> Callable[[int, int], None]:
    """Takes how many cases a test of the hostile suite has tried, and how many of them went wrong.

    A test that says nothing counts as one case.
    """

    def count(tried: int, wrong: int) -> None:
        record_property("tried", tried)
        record_property("wrong", wrong)

    return count


def executable(path: Path, text: str) -> Path:
    """Writes a script that can be run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    return path
