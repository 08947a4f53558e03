"""Repairs mechanical slips in the file of a message that git is about to store."""

from __future__ import annotations

import os

from gitflowguard.model.message import stored
from gitflowguard.model.wording import repaired
from gitflowguard.repo.caller import git_above
from gitflowguard.repo.cleanup import Words, how_cleaned, read_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.repo.git import Git


def repair(git: Git, path: str, fixes: tuple[str, ...]) -> tuple[str, str]:
    """Repairs the subject in the file where the policy says so; (before, after), both "" if nothing was wrong.

    Only the lines that git keeps change: comments and the scissors stay, so the editor's file is what it was.
    Raises OSError and GitError.
    """
    with open(path, "rb") as file:
        raw = file.read()
    above = git_above()
    words = read_words(above.args) if above is not None else Words()
    old = stored(raw, how_cleaned(git, raw, path, words, os.environ))
    text = old.decode("utf-8", "surrogateescape")
    new = repaired(text, fixes)
    head, _, _ = text.partition("\n")
    if new == text or not head:
        return "", ""
    made = _replaced(raw, old, new.encode("utf-8", "surrogateescape"))
    if made == raw:
        return "", ""
    with open(path, "wb") as file:
        file.write(made)
    return head, new.partition("\n")[0]


def _replaced(raw: bytes, old: bytes, new: bytes) -> bytes:
    """The file with another subject, and with a blank line behind it where the message has one now."""
    subject, _, rest = old.partition(b"\n")
    better, _, after = new.partition(b"\n")
    lines = raw.split(b"\n")
    for at, line in enumerate(lines):
        if line.rstrip(b" \t\r") == subject:
            gap = [b""] if after.startswith(b"\n") and not rest.startswith(b"\n") else []
            return b"\n".join((*lines[:at], better, *gap, *lines[at + 1 :]))
    return raw
