"""The one place that writes to a stream: every text leaves escaped and without credentials.

A branch's name, a key of a policy, a path and git's own words may hold what a
terminal or a CI runner would obey, and an address may hold what lets somebody
in. Whoever prints doesn't have to remember that. tests/safety/test_writer.py
keeps every other module from writing. Light: hooks use this.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

    from gitflowguard.report.escape import Escaped

__all__ = ["hold", "out", "release", "safe", "say", "tell", "tell_over", "write"]

# What `--quiet` keeps back until the exit code is known, in order; None where nothing is kept back.
_held: list[tuple[str | Escaped, TextIO | None]] | None = None


def hold() -> None:
    """Keeps back from here on what is written, until `release`."""
    global _held
    _held = [] if _held is None else _held


def release(shown: bool = True) -> None:
    """Writes what was kept back, or drops it; what comes later is written at once."""
    global _held
    kept, _held = _held or (), None
    for text, stream in kept:
        if shown:
            write(text, stream)


def out(text: str | Escaped) -> bool:
    """Writes to standard output; see `write`."""
    return write(text, sys.stdout)


def tell(text: str | Escaped) -> bool:
    """Writes to standard error, whatever becomes of it: a full disk behind it must not change an exit code."""
    try:
        return write(text, sys.stderr)
    except OSError:
        return False


def tell_over(text: str) -> bool:
    """Writes over the terminal's last line on standard error; "" erases it.

    A longer text is cut: a line that the terminal wraps can't be written over.
    """
    from gitflowguard.report.escape import Escaped, terminal

    return tell(Escaped(f"\r\x1b[K{terminal(text)[:_room()]}"))


def _room() -> int | None:
    """How many letters fit into a line of the terminal behind standard error; None where that isn't known."""
    try:
        columns = os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError, AttributeError):
        return None
    return max(columns - 1, 1) if columns else None


def say(text: str) -> bool:
    """Tells a person, on standard error, with the program's name before the first line."""
    return tell(f"gitflowguard: {text}\n")


def write(text: str | Escaped, stream: TextIO | None) -> bool:
    """Writes and flushes all of the text; False if nobody reads it any more.

    A plain text is escaped line by line (report.escape.terminal); `Escaped` is what a renderer with an escaper of its
    own has made. Both lose credentials. A letter that the stream's encoding lacks is shown by its code. A closed pipe
    (``| head``) isn't an error, and leaves nothing that Python would complain of at its exit. None (Python's sys.stdout
    after ``>&-``) is nobody. Any other OSError, such as a full disk, is the caller's.
    """
    if stream is None:
        return False
    if _held is not None:
        _held.append((text, stream))
        return True
    try:
        stream.write(_encodable(safe(text), getattr(stream, "encoding", None) or "utf-8"))
        stream.flush()
    except BrokenPipeError:
        _abandon(stream)
        return False
    return True


def safe(text: str | Escaped) -> str:
    """The text as it may leave: escaped, unless it is already, and without credentials. For files, too."""
    from gitflowguard.model.credentials import without_credentials
    from gitflowguard.report.escape import Escaped, terminal

    if not isinstance(text, Escaped):
        text = "\n".join(terminal(line) for line in text.split("\n"))
    return without_credentials(text)


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
