"""What the radar knows of branches that were pushed: written behind a push, read by the next one.

One file in ``<common git directory>/gitflowguard``. A row says of one branch at one commit what it would meet, and
where every branch stood that this depends on. A commit can't change, so a row is right for as long as those branches
stand there; whoever reads it compares (app.hooks.radar). Light: every push reads it. Never raises: what can't be
read is not known.
"""

from __future__ import annotations

import os
import zlib

from gitflowguard.app.policy.cache import folder
from gitflowguard.cachefile import CacheFiles, forget, put
from gitflowguard.model.event import MET
from gitflowguard.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from gitflowguard.model.collision import Collision
    from gitflowguard.model.facts import Refs
    from gitflowguard.repo.git import Place

    Plain = tuple[Any, ...]
    Stands = tuple[tuple[str, tuple[str, ...]], ...]

_NAME = "pushed.bin"
_PUSHED = CacheFiles("pushed 3", 1 << 20)
_MOST_ROWS = 64


class PushedBranch(Record):
    """What is known of a pushed branch.

    name, tip: the branch and its commit. remote: where it was pushed to. world: of all other branches, as `world`
    gives it. stands: (branch, where it stood here and on each remote) for all that the collisions name.
    found: the collisions, as plain values; `collisions` makes facts of them.
    """

    name: str
    tip: str
    remote: str
    world: int
    stands: Stands = ()
    found: tuple[Plain, ...] = ()

    def collisions(self) -> tuple[Collision, ...]:
        """The facts that the rules judge. Loaded here: most pushes meet nothing."""
        from gitflowguard.model.collision import Collision
        from gitflowguard.radar.nouns import Clash, Remedy

        facts = (Collision(*row) for row in self.found)
        return tuple(
            fact._replace(
                clashes=tuple(Clash(*one) for one in fact.clashes),
                remedy=Remedy(*fact.remedy) if fact.remedy is not None else None,
            )
            for fact in facts
        )


def plain(fact: Collision) -> Plain:
    """A collision as built-in types: marshal knows no others. The lines between the markers are left out."""
    clashes = tuple(tuple(one._replace(hunks=())) for one in fact.clashes)
    remedy = None if fact.remedy is None else tuple(fact.remedy)
    return tuple(fact._replace(clashes=clashes, remedy=remedy, unknown=None))  # type: ignore[arg-type]


def world(refs: Refs, names: Iterable[str]) -> int:
    """A checksum of where every branch stands, but those of the names: with another one a push may meet others."""
    left = set(names)
    rows = [f"{name} {sha}" for name, sha in refs.heads.items() if name not in left]
    rows += [f"{home}/{name} {sha}" for (home, name), sha in refs.remotes.items() if name not in left]
    return zlib.crc32("\n".join(rows).encode("utf-8", "surrogateescape"))


def load(place: Place) -> dict[str, PushedBranch]:
    """Branch -> what is known of it."""
    return _PUSHED.load(_path(place), _NAME, _rows) or {}


def _rows(plain: list[Plain]) -> dict[str, PushedBranch]:
    return {row[0]: PushedBranch(*row) for row in plain}


def save(place: Place, rows: Iterable[PushedBranch]) -> None:
    """Keeps what was found, beside what is known of other branches, the newest of them."""
    known = load(place)
    for row in rows:
        known.pop(row.name, None)
        known[row.name] = row
    _keep_met(place, known.values())
    _PUSHED.save(_path(place), _NAME, [tuple(row) for row in known.values()][-_MOST_ROWS:])


def _keep_met(place: Place, rows: Iterable[PushedBranch]) -> None:
    """Lists the branches that a conflict is known of, for pre-push's shim, which can't read the rows."""
    path = os.path.join(place.common, MET)
    names = "".join(row.name + "\n" for row in rows if row.found)
    if names:
        put(path, os.fsencode(names))
    else:
        forget(path)


def _path(place: Place) -> str:
    return os.path.join(folder(place), _NAME)
