"""How fast GitHub may be asked, shared by everything in one process that asks with the same token.

The figures are GitHub's published ones (docs.github.com, "Rate limits for the REST API"): no more than 900 points
in a minute, where a read is 1 and a write is 5; a second between writes, which are never sent in parallel; and
when nothing is left of the hour's requests, no further one before the reset.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping

from gitflowguard.forge.answers import number

POINTS = 900
MINUTE = 60.0
WRITE = 5
BETWEEN_WRITES = 1.0
# Requests that others with the same token (a colleague, a bot) may need until the reset.
RESERVE = 20


class Pace:
    """Tells each request when it may go. limits: False for a server without any (GitHub Enterprise Server's default).

    now: seconds of a clock that never goes back. sleep, clock: for tests.
    """

    def __init__(
        self,
        limits: bool = True,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.monotonic,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.limits = limits
        self.sleep = sleep
        self.now = now
        self.clock = clock
        self.writing = threading.Lock()
        self._lock = threading.Lock()
        self._spent: deque[tuple[float, int]] = deque()
        self._points = 0
        self._last_write = float("-inf")
        self._closed_until = 0.0

    def delay(self, write: bool) -> float:
        """Books a place for a request; returns how many seconds it has to wait for it."""
        if not self.limits:
            return 0.0
        with self._lock:
            now = self.now()
            cost = WRITE if write else 1
            at = now
            while self._spent and self._spent[0][0] <= now - MINUTE:
                self._points -= self._spent.popleft()[1]
            over = self._points + cost - POINTS
            for when, points in self._spent:
                if over <= 0:
                    break
                over -= points
                at = max(at, when + MINUTE)
            if write:
                at = max(at, self._last_write + BETWEEN_WRITES)
                self._last_write = at
            self._spent.append((at, cost))
            self._points += cost
            return at - now

    def closed(self) -> float:
        """Seconds until the hour's requests are there again, 0 if some are left."""
        with self._lock:
            return max(0.0, self._closed_until - self.clock()) if self._closed_until else 0.0

    def learn(self, headers: Mapping[str, str]) -> None:
        """Takes note of what an answer says is left of the hour's requests."""
        left, reset = (number(headers.get(f"x-ratelimit-{what}", "")) for what in ("remaining", "reset"))
        if self.limits and left is not None and reset is not None:
            with self._lock:
                self._closed_until = reset + 1.0 if left < RESERVE else 0.0
