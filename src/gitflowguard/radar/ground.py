"""What a target has become while branches land on it one after the other, and what that leaves to merge."""

from __future__ import annotations

from _blake2 import blake2b

from gitflowguard.radar.changes import PathChange, above
from gitflowguard.radar.screen import changes_rules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.radar.changes import Changes
    from gitflowguard.radar.screen import Facts

    Entry = tuple[str, str]


class TargetOverlay:
    """The paths at which a target differs from where it began.

    now, was: path -> (mode, object id), a mode of zeroes where there is nothing. ruled: whether attributes changed,
    which decide how the next merge is made.
    """

    def __init__(self) -> None:
        self.now: dict[str, Entry] = {}
        self.was: dict[str, Entry] = {}
        self.ruled = False
        self._below: set[str] = set()
        self._lost: set[str] = set()
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
            if path in self.now:
                change = facts.changed.get(path)
                if change is None or not change.plain or not self._edited(path):
                    return None
                common.append(path)
            elif path in facts.landed and facts.landed[path].added and not self._lost.isdisjoint(above(path)):
                # Several that landed may have emptied a directory together: git takes new files to where its
                # files went.
                return None
        return tuple(sorted(common))

    def fingerprint(self) -> str:
        """The same for the same changes, whatever the order in which they came."""
        if not self._fingerprint:
            text = repr(sorted(self.now.items())).encode("utf-8", "surrogateescape")
            self._fingerprint = blake2b(text, digest_size=20).hexdigest()
        return self._fingerprint

    def _edited(self, path: str) -> bool:
        """Whether nothing but the content of a regular file changed."""
        was, now = self.was[path], self.now[path]
        return PathChange(was[0], now[0], was[1], now[1]).plain

    def changes(self) -> Changes:
        """From what the target was to what it is now."""
        return {
            path: PathChange(self.was[path][0], now[0], self.was[path][1], now[1])
            for path, now in self.now.items()
        }
