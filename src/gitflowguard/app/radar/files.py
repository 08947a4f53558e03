"""The Python files of a target and of the merges on it, each read from git once."""

from __future__ import annotations

from gitflowguard.radar.meeting import changed_names
from gitflowguard.radar.pymodule import parse, words
from gitflowguard.radar.signatures import TreeVersion
from gitflowguard.repo.git import text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gitflowguard.radar.changes import Changes
    from gitflowguard.radar.pymodule import Module
    from gitflowguard.repo.sounding import ObjectReader

_FILES = ("100644", "100755")
_AT_ONCE = 1000

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


class Files:
    """Files by blob, and trees as the target's with differences. limit: bytes; a larger file counts as one that
    cannot be read."""

    def __init__(self, sounding: ObjectReader, main: str, limit: int) -> None:
        self.sounding, self.main, self.limit = sounding, main, limit
        self.too_large: set[str] = set()
        self._base = self._list(main)
        self._trees: dict[str, Mapping[str, str]] = {main: {}}
        self._data: dict[str, bytes | None] = {"": None}
        self._words: dict[str, frozenset[str]] = {"": frozenset()}
        self._modules: dict[tuple[str, str], Module | None] = {}
        self._names: dict[tuple[str, str, str], frozenset[str] | None] = {}

    def _list(self, tree: str) -> dict[str, str]:
        """Path -> blob of every Python file of a tree."""
        found = {}
        for row in text(self.sounding.ask("ls-tree", "-r", "-z", "--full-tree", tree)).split("\0"):
            head, _, path = row.partition("\t")
            if path.endswith(".py") and head[:6] in _FILES:
                found[path] = head.rpartition(" ")[2]
        return found

    def know(self, trees: Iterable[str]) -> None:
        """Reads in one go how trees differ from the target's."""
        asked = [tree for tree in dict.fromkeys(trees) if tree not in self._trees]
        for tree, changes in zip(asked, self.sounding.differences([(self.main, tree) for tree in asked])):
            self._trees[tree] = {path: new for path, (_, new) in python(changes).items()}

    def load(self, oids: Iterable[str]) -> None:
        """Reads blobs in one go."""
        wanted = [oid for oid in dict.fromkeys(oids) if oid not in self._data]
        for start in range(0, len(wanted), _AT_ONCE):
            part = wanted[start : start + _AT_ONCE]
            for oid, data in zip(part, self.sounding.blobs(part)):
                if data is not None and len(data) > self.limit:
                    self.too_large.add(oid)
                    data = None
                self._data[oid] = data

    def data(self, oid: str) -> bytes | None:
        """The content of a blob; None for "", for one that is not here, and for one that is too large."""
        self.load((oid,))
        return self._data[oid]

    def words(self, oid: str) -> frozenset[str]:
        """All words of a blob."""
        if oid not in self._words:
            data = self.data(oid)
            self._words[oid] = words(data) if data is not None else frozenset()
        return self._words[oid]

    def names(self, path: str, old: str, new: str) -> frozenset[str] | None:
        """radar.meeting.changed_names from one blob to another."""
        key = path, old, new
        if key not in self._names:
            known = (not old or self.data(old) is not None) and (not new or self.data(new) is not None)
            self._names[key] = changed_names(path, self.data(old), self.data(new)) if known else None
        return self._names[key]

    def oid(self, tree: str, path: str) -> str:
        """The blob of a path in a tree that is known, "" where there is no Python file."""
        changed = self._trees[tree]
        return changed[path] if path in changed else self._base.get(path, "")

    def version(self, tree: str) -> TreeVersion:
        """A tree, for radar.signatures."""

        def module(path: str) -> Module | None:
            oid = self.oid(tree, path)
            if (path, oid) not in self._modules:
                data = self.data(oid)
                self._modules[path, oid] = parse(path, data) if data is not None else None
            return self._modules[path, oid]

        return TreeVersion(lambda path: bool(self.oid(tree, path)), module)
