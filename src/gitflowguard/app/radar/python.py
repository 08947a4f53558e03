"""`radar --semantic`: merges that are clean for git and broken for Python.

Two readers look at a merge and at both of its sides: flake8 (E9 and F, as the program that it is) at the files
that git put together from both, and radar.signatures at calls and imports from file to file. What they say of
the merge and of neither side is the merge's fault.
"""

from __future__ import annotations

from gitflowguard.app.radar.files import Files, python
from gitflowguard.app.radar.flake8 import Flake8
from gitflowguard.app.radar.merges import Breaks
from gitflowguard.app.radar.semantics import Seen, keep, load
from gitflowguard.model.record import Record
from gitflowguard.radar.meeting import Brought, meet, module_name
from gitflowguard.radar.nouns import Broken
from gitflowguard.radar.signatures import CallFault, faults

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from gitflowguard.app.radar.files import Moves
    from gitflowguard.app.radar.kept import RadarCache
    from gitflowguard.app.radar.merges import Merged, Merges
    from gitflowguard.model.flow import Flow
    from gitflowguard.repo.git import Git, Place

    # What a reader says of a file of a tree: (path, blob, tree) -> findings, None where it could not read it.
    Reader = Callable[[str, str, str], Iterable[CallFault] | None]

# This many merges of two are looked at together; more would need more memory.
_AT_ONCE = 200


class SemanticCase(Record):
    """A merge with what came into it from each side: `one` is what its first side brought to the other."""

    merged: Merged
    one: Moves
    other: Moves

    @property
    def joined(self) -> tuple[str, ...]:
        """Files that are in neither side as they are in the merge: git put them together."""
        return tuple(path for path, (_, new) in self.one.items() if path in self.other and new)


class Python:
    """Looks at the clean merges of every target of one run. store: what earlier runs found."""

    def __init__(
        self,
        git: Git,
        place: Place,
        flow: Flow,
        environ: Mapping[str, str],
        store: RadarCache | None = None,
    ) -> None:
        self.limit = flow.quality.file_kb * 1024
        self.flake8 = Flake8(git, place, flow, environ)
        self.store = store

    def look(self, merges: Merges) -> Breaks:
        """What is broken in the merges of one target."""
        name = merges.target.name
        identity = (self.flake8.name, self.limit)
        memory = load(self.store, name, identity, merges.target.tip)
        files = Files(merges.context.reader, merges.main, self.limit, memory.summaries)
        self.flake8.begin(memory.flake8)
        seen = Seen(memory.verdicts)
        self._singles(merges, files, seen)
        self._pairs(merges, files, seen)
        if not files.lacking:
            keep(self.store, name, identity, merges.target.tip, memory, files.used, self.flake8.used, seen)
        if not seen.count:
            return Breaks((), (f"no merge on {name} needed a look for broken Python",))
        places = {single.open.tip: place for place, single in enumerate(merges.singles)}
        told = sorted(seen.found(), key=lambda item: (len(item[0]), [places[tip] for tip in item[0]]))
        found = [one for tips, faults in told for one in _as_broken(merges, tips, faults)]
        return Breaks(tuple(dict.fromkeys(found)), self._notes(name, seen.count, files))

    def _notes(self, target: str, count: int, files: Files) -> tuple[str, ...]:
        merges = f"{count} clean merge{'' if count == 1 else 's'} on {target}"
        notes = [f"{merges} looked at for broken Python, with {self.flake8.name}"]
        large = files.too_large()
        if large:
            notes.append(f"{large} Python files are larger than {self.limit // 1024} kB and were not read")
        return (*notes, *self.flake8.problems())

    def _singles(self, merges: Merges, files: Files, seen: Seen) -> None:
        """The branches on the target, where both sides bring Python files."""
        cases = []
        for place, single in enumerate(merges.singles):
            tips = (single.open.tip,)
            if not merges.wants(place) or seen.knows(tips):
                continue
            one, other = python(single.meets), python(single.brings)
            if one and other:
                cases.append((tips, SemanticCase(single.merged, one, other)))
            else:
                seen.add(tips, None)
        self._judge(cases, files, seen)

    def _pairs(self, merges: Merges, files: Files, seen: Seen) -> None:
        """Two branches each, where one of them changed what the other may use."""
        couples = [
            couple
            for couple in merges.couples(lambda one, other: True)
            if not seen.knows(_tips(merges, couple))
        ]
        if not couples:
            return
        moves = [python(single.brings) for single in merges.singles]
        asked = {place for couple in couples for place in couple}
        files.summarize(oid for place in asked for pair in moves[place].values() for oid in pair)
        sides = {place: _brought(files, moves[place]) for place in asked}
        close = []
        for couple in couples:
            if meet(sides[couple[0]], sides[couple[1]]):
                close.append(couple)
            else:
                seen.add(_tips(merges, couple), None)
        for start in range(0, len(close), _AT_ONCE):
            self._part(merges, close[start : start + _AT_ONCE], files, seen)

    def _part(self, merges: Merges, couples: Sequence[tuple[int, int]], files: Files, seen: Seen) -> None:
        """Some of them: what a merge is made of is held for a few hundred at a time."""
        made = merges.pairs(couples)
        merged = [(couple, one) for couple, one in zip(couples, made) if one is not None]
        asked = [(one.other.tree, one.tree) for _, one in merged] + [
            (one.one.tree, one.tree) for _, one in merged
        ]
        diffs = [python(changes) for changes in merges.context.reader.differences(asked)]
        cases = []
        for (couple, one), mine, its in zip(merged, diffs, diffs[len(merged) :]):
            if mine and its:
                cases.append((_tips(merges, couple), SemanticCase(one, mine, its)))
        wanted = {tips for tips, _ in cases}
        for couple in couples:
            if _tips(merges, couple) not in wanted:
                seen.add(_tips(merges, couple), None)
        self._judge(cases, files, seen)

    def _judge(self, cases: Sequence[tuple[tuple[str, ...], SemanticCase]], files: Files, seen: Seen) -> None:
        if not cases:
            return
        files.know(tree for _, case in cases for tree in _trees(case))
        files.load(
            oid
            for _, case in cases
            for moves in (case.one, case.other)
            for pair in moves.values()
            for oid in pair
        )
        self.flake8.read(files, {blob for _, case in cases for blob in _blobs(case, files)})
        for tips, case in cases:
            seen.add(tips, tuple(self._broken(case, files)))

    def _broken(self, case: SemanticCase, files: Files) -> list[CallFault]:
        found = _new(case, files, case.joined, self.flake8.faults)
        for path, names in _using(case, files):
            found += _new(case, files, (path,), _signatures(files, names))
        return found


def _tips(merges: Merges, couple: tuple[int, int]) -> tuple[str, ...]:
    """The commits of two branches, in the order of landing."""
    return tuple(merges.singles[place].open.tip for place in couple)


def _as_broken(merges: Merges, tips: tuple[str, ...], faults: Sequence[CallFault]) -> list[Broken]:
    names = {single.open.tip: single.open.name for single in merges.singles}
    return [
        Broken(
            target=merges.target.name,
            branches=tuple(names[tip] for tip in tips),
            path=one.path,
            line=one.line,
            code=one.code,
            says=one.says,
        )
        for one in faults
    ]


def _trees(case: SemanticCase) -> tuple[str, str, str]:
    return case.merged.tree, case.merged.one.tree, case.merged.other.tree


def _signatures(files: Files, names: frozenset[str] | None) -> Reader:
    def read(path: str, oid: str, tree: str) -> Iterable[CallFault] | None:
        version = files.version(tree)
        return faults(version, path, names) if not oid or version.module(path) is not None else None

    return read


def _brought(files: Files, moves: Moves) -> Brought:
    names: list[tuple[str, frozenset[str]]] | None = []
    for path, (old, new) in moves.items():
        changed = files.names(path, old, new)
        if changed is None:
            names = None
        elif names is not None and changed:
            names.append((path, changed))
    words = files.vocabulary(new for _, new in moves.values())
    return Brought(frozenset(moves), None if names is None else tuple(names), words)


def _before(case: SemanticCase, path: str) -> tuple[list[str], list[str]]:
    """The paths under which the content of a merged file may lie in the first and in the second side: its own,
    else those that the merge has not any more, of which it may have been renamed."""
    found = []
    for moves in (case.other, case.one):
        is_new = path in moves and not moves[path][0]
        found.append([old for old, pair in moves.items() if not pair[1]] if is_new else [path])
    return found[0], found[1]


def _blobs(case: SemanticCase, files: Files) -> Iterable[tuple[str, str]]:
    """(path, blob) of all that flake8 has to look at for a merge."""
    sides = case.merged.one.tree, case.merged.other.tree
    for path in case.joined:
        yield path, files.oid(case.merged.tree, path)
        for tree, paths in zip(sides, _before(case, path)):
            yield from ((old, files.oid(tree, old)) for old in paths)


def _new(case: SemanticCase, files: Files, paths: Sequence[str], reader: Reader) -> list[CallFault]:
    """What a reader says of the merge and of neither side; nothing where it could not read one of them."""
    found = []
    for path in paths:
        said = tuple(reader(path, files.oid(case.merged.tree, path), case.merged.tree) or ())
        known = _known(case, files, path, reader) if said else None
        if known is not None:
            found += [one for one in said if (one.code, one.says) not in known]
    return sorted(found)


def _known(case: SemanticCase, files: Files, path: str, reader: Reader) -> set[tuple[str, str]] | None:
    """What it says of the same file in the two sides."""
    known: set[tuple[str, str]] = set()
    for side, before in zip((case.merged.one, case.merged.other), _before(case, path)):
        for old in before:
            told = reader(old, files.oid(side.tree, old), side.tree)
            if told is None:
                return None
            known |= {(one.code, one.says) for one in told}
    return known


def _using(case: SemanticCase, files: Files) -> list[tuple[str, frozenset[str] | None]]:
    """(file of either side, names in it that the other side changed; None: any)."""
    found: dict[str, frozenset[str] | None] = {}
    for mine, its in ((case.one, case.other), (case.other, case.one)):
        mentioned = files.vocabulary(new for _, new in mine.values())
        names: frozenset[str] | None = frozenset()
        for path, (old, new) in its.items():
            if path in mine or mentioned.has(module_name(path)):
                changed = files.names(path, old, new)
                names = names | changed if names is not None and changed is not None else None
        for path, (_, new) in mine.items():
            own = None if names is None else files.vocabulary((new,)).of(names)
            if new and own != frozenset():
                known = found.get(path, frozenset())
                found[path] = None if own is None or known is None else own | known
    return sorted(found.items(), key=lambda item: item[0])
