"""Which conflict markers in a file an operation left there."""

from __future__ import annotations

from gitflowguard.model.facts import Marker

_SIGNS = (b"<", b">", b"|")
# How many signs a marker has (gitattributes(5), conflict-marker-size).
SIZE = 7


def is_marker(line: bytes, size: int = SIZE) -> bool:
    """Whether git could have written the line as a conflict marker: this many signs or more, then a label.

    Inside of a merge base that is itself a merge, markers are longer.
    """
    sign = line[:1]
    if sign not in _SIGNS or line[:size] != sign * size:
        return False
    rest = line.rstrip(b"\r\n").lstrip(sign)
    return rest == b"" or rest.startswith(b" ")


def left_markers(
    path: str, staged: bytes, sides: tuple[bytes | None, ...], tried: bytes | None, size: int = SIZE
) -> tuple[Marker, ...]:
    """The markers in the staged file that neither side of the merge had.

    A file that documents markers has them on a side already. tried: the file as
    the merge wrote it (AUTO_MERGE, by merge-ort.c), which holds every
    marker that this merge made; None where git kept none. Only a file in which
    the merge made a marker can hold one of its, but then any new marker counts:
    `git checkout --merge` and --conflict=diff3 write the labels anew.
    """
    before = {line.rstrip(b"\r\n") for side in sides if side for line in side.split(b"\n")}
    made = tried is None or any(
        is_marker(line, size) and line.rstrip(b"\r\n") not in before for line in tried.split(b"\n")
    )
    found = []
    for number, line in enumerate(staged.split(b"\n"), 1):
        bare = line.rstrip(b"\r")
        if made and is_marker(line, size) and bare not in before:
            found.append(Marker(path, number))
    return tuple(found)


def pushed_markers(
    path: str, text: bytes, before: tuple[bytes | None, ...], message: str, size: int = SIZE
) -> tuple[Marker, ...]:
    """The markers in a commit with one parent that a conflict left; () where nothing shows that there was one.

    git labels their lower end with the replayed commit: its id and subject (sequencer.c), or with `git am` its
    subject alone; for a revert "parent of" and the id of what the message says is reverted. Whatever the labels say,
    the upper side of a conflict is what the parent has in this file. Documentation that shows a conflict names
    another commit, and shows lines of another file.
    """
    markers = left_markers(path, text, before, None, size)
    lines = text.split(b"\n")
    subject = message.strip("\n").partition("\n")[0].encode("utf-8", "surrogateescape")
    body = message.encode("utf-8", "surrogateescape")
    labels = [lines[one.line - 1].rstrip(b"\r") for one in markers]
    ends = [line.lstrip(b">")[1:] for line in labels if line.startswith(b">")]
    sides = _upper_sides(lines, size) if markers else ()
    own = any(_own_label(end, subject, body) for end in ends)
    return markers if own or any(_holds(old, side) for old in before if old for side in sides) else ()


def _upper_sides(lines: list[bytes], size: int) -> list[list[bytes]]:
    """What stands between the upper marker of each whole conflict and its middle."""
    found: list[list[bytes]] = []
    side: list[bytes] | None = None
    done: list[bytes] | None = None
    for line in lines:
        bare = line.rstrip(b"\r")
        if is_marker(line, size) and line[:1] == b"<":
            side, done = [], None
        elif side is not None and (_is_middle(bare, size) or (is_marker(line, size) and line[:1] == b"|")):
            side, done = None, side
        elif done is not None and is_marker(line, size) and line[:1] == b">":
            found.append(done)
            done = None
        elif side is not None:
            side.append(bare)
    return found


def _is_middle(line: bytes, size: int) -> bool:
    return len(line) >= size and not line.strip(b"=")


def _holds(text: bytes, side: list[bytes]) -> bool:
    """Whether the lines stand in the text, one after the other; blank ones alone say nothing."""
    if not any(line.strip() for line in side):
        return False
    whole = b"\n".join(line.rstrip(b"\r") for line in text.split(b"\n"))
    return b"\n" + b"\n".join(side) + b"\n" in b"\n" + whole + b"\n"


def _own_label(label: bytes, subject: bytes, body: bytes) -> bool:
    """``<id> (<subject>)``, ``<subject>``, or ``parent of <id> (…)`` of a commit that the message names."""
    if subject and (label == subject or label.endswith(b" (" + subject + b")")):
        return True
    head, found, rest = label.partition(b"parent of ")
    sha = rest.split(b" ")[0].rstrip(b".")
    return bool(not head and found and len(sha) > 6 and b"reverts commit " + sha in body)
