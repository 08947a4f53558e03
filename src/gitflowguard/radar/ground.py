"""What a target has become while branches land on it one after the other, and what that leaves to merge."""

from __future__ import annotations

from _blake2 import blake2b

from gitflowguard.radar.changes import NONE, PathChange, above
from gitflowguard.radar.screen import added_alike, changes_rules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gitflowguard.radar.changes import Changes
    from gitflowguard.radar.screen import Facts

    Entry = tuple[str, str]


class TargetOverlay:
    """The paths at which a target differs from where it began.

    now, was: path -> (mode, object id), a mode of zeroes where there is nothing. ruled: whether attributes changed,
    which decide how the next merge is made. entries: what the target began with in a directory, name -> whether
    that is a directory; without it, each directory that lost a file counts as emptied.
    """

    def __init__(self, entries: Callable[[str], Mapping[str, bool]] | None = None) -> None:
        self.now: dict[str, Entry] = {}
        self.was: dict[str, Entry] = {}
        self.ruled = False
        self._below: set[str] = set()
        self._lost: set[str] = set()
        self._entries = entries
        self._began: dict[str, Mapping[str, bool]] = {}
        self._fingerprint = ""

    def land(self, changes: Changes) -> None:
        """Something landed, and changed this."""
        for path, change in changes.items():
            self.was.setdefault(path, (change.mode, change.oid))
            self.now[path] = (change.new_mode, change.new_oid)
            self._below.update(above(path))
            if change.gone:
                self._lost.update(above(path))
        self._fingerprint = ""
        self.ruled = self.ruled or changes_rules(changes)

    def meets(self, facts: Facts) -> tuple[str, ...] | None:
        """The files that decide whether a branch merges now that it merged where the target began; () if none does,
        because nothing that changed meets it; None where only a whole merge says it (radar.screen).

        The branch must share no commit of its own with what landed.
        """
        if not self.now:
            return ()
        if self.ruled or facts.moved or not facts.single:
            return None
        common = []
        for path in {**facts.changed, **facts.landed}:
            if path in self._below or any(folder in self.now for folder in above(path)):
                return None
            if path in facts.landed and facts.landed[path].added and self._emptied(path):
                # Several that landed may have emptied a directory together: git takes new files to where its files went
                # (git-config(1), merge.directoryRenames).
                return None
            if path in self.now:
                if not self._alone(path, facts):
                    return None
                common.append(path)
        return tuple(sorted(common))

    def _alone(self, path: str, facts: Facts) -> bool:
        """Whether git merges a file that both changed by itself, from its texts."""
        change, here = facts.changed.get(path), self._change(path)
        if change is None:
            return False
        return (change.plain and here.plain) or added_alike(here, facts, path)

    def _emptied(self, path: str) -> bool:
        """Whether a directory above a new file may be gone, of which the target began with files."""
        lost = next((folder for folder in above(path) if folder in self._lost), "")
        return bool(lost) and not self._holds(lost)

    def _holds(self, folder: str) -> bool:
        """Whether a file with which the target began is still in a directory, or below it."""
        if self._entries is None:
            return False
        if folder not in self._began:
            self._began[folder] = self._entries(folder)
        for name, inner in self._began[folder].items():
            path = f"{folder}/{name}"
            if inner and (path not in self._lost or self._holds(path)):
                return True
            if not inner and self.now.get(path, ("",))[0] != NONE:
                return True
        return False

    def fingerprint(self) -> str:
        """The same for the same changes, whatever the order in which they came."""
        if not self._fingerprint:
            text = repr(sorted(self.now.items())).encode("utf-8", "surrogateescape")
            self._fingerprint = blake2b(text, digest_size=20).hexdigest()
        return self._fingerprint

    def _change(self, path: str) -> PathChange:
        was, now = self.was[path], self.now[path]
        return PathChange(was[0], now[0], was[1], now[1])

    def changes(self) -> Changes:
        """From what the target was to what it is now."""
        return {path: self._change(path) for path in self.now}
