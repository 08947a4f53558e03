"""What `radar --semantic` found before: of merges by their commits, of files by their blobs.

A verdict on a merge holds while the target stands where it stood. What is known of a file holds for good, so after a
landing only what differs is read and given to flake8.
"""

from __future__ import annotations

from gitflowguard.app.radar.files import Summary
from gitflowguard.model.record import Record
from gitflowguard.radar.signatures import CallFault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from gitflowguard.app.radar.flake8 import Known
    from gitflowguard.app.radar.kept import RadarCache

    # Commits of a merge (of a branch on the target, or of two in the order of landing) -> what is broken in it; None
    # where nothing was to be looked at.
    Verdicts = dict[tuple[str, ...], tuple[CallFault, ...] | None]

_KIND = "python"


class Memory(Record):
    """verdicts: on the target where it stands. summaries: by blob. flake8: by (blob, whether a package's own)."""

    verdicts: Verdicts
    summaries: dict[str, Summary]
    flake8: Known


class Seen:
    """The merges of one run. known: those of an earlier one."""

    def __init__(self, known: Verdicts) -> None:
        self._known = known
        self.verdicts: Verdicts = {}

    def knows(self, tips: tuple[str, ...]) -> bool:
        """Whether a merge is known from before; it counts as seen then."""
        if tips in self._known:
            self.verdicts[tips] = self._known[tips]
        return tips in self.verdicts

    def add(self, tips: tuple[str, ...], found: tuple[CallFault, ...] | None) -> None:
        """What a merge came to."""
        self.verdicts[tips] = found

    @property
    def count(self) -> int:
        """How many merges were looked at, now or before."""
        return sum(found is not None for found in self.verdicts.values())

    def found(self) -> Iterator[tuple[tuple[str, ...], tuple[CallFault, ...]]]:
        """The merges that are broken."""
        yield from ((tips, one) for tips, one in self.verdicts.items() if one)


def load(store: RadarCache | None, target: str, identity: tuple[object, ...], tip: str) -> Memory:
    """What is known. identity: what the verdicts hang on beside contents: which flake8 it was, and its limits."""
    value = store.part(_KIND, target) if store is not None else None
    if not isinstance(value, tuple) or len(value) != 5 or value[0] != identity:
        return Memory({}, {}, {})
    _, at, verdicts, summaries, flake8 = value
    return Memory(
        (
            {
                tips: None if rows is None else tuple(CallFault(*row) for row in rows)
                for tips, rows in verdicts.items()
            }
            if at == tip
            else {}
        ),
        {oid: Summary(*row) for oid, row in summaries.items()},
        {key: tuple(CallFault(*row) for row in rows) for key, rows in flake8.items()},
    )


def keep(
    store: RadarCache | None,
    target: str,
    identity: tuple[object, ...],
    tip: str,
    memory: Memory,
    blobs: Collection[str],
    read: Collection[tuple[str, bool]],
    seen: Seen,
) -> None:
    """Keeps what is known. blobs, read: the files that this run asked for; where it asked for any, the others go."""
    if store is None or (seen.verdicts == memory.verdicts and not blobs and not read):
        return
    # A run that knew all merges asked for no file: what is known of the files stays.
    every = {**memory.verdicts, **seen.verdicts}
    value = (
        identity,
        tip,
        {tips: rows and [tuple(row) for row in rows] for tips, rows in every.items()},
        {
            oid: tuple(row)
            for oid, row in memory.summaries.items()
            if oid in blobs or len(memory.summaries) < _FEW
        },
        {
            key: [tuple(row) for row in rows]
            for key, rows in memory.flake8.items()
            if key in read or len(memory.flake8) < _FEW
        },
    )
    store.keep_part(_KIND, target, value)


# This many files are kept although this run asked for none of them.
_FEW = 20_000
