"""`radar --semantic`: merges that are clean for git and broken for Python.

Two readers look at a merge and at both of its sides: flake8 (E9 and F, as the program that it is) at the files
that git put together from both, and radar.signatures at calls and imports from file to file. What they say of
the merge and of neither side is the merge's fault.
"""

from __future__ import annotations

from gitflowguard.app.radar.files import Files, python
from gitflowguard.app.radar.flake8 import Flake8
from gitflowguard.app.radar.merges import Breaks
from gitflowguard.model.record import Record
from gitflowguard.radar.meeting import Brought, meet, module_name
from gitflowguard.radar.nouns import Broken
from gitflowguard.radar.signatures import CallFault, faults

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from gitflowguard.app.radar.files import Moves
    from gitflowguard.app.radar.merges import Merged, Merges
    from gitflowguard.model.flow import Flow
    from gitflowguard.repo.git import Git, Place

    # What a reader says of a file of a tree: (path, blob, tree) -> findings, None where it could not read it.
    Reader = Callable[[str, str, str], Iterable[CallFault] | None]


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
    """Looks at the clean merges of every target of one run."""

    def __init__(self, git: Git, place: Place, flow: Flow, environ: Mapping[str, str]) -> None:
        self.limit = flow.quality.file_kb * 1024
        self.flake8 = Flake8(git, place, flow, environ)

    def look(self, merges: Merges) -> Breaks:
        """What is broken in the merges of one target."""
        files = Files(merges.bench.sounding, merges.main, self.limit)
        cases = [*self._singles(merges), *self._pairs(merges, files)]
        if not cases:
            return Breaks((), ("no merge needed a look for broken Python",))
        files.know(tree for case in cases for tree in _trees(case))
        files.load(
            oid
            for case in cases
            for moves in (case.one, case.other)
            for pair in moves.values()
            for oid in pair
        )
        self.flake8.read(files, {blob for case in cases for blob in _blobs(case, files)})
        found = [one for case in cases for one in self._broken(merges.target.name, case, files)]
        return Breaks(tuple(dict.fromkeys(found)), self._notes(len(cases), files))

    def _notes(self, count: int, files: Files) -> tuple[str, ...]:
        merges = f"{count} clean merge{'' if count == 1 else 's'}"
        notes = [f"{merges} looked at for broken Python, with {self.flake8.name}"]
        if files.too_large:
            notes.append(
                f"{len(files.too_large)} Python files are larger than {self.limit // 1024} kB and were not read"
            )
        return (*notes, *self.flake8.problems())

    def _singles(self, merges: Merges) -> list[SemanticCase]:
        """The branches on the target, where both sides bring Python files."""
        found = []
        for place, single in enumerate(merges.singles):
            one, other = python(single.meets), python(single.brings)
            if one and other and merges.wants(place):
                found.append(SemanticCase(single.merged, one, other))
        return found

    def _pairs(self, merges: Merges, files: Files) -> list[SemanticCase]:
        """Two branches each, where one of them changed what the other may use."""
        moves = [python(single.brings) for single in merges.singles]
        files.load(oid for one in moves for pair in one.values() for oid in pair)
        sides = [_brought(files, one) for one in moves]
        merged = merges.pairs(merges.couples(lambda one, other: meet(sides[one], sides[other])))
        asked = [(one.other.tree, one.tree) for one in merged] + [(one.one.tree, one.tree) for one in merged]
        diffs = [python(changes) for changes in merges.bench.sounding.differences(asked)]
        cases = [SemanticCase(*three) for three in zip(merged, diffs, diffs[len(merged) :])]
        return [case for case in cases if case.one and case.other]

    def _broken(self, target: str, case: SemanticCase, files: Files) -> list[Broken]:
        found = _new(case, files, case.joined, self.flake8.faults)
        for path, names in _using(case, files):
            found += _new(case, files, (path,), _signatures(files, names))
        return [
            Broken(
                target=target,
                branches=case.merged.branches,
                path=one.path,
                line=one.line,
                code=one.code,
                says=one.says,
            )
            for one in found
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
    words: set[str] = set()
    for path, (old, new) in moves.items():
        changed = files.names(path, old, new)
        if changed is None:
            names = None
        elif names is not None and changed:
            names.append((path, changed))
        words |= files.words(new)
    return Brought(frozenset(moves), None if names is None else tuple(names), frozenset(words))


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
        mentioned = frozenset().union(*(files.words(new) for _, new in mine.values()))
        names: frozenset[str] | None = frozenset()
        for path, (old, new) in its.items():
            if path in mine or module_name(path) in mentioned:
                changed = files.names(path, old, new)
                names = names | changed if names is not None and changed is not None else None
        for path, (_, new) in mine.items():
            own = None if names is None else names & files.words(new)
            if new and own != frozenset():
                known = found.get(path, frozenset())
                found[path] = None if own is None or known is None else own | known
    return sorted(found.items(), key=lambda item: item[0])
