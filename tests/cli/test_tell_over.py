"""The line of progress that is written over: never longer than the terminal is wide."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import struct
import sys
import termios

import pytest

from gitflowguard.output import tell_over

TEXT = "develop: 10 of 10 comparisons; now the order and the details"


@pytest.mark.parametrize(("columns", "shown"), [(40, TEXT[:39]), (200, TEXT), (0, TEXT)])
def test_a_line_fits_the_terminal(monkeypatch: pytest.MonkeyPatch, columns: int, shown: str) -> None:
    """A line that wraps leaves its first half behind. A terminal of 0 columns doesn't say how wide it is."""
    reader, writer = pty.openpty()
    fcntl.ioctl(writer, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with os.fdopen(writer, "w") as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        assert tell_over(TEXT)
        said = os.read(reader, 4096).decode()
    os.close(reader)
    assert said == f"\r\x1b[K{shown}"


def test_what_isnt_a_terminal_gets_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream in memory has no number."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    assert tell_over(TEXT) and stream.getvalue().endswith(TEXT)
