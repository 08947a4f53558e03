"""Who x who: the branches that meet another one, as a table; those that don't are counted and folded."""

from __future__ import annotations

from gitflowguard.model.record import Record
from gitflowguard.radar.conflict import Conflict
from gitflowguard.radar.nouns import CLEAN, STALE, Radar, RadarTarget
from gitflowguard.report.radar import words as radarwords

# A table stays usable, and its making cheap. What is left out is reported in its place.
MOST_IN_MATRIX = 40
# What each kind of cell looks like, in words.
LEGEND = (
    ("x", "2", "conflict, with the number of files"),
    ("t", "◆", "conflict in a knot alone, see above"),
    ("k", "·", "clean"),
    ("s", "↳", "holds commits of the other"),
    ("w", "↳!", "conflict, if the other is squash-merged"),
    ("b", "!", "merges without a conflict, and the result is broken"),
    ("q", "?", "can't determine"),
)


class MatrixCell(Record):
    """kind: a letter for the style. label: in words. sheet: the id of what it opens, or ""."""

    kind: str
    text: str
    label: str
    sheet: str = ""


class MatrixRow(Record):
    """One line of the matrix. number: 0 is the target."""

    number: int
    name: str
    cells: tuple[MatrixCell, ...]


class Matrix(Record):
    """Who x who. rows: () where no two branches meet, or only in knots. kinds: of its cells.

    left: branches that meet others and are not drawn, because there are more than a table holds.
    stale: those that conflict with the target itself, so they are not compared with others.
    tied: those that meet others in knots alone. free: those that meet nobody.
    """

    rows: tuple[MatrixRow, ...]
    kinds: frozenset[str]
    left: int
    stale: tuple[str, ...]
    tied: tuple[str, ...]
    free: tuple[str, ...]


_Cells = dict[tuple[str, str], MatrixCell]


def matrix(
    radar: Radar,
    target: RadarTarget,
    found: tuple[Conflict, ...],
    sheets: tuple[str, ...],
    spoken: dict[frozenset[str], str],
) -> Matrix:
    """Draw the clean branches of a target that meet each other.

    sheets: the ids of what the first of the conflicts open. spoken: the pairs that a knot says -> its file.
    """
    clean = tuple(contact.branch for contact in radar.on(target.name, CLEAN))
    cells = _cells(radar, target, found, sheets)
    meets = {name: 0 for name in clean}
    for two in cells:
        for name in two:
            meets[name] = meets.get(name, 0) + 1
    drawn = [name for name in clean if meets[name]]
    most = set(sorted(drawn, key=lambda name: -meets[name])[:MOST_IN_MATRIX])
    names = tuple(name for name in drawn if name in most)
    cells |= _knot_cells(spoken, names)
    tied = {name for two in spoken for name in two}
    rows = _rows(target, names, cells)
    return Matrix(
        rows=rows,
        kinds=frozenset(cell.kind for row in rows for cell in row.cells),
        left=len(drawn) - len(names),
        stale=tuple(contact.branch for contact in radar.on(target.name, STALE)),
        tied=tuple(name for name in clean if not meets[name] and name in tied),
        free=tuple(name for name in clean if not meets[name] and name not in tied),
    )


def _rows(target: RadarTarget, names: tuple[str, ...], cells: _Cells) -> tuple[MatrixRow, ...]:
    """The target has a line where something is to be said of it."""
    lines = list(enumerate(names, 1))
    if any((target.name, name) in cells for name in names):
        lines.insert(0, (0, target.name))
    return tuple(
        MatrixRow(number, row, tuple(_cell(row, column, cells) for column in names)) for number, row in lines
    )


def _cell(row: str, column: str, cells: _Cells) -> MatrixCell:
    if row == column:
        return MatrixCell("i", "", "the same branch")
    return cells.get((row, column)) or MatrixCell("k", "·", "clean")


def _cells(radar: Radar, target: RadarTarget, found: tuple[Conflict, ...], sheets: tuple[str, ...]) -> _Cells:
    """The cells of clean branches that have something to say, by (lands first, lands then); the worse overwrites."""
    cells: _Cells = {}
    here = {contact.branch: contact for contact in radar.on(target.name, CLEAN)}
    for contact in here.values():
        for base in contact.depends:
            cells[base, contact.branch] = MatrixCell("s", "↳", f"{contact.branch} holds commits of {base}")
        for base in contact.if_squashed:
            cells[base, contact.branch] = MatrixCell("w", "↳!", f"conflict if {base} is squash-merged")
    for names, said in broken_merges(radar, target).items():
        ways = (names, names[::-1]) if len(names) == 2 else ((target.name, *names),)
        for first, then in ways:
            cells[first, then] = MatrixCell("b", "!", f"{first} first, then {then}: broken: {said}")
    for pair in radar.pairs:
        if pair.target == target.name and pair.untold:
            unknown = MatrixCell("q", "?", f"can't determine: {pair.untold.reason}")
            cells[pair.first, pair.second] = cells[pair.second, pair.first] = unknown
    for at, conflict in enumerate(found):
        if conflict.ways:
            cells |= _conflict_cells(conflict, sheets[at] if at < len(sheets) else "")
    return {two: cell for two, cell in cells.items() if two[1] in here and two[0] in (*here, target.name)}


def _conflict_cells(conflict: Conflict, sheet: str) -> _Cells:
    """One for each way round in which the two conflict."""
    count = len(conflict.clashes)
    files = f" in {count} file{'s' * (count != 1)}" if count else ""
    return {
        (first, then): MatrixCell(
            "x", str(count or "✕"), f"{first} first, then {then}: conflict{files}", sheet
        )
        for first, then in radarwords.ways(conflict)
    }


def _knot_cells(spoken: dict[frozenset[str], str], names: tuple[str, ...]) -> _Cells:
    """What is drawn of the pairs that a knot says, where both meet somebody else as well."""
    cells: _Cells = {}
    for two, path in spoken.items():
        if two.issubset(names):
            one, other = two
            cells[one, other] = cells[other, one] = MatrixCell("t", "◆", f"conflict in the knot {path}")
    return cells


def broken_merges(radar: Radar, target: RadarTarget) -> dict[tuple[str, ...], str]:
    """Find the branches of each merge that is broken -> what is said of it."""
    found: dict[tuple[str, ...], str] = {}
    for one in radar.broken:
        for names in (one.merges or (one.branches,)) if one.target == target.name else ():
            found.setdefault(names, f"{one.code} {one.says}".strip())
    return found
