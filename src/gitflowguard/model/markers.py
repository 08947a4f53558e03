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
    marker that this merge made; None where git kept none. Only a file in which
    the merge made a marker can hold one of its, but then any new marker counts:
    `git checkout --merge` and --conflict=diff3 write the labels anew.
    """
    before = {line.rstrip(b"\r\n") for side in sides if side for line in side.splitlines()}
    made = tried is None or any(
        is_marker(line) and line.rstrip(b"\r\n") not in before for line in tried.split(b"\n")
    )
    found = []
    for number, line in enumerate(staged.split(b"\n"), 1):
        bare = line.rstrip(b"\r")
        if made and is_marker(line) and bare not in before:
            found.append(Marker(path, number))
    return tuple(found)
