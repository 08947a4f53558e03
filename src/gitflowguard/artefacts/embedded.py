"""Pickles in the midst of other bytes: HDF5 as PyTables writes it, databases, shelves, behind or within any binary.

Where a pickle begins isn't known there, so only what was called counts, and only names that Python could look up.
Random bytes hold 64 possible beginnings a megabyte, and none of them gets that far.
"""

from __future__ import annotations

from gitflowguard.artefacts import pickles
from gitflowguard.artefacts.limits import Budget, Limits, Opaque

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.blob import PickleImport

HDF5 = b"\x89HDF\r\n\x1a\n"
_STARTS = (rb"\x80[\x02-\x05]", rb"c[A-Za-z_][\w.]{0,80}\n[A-Za-z_][\w.]{0,80}\n")
# What a search takes at most, and one beginning of it.
_TRIES, _STEPS = 20_000, 2_000


def find(data: bytes) -> Iterator[PickleImport]:
    """The names that pickles anywhere in the content would look up and call."""
    binary = b"\0" in data[:8192]
    if not binary and b"\x80" not in data:
        return
    import re

    seen = pickles.FoundNames()
    limits = Limits(steps=_STEPS)
    tries = 0
    for pattern in _STARTS if binary else _STARTS[:1]:  # texts have lines like the second
        for match in re.finditer(pattern, data):
            tries += 1
            if tries > _TRIES:
                raise Opaque("it holds too many beginnings of pickles")
            _try(data, match.start(), seen, limits)
    for one in seen.imports():
        yield one._replace(how=one.how or "held")


def _try(data: bytes, at: int, seen: pickles.FoundNames, limits: Limits) -> None:
    own = pickles.FoundNames()
    try:
        pickles.read(data, at, own, Budget(limits))
    except Opaque:
        pass  # nearly always these are numbers
    if own.called:
        for (module, name, how), where in own.names.items():
            if pickles.identifier(module, name):
                seen.add(module, name, where, how)


def hdf5_at(data: bytes) -> int:
    """Where HDF5 begins, -1 if it doesn't: at 0, 512, 1024, 2048, … (HDF5 File Format Specification, II.A)."""
    at = 0
    while at + 8 <= len(data):
        if data[at : at + 8] == HDF5:
            return at
        at = at * 2 or 512
    return -1


def hdf5_ends(data: bytes, at: int) -> int:
    """Where the superblock says that the file ends; 0 where it has none of a known form."""
    version = data[at + 8 : at + 9]
    if version in (b"\0", b"\1"):
        sizes, start = data[at + 13 : at + 14], at + (40 if version == b"\0" else 44)
    else:
        sizes, start = data[at + 9 : at + 10], at + 28
    if version > b"\3" or sizes != b"\x08" or start + 8 > len(data):
        return 0
    return int.from_bytes(data[start : start + 8], "little")
