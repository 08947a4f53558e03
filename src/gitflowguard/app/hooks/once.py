"""A finding is printed once for one git command, however many of our hooks that command starts.

`git commit` starts pre-commit and prepare-commit-msg; pre-commit and prek start our
native hook (`.legacy`) and then their own entry. All of them have the same git above
them (repo.caller). What was printed is kept under that git's process id and start time;
where no git is found, nothing is held back. Only text is held back, never the exit code.
"""

from __future__ import annotations

import os
import time
import zlib

from gitflowguard.repo.caller import git_above
from gitflowguard.repo.place import only_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    from gitflowguard.model.finding import Report

    T = TypeVar("T")

# In our folder of the git directory: "<pid> <start>", then a line for each thing printed.
PRINTED = "printed"
# Without a start time (from ps) a process id may come round again; the hooks of one command follow at once.
_SECONDS = 60.0


def fresh(folder: str, report: Report, command: str = "") -> Report:
    """The report without what the git command above has printed already; remembers what is left.

    folder: ours, in the git directory. command: for tests, what names the git command above.
    """
    command = command or _command()
    if not command:
        return report
    path = os.path.join(folder, PRINTED)
    known = _read(path, command)
    left = report._replace(
        violations=_new(report.violations, known),
        skipped=_new(report.skipped, known),
        silenced=_new(report.silenced, known),
        notes=_new(report.notes, known),
    )
    printed = [_mark(one) for one in (*left.violations, *left.skipped, *left.silenced, *left.notes)]
    if printed:
        _write(path, command, (*known, *printed))
    return left


def _command() -> str:
    """What names the git command above us, "" if none is found."""
    found = git_above()
    return f"{found.pid} {found.started}".strip() if found is not None else ""


def _new(found: tuple[T, ...], known: tuple[str, ...]) -> tuple[T, ...]:
    return tuple(one for one in found if _mark(one) not in known)


def _mark(one: object) -> str:
    """What tells one printed thing from another; the severity counts, so that a block after a warning is shown."""
    data = repr(one).encode("utf-8", "surrogatepass")
    return f"{zlib.crc32(data):08x}{zlib.adler32(data):08x}{len(data):x}"


def _read(path: str, command: str) -> tuple[str, ...]:
    """What the same git command has printed."""
    try:
        with open(path, encoding="ascii", errors="replace", opener=only_file) as file:
            head, *marks = file.read().splitlines() or [""]
        recent = time.time() - os.stat(path).st_mtime < _SECONDS
    except OSError:
        return ()
    return tuple(marks) if head == command and (recent or " " in command) else ()


def _write(path: str, command: str, marks: tuple[str, ...]) -> None:
    """Replaces the file; where it can't be written, everything is simply printed again."""
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="ascii", opener=only_file) as file:
            file.write("\n".join((command, *marks, "")))
    except OSError:
        pass
