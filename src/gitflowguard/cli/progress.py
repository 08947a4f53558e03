"""How far a long run of tools is: one line on stderr that is written over, and only where a person watches.

A thread writes it, so that the first sign of life comes in time whatever the run is busy with, and the seconds go
on while a tool is silent. In a pipe nothing is started and nothing is written.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Mapping
from types import TracebackType
from typing import TextIO

from gitflowguard.cli.console import Escaped, is_terminal, write
from gitflowguard.report.escape import terminal

# Seconds. A run that ends before the first is silent; our own start takes about 0.3 before that.
FIRST, EVERY = 0.5, 0.2
# A terminal that can't erase a line gets a new one, but seldom.
SELDOM = 5.0
_ERASE = "\r\x1b[K"


class ProgressLine:
    """A context in which the line may be shown; `tell` says what it says.

    stream: where; None: nobody watches. dumb: whether the terminal can't erase a line.
    """

    def __init__(self, stream: TextIO | None, dumb: bool = False) -> None:
        self._stream, self._dumb = stream, dumb
        self._began = time.monotonic()
        self._counts: Mapping[str, tuple[int, int]] = {}
        self._shown = False

    def tell(self, counts: Mapping[str, tuple[int, int]]) -> None:
        """Takes (files done, files in all) by tool."""
        self._counts = counts

    def say(self, text: str) -> None:
        """Writes a line of its own to the stream that people read, above the progress."""
        if self._stream is None:
            write(text + "\n", sys.stderr)
            return
        with self._lock:
            self._erase()
            write(text + "\n", sys.stderr)

    def __enter__(self) -> ProgressLine:
        if self._stream is not None:
            import threading

            self._lock = threading.Lock()
            self._over = threading.Event()
            self._thread = threading.Thread(target=self._run, daemon=True)
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stream is not None:
            self._over.set()
            self._thread.join()
            self._erase()

    def _run(self) -> None:
        wait = FIRST
        while not self._over.wait(wait):
            wait = SELDOM if self._dumb else EVERY
            with self._lock:
                self._write(line(self._counts, time.monotonic() - self._began))

    def _write(self, text: str) -> None:
        width = shutil.get_terminal_size().columns - 1
        shown = terminal(text)
        shown = shown if len(shown) <= width else shown[: width - 1] + "…"
        self._put(shown + "\n" if self._dumb else _ERASE + shown)
        self._shown = not self._dumb

    def _erase(self) -> None:
        if self._shown:
            self._put(_ERASE)
            self._shown = False

    def _put(self, text: str) -> None:
        """Progress is advice: a terminal that has gone, or lacks a letter, stops no check."""
        if self._stream is None:
            return
        try:
            write(Escaped(text), self._stream)
        except (OSError, ValueError):
            self._dumb, self._shown = True, False


def line(counts: Mapping[str, tuple[int, int]], seconds: float) -> str:
    """``black 300 of 610 files, bandit 0 of 610 (12 s)``."""
    parts = [f"{tool} {done:,} of {total:,}" for tool, (done, total) in counts.items()]
    if parts:
        parts[0] += " files"
    return f"{', '.join(parts) or 'Reading the files'} ({seconds:.0f} s)"


def progress() -> ProgressLine:
    """For stderr, if it is a terminal."""
    stream = sys.stderr if is_terminal(sys.stderr) else None
    return ProgressLine(stream, os.environ.get("TERM", "") in ("", "dumb"))
