"""The same few changes laid over many trees: only the directories that hold them are read, and each only once.

As `git read-tree` and `git update-index` would, without an index; merges that nothing meets come out so.
"""

from __future__ import annotations

from gitflowguard.radar.changes import NONE, TREE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gitflowguard.radar.changes import Changes
    from gitflowguard.repo.objectreader import ObjectReader

    # Name -> (mode, object id) as a tree object has them.
    Entries = dict[bytes, tuple[bytes, str]]


class _Folder:
    """What changes in one directory. files: name -> (mode, object id), None where it goes."""

    def __init__(self) -> None:
        self.files: dict[bytes, tuple[bytes, str] | None] = {}
        self.folders: dict[bytes, _Folder] = {}


def overlay(reader: ObjectReader, trees: Sequence[str], changes: Changes) -> list[str]:
    """Each tree with the changes, worth keeping; "" for one that can't be read. Raises GitError, OSError."""
    top = _folder(changes)
    known = _read(reader, [(top, tree) for tree in dict.fromkeys(trees)])
    return [_written(reader, top, tree, known) if tree in known else "" for tree in trees]


def folder_entries(reader: ObjectReader, tree: str, folder: str) -> dict[str, bool]:
    """What is in a directory of a tree: name -> whether that is a directory; nothing where it can't be read."""
    data = reader.blobs((f"{tree}:{folder}",), b"tree")[0]
    found = _entries(data, 32 if reader.scratch.sha256 else 20) if data is not None else {}
    return {name.decode("utf-8", "surrogateescape"): mode == b"40000" for name, (mode, _) in found.items()}


def _folder(changes: Changes) -> _Folder:
    """The changes as a tree of directories."""
    top = _Folder()
    for path, change in changes.items():
        if TREE in (change.mode, change.new_mode):
            continue  # a directory that is gone: its files say so
        at = top
        *above, name = path.encode("utf-8", "surrogateescape").split(b"/")
        for part in above:
            at = at.folders.setdefault(part, _Folder())
        gone = change.new_mode == NONE
        at.files[name] = None if gone else (change.new_mode.lstrip("0").encode(), change.new_oid)
    return top


def _read(reader: ObjectReader, wanted: Iterable[tuple[_Folder, str]]) -> dict[str, Entries]:
    """Every directory that holds a change, level by level. A tree that isn't here is left out."""
    known: dict[str, Entries] = {}
    level = list(wanted)
    while level:
        asked = list(dict.fromkeys(oid for _, oid in level if oid not in known))
        size = 32 if reader.scratch.sha256 else 20
        for oid, data in zip(asked, reader.blobs(asked, b"tree")):
            if data is not None:
                known[oid] = _entries(data, size)
        below = {}
        for folder, oid in level:
            for name, inner in folder.folders.items():
                mode, child = known.get(oid, {}).get(name, (b"", ""))
                if mode == b"40000":
                    below[id(inner), child] = (inner, child)
        level = list(below.values())
    return known


def _entries(data: bytes, size: int) -> Entries:
    """A tree object's entries (gitformat-pack(5) leaves it to the source: ``mode SP name NUL id``)."""
    found: Entries = {}
    at = 0
    while at < len(data):
        end = data.index(b"\0", at)
        mode, _, name = data[at:end].partition(b" ")
        found[name] = mode, data[end + 1 : end + 1 + size].hex()
        at = end + 1 + size
    return found


def _written(reader: ObjectReader, folder: _Folder, oid: str, known: dict[str, Entries]) -> str:
    """The directory with its changes; "" where nothing is left in it."""
    entries = dict(known.get(oid, {}))
    for name, entry in folder.files.items():
        if entry is None:
            entries.pop(name, None)
        else:
            entries[name] = entry
    for name, inner in folder.folders.items():
        mode, child = entries.get(name, (b"", ""))
        new = _written(reader, inner, child if mode == b"40000" else "", known)
        if new:
            entries[name] = b"40000", new
        elif mode == b"40000":
            del entries[name]
    return reader.scratch.graft(entries) if entries else ""
