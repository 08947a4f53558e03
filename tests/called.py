"""`gitflowguard`, called in this process where a test is about what a command says and does, not about its start.

A start costs 100 to 150 ms of CPU (Python, click, the command's modules); here they are loaded once for all tests.
The command gets what a process would: its own directory, environment, standard input and outputs on the descriptors,
so that what git or a tool prints comes in as well. That the program starts, ends by a signal and reads its own words
is tested where it is the point: in tests/install, tests/cli, tests/safety/test_cases.py (closed streams),
tests/safety/test_never_writes.py (kills) and tests/e2e/test_init_to_uninstall.py.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from gitflowguard.cli.main import main


def called(
    words: tuple[str, ...],
    folder: Path,
    env: Mapping[str, str],
    stdin: str = "",
    program: Callable[[list[str]], int] = main,
) -> tuple[int, str]:
    """Run a command; return its exit code and both its outputs, joined in the order in which they were written.

    Args:
        words: what is typed behind `gitflowguard`.
        folder: where it is typed.
        env: the whole environment, as a child would get it.
        stdin: what it may read; none is a terminal.
        program: what `gitflowguard` starts, or another one.
    """
    before, place = dict(os.environ), os.getcwd()
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as asked:
        asked.write(os.fsencode(stdin))
        asked.seek(0)
        os.chdir(folder)
        _environment(env)
        try:
            with _streams(asked.fileno(), said.fileno()):
                code = program(list(words))
        finally:
            os.chdir(place)
            _environment(before)
        said.seek(0)
        return code, said.read().decode("utf-8", "surrogateescape")


def _environment(env: Mapping[str, str]) -> None:
    """Make it just this; whoever holds `os.environ` sees it."""
    os.environ.clear()
    os.environ.update(env)


@contextmanager
def _streams(stdin: int, stdout: int) -> Iterator[None]:
    """The three descriptors and Python's streams on them, as Python makes them at its start under C.UTF-8."""
    shown = (sys.stdin, sys.stdout, sys.stderr)
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [os.dup(number) for number in range(3)]
    for number, target in enumerate((stdin, stdout, stdout)):
        os.dup2(target, number)
    sys.stdin = io.TextIOWrapper(open(0, "rb", closefd=False), "utf-8", "surrogateescape")
    sys.stdout = io.TextIOWrapper(open(1, "wb", closefd=False), "utf-8", "surrogateescape")
    sys.stderr = io.TextIOWrapper(
        open(2, "wb", closefd=False), "utf-8", "backslashreplace", line_buffering=True
    )
    mine = (sys.stdin, sys.stdout, sys.stderr)
    try:
        yield
    finally:
        mine[1].flush()
        mine[2].flush()
        sys.stdin, sys.stdout, sys.stderr = shown
        for number, target in enumerate(kept):
            os.dup2(target, number)
            os.close(target)
        for stream in mine:
            stream.close()
