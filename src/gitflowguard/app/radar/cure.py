"""Tries a cure before it is proposed: the merges of a knot, made again with it.

A union merge and a notebook without outputs are tried on the very contents that clashed: nothing else in these merges
did. A tool of the project, such as the one that writes a lock file, is not run here, and that is said. What was tried
is kept, so that a later run tries only what is new.
"""

from __future__ import annotations

from gitflowguard.model.finding import Unknown
from gitflowguard.radar.clashes import blobs_of
from gitflowguard.radar.knots import FOLDERS, conflicts, cure_for, line_of, tangles
from gitflowguard.radar.nouns import CONTENT, REGENERATE, STRIP, UNION
from gitflowguard.radar.stripped import stripped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitflowguard.app.radar.aims import Aim
    from gitflowguard.app.radar.look import MergeContext, TargetVerdicts
    from gitflowguard.radar.answers import MergeAnswer
    from gitflowguard.radar.knots import Conflict, Tangle
    from gitflowguard.radar.nouns import Knot, Radar

    # (cure, path, commits of the branches) -> whether the merge is clean with it.
    Tried = dict[tuple[str, ...], bool]

ATTRIBUTES = ".gitattributes"
_FILE = "100644"
# Of a path this many merges are tried at most, about a millisecond each.
MOST = 400


def cured(
    bench: MergeContext,
    aim: Aim,
    looked: TargetVerdicts,
    radar: Radar,
    files: Mapping[str, bytes],
    known: Tried,
) -> tuple[tuple[Knot, ...], Tried]:
    """The knots of a target, with what each cure that suits would leave of them; and what was tried.

    files: the target's attributes. known: what earlier runs tried on this target.
    """
    every = conflicts(radar, aim.target.name)
    found = tangles(aim.target.name, every)
    if not found:
        return (), {}
    trial = _Trial(bench, aim, looked, every, files, known)
    return tuple(trial.knot(one) for one in found), trial.tried


class _Trial:
    """The trials of one target."""

    def __init__(
        self,
        bench: MergeContext,
        aim: Aim,
        looked: TargetVerdicts,
        every: Sequence[Conflict],
        files: Mapping[str, bytes],
        known: Tried,
    ) -> None:
        self.bench, self.looked, self.every, self.known = bench, looked, every, known
        self.files = files
        self.tips = {one.name: one.tip for one in aim.branches}
        self.tried: Tried = {}
        types = bench.sounding.types([f"{looked.tree}:{folder}" for folder in FOLDERS])
        self.folder = next((name for name, (_, kind) in zip(FOLDERS, types) if kind == "tree"), "")

    def knot(self, tangle: Tangle) -> Knot:
        """The knot with its cure; without one where none is known, or none was seen to help."""
        how, line = cure_for(tangle, self.folder)
        path = tangle.knot.path
        if not how:
            return tangle.knot
        alone = [hit for hit in tangle.hits if all(clash.path == path for clash in self.every[hit].clashes)]
        if how not in (UNION, STRIP):
            # Nothing is merged for it: what conflicts in this file alone is gone with the file's conflict.
            ends = len(alone)
            untried = line if how == REGENERATE else ""
            return (
                tangle.knot._replace(cure=how, line=line, cured=ends, trials=0, untried=untried)
                if ends
                else tangle.knot
            )
        asked = alone[:MOST]
        clean = sum(self._ends(how, path, asked))
        trials = len(asked) if len(alone) > MOST else tangle.knot.conflicts
        return tangle.knot._replace(cure=how, line=line, cured=clean, trials=trials) if clean else tangle.knot

    def _ends(self, how: str, path: str, hits: Sequence[int]) -> list[bool]:
        """Whether each of the merges is clean with the cure."""
        keys = {hit: (how, path, *(self.tips[name] for name in self.every[hit].branches)) for hit in hits}
        for key in keys.values():
            if key in self.known:
                self.tried[key] = self.known[key]
        fresh = {
            hit: blobs
            for hit, key in keys.items()
            if key not in self.tried and (blobs := self._blobs(hit, path)) is not None
        }
        if how == STRIP:
            fresh = self._strip(fresh)
        folder = self._with_line(path) if how == UNION else self.bench.folder
        merges = [self._merge(path, blobs) for blobs in fresh.values()]
        for hit, answer in zip(fresh, self.bench.trials.merge(folder, merges) if merges else ()):
            if not isinstance(answer, Unknown):  # where the time was up it may be tried again
                self.tried[keys[hit]] = answer.clean
        return [self.tried.get(key, False) for key in keys.values()]

    def _with_line(self, path: str) -> str:
        """The work tree with the target's attributes and the line behind them."""
        before = self.files.get(ATTRIBUTES, b"")
        gap = b"" if not before or before.endswith(b"\n") else b"\n"
        line = line_of(path).encode("utf-8", "surrogateescape") + b"\n"
        return self.bench.scratch.folder({**self.files, ATTRIBUTES: before + gap + line})

    def _answer(self, hit: int) -> MergeAnswer | None:
        tips = tuple(self.tips[name] for name in self.every[hit].branches)
        if len(tips) == 1:
            return self.looked.stands[tips[0]].answer
        meeting = self.looked.meetings.get((tips[0], tips[1]))
        return meeting.answer if meeting is not None else None

    def _blobs(self, hit: int, path: str) -> tuple[str, str, str] | None:
        """(base, ours, theirs) of the file in one merge, where all three are there."""
        answer = self._answer(hit)
        lines = all(clash.kind == CONTENT for clash in self.every[hit].clashes)
        blobs = blobs_of(answer, path) if answer is not None and lines else None
        return blobs if blobs and blobs[0] else None

    def _merge(self, path: str, blobs: tuple[str, str, str]) -> tuple[str, str]:
        """Commits of trees that hold nothing but the file."""
        scratch = self.bench.scratch
        base, ours, theirs = (scratch.tree({path: (_FILE, oid)}) for oid in blobs)
        root = scratch.commit(base)
        return scratch.commit(ours, root), scratch.commit(theirs, root)

    def _strip(self, found: Mapping[int, tuple[str, str, str]]) -> dict[int, tuple[str, str, str]]:
        """The same without outputs, for those of which all three are notebooks."""
        oids = sorted({oid for blobs in found.values() for oid in blobs})
        plain: dict[str, str] = {}
        for oid, data in zip(oids, self.bench.sounding.blobs(oids)):
            text = stripped(data) if data is not None else None
            if text is not None:
                plain[oid] = self.bench.scratch.blob(text)
        return {
            hit: (plain[blobs[0]], plain[blobs[1]], plain[blobs[2]])
            for hit, blobs in found.items()
            if all(oid in plain for oid in blobs)
        }
