"""The colour decision, and writing to streams that are narrow, closed or gone."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys

import pytest

from gitflowguard.cli.console import COLOURS, Escaped, colour, write

WRITER = """
import sys
from gitflowguard.cli.console import write
told = all([write("line\\n" * 1000, sys.stdout) for _ in range(200)])
sys.stderr.write("read to the end" if told else "the reader left")
"""


@pytest.mark.parametrize(
    ("environ", "on_terminal", "piped"),
    [
        ({}, True, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": ""}, True, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1", "CLICOLOR_FORCE": "1"}, False, False),
        ({"FORCE_COLOR": "1"}, True, True),
        ({"CLICOLOR_FORCE": "1", "CLICOLOR": "0"}, True, True),
        ({"FORCE_COLOR": "3", "TERM": "dumb"}, True, True),
        ({"FORCE_COLOR": "0", "CLICOLOR_FORCE": "0"}, True, False),
        ({"FORCE_COLOR": ""}, True, False),
        ({"CLICOLOR": "0"}, False, False),
        ({"CLICOLOR": "1"}, True, False),
        ({"TERM": "dumb"}, False, False),
    ],
)
def test_colour_follows_the_environment(environ: dict[str, str], on_terminal: bool, piped: bool) -> None:
    assert colour("auto", environ, tty=True) is on_terminal
    assert colour("auto", environ, tty=False) is piped
    assert colour("always", environ, tty=False) is True
    assert colour("never", environ, tty=True) is False


def test_the_choices_of_the_option() -> None:
    assert COLOURS == ("auto", "always", "never")


def test_write_gives_the_whole_text() -> None:
    stream = io.StringIO()
    assert write("été ✓\n", stream)
    assert stream.getvalue() == "été ✓\n"


@pytest.mark.parametrize(("encoding", "said"), [("ascii", rb"\xe9 \u2713 a"), ("latin-1", b"\xe9 \\u2713 a")])
def test_a_narrow_stream_gets_codes_for_what_it_lacks(encoding: str, said: bytes) -> None:
    raw = io.BytesIO()
    with io.TextIOWrapper(raw, encoding=encoding) as stream:
        assert write("é ✓ a", stream)
        assert raw.getvalue() == said


def test_a_surrogate_never_stops_the_output() -> None:
    raw = io.BytesIO()
    with io.TextIOWrapper(raw, encoding="utf-8") as stream:
        assert write(Escaped("a\udcff"), stream)
        assert raw.getvalue() == rb"a\udcff"


def test_no_stream_at_all_is_nobody() -> None:
    assert not write("x", None)


class Full(io.StringIO):
    """A stream on a disk without room."""

    def flush(self) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_the_callers_to_tell() -> None:
    with pytest.raises(OSError, match="No space left"):
        write("x", Full())


def test_a_reader_who_leaves_early_causes_no_traceback() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WRITER], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None and child.stderr is not None
        assert child.stdout.readline() == "line\n"
        child.stdout.close()
        assert child.stderr.read() == "the reader left"
        assert child.wait() == 0


def test_what_a_closed_pipe_leaves_in_the_buffer_can_still_be_flushed() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "w", encoding="utf-8") as stream:
        assert not write("x", stream)
        stream.flush()
