"""Signals that end us become exceptions while tools run, so that their processes and files are cleared away.

A hook's front end lets Ctrl-C kill it at once, because it has nothing to undo; a run
of tools has children and a private directory.
"""

from __future__ import annotations

import _signal as signal  # type: ignore[import-not-found]  # the C module; `signal` loads enum for 5 ms
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


def _leave(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)
