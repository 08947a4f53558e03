"""How far a long run is: on a terminal, in time and with totals; in a pipe nothing at all."""

from __future__ import annotations

import io
import os
import pty
import re
import select
import subprocess
import time
from pathlib import Path

import pytest

from gitflowguard.cli import progress
from gitflowguard.cli.progress import ProgressLine, line
from tests.e2e.world import World
from tests.quality.world import GOOD, declared, guarded, program

SLOW = "time.sleep(2)\n"


def shows(stream: io.StringIO, text: str = "") -> bool:
    """Waits until the stream shows a text, or anything; the thread may be slow to start on a busy machine."""
    end = time.monotonic() + 120
    while not stream.getvalue() or text not in stream.getvalue():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def slow(root: Path) -> World:
    """Two files, and a tool that takes two seconds for them."""
    world = guarded(root, policy=declared(program(root, "own", SLOW)))
    world.write("a.py", GOOD)
    world.write("b.py", GOOD)
    return world


def watched(world: World, *argv: str, **env: str) -> tuple[int, str, list[tuple[float, str]]]:
    """Exit code, stdout, and (seconds, text) of what came on a terminal that is stderr."""
    ours, theirs = pty.openpty()
    began = time.monotonic()
    process = subprocess.Popen(
        argv, cwd=world.work, env={**os.environ, **world.env, **env}, stderr=theirs, stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    os.close(theirs)
    said: list[tuple[float, str]] = []
    while process.poll() is None or select.select([ours], [], [], 0)[0]:
        if select.select([ours], [], [], 0.05)[0]:
            try:
                data = os.read(ours, 65536).decode()
            except OSError:  # Linux: the other end is closed
                break
            said += [(time.monotonic() - began, data)] if data else []
            if not data:
                break
    os.close(ours)
    out = process.communicate(timeout=120)[0]
    return process.returncode, out, said


@pytest.mark.slow
def test_a_terminal_shows_totals_and_is_left_clean(tmp_path: Path) -> None:
    """A sign of life while the tool is silent, seconds that go on, and an erased line at the end."""
    world = slow(tmp_path)
    code, out, said = watched(world, "gitflowguard", "quality", TERM="xterm")
    text = "".join(words for _, words in said)
    assert code == 0 and out.endswith("All clear: 2 checks.\n") and "\x1b[K" not in out
    assert "own 0 of 2 files" in text and re.search(r"\(2 s\)", text), text
    assert text.endswith("\r\x1b[K") and "\n" not in text
    assert len(said) > 4


@pytest.mark.slow
def test_a_pipe_gets_nothing(tmp_path: Path) -> None:
    """stderr is empty, however long it takes; a terminal that can't erase gets whole lines, and few."""
    world = slow(tmp_path)
    done = subprocess.run(
        ("gitflowguard", "quality", "--no-cache"), cwd=world.work, env={**os.environ, **world.env},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    _, _, said = watched(world, "gitflowguard", "quality", "--no-cache", TERM="dumb")
    text = "".join(words for _, words in said)
    lines = text.splitlines()
    assert "\x1b" not in text and 1 <= len(lines) <= 1 + said[-1][0] // progress.SELDOM, text
    assert all(
        re.fullmatch(r"(Reading the files|own [012] of 2 files) \(\d+ s\)", one) for one in lines
    ), text


def test_a_short_run_shows_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody can read what is there for a moment."""
    stream = io.StringIO()
    monkeypatch.setattr(progress, "FIRST", 60.0)
    with ProgressLine(stream) as shown:
        shown.tell({"black": (0, 3)})
    assert stream.getvalue() == ""
    monkeypatch.setattr(progress, "FIRST", 0.0)
    monkeypatch.setattr(progress, "EVERY", 0.01)
    with ProgressLine(stream) as shown:
        shown.tell({"black": (1, 3)})
        assert shows(stream, "\r\x1b[Kblack 1 of 3 files (")
    assert stream.getvalue().endswith("\r\x1b[K")


def test_lines_of_its_own_stand_above_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The progress is erased before a line is written, with a terminal and without one."""
    monkeypatch.setattr(progress, "FIRST", 0.0)
    monkeypatch.setattr(progress, "EVERY", 60.0)
    stream = io.StringIO()
    with ProgressLine(stream) as shown:
        assert shows(stream)
        shown.say("fixed a.py (black)")
        assert stream.getvalue().endswith("\r\x1b[K")
    with ProgressLine(None) as shown:
        shown.say("fixed b.py (black)")
    assert capsys.readouterr().err == "fixed a.py (black)\nfixed b.py (black)\n"


def test_what_the_line_says() -> None:
    """Totals by tool; before the first tool is at work, what else is going on."""
    assert line({}, 0.7) == "Reading the files (1 s)"
    assert line({"black": (1300, 1830), "bandit": (0, 1830)}, 12.4) == (
        "black 1,300 of 1,830 files, bandit 0 of 1,830 (12 s)"
    )


def test_a_narrow_terminal_gets_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that wraps could not be erased."""
    monkeypatch.setattr(progress, "FIRST", 0.0)
    monkeypatch.setenv("COLUMNS", "20")
    stream = io.StringIO()
    with ProgressLine(stream) as shown:
        shown.tell({"black": (1, 10_000), "flake8": (2, 10_000)})
        assert shows(stream, "…")
    lines = stream.getvalue().split("\r\x1b[K")
    assert max(map(len, lines)) == 19


class Gone(io.StringIO):
    """A terminal that was closed."""

    def write(self, text: str) -> int:
        raise OSError(5, "Input/output error")


def test_a_terminal_that_has_gone_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Progress is advice."""
    monkeypatch.setattr(progress, "FIRST", 0.0)
    with ProgressLine(Gone()) as shown:
        time.sleep(0.05)
        shown.tell({"black": (1, 3)})
