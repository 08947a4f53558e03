"""How much of a file is read, and what is raised where that isn't enough."""

from __future__ import annotations

from gitflowguard.model.record import Record


class Limits(Record):
    """What one file may take.

    size: bytes of one decompressed layer. total: bytes of all layers together. depth: archives in archives.
    members: files in one archive. steps: opcodes of pickles.
    """

    size: int = 64 << 20
    total: int = 192 << 20
    depth: int = 5
    members: int = 20_000
    steps: int = 20_000_000


class Opaque(Exception):
    """The bytes can't be read to their end. The text is a clause for a person: "the zip is cut off"."""


class Budget:
    """What is left of the limits while one file is read."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.bytes = limits.total
        self.steps = limits.steps

    def spend(self, size: int) -> None:
        """Takes decompressed bytes off; raises Opaque where there are none left."""
        self.bytes -= size
        if self.bytes < 0:
            raise Opaque(f"it holds more than {self.limits.total >> 20} MB when unpacked")
