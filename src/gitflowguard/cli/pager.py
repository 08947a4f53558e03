"""A long answer goes through a pager, as git's own commands do: only on a terminal, and only if it fills the screen.

Which one: GIT_PAGER, core.pager of the user or the system, PAGER, less (git-var(1)). The repository's own core.pager
isn't asked: a repository must not choose what runs (SECURITY.md).
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Mapping

import click

from gitflowguard.cli.console import is_terminal, write
from gitflowguard.output import safe
from gitflowguard.process import ProcessError, pass_through
from gitflowguard.repo.git import Git, GitError
from gitflowguard.report.escape import Escaped

# git-config(1), core.pager: what git sets where the user has not.
_SETTINGS = {"LESS": "FRX", "LV": "-c"}
_NONE = ("", "cat")
_THEIRS = ("system", "global")


def page(text: str | Escaped) -> None:
    """Writes to standard output, through the pager where that fits."""
    context = click.get_current_context(silent=True)
    allowed = context is None or context.meta.get("gitflowguard.pager", True)
    if not allowed or not is_terminal(sys.stdout) or not _fills(text):
        write(text, sys.stdout)
        return
    command = pager(os.environ)
    if command in _NONE or not _run(command, text):
        write(text, sys.stdout)


def pager(environ: Mapping[str, str]) -> str:
    """The command line of the pager, "" for none."""
    if "GIT_PAGER" in environ:
        return environ["GIT_PAGER"]
    configured = _configured()
    if configured is not None:
        return configured
    if "PAGER" in environ:
        return environ["PAGER"]
    return "less" if shutil.which("less", path=environ.get("PATH")) else ""


def _configured() -> str | None:
    """core.pager of the user, else of the system; None where neither has it."""
    try:
        rows = Git().call("config", "--show-scope", "--get-all", "core.pager", codes=(0, 1)).out
    except (GitError, ProcessError):
        return None
    found = None
    for row in rows.decode("utf-8", "surrogateescape").splitlines():
        scope, _, value = row.partition("\t")
        found = value if scope in _THEIRS else found
    return found


def _fills(text: str) -> bool:
    """Whether it has more lines than the screen."""
    return text.count("\n") >= shutil.get_terminal_size().lines


def _run(command: str, text: str | Escaped) -> bool:
    """Shows the text; False where the pager could not be started."""
    data = safe(text).encode(getattr(sys.stdout, "encoding", None) or "utf-8", "backslashreplace")
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the pager's
    try:
        return pass_through(("sh", "-c", command), data, {**_SETTINGS, **os.environ}) not in (126, 127)
    except ProcessError:
        return False
    finally:
        signal.signal(signal.SIGINT, before)
