"""Whether to color: one answer for the command line and for hooks."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

COLOURS = ("auto", "always", "never")


def colour(choice: str, environ: Mapping[str, str], tty: bool) -> bool:
    """Whether to color: ``--color``, then NO_COLOR, FORCE_COLOR or CLICOLOR_FORCE, CLICOLOR=0, the terminal.

    choice: one of COLOURS. tty: whether the stream is a terminal. Empty variables count as
    unset (no-color.org), and so does a force of ``0`` (bixense.com/clicolors).
    """
    if choice in ("always", "never"):
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if any(environ.get(name, "") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return tty and environ.get("CLICOLOR") != "0" and environ.get("TERM") != "dumb"
