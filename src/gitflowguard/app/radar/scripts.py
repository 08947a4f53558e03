"""The lines that edits take from a file, kept by the two contents: what others did to a file stays what it was.

A push brings one more content of a file that many branches change; without this, all their edits would be found again.
It is read only where edits are compared at all.
"""

from __future__ import annotations

from array import array

from gitflowguard.radar.changes import Edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitflowguard.app.radar.kept import RadarCache
    from gitflowguard.app.radar.verdicts import BranchOnTarget
    from gitflowguard.radar.screen import Key
    from gitflowguard.repo.objectreader import ObjectReader

_KIND = "lines"


class KeptScripts:
    """Edit scripts of one target's branches. shelf: where they are kept, None for nowhere. name: of the target."""

    def __init__(self, reader: ObjectReader, shelf: RadarCache | None, name: str) -> None:
        self._sounding, self._shelf, self._name = reader, shelf, name
        self._known: dict[Key, bytes | None] | None = None
        self._fresh = False

    def scripts(self, keys: set[Key]) -> dict[Key, tuple[Edit, ...] | None]:
        """(blob, blob) -> the edits, as `touch` reads them: the lines of the old content; None for one without lines.

        Raises GitError.
        """
        known = self._known if self._known is not None else self._read()
        lacked = len(self._sounding.missing)
        found = self._sounding.scripts({key for key in keys if key not in known})
        if len(self._sounding.missing) == lacked:  # else some are unknown, and not without lines
            known |= {key: _plain(edits) for key, edits in found.items()}
            self._fresh = self._fresh or bool(found)
        self._known = known
        return {key: found[key] if key in found else _edits(known[key]) for key in keys}

    def keep(self, stands: Iterable[BranchOnTarget]) -> None:
        """Keeps those of what these branches hold, if there are new ones."""
        if self._shelf is None or not self._fresh or self._known is None:
            return
        facts = [stand.facts for stand in stands if stand.facts is not None]
        live = {
            change.new_oid
            for one in facts
            for changes in (one.changed, one.landed)
            for change in changes.values()
        }
        kept = {key: lines for key, lines in self._known.items() if key[1] in live}
        self._shelf.keep_part(_KIND, self._name, kept)
        self._fresh = False

    def _read(self) -> dict[Key, bytes | None]:
        found = self._shelf.part(_KIND, self._name) if self._shelf is not None else None
        return found if isinstance(found, dict) else {}


def _plain(edits: tuple[Edit, ...] | None) -> bytes | None:
    """First and last lines, one after the other."""
    return None if edits is None else array("q", [line for edit in edits for line in edit.old]).tobytes()


def _edits(plain: bytes | None) -> tuple[Edit, ...] | None:
    """The way back."""
    if plain is None:
        return None
    lines = array("q", plain)
    return tuple(Edit(span, span) for span in zip(lines[::2], lines[1::2]))
