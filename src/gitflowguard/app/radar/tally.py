"""How far a look at one target is: comparisons of its branches with it and with each other.

How many there are is known before anything is merged, and stays: each branch with the target, and each two branches.
Those that a proof settles, or a branch that doesn't merge into the target, count like those that are merged.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class Tally:
    """Counts the comparisons of one target. tell: is called with (done, in all) whenever one of them changes."""

    def __init__(self, branches: int, tell: Callable[[int, int], None]) -> None:
        self.branches = branches
        self.total = branches + branches * (branches - 1) // 2
        self.done = 0
        self._tell = tell
        # The merges that are being made: the first and their number, and what is done before and behind them.
        self._first = self._merges = self._from = self._until = 0
        self.tell()

    def tell(self) -> None:
        """Says how far it is."""
        self._tell(self.done, self.total)

    def reach(self, done: int) -> None:
        """Takes how many are done."""
        self._merges = 0
        self._say(done)

    def merging(self, first: int, merges: int, until: int) -> None:
        """The next merges settle comparisons until that many are done. first: how many were made before, in all."""
        self._first, self._merges, self._from, self._until = first, merges, self.done, until

    def merged(self, made: int) -> None:
        """Takes how many merges are made by now, in all."""
        if self._merges:
            share = min(made - self._first, self._merges)
            self._say(self._from + (self._until - self._from) * share // self._merges)

    def _say(self, done: int) -> None:
        if done > self.done:
            self.done = done
            self.tell()
