"""Values by key, as many as there is room for: what was used longest ago goes first."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class SizedCache(Generic[Key, Value]):
    """room: the sum of the sizes that it holds; the last value stays, whatever its size."""

    def __init__(self, room: int) -> None:
        self.room = room
        self._held: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self._size = 0

    def __contains__(self, key: Key) -> bool:
        return key in self._held

    @property
    def full(self) -> bool:
        """Whether what comes next takes the place of something else."""
        return self._size >= self.room

    def get(self, key: Key) -> Value:
        """A value that is there."""
        self._held.move_to_end(key)
        return self._held[key][0]

    def put(self, key: Key, value: Value, size: int) -> None:
        """Adds a value that isn't there, and lets others go where there is no room."""
        self._held[key] = value, size
        self._size += size
        while self._size > self.room and len(self._held) > 1:
            _, (_, gone) = self._held.popitem(last=False)
            self._size -= gone
