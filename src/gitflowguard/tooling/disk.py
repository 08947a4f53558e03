"""Questions to the disk by which a tool is found. They can be noted with their answers, and asked again.

What a tool says follows from contents and from what is installed. Whoever keeps an answer by what it depends on
(tooling.repeat) notes each question here, so that none can be forgotten. Light: a commit that is repeated loads this
and little more.
"""

from __future__ import annotations

import os

from gitflowguard.cachefile import read as _read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    # (kind of question and its number, path) -> answer
    Noted = dict[tuple[str, str], bytes]

# Contents that are kept as a whole aren't larger.
MOST = 64 << 20


class Notes:
    """The questions of one look, with their answers. whole: whether all that was asked is among them."""

    def __init__(self) -> None:
        self.answers: Noted = {}
        self.whole = True


_notes: Notes | None = None


def note() -> Notes:
    """Begins to note; what is asked until `leave` is in the answer."""
    global _notes
    _notes = Notes()
    return _notes


def leave() -> None:
    """Notes no more."""
    global _notes
    _notes = None


def unnoted() -> None:
    """Something else decides as well, which can't be asked again here, such as what git says of another work tree."""
    if _notes is not None:
        _notes.whole = False


def answer(kind: str, path: str) -> bytes:
    """The answer to a question in the one form in which answers are compared."""
    return _form(_ANSWERS[kind[0]](path, int(kind[1:] or 0)))


def is_file(path: str) -> bool:
    """Whether a path, or what a link leads to, is a file."""
    return bool(_ask("f", path))


def is_folder(path: str) -> bool:
    """Whether it is a directory."""
    return bool(_ask("d", path))


def is_link(path: str) -> bool:
    """Whether it is a symbolic link."""
    return bool(_ask("l", path))


def may_run(path: str) -> bool:
    """Whether this user may start it."""
    return bool(_ask("x", path))


def real(path: str) -> str:
    """The path without links."""
    return str(_ask("p", path))


def names(path: str) -> list[str]:
    """What lies in a directory, sorted; nothing where it can't be read."""
    found = _ask("n", path)
    return list(found) if isinstance(found, list) else []


def stamp(path: str) -> str:
    """Size and time of a file, "" if there is none."""
    return str(_ask("s", path))


def read(path: str, most: int, links: bool = False) -> bytes:
    """As gitflowguard.cachefile.read."""
    found = _ask(f"{'h' if links else 'r'}{most}", path)
    return found if isinstance(found, bytes) else b""


def _ask(kind: str, path: str) -> object:
    try:
        found = _ANSWERS[kind[0]](path, int(kind[1:] or 0))
    except ValueError:  # a NUL in a name
        unnoted()
        raise
    if _notes is not None:
        _notes.answers[kind, path] = _form(found)
    return found


def _form(found: object) -> bytes:
    return found if isinstance(found, bytes) else repr(found).encode("utf-8", "backslashreplace")


def _names(path: str, number: int) -> list[str] | None:
    try:
        return sorted(os.listdir(path))
    except (OSError, ValueError):
        return None


def _stamp(path: str, number: int) -> str:
    try:
        info = os.stat(path) if os.path.isfile(path) else None
    except (OSError, ValueError):
        return ""
    return f"{info.st_size} {info.st_mtime_ns}" if info else ""


def _content(path: str, number: int) -> bytes:
    """A file's whole content behind a sign, so that an empty file isn't taken for none; a link's is its target's."""
    data = _read(path, MOST + 1, links=True)
    return b"+" + data if data or os.path.isfile(path) else b""


_ANSWERS: dict[str, Callable[[str, int], object]] = {
    "f": lambda path, number: os.path.isfile(path),
    "d": lambda path, number: os.path.isdir(path),
    "l": lambda path, number: os.path.islink(path),
    "e": lambda path, number: os.path.lexists(path),
    "x": lambda path, number: os.access(path, os.X_OK),
    "p": lambda path, number: os.path.realpath(path),
    "n": _names,
    "s": _stamp,
    "r": lambda path, number: _read(path, number),
    "h": lambda path, number: _read(path, number, links=True),
    "c": _content,
}
