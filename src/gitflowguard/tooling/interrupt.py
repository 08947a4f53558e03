"""Signals that end us become exceptions while tools run, so that their processes and files are cleared away.

A hook's front end lets Ctrl-C kill it at once, because it has nothing to undo; a run
of tools has children and a private directory.
"""

from __future__ import annotations

import _signal as signal  # type: ignore[import-not-found]  # the C module; `signal` loads enum for 5 ms
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType, TracebackType


class interruptible:
    """A context in which SIGINT is KeyboardInterrupt, and SIGTERM and SIGHUP are SystemExit(128 + signal)."""

    def __enter__(self) -> None:
        wanted = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: _leave}
        if hasattr(signal, "SIGHUP"):
            wanted[signal.SIGHUP] = _leave
        # Only what would kill us: a program that ignores Ctrl-C, or a caller's own handler, stays as it is.
        mine = {number: then for number, then in wanted.items() if signal.getsignal(number) == signal.SIG_DFL}
        self._before = {number: signal.signal(number, then) for number, then in mine.items()}

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, then in self._before.items():
            signal.signal(number, then)


class undisturbed:
    """A context that the signals which end us wait for: a removal that is broken off leaves what nobody knows of.

    They are caught and sent again afterwards. A mask would not do: where there is another thread, it takes the signal,
    and Python then answers it in this one anyway.
    """

    def __enter__(self) -> None:
        self._came: list[int] = []
        numbers = [signal.SIGINT, signal.SIGTERM]
        if hasattr(signal, "SIGHUP"):
            numbers.append(signal.SIGHUP)
        try:
            self._before = {number: signal.signal(number, self._note) for number in numbers}
        except ValueError:  # not the main thread: signals are answered elsewhere
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


def _leave(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)
