"""Where a run over many repositories stopped: one line for each repository that is done.

A line is written at once when a repository is done and never changed, so that a run that was cut off at any moment
loses at most the repository that it was at. A last line that was cut is not believed.
"""

from __future__ import annotations

import json
import os

_MAGIC = "gitflowguard journal 1"


class JournalError(Exception):
    """The file isn't a journal, or is one of another run; the text says which."""


class RunJournal:
    """task: what tells this run from any other, such as the command and the policy's digest.

    done: repository -> what was said of it. path "": nothing is kept.
    """

    def __init__(self, path: str, task: str) -> None:
        self.path = path
        self.done: dict[str, str] = {}
        self._task = task
        if path:
            self._open()

    def add(self, repository: str, said: str) -> None:
        """Remembers that a repository is done; raises OSError."""
        self.done[repository] = said
        if self.path:
            self._append({"repository": repository, "said": said})

    def _open(self) -> None:
        try:
            with open(self.path, encoding="utf-8", errors="replace") as file:
                lines = file.read().split("\n")
        except FileNotFoundError:
            self._append({"what": _MAGIC, "task": self._task})
            return
        except OSError as problem:
            raise JournalError(f"--journal: {self.path} cannot be read: {problem.strerror}") from None
        rows = [_row(line) for line in lines[:-1]]
        head = rows[0] if rows else {}
        if head.get("what") != _MAGIC:
            raise JournalError(f"--journal: {self.path} isn't a journal of ours; name a new file")
        if head.get("task") != self._task:
            says = "belongs to another command or another policy"
            raise JournalError(f"--journal: {self.path} {says}; name a new file, or remove it to begin anew")
        for row in rows[1:]:
            if isinstance(row.get("repository"), str):
                self.done[row["repository"]] = str(row.get("said", ""))
        if lines[-1]:  # cut off in the middle: what follows has to start on a line of its own
            self._write(b"\n")

    def _append(self, row: dict[str, str]) -> None:
        self._write(json.dumps(row).encode() + b"\n")

    def _write(self, data: bytes) -> None:
        try:
            handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        except OSError as problem:
            raise JournalError(f"--journal: {self.path} cannot be written: {problem.strerror}") from None
        try:
            os.write(handle, data)
            os.fsync(handle)
        finally:
            os.close(handle)


def _row(line: str) -> dict[str, str]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
