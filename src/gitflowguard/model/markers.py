"""Which conflict markers in a file are this merge's own."""

from __future__ import annotations

from gitflowguard.model.facts import Marker

_SIGNS = (b"<<<<<<<", b">>>>>>>", b"|||||||")


def is_marker(line: bytes) -> bool:
    """Whether git could have written the line as a conflict marker (seven signs or more, then a label)."""
    sign = line[:7]
    if sign not in _SIGNS:
        return False
    rest = line.rstrip(b"\r\n").lstrip(sign[:1])
    return rest == b"" or rest.startswith(b" ")


def left_markers(
    path: str, staged: bytes, sides: tuple[bytes | None, ...], tried: bytes | None
) -> tuple[Marker, ...]:
    """The markers in the staged file that neither side of the merge had.

    A file that documents markers has them on a side already. tried: the file as
    the merge wrote it (AUTO_MERGE, git 2.38's merge-ort), which holds every
    marker that this merge made; None where git kept none, then any new marker
    counts.
    """
    before = {line.rstrip(b"\r\n") for side in sides if side for line in side.splitlines()}
    made = None if tried is None else {line.rstrip(b"\r\n") for line in tried.splitlines()}
    found = []
    for number, line in enumerate(staged.split(b"\n"), 1):
        bare = line.rstrip(b"\r")
        if is_marker(line) and bare not in before and (made is None or bare in made):
            found.append(Marker(path, number))
    return tuple(found)
