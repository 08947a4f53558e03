"""Whether to color, and whether a person looks; writing itself is `output`'s."""

from __future__ import annotations

from typing import TextIO

from gitflowguard.output import write
from gitflowguard.report.colour import COLOURS, colour
from gitflowguard.report.escape import Escaped

__all__ = ["COLOURS", "Escaped", "colour", "is_terminal", "write"]


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a person reads the stream; None (Python's sys.stdout after ``>&-``) is nobody."""
    return stream is not None and stream.isatty()
