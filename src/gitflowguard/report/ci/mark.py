"""The first lines of a file that `gitflowguard ci` writes: who wrote it, with which options, and its checksum."""

from __future__ import annotations

import shlex

from gitflowguard.model.names import shell

MARK = "# Written by `gitflowguard ci"
_SUM = "# Checksum of what follows: "
_KEPT = ". If you edit this file, gitflowguard leaves it alone."
_COMMAND = "gitflowguard ci"


def signed(options: tuple[str, ...], body: str) -> str:
    """The file. options: those that were given, so that a later run repeats them. body: ends in a newline."""
    command = shell(("gitflowguard", "ci", *options))
    head = f"# Written by `{command}`. To update it, run that again.\n"
    return f"{head}{_SUM}{_checksum(body)}{_KEPT}\n{body}"


def is_ours(data: bytes) -> bool:
    """Whether a file was written by this command."""
    return data.startswith(MARK.encode())


def is_edited(data: bytes) -> bool:
    """Whether a file of ours was changed since. Line ends may be the user's (gitattributes(5), eol)."""
    text = data.replace(b"\r\n", b"\n").decode("utf-8", "replace")
    _, _, rest = text.partition("\n")
    line, _, body = rest.partition("\n")
    return line != f"{_SUM}{_checksum(body)}{_KEPT}"


def options_of(data: bytes) -> tuple[str, ...]:
    """The options that a file of ours was written with, as words; () where the line can't be read."""
    line = data.partition(b"\n")[0].decode("utf-8", "replace")
    command = line.partition("`")[2].partition("`. ")[0]
    try:
        words = shlex.split(command.removeprefix(_COMMAND))
    except ValueError:
        return ()
    return tuple(words)


def _checksum(body: str) -> str:
    from hashlib import sha256

    return sha256(body.encode("utf-8", "surrogateescape")).hexdigest()[:16]
