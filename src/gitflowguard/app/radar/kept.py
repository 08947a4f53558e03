"""What earlier runs found, so that after one push one branch and its few neighbours are merged again.

All of it hangs on commits that cannot change, on the target's own commit (which brings the attributes with
it), on the settings for merges and on the git that merged; where one of these is another, nothing is known.
It lies in ``<common git directory>/gitflowguard/radar``: a file a target, under a keyed digest
(gitflowguard.cachefile), and packs with what the merges made, so that they can be gone on from. Never raises:
what cannot be read is not known, and what cannot be written is found again.
"""

from __future__ import annotations

import os
from _blake2 import blake2b

from gitflowguard.app.policy.cache import folder
from gitflowguard.app.radar.known import KnownVerdicts, Patches
from gitflowguard.app.radar.verdicts import Before, BranchOnTarget, TargetVerdicts
from gitflowguard.cachefile import CacheFiles, forget, put
from gitflowguard.model.finding import Unknown
from gitflowguard.process import ProcessError, run
from gitflowguard.radar.answers import (
    ConflictedMerge,
    MergeAnswer,
    MergeMessage,
    StageEntry,
)
from gitflowguard.radar.changes import PathChange
from gitflowguard.radar.nouns import UNTOLD, Clash
from gitflowguard.radar.screen import Facts
from gitflowguard.tooling.removal import remove
from gitflowguard.tooling.store import secret_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from gitflowguard.repo.git import Place
    from gitflowguard.repo.scratch import Scratch

_RADAR = CacheFiles("radar 7", 32 << 20)
_MOST_PACKS = 24
_MOST_PACKED = 128 << 20
_MOST_FILES = 128
# A target's file, and the one of where it stood before.
_NOW, _BEFORE = "on", "was"
_TIMEOUT = 60.0


class RadarCache:
    """The known things of one clone. config: the settings for merges."""

    def __init__(self, place: Place, environ: Mapping[str, str], config: tuple[tuple[str, str], ...]) -> None:
        self.home = os.path.join(folder(place), "radar")
        self.objects = os.path.join(self.home, "objects")
        self._secret = secret_of(place.common, environ)
        self._base = (_git_of(environ), config)
        self._tidy()

    def load(self, name: str, tip: str) -> KnownVerdicts:
        """What is known of a target that stands at a commit."""
        at, known = self._read(name, _NOW, tip)
        return known if at == tip else KnownVerdicts()

    def moved(self, name: str, tip: str) -> tuple[str, KnownVerdicts]:
        """(commit, what is known of a target that stood there), where that is another one; ("", nothing) if nothing is.

        A run that looks at a few branches only must not cost what was known of all: that lies beside it.
        """
        for kind in (_NOW, _BEFORE):
            at, known = self._read(name, kind)
            if at and at != tip:
                return at, known
        return "", KnownVerdicts()

    def _read(self, name: str, kind: str, tip: str = "") -> tuple[str, KnownVerdicts]:
        """(commit, what is known of a target there); ("", nothing) where it can't be read. tip: no other is wanted."""

        def made(row: tuple[str, dict[str, Any]]) -> tuple[str, KnownVerdicts]:
            return (row[0], _kept(row[1])) if tip in ("", row[0]) else ("", KnownVerdicts())

        path = self._path(name, kind)
        return _RADAR.load(path, (*self._base, name), made, self._secret) or ("", KnownVerdicts())

    def save(self, name: str, tip: str, kept: KnownVerdicts, scratch: Scratch, whole: bool = False) -> None:
        """Keeps what is known of a target, and what its merges made. whole: whether all its branches were looked at."""
        data = _RADAR.pack((*self._base, name), (tip, _plain(kept)), self._secret)
        if len(data) >= _RADAR.most:
            return
        try:
            os.makedirs(os.path.join(self.objects, "pack"), exist_ok=True)
            if self._pack(scratch):
                self._set_by(name, tip, whole)
                put(self._path(name), data)
        except (OSError, ProcessError):
            pass

    def part(self, kind: str, name: str) -> object:
        """What another reader keeps of a target, as built-in types; None where nothing is."""
        return _RADAR.load(
            self._path(name, kind), (*self._base, kind, name), lambda value: value, self._secret
        )

    def keep_part(self, kind: str, name: str, value: Any) -> None:
        """Keeps it."""
        _RADAR.save(self._path(name, kind), (*self._base, kind, name), value, self._secret)

    def _set_by(self, name: str, tip: str, whole: bool) -> None:
        """What was known of the target where it stood before is set by until all its branches were looked at again."""
        before = self._path(name, _BEFORE)
        if whole:
            forget(before)
        elif (at := self._read(name, _NOW)[0]) and at != tip and not os.path.lexists(before):
            os.replace(self._path(name), before)

    def _pack(self, scratch: Scratch) -> bool:
        """One more pack with what was made in this run; False where that cannot be done."""
        oids = scratch.kept()
        if not oids:
            return True
        stem = os.path.join(self.objects, "pack", "pack")
        argv = scratch.argv(
            "", "pack-objects", "--quiet", "--window=0", "--compression=1", "--end-of-options", stem
        )
        # git writes a pack beside its own objects and then renames it (pack-write.c, rename_tmp_packfile): what is made
        # may lie on another file system.
        lent = os.pathsep.join(
            (scratch.keeping["GIT_ALTERNATE_OBJECT_DIRECTORIES"], scratch.made, scratch.spare)
        )
        env = {
            **scratch.keeping,
            "GIT_OBJECT_DIRECTORY": self.objects,
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": lent,
        }
        done = run(argv, "".join(oid + "\n" for oid in oids).encode(), env, _TIMEOUT)
        return done.code == 0

    def _tidy(self) -> None:
        """Begins anew where it has become too much."""
        try:
            with os.scandir(os.path.join(self.objects, "pack")) as entries:
                sizes = [entry.stat(follow_symlinks=False).st_size for entry in entries]
            files = len(os.listdir(self.home))
        except OSError:
            return
        if len(sizes) > 3 * _MOST_PACKS or sum(sizes) > _MOST_PACKED or files > _MOST_FILES:
            remove(self.home)

    def _path(self, name: str, kind: str = _NOW) -> str:
        digest = blake2b(name.encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()
        return os.path.join(self.home, f"{kind}-{digest}.bin")


def _git_of(environ: Mapping[str, str]) -> tuple[str, int, int]:
    """Which git answers, without asking it: the first on PATH, when it was written, and how large it is."""
    for part in environ.get("PATH", os.defpath).split(os.pathsep):
        path = os.path.join(part, "git")
        try:
            info = os.stat(path)
        except OSError:
            continue
        return path, info.st_mtime_ns, info.st_size
    return "", 0, 0


def after(verdicts: TargetVerdicts, before: Before, whole: bool) -> Before:
    """What is known once a run has looked. whole: whether it compared all pairs of its branches."""
    stands = {tip: stand for tip, stand in verdicts.stands.items() if stand.state != UNTOLD}
    told = {pair: one for pair, one in verdicts.meetings.items() if not isinstance(one, Unknown)}
    untold = {tip for pair, one in verdicts.meetings.items() if isinstance(one, Unknown) for tip in pair}
    clean = frozenset(tip for tip, stand in stands.items() if stand.facts is not None and tip not in untold)
    if before.moved:
        # Of branches that nobody asked for their place on the target is known, and not what they meet.
        few = 2 * len(stands) < len(before.stands)
        return Before(before.stands | stands if few else stands, told, verdicts.squashed, clean)
    if whole and not clean <= before.group:
        return Before(stands, told, verdicts.squashed, clean)
    # A part of the branches was asked for: what was known of the others stays.
    group = before.group
    return Before(
        before.stands | stands,
        before.meetings | {pair: one for pair, one in told.items() if group.issuperset(pair)},
        before.squashed | {pair for pair in verdicts.squashed if group.issuperset(pair)},
        group,
    )


def _plain(kept: KnownVerdicts) -> dict[str, Any]:
    """As built-in types: marshal knows no others."""
    before = kept.before
    return {
        "stands": [_plain_stand(stand) for stand in before.stands.values()],
        "meetings": [(*tips, _plain_merge(one)) for tips, one in before.meetings.items()],
        "squashed": tuple(before.squashed),
        "group": tuple(before.group),
        "clashes": [(key, [tuple(clash)[:-1] for clash in found]) for key, found in kept.clashes.items()],
        "chain": kept.chain,
        "files": kept.files,
        "patches": tuple(kept.patches),
        "places": kept.places,
        "people": kept.people,
        "stacks": kept.stacks,
        "tried": kept.tried,
    }


def _kept(plain: dict[str, Any]) -> KnownVerdicts:
    """The way back."""
    stands = [_stand(row) for row in plain["stands"]]
    before = Before(
        {stand.tip: stand for stand in stands},
        {(one, two): _merge(row) for one, two, row in plain["meetings"]},
        frozenset(plain["squashed"]),
        frozenset(plain["group"]),
    )
    clashes = {key: tuple(Clash(*row) for row in rows) for key, rows in plain["clashes"]}
    patches = Patches(*plain["patches"])
    return KnownVerdicts(
        before=before,
        clashes=clashes,
        chain=plain["chain"],
        files=plain["files"],
        patches=patches,
        places=plain["places"],
        people=plain["people"],
        stacks=plain["stacks"],
        tried=plain["tried"],
    )


def _plain_stand(stand: BranchOnTarget) -> tuple[Any, ...]:
    facts = stand.facts
    short = facts and (_rows(facts.changed), _rows(facts.landed), facts.single, facts.moved, facts.virtual)
    return (
        stand.tip, stand.state, stand.tree, stand.conflict and _plain_merge(stand.conflict), stand.edge, stand.trees,
        stand.own, short,
    )  # fmt: skip


def _stand(row: tuple[Any, ...]) -> BranchOnTarget:
    tip, state, tree, merge, edge, trees, own, short = row
    facts = None
    if short is not None:
        changed, landed, single, moved, virtual = short
        facts = Facts(
            own=own,
            changed=_changes(changed),
            landed=_changes(landed),
            single=single,
            moved=moved,
            virtual=virtual,
        )
    return BranchOnTarget(
        tip=tip,
        state=state,
        tree=tree,
        conflict=merge and _merge(merge),
        why=None,
        edge=edge,
        trees=trees,
        own=own,
        facts=facts,
    )


def _changes(plain: dict[str, tuple[str, str, str, str]]) -> dict[str, PathChange]:
    return {path: PathChange(*row) for path, row in plain.items()}


def _rows(changes: dict[str, PathChange]) -> dict[str, tuple[str, ...]]:
    return {path: tuple(one) for path, one in changes.items()}


def _plain_merge(merge: ConflictedMerge) -> tuple[Any, ...]:
    answer = merge.answer
    entries = [tuple(one) for one in answer.entries]
    return merge.sides, answer.tree, entries, [tuple(one) for one in answer.messages]


def _merge(plain: tuple[Any, ...]) -> ConflictedMerge:
    sides, tree, entries, messages = plain
    stages = tuple(StageEntry(*row) for row in entries)
    answer = MergeAnswer(False, tree, stages, tuple(MergeMessage(*row) for row in messages))
    return ConflictedMerge(sides, answer)
