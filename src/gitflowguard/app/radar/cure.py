"""Tries a cure before it is proposed: the merges of a knot, made again with it.

A union merge, a notebook without outputs and one file an entry of a changelog are tried on the very contents that
clashed: nothing else in these merges did. What completes a lock file is a tool of the project, which is not run here;
that the rest merges, and that the tool can read it, is tried (app.radar.lockcure). What was tried is kept, so that a
later run tries only what is new.
"""

from __future__ import annotations

from gitflowguard.app.radar.lockcure import Manifest, readable
from gitflowguard.model.finding import Unknown
from gitflowguard.radar.answers import ConflictedMerge
from gitflowguard.radar.clashes import blobs_of
from gitflowguard.radar.conflict import conflicts
from gitflowguard.radar.fragments import CONFIGS, FOLDERS, tool_of, without_entries
from gitflowguard.radar.knots import cures_for, line_of, tangles
from gitflowguard.radar.nouns import CONTENT, FRAGMENTS, REGENERATE, STRIP, UNION, Cure
from gitflowguard.radar.stripped import stripped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gitflowguard.app.radar.aims import Aim
    from gitflowguard.app.radar.context import MergeContext
    from gitflowguard.app.radar.verdicts import TargetVerdicts
    from gitflowguard.radar.answers import MergeAnswer
    from gitflowguard.radar.conflict import Conflict
    from gitflowguard.radar.fragments import FragmentTool
    from gitflowguard.radar.knots import Tangle
    from gitflowguard.radar.nouns import Knot, Radar

    # (cure, path, commits of the branches) -> whether the merge is clean with it.
    Tried = dict[tuple[str, ...], bool]
    # (base, ours, theirs): the objects of a file in one merge.
    Blobs = tuple[str, str, str]

ATTRIBUTES = ".gitattributes"
_FILE = "100644"
# Of a path this many merges are tried at most, about a millisecond each.
MOST = 400


def cured(
    context: MergeContext,
    aim: Aim,
    verdicts: TargetVerdicts,
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
    trial = _Trial(context, aim, verdicts, every, files, known)
    return tuple(trial.knot(one) for one in found), trial.tried


class _Trial:
    """The trials of one target."""

    def __init__(
        self,
        context: MergeContext,
        aim: Aim,
        verdicts: TargetVerdicts,
        every: Sequence[Conflict],
        files: Mapping[str, bytes],
        known: Tried,
    ) -> None:
        self.context, self.verdicts, self.every, self.known = context, verdicts, every, known
        self.files = files
        self.tips = {one.name: one.tip for one in aim.branches}
        self.tried: Tried = {}
        self._tool: FragmentTool | None = None

    def tool(self) -> FragmentTool:
        """The target's own for entries of a changelog; looked for once, where there is a knot that it might end."""
        if self._tool is None:
            ask, tree = self.context.reader, self.verdicts.tree
            read = ask.blobs([f"{tree}:{path}" for path in CONFIGS])
            configs = {path: data for path, data in zip(CONFIGS, read) if data is not None}
            self._tool = tool_of(configs, "")
            if not self._tool.used:
                types = ask.types([f"{tree}:{folder}" for folder in FOLDERS])
                there = (folder for folder, (_, kind) in zip(FOLDERS, types) if kind == "tree")
                self._tool = tool_of({}, next(there, ""))
        return self._tool

    def knot(self, tangle: Tangle) -> Knot:
        """The knot with its cures; without any where none is known, or none was seen to help."""
        knot = tangle.knot
        alone = [
            hit for hit in tangle.hits if all(clash.path == knot.path for clash in self.every[hit].clashes)
        ]
        ways = cures_for(tangle, self.tool)
        if ways and ways[0][0] == REGENERATE:
            return self._lock(tangle, alone, ways[0][1])
        cures = [cure for how, line in ways if (cure := self._cure(tangle, alone, how, line)).cured]
        if not cures:
            return knot
        best, *others = cures
        return knot._replace(
            cure=best.how,
            line=best.line,
            cured=best.cured,
            trials=best.trials,
            untried=best.untried,
            also=tuple(others),
        )

    def _cure(self, tangle: Tangle, alone: Sequence[int], how: str, line: str) -> Cure:
        """One way, with how many of the conflicts it ends."""
        path = tangle.knot.path
        asked = alone[:MOST]
        return Cure(
            how=how,
            line=line,
            cured=sum(self._ends(how, path, asked)),
            trials=len(asked) if len(alone) > MOST else tangle.knot.conflicts,
            untried=self.tool().command if how == FRAGMENTS else "",
        )

    def _lock(self, tangle: Tangle, alone: Sequence[int], command: str) -> Knot:
        """A lock file's knot: what merges without it, and whether what it is made from can be read then."""
        knot = tangle.knot
        manifest = Manifest.of(self.context, self.verdicts, knot.path)
        if manifest is None:
            return knot
        made = {knot.path, manifest.path, *manifest.members}
        clashes = {hit: {clash.path for clash in self.every[hit].clashes} for hit in tangle.hits}
        with_it = [hit for hit, paths in clashes.items() if {knot.path} < paths <= made]
        asked = {hit: self._key(REGENERATE, knot.path, hit) for hit in alone}
        self._known(asked.values())
        fresh = [hit for hit, key in asked.items() if key not in self.tried]
        tips = {hit: tuple(self.tips[name] for name in self.every[hit].branches) for hit in fresh}
        for hit, fine in readable(self.context, self.verdicts, manifest, tips).items():
            self.tried[asked[hit]] = fine
        cured = sum(self.tried.get(key, False) for key in asked.values())
        torn = len(with_it) + sum(self.tried.get(key) is False for key in asked.values())
        if not cured and not torn:
            return knot
        return knot._replace(
            cure=REGENERATE,
            line=command,
            cured=cured,
            trials=knot.conflicts,
            untried=command,
            manifest=manifest.path,
            members=len(manifest.members),
            torn=torn,
        )

    def _key(self, how: str, path: str, hit: int) -> tuple[str, ...]:
        return (how, path, *(self.tips[name] for name in self.every[hit].branches))

    def _known(self, keys: Iterable[tuple[str, ...]]) -> None:
        """Takes over what earlier runs have tried."""
        self.tried.update({key: self.known[key] for key in keys if key in self.known})

    def _ends(self, how: str, path: str, hits: Sequence[int]) -> list[bool]:
        """Whether each of the merges is clean with the cure."""
        keys = {hit: self._key(how, path, hit) for hit in hits}
        self._known(keys.values())
        fresh = {
            hit: blobs
            for hit, key in keys.items()
            if key not in self.tried and (blobs := self._blobs(hit, path)) is not None
        }
        if how == STRIP:
            fresh = self._strip(fresh)
        if how == FRAGMENTS:
            fresh = self._apart(path, fresh)
        folder = self._with_line(path) if how == UNION and fresh else self.context.folder
        merges = [self._merge(path, blobs) for blobs in fresh.values()]
        for hit, answer in zip(fresh, self.context.trials.merge(folder, merges) if merges else ()):
            if not isinstance(answer, Unknown):  # where the time was up it may be tried again
                self.tried[keys[hit]] = answer.clean
        return [self.tried.get(key, False) for key in keys.values()]

    def _apart(self, path: str, found: Mapping[int, Blobs]) -> dict[int, Blobs]:
        """The same with the lines that each branch adds taken out, as if they were in a file of its own.

        No other branch has that file, so nothing is merged there. The target's own lines stay."""
        (now, _), *_ = self.context.reader.types([f"{self.verdicts.tree}:{path}"])
        starts = {
            hit: (now if len(self.every[hit].branches) > 1 else "", base)
            for hit, (base, _, _) in found.items()
        }
        asked = {
            (start, new)
            for hit, (_, ours, theirs) in found.items()
            for start, new in zip(starts[hit], (ours, theirs))
            if start and start != new
        }
        scripts = self.context.reader.scripts(asked)
        oids = sorted({oid for key in asked for oid in key})
        texts = {oid: data for oid, data in zip(oids, self.context.reader.blobs(oids)) if data is not None}
        left: dict[tuple[str, str], str] = {}
        for start, new in asked:
            script = scripts[start, new]
            if script is not None and start in texts and new in texts:
                left[start, new] = self.context.scratch.blob(
                    without_entries(texts[start], texts[new], script)[0]
                )
        return {
            hit: (base, left.get((starts[hit][0], ours), ours), left.get((starts[hit][1], theirs), theirs))
            for hit, (base, ours, theirs) in found.items()
        }

    def _with_line(self, path: str) -> str:
        """The work tree with the target's attributes and the line behind them."""
        before = self.files.get(ATTRIBUTES, b"")
        gap = b"" if not before or before.endswith(b"\n") else b"\n"
        line = line_of(path).encode("utf-8", "surrogateescape") + b"\n"
        return self.context.scratch.folder({**self.files, ATTRIBUTES: before + gap + line})

    def _answer(self, hit: int) -> MergeAnswer | None:
        tips = tuple(self.tips[name] for name in self.every[hit].branches)
        if len(tips) == 1:
            merge = self.verdicts.stands[tips[0]].conflict
        else:
            met = self.verdicts.meetings.get((tips[0], tips[1]))
            merge = met if isinstance(met, ConflictedMerge) else None
        return merge.answer if merge is not None else None

    def _blobs(self, hit: int, path: str) -> Blobs | None:
        """(base, ours, theirs) of the file in one merge, where all three are there."""
        answer = self._answer(hit)
        lines = all(clash.kind == CONTENT for clash in self.every[hit].clashes)
        blobs = blobs_of(answer, path) if answer is not None and lines else None
        return blobs if blobs and blobs[0] else None

    def _merge(self, path: str, blobs: Blobs) -> tuple[str, str]:
        """Commits of trees that hold nothing but the file."""
        scratch = self.context.scratch
        base, ours, theirs = (scratch.tree({path: (_FILE, oid)}) for oid in blobs)
        root = scratch.commit(base)
        return scratch.commit(ours, root), scratch.commit(theirs, root)

    def _strip(self, found: Mapping[int, Blobs]) -> dict[int, Blobs]:
        """The same without outputs, for those of which all three are notebooks."""
        oids = sorted({oid for blobs in found.values() for oid in blobs})
        plain: dict[str, str] = {}
        for oid, data in zip(oids, self.context.reader.blobs(oids)):
            text = stripped(data) if data is not None else None
            if text is not None:
                plain[oid] = self.context.scratch.blob(text)
        return {
            hit: (plain[blobs[0]], plain[blobs[1]], plain[blobs[2]])
            for hit, blobs in found.items()
            if all(oid in plain for oid in blobs)
        }
