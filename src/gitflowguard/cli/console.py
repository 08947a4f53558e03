"""Whether to colour, and writing that survives a reader who has gone."""

from __future__ import annotations

import os

from gitflowguard.report.colour import COLOURS, colour

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

__all__ = ["COLOURS", "colour", "is_terminal", "write"]


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a person reads the stream; None (Python's sys.stdout after ``>&-``) is nobody."""
    return stream is not None and stream.isatty()


def write(text: str, stream: TextIO | None) -> bool:
    """Writes and flushes all of the text; False if nobody reads it any more.

    A letter that the stream's encoding lacks is shown by its code. A closed pipe
    (``| head``) is no error, and leaves nothing that Python would complain of at its exit.
    None (Python's sys.stdout after ``>&-``) is nobody. Any other OSError, such as a full
    disk, is the caller's.
    """
    if stream is None:
        return False
    try:
        stream.write(_encodable(text, stream.encoding or "utf-8"))
        stream.flush()
    except BrokenPipeError:
        _abandon(stream)
        return False
    return True


def _encodable(text: str, encoding: str) -> str:
    """The text in letters that the encoding has."""
    return text.encode(encoding, "backslashreplace").decode(encoding)


def _abandon(stream: TextIO) -> None:
    """Turns the stream to nowhere, so that what is left in its buffer can be flushed at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, stream.fileno())
    finally:
        os.close(nowhere)
