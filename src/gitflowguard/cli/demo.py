"""`gitflowguard demo`."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from gitflowguard.app.demo import demo as play
from gitflowguard.cli import exits
from gitflowguard.cli.choice import WordChoice
from gitflowguard.cli.console import COLOURS, colour, is_terminal, write
from gitflowguard.installation import absent_tool
from gitflowguard.output import say
from gitflowguard.report.escape import Escaped, terminal

_STYLES = {play.TITLE: "1;4", play.COMMAND: "36", play.REFUSAL: "31", play.SURPRISE: "1;31"}


@click.command("demo")
@click.option("--ml", is_flag=True, help="The day of a model: notebooks, pickles, CI, a gate, retraining.")
@click.option("--keep", is_flag=True, help="Leave the directory, and print where it is.")
@click.option(
    "--color", type=WordChoice(COLOURS), default="auto", show_default=True, help="When to use colors."
)
def command(ml: bool, keep: bool, color: str) -> int:
    """Three engineers, one line of code: a day without the guard, and the same day with it.

    Real git and the real hooks, in a temporary directory that is removed afterwards;
    nothing of yours is read or changed. It takes a few seconds.

    Example: gitflowguard demo
    """
    lacks = absent_tool("flake8", "demo --ml") if ml else ""
    if lacks:
        say(lacks)
        return exits.BLIND
    coloured = colour(color, os.environ, is_terminal(sys.stdout))

    def show(line: play.DemoLine) -> None:
        if not write(Escaped(_drawn(line, coloured)), sys.stdout):
            raise BrokenPipeError  # nobody reads on: no need to play on

    with _hangup():
        told = play.demo(show, getattr(sys.stdout, "encoding", None) or "utf-8", keep, ml)
    for text in told.surprises:
        write(f"gitflowguard: the demo did not go as it should: {terminal(text)}\n", sys.stderr)
    return exits.VIOLATIONS if told.surprises else exits.CLEAN


@contextmanager
def _hangup() -> Iterator[None]:
    """A terminal that is closed ends us in order, too, unless nohup(1) says otherwise."""
    number = getattr(signal, "SIGHUP", None)
    before = signal.getsignal(number) if number else signal.SIG_IGN
    if number is None or before == signal.SIG_IGN:
        yield
        return
    signal.signal(number, lambda signum, frame: sys.exit(128 + signum))
    try:
        yield
    finally:
        signal.signal(number, before)


def _drawn(line: play.DemoLine, coloured: bool) -> str:
    """Headlines and narration at the margin, commands two in, output four."""
    text = terminal(line.text)
    if coloured and line.style in _STYLES:
        text = f"\x1b[{_STYLES[line.style]}m{text}\x1b[0m"
    if line.style == play.TITLE:
        return f"\n{text}\n" if coloured else f"\n{text}\n{'=' * len(text)}\n"
    if line.style == play.TEXT:
        return f"\n{text}\n"
    if line.style == play.LAST:
        return f"{text}\n"
    return f"{'  ' if line.style == play.COMMAND else '      '}{text}\n"
