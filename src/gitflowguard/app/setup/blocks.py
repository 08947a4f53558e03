"""Commands that are printed to be pasted: no prefix, one command a line, each word quoted for sh.

They are joined by `&&`: a shell goes on with the next pasted line after one that failed, and a commit that a hook of
the team's stops must not be followed by a switch with half of the work staged.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from gitflowguard.model.names import shell
from gitflowguard.model.record import Record


class CommandBlock(Record):
    """says: the line above, "" for none. lines: the commands. after: the line below, "" for none."""

    says: str
    lines: tuple[str, ...]
    after: str = ""


def pasted(*argv: str) -> str:
    """One command line."""
    return shell(argv)


def commit_lines(top: str, files: tuple[str, ...], message: str) -> tuple[str, ...]:
    """A commit of just these files: what else is staged stays staged (git-commit(1), --only).

    top: the work tree. files: paths from there.
    """
    paths = [os.path.relpath(os.path.join(top, path)) for path in files]
    return (pasted("git", "add", *paths), pasted("git", "commit", "-m", message, "--", *paths))


def block_lines(block: CommandBlock) -> Iterator[str]:
    """The block as it is printed, with an empty line around the commands; each runs only if the one before did."""
    if block.says:
        yield block.says
    if block.lines:
        yield from ("", *(f"{line} &&" for line in block.lines[:-1]), block.lines[-1], "")
    if block.after:
        yield block.after
