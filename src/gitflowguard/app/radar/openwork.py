"""Who changes what on the open branches: written by every look of the radar, read before an edit.

One file a target in ``<common git directory>/gitflowguard/radar``: what `radar check` needs and no more, because
an editor asks before each edit and the radar's own store (app.radar.kept) takes longer to read. Light. Never raises:
what can't be read is not known.
"""

from __future__ import annotations

import os
import zlib

from gitflowguard.app.policy.cache import folder
from gitflowguard.cachefile import CacheFiles
from gitflowguard.model.names import HEADS, REMOTES
from gitflowguard.model.record import Record
from gitflowguard.repo.refwatch import branches_mark, tips

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence, Set
    from typing import Any

    from gitflowguard.app.radar.aims import Aim
    from gitflowguard.app.radar.verdicts import BranchOnTarget
    from gitflowguard.radar.changes import Changes
    from gitflowguard.repo.objectreader import ObjectReader
    from gitflowguard.repo.place import Place

    # Path -> (object before, object after), "" where there is no file.
    Edits = Mapping[str, tuple[str, str]]

# The next look at a target writes its file anew; all go with the radar's own (app.radar.kept).
_OPEN = CacheFiles("open 3", 8 << 20, "open-")
# A file says itself which target it is of.
_KEY = ""
# A branch that changes more files is a mass change, which every edit meets.
MOST_PATHS = 5_000
MOST_BRANCHES = 1_000
# refs/remotes/origin/feature/x: the name begins behind the third slash.
_REMOTE = 3


class OpenBranch(Record):
    """A branch and what it changes. target: a ref of the branch that it merges into. edits: path -> objects; None where
    they aren't known, or are too many.
    """

    name: str
    tip: str
    author: str
    when: int
    target: str
    edits: Edits | None


class OpenWork(Record):
    """What one look has left. made: seconds since 1970. refs, tips: of the branches then (`refs_now`, `_stands`)."""

    target: str
    made: int
    refs: int
    tips: bytes = b""
    branches: tuple[OpenBranch, ...] = ()


def refs_now(place: Place) -> int:
    """A checksum of what the files of branches look like from outside; equal as long as none moves.

    Without HEAD, which a switch changes, and without what isn't a branch: tags, stashes, a bisection's marks.
    """
    return zlib.crc32(repr(branches_mark(place)).encode("utf-8", "surrogateescape"))


def unmoved(place: Place, known: Sequence[OpenWork], mine: Sequence[str]) -> bool:
    """Whether every branch stands where it stood at each look, those apart that are worked on here.

    The files say it in the common case. Where they differ (git has packed them, a branch was made for new work) it is
    read where each branch stands; a reftable is not read.
    """
    now = refs_now(place)
    if all(one.refs == now for one in known):
        return True
    pairs = tips(place)
    if pairs is None:
        return False
    own = {
        _short(ref) for ref in pairs if ref.split("/", _REMOTE if ref.startswith(REMOTES) else 2)[-1] in mine
    }
    own |= {_short(HEADS + name) for name in mine}
    now_at = _without(_positions(pairs), own)
    return all(_without(one.tips, own) == now_at for one in known)


def _without(stands: bytes, own: Set[bytes]) -> set[bytes]:
    """The rows of eight bytes that aren't about these branches."""
    rows = {stands[at : at + 8] for at in range(0, len(stands), 8)}
    return {row for row in rows if row[:4] not in own}


def _positions(pairs: Mapping[str, str]) -> bytes:
    """Where each branch stands, in eight bytes: checksums of its name and of what its file says."""
    return b"".join(_short(ref) + _short(sha) for ref, sha in pairs.items())


def _short(word: str) -> bytes:
    return zlib.crc32(word.encode("utf-8", "surrogateescape")).to_bytes(4, "big")


def load(place: Place) -> list[OpenWork]:
    """What the last look at each target has left."""
    home = _home(place)
    try:
        names = sorted(os.listdir(home))
    except OSError:
        return []
    found = [_read(os.path.join(home, name)) for name in names if name.startswith(_OPEN.start)]
    return [one for one in found if one is not None]


def _read(path: str) -> OpenWork | None:
    return _OPEN.load(path, _KEY, _work)


def _work(row: tuple[Any, ...]) -> OpenWork:
    target, made, refs, stood, rows = row
    return OpenWork(target, made, refs, stood, tuple(OpenBranch(*one) for one in rows))


def keep(
    place: Place, aim: Aim, stands: Mapping[str, BranchOnTarget], reader: ObjectReader, now: int
) -> None:
    """Keeps what the branches of a target change, and what is known of others. stands: by tip.

    A look may be at a part of the branches; what another one found stays, and who reads it sees whether the branch is
    still there.
    """
    from gitflowguard.radar.nouns import LANDED

    path = _path(place, aim.target.name)
    old = _read(path)
    known = {one.name: one for one in (old.branches if old is not None else ())}
    fresh = []
    for one in aim.branches:
        before, stand = known.pop(one.name, None), stands.get(one.tip)
        if stand is not None and (stand.state == LANDED or not stand.own):
            continue
        if before is not None and (stand is None or (before.tip == one.tip and before.edits is not None)):
            known[one.name] = before
            continue
        known[one.name] = OpenBranch(
            name=one.name, tip=one.tip, author=one.author, when=one.when, target=aim.target.ref, edits=None
        )
        if stand is not None:
            fresh.append((one.name, stand))
    for name, changes in _changes(fresh, reader):
        if len(changes) <= MOST_PATHS:
            known[name] = known[name]._replace(edits=_edits(changes))
    rows = sorted(known.values(), key=lambda one: -one.when)[:MOST_BRANCHES]
    head = (aim.target.name, now, refs_now(place), _positions(tips(place) or {}))
    _OPEN.save(path, _KEY, (*head, [tuple(row) for row in rows]))


def _edits(changes: Changes) -> Edits:
    return {
        path: (_object(one.mode, one.oid), _object(one.new_mode, one.new_oid))
        for path, one in changes.items()
    }


def _changes(
    fresh: Sequence[tuple[str, BranchOnTarget]], reader: ObjectReader
) -> Iterable[tuple[str, Changes]]:
    """What each branch changes on its merge base: known of clean ones, asked for the others."""
    asked = []
    for name, stand in fresh:
        if stand.base and stand.facts is not None and stand.facts.single:
            yield name, stand.facts.changed
        elif stand.base and all(stand.trees):
            asked.append((name, stand.trees))
        elif stand.facts is not None:
            yield name, stand.facts.landed
    yield from zip((name for name, _ in asked), reader.differences([trees for _, trees in asked]))


def _object(mode: str, oid: str) -> str:
    return oid if mode.strip("0") else ""


def _home(place: Place) -> str:
    return os.path.join(folder(place), "radar")


def _path(place: Place, target: str) -> str:
    return os.path.join(
        _home(place), f"{_OPEN.start}{zlib.crc32(target.encode('utf-8', 'surrogateescape')):08x}.bin"
    )
