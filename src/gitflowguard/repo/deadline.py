"""How long a hook may take. Light: every hook sets this; `signal` would load enum for 3 ms.

A hook that never ends stops a person's work with no word of why, and there is always one more way to make a
program wait: a lock, a network drive, a repository that somebody has built for it. Tools and the radar have limits
of their own, and a hook that was here before ours may take its time: the clock stands still for them.
"""

from __future__ import annotations

try:
    import _signal  # type: ignore[import-not-found]
except ImportError:  # another Python than CPython
    _signal = None

SECONDS = 10.0


class TimeUp(BaseException):
    """The time is up. No Exception, so that no handler on the way takes it for an answer."""


def start(seconds: float = 0.0) -> None:
    """Begins to count; raises TimeUp wherever the program is when the time is up. Does nothing on Windows.

    seconds: 0 for SECONDS.
    """
    if hasattr(_signal, "setitimer"):
        _signal.signal(_signal.SIGALRM, _up)
        _signal.setitimer(_signal.ITIMER_REAL, seconds or SECONDS)


def stop() -> bool:
    """Stops the clock; says whether it ran."""
    if not hasattr(_signal, "setitimer"):
        return False
    left, _ = _signal.setitimer(_signal.ITIMER_REAL, 0)
    return bool(left)


def left(seconds: float, until: float) -> float:
    """How long one program may take: this many seconds, but not beyond that moment (time.monotonic); 0 for no end."""
    import time

    return min(seconds, max(0.001, until - time.monotonic())) if until else seconds


def _up(number: int, frame: object) -> None:
    raise TimeUp(f"it took more than {SECONDS:g} s")
