"""`gitflowguard doctor`."""

from __future__ import annotations

import os
import sys

import click

from gitflowguard import __version__
from gitflowguard.app.setup.doctor import BAD, OK, WARNING, DoctorCheck, examine
from gitflowguard.cli import exits
from gitflowguard.cli.choice import WordChoice
from gitflowguard.cli.timings import show
from gitflowguard.cli.console import COLOURS, colour, is_terminal, write
from gitflowguard.cli.output import document, json_option
from gitflowguard.model.names import plural, shell
from gitflowguard.repo.git import Git
from gitflowguard.report.escape import Escaped, terminal

_SIGNS = {OK: "✓", WARNING: "!", BAD: "✗"}
_COLOURS = {OK: 32, WARNING: 33, BAD: 31}


@click.command("doctor")
@json_option()
@click.option("--timings", is_flag=True, help="How long each rule of your own took, instead of the checks.")
@click.option(
    "--color", type=WordChoice(COLOURS), default="auto", show_default=True, help="When to use colors."
)
def command(as_json: bool, timings: bool, color: str) -> int:
    """Are the hooks truly active? Each line with the command that repairs it.

    Exit code 1 if something is wrong; warnings do not count.

    With --timings: what the rules of your own (docs/own-rules.md) added to the hooks and commands that ran here.

    Example: gitflowguard doctor --timings
    """
    if timings:
        return show(as_json)
    checks = examine(Git())
    if as_json:
        write(_json(checks), sys.stdout)
    else:
        write(Escaped(_text(checks, colour(color, os.environ, is_terminal(sys.stdout)))), sys.stdout)
    return exits.VIOLATIONS if any(check.status == BAD for check in checks) else exits.CLEAN


def _text(checks: tuple[DoctorCheck, ...], coloured: bool) -> str:
    width = max(len(check.name) for check in checks)
    lines = []
    for check in checks:
        sign = _SIGNS[check.status]
        sign = f"\x1b[{_COLOURS[check.status]}m{sign}\x1b[0m" if coloured else sign
        lines.append(f"{sign} {terminal(f'{check.name:<{width}}  {check.says}')}")
        if check.mend:
            label = "see" if check.mend[0] == "cat" else "fix"
            lines.append(f"  {'':<{width}}  {label}: {terminal(shell(check.mend))}")
    bad = sum(check.status == BAD for check in checks)
    lines.append(f"{plural(bad, 'thing')} to fix." if bad else "All is well.")
    return "\n".join(lines) + "\n"


def _json(checks: tuple[DoctorCheck, ...]) -> Escaped:
    """The fix is an argv, empty where there is nothing to repair."""
    rows = [{**check._asdict(), "mend": list(check.mend)} for check in checks]
    return document(version=__version__, ok=all(check.status != BAD for check in checks), checks=rows)
