"""The Python files of a target and of the merges on it, each read from git once."""

from __future__ import annotations

from gitflowguard.app.radar.sizedcache import SizedCache
from gitflowguard.model.record import Record
from gitflowguard.radar.meeting import changed, heads
from gitflowguard.radar.pymodule import parse, words
from gitflowguard.radar.vocabulary import Vocabulary, packed
from gitflowguard.repo.git import text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gitflowguard.radar.changes import Changes
    from gitflowguard.radar.meeting import Heads
    from gitflowguard.radar.pymodule import Module
    from gitflowguard.repo.objectreader import ObjectReader

_FILES = ("100644", "100755")
_AT_ONCE = 200
# Bytes of contents that are held, and of those whose syntax trees are: a tree takes some fifty times as much.
_MOST_DATA = 16 << 20
_MOST_PARSED = 2 << 20

# Path -> (blob before, blob after), "" where there is no regular file.
Moves = dict[str, tuple[str, str]]


def python(changes: Changes) -> Moves:
    """What of a difference is about Python files."""
    found = {}
    for path, change in changes.items():
        if path.endswith(".py"):
            old = change.oid if change.mode in _FILES else ""
            new = change.new_oid if change.new_mode in _FILES else ""
            if old != new:
                found[path] = (old, new)
    return found


class Summary(Record):
    """What is kept of a file. words: all of them (radar.vocabulary). heads: what it shows to others, None where it
    can't be read. large: whether it was too large to be read.
    """

    words: bytes = b""
    heads: Heads | None = None
    large: bool = False


class Files:
    """Files by blob, and trees as the target's with differences. limit: bytes; a larger file counts as one that
    cannot be read. summaries: by blob, those of earlier runs; new ones are added.

    Contents and what was parsed of them are held as far as there is room, and read again beyond.
    """

    def __init__(
        self, reader: ObjectReader, main: str, limit: int, summaries: dict[str, Summary] | None = None
    ) -> None:
        self.reader, self.main, self.limit = reader, main, limit
        self.summaries: dict[str, Summary] = {} if summaries is None else summaries
        self.used: set[str] = set()
        self.lacking = False  # whether a file was asked for that is not in this clone
        self._base: dict[str, str] | None = None
        self._trees: dict[str, Mapping[str, str]] = {main: {}}
        self._data: SizedCache[str, bytes | None] = SizedCache(_MOST_DATA)
        self._modules: SizedCache[tuple[str, str], Module | None] = SizedCache(_MOST_PARSED)

    def _list(self, tree: str) -> dict[str, str]:
        """Path -> blob of every Python file of a tree."""
        found = {}
        for row in text(self.reader.ask("ls-tree", "-r", "-z", "--full-tree", tree)).split("\0"):
            head, _, path = row.partition("\t")
            if path.endswith(".py") and head[:6] in _FILES:
                found[path] = head.rpartition(" ")[2]
        return found

    def know(self, trees: Iterable[str]) -> None:
        """Reads in one go how trees differ from the target's; those that were known before are forgotten."""
        asked = list(dict.fromkeys(tree for tree in trees if tree != self.main))
        self._trees = {self.main: {}}
        for tree, changes in zip(asked, self.reader.differences([(self.main, tree) for tree in asked])):
            self._trees[tree] = {path: new for path, (_, new) in python(changes).items()}

    def load(self, oids: Iterable[str]) -> None:
        """Reads blobs in one go, as far as there is room for them."""
        wanted = [oid for oid in dict.fromkeys(oids) if oid and oid not in self._data]
        for start in range(0, len(wanted), _AT_ONCE):
            if self._data.full and start:
                break
            part = wanted[start : start + _AT_ONCE]
            for oid, data in zip(part, self._read(part)):
                self._data.put(oid, data, len(data or b""))

    def _read(self, oids: Sequence[str]) -> list[bytes | None]:
        """The contents, None for one that is too large or not here."""
        found = self.reader.blobs(oids)
        self.lacking = self.lacking or None in found
        return [data if data is None or len(data) <= self.limit else None for data in found]

    def summarize(self, oids: Iterable[str]) -> None:
        """Makes summaries of blobs that have none, without holding what they are made of."""
        wanted = list(dict.fromkeys(oid for oid in oids if oid))
        self.used.update(wanted)
        wanted = [oid for oid in wanted if oid not in self.summaries]
        for start in range(0, len(wanted), _AT_ONCE):
            part = wanted[start : start + _AT_ONCE]
            for oid, data in zip(part, self.reader.blobs(part)):
                self.lacking = self.lacking or data is None
                if data is not None and len(data) > self.limit:
                    self.summaries[oid] = Summary(large=True)
                elif data is not None:
                    self.summaries[oid] = Summary(packed(words(data)), heads(data))

    def too_large(self) -> int:
        """How many of the files were not read because they are too large."""
        return sum(self.summaries[oid].large for oid in self.used if oid in self.summaries)

    def data(self, oid: str) -> bytes | None:
        """The content of a blob; None for "", for one that is not here, and for one that is too large."""
        if not oid:
            return None
        if oid not in self._data:
            (data,) = self._read((oid,))
            self._data.put(oid, data, len(data or b""))
        return self._data.get(oid)

    def _summary(self, oid: str) -> Summary:
        self.summarize((oid,))
        return self.summaries.get(oid, Summary())

    def vocabulary(self, oids: Iterable[str]) -> Vocabulary:
        """All words of some blobs."""
        return Vocabulary(self._summary(oid).words for oid in oids if oid)

    def names(self, path: str, old: str, new: str) -> frozenset[str] | None:
        """radar.meeting.changed from one blob to another."""
        before = self._summary(old).heads if old else {}
        return changed(path, before, self._summary(new).heads if new else {}, not new)

    def oid(self, tree: str, path: str) -> str:
        """The blob of a path in a tree that is known, "" where there is no Python file."""
        differs = self._trees[tree]
        if path in differs:
            return differs[path]
        if self._base is None:
            self._base = self._list(self.main)
        return self._base.get(path, "")

    def module(self, tree: str, path: str) -> Module | None:
        """A file of a tree, read; None where it cannot be."""
        oid = self.oid(tree, path)
        if (path, oid) not in self._modules:
            data = self.data(oid)
            self._modules.put((path, oid), parse(path, data) if data is not None else None, len(data or b""))
        return self._modules.get((path, oid))

    def version(self, tree: str) -> TreeFiles:
        """A tree, for radar.signatures."""
        return TreeFiles(self, tree)


class TreeFiles:
    """The files of one tree (radar.signatures.TreeVersion)."""

    def __init__(self, files: Files, tree: str) -> None:
        self._files, self._tree = files, tree

    def has(self, path: str) -> bool:
        return bool(self._files.oid(self._tree, path))

    def module(self, path: str) -> Module | None:
        return self._files.module(self._tree, path)
