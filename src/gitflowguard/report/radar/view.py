"""What the radar's page shows, as values that a template can walk through; nothing is escaped here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitflowguard.model.record import Record
from gitflowguard.radar.nouns import CLEAN, STALE
from gitflowguard.report import words
from gitflowguard.report.radar import words as radarwords

if TYPE_CHECKING:
    from gitflowguard.radar.nouns import (
        Clash,
        Contact,
        LandingOrder,
        LandingStep,
        Radar,
        RadarTarget,
        Span,
    )
    from gitflowguard.report.radar.words import ShownConflict

# A page stays usable, and its making cheap. What is left out is reported in its place.
MOST_IN_MATRIX = 60
MOST_PATHS = 30
MOST_HUNKS = 20
MOST_LINES = 60
# Of all hunks together.
ROOM = 20_000
# One step of the order takes this much of the drawing; the list beside it has lines of two em.
ROW = 32
NODE = 84

# What each kind of cell looks like, in words.
LEGEND = (
    ("x", "2", "conflict, with the number of files"),
    ("k", "·", "clean"),
    ("n", "", "not compared: conflicts with the target itself"),
    ("s", "↳", "holds commits of the other"),
    ("w", "↳!", "conflict, if the other is squash-merged"),
    ("b", "!", "merges without a conflict, and the result is broken"),
    ("q", "?", "can't determine"),
)


class HunkSide(Record):
    """One side of a hunk: (line number or "", text) each; left: lines that are not shown."""

    lines: tuple[tuple[str, str], ...]
    left: int


class ShownPath(Record):
    """One path of a conflict. ours, theirs: where it is on each side. left: hunks that are not shown."""

    path: str
    kind: str
    nature: str
    ours: str
    theirs: str
    recipe: tuple[str, ...]
    hunks: tuple[tuple[HunkSide, HunkSide], ...]
    left: int


class Sheet(Record):
    """What opens behind a cell. files: the first paths in one line. left: paths that are not shown.

    titles: of the pull requests in it.
    """

    id: str
    says: str
    ours: str
    theirs: str
    who: str
    files: str
    commands: tuple[str, ...]
    places: tuple[ShownPath, ...]
    left: int
    stale: bool
    titles: tuple[str, ...] = ()


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
    stale: bool
    cells: tuple[MatrixCell, ...]


class Matrix(Record):
    """Who x who. left: branches of the target that are not in it. kinds: of its cells."""

    rows: tuple[MatrixRow, ...]
    left: int
    kinds: frozenset[str]


class Node(Record):
    """One landing. y: of its point. against: the numbers of those that it conflicts with."""

    number: int
    step: LandingStep
    y: int
    now: bool
    against: str


class OrderGraph(Record):
    """An order. left, height: the edges of the drawing in its units. arcs: path data, one for each conflict."""

    title: str
    says: str
    left: int
    height: int
    nodes: tuple[Node, ...]
    arcs: tuple[str, ...]
    bad: tuple[str, ...]


class Section(Record):
    """All about one target."""

    id: str
    name: str
    tip: str
    tiles: tuple[tuple[int, str, str], ...]
    matrix: Matrix | None
    sheets: tuple[Sheet, ...]
    graphs: tuple[OrderGraph, ...]
    stacked: tuple[tuple[str, bool], ...]
    broken: tuple[tuple[str, tuple[str, ...], str, tuple[str, ...]], ...]
    untold: tuple[tuple[str, str, tuple[str, ...]], ...]
    landed: tuple[str, ...]
    kept: tuple[str, ...]


class Room:
    """How many lines of hunks the page still holds."""

    def __init__(self, left: int = ROOM) -> None:
        self.left = left

    def take(self, wanted: int) -> int:
        """This many of the lines that are wanted."""
        given = min(wanted, MOST_LINES, self.left)
        self.left -= given
        return given


def sections(radar: Radar) -> tuple[Section, ...]:
    """One for each target, in the radar's order."""
    room = Room()
    return tuple(_section(f"t{at}", radar, target, room) for at, target in enumerate(radar.targets, 1))


def _section(key: str, radar: Radar, target: RadarTarget, room: Room) -> Section:
    """One target."""
    found = radarwords.conflicts(radar, target.name)
    sheets = tuple(_sheet(f"{key}c{at}", conflict, room) for at, conflict in enumerate(found, 1))
    done, kept = radarwords.landed(radar, target)
    return Section(
        id=key,
        name=target.name,
        tip=target.tip[:7],
        tiles=_tiles(radar, target, found),
        matrix=_matrix(radar, target, found, sheets),
        sheets=sheets,
        graphs=tuple(_graph(order) for order in radar.orders if order.target == target.name and order.steps),
        stacked=tuple(
            (radarwords.stacked(contact), bool(contact.if_squashed))
            for contact in radarwords.here(radar, target)
            if contact.depends
        ),
        broken=tuple(
            (
                radarwords.broken(item),
                radarwords.broken_at(item),
                radarwords.broken_who(item),
                words.commands(item.mend),
            )
            for item in radar.broken
            if item.target == target.name
        ),
        untold=_untold(radar, target),
        landed=done,
        kept=kept,
    )


def _tiles(
    radar: Radar, target: RadarTarget, found: tuple[ShownConflict, ...]
) -> tuple[tuple[int, str, str], ...]:
    """(count, what, style) of each figure at the top of a section."""
    states = {state: len(radar.on(target.name, state)) for state in ("stale", "untold", "clean", "landed")}
    pairs = sum(bool(conflict.ways) for conflict in found)
    broken = len(_broken_merges(radar, target))
    tiles = (
        (states["stale"], "in conflict with it as it is", "x"),
        (pairs, "pair that would conflict" if pairs == 1 else "pairs that would conflict", "x"),
        (broken, "merge that would be broken" if broken == 1 else "merges that would be broken", "x"),
        (states["untold"], "can't be determined", "q"),
        (states["clean"], "clean on it", "k"),
        (states["landed"], "landed already", "k"),
    )
    told = tuple(tile for tile in tiles if tile[0])
    return told or ((0, "open branches", "k"),)


def _broken_merges(radar: Radar, target: RadarTarget) -> dict[tuple[str, ...], str]:
    """The branches of each merge that is broken -> what is said of it."""
    found: dict[tuple[str, ...], str] = {}
    for one in radar.broken:
        for names in (one.merges or (one.branches,)) if one.target == target.name else ():
            found.setdefault(names, f"{one.code} {one.says}".strip())
    return found


def _sheet(key: str, conflict: ShownConflict, room: Room) -> Sheet:
    """One conflict."""
    clashes = conflict.clashes[:MOST_PATHS]
    return Sheet(
        id=key,
        says=radarwords.says(conflict),
        ours=conflict.ours,
        theirs=conflict.theirs,
        who=radarwords.who(conflict),
        files=radarwords.some(tuple(clash.path for clash in conflict.clashes), "and", 3),
        commands=words.commands(conflict.mend),
        places=tuple(_place(clash, conflict, room) for clash in clashes),
        left=len(conflict.clashes) - len(clashes),
        stale=not conflict.ways,
        titles=conflict.titles,
    )


def _place(clash: Clash, conflict: ShownConflict, room: Room) -> ShownPath:
    """One path of it."""
    hunks = tuple(
        (_side(hunk.ours, clash.ours, at, room), _side(hunk.theirs, clash.theirs, at, room))
        for at, hunk in enumerate(clash.hunks[:MOST_HUNKS])
    )
    ours, theirs = (
        ", ".join(part for part in (radarwords.lines(spans), author) if part)
        for spans, author in zip((clash.ours, clash.theirs), clash.authors)
    )
    return ShownPath(
        path=clash.path,
        kind=clash.kind,
        nature="" if clash.nature == "code" else clash.nature,
        ours=ours,
        theirs=theirs,
        recipe=radarwords.settling(clash, conflict),
        hunks=hunks,
        left=len(clash.hunks) - len(hunks),
    )


def _side(texts: tuple[str, ...], spans: tuple[Span, ...], at: int, room: Room) -> HunkSide:
    """The lines of one side, numbered where the radar gave the place of the hunk."""
    shown = texts[: room.take(len(texts))]
    first = spans[at][0] if at < len(spans) else None
    numbered = tuple(
        ("" if first is None else str(first + line), text.replace("\t", "    "))
        for line, text in enumerate(shown)
    )
    return HunkSide(numbered, len(texts) - len(shown))


def _matrix(
    radar: Radar, target: RadarTarget, found: tuple[ShownConflict, ...], sheets: tuple[Sheet, ...]
) -> Matrix | None:
    """The target and its open branches: first those in a pair, then the stale ones, then those at peace."""
    all_of_them = {contact.branch: contact for contact in radar.on(target.name, CLEAN, STALE)}
    busy = {name for conflict in found if conflict.ways for name in (conflict.ours, conflict.theirs)}
    names = sorted(all_of_them, key=lambda name: (name not in busy, all_of_them[name].state != STALE))
    names = names[:MOST_IN_MATRIX]
    if not names:
        return None
    told = _conflict_cells(radar, target, found, sheets, all_of_them)
    rows = []
    for number, row in enumerate((target.name, *names)):
        stale = bool(number) and all_of_them[row].state == STALE
        cells = tuple(
            _cell(row, column, not number, told, stale or all_of_them[column].state == STALE)
            for column in names
        )
        rows.append(MatrixRow(number, row, stale, cells))
    kinds = frozenset(cell.kind for line in rows for cell in line.cells)
    return Matrix(tuple(rows), len(all_of_them) - len(names), kinds)


def _conflict_cells(
    radar: Radar,
    target: RadarTarget,
    found: tuple[ShownConflict, ...],
    sheets: tuple[Sheet, ...],
    here: dict[str, Contact],
) -> dict[tuple[str, str], MatrixCell]:
    """The cells that have something to say, by (lands first, lands then); what is worse overwrites."""
    cells: dict[tuple[str, str], MatrixCell] = {}
    for contact in here.values():
        for base in contact.depends:
            cells[base, contact.branch] = MatrixCell("s", "↳", f"{contact.branch} holds commits of {base}")
        for base in contact.if_squashed:
            cells[base, contact.branch] = MatrixCell("w", "↳!", f"conflict if {base} is squash-merged")
    for names, said in _broken_merges(radar, target).items():
        ways = (names, names[::-1]) if len(names) == 2 else ((target.name, *names),)
        for first, then in ways:
            cells[first, then] = MatrixCell("b", "!", f"{first} first, then {then}: broken: {said}")
    for pair in radar.pairs:
        if pair.target == target.name and pair.untold:
            unknown = MatrixCell("q", "?", f"can't determine: {pair.untold.reason}")
            cells[pair.first, pair.second] = cells[pair.second, pair.first] = unknown
    for conflict, sheet in zip(found, sheets):
        count = len(conflict.clashes)
        for first, then in radarwords.ways(conflict):
            files = f" in {count} file{'s' * (count != 1)}" if count else ""
            label = f"{first} first, then {then}: conflict{files}"
            cells[first, then] = MatrixCell("x", str(count or "✕"), label, sheet.id)
    return cells


def _cell(
    row: str, column: str, first: bool, told: dict[tuple[str, str], MatrixCell], stale: bool
) -> MatrixCell:
    """One cell. first: the target's own line."""
    if row == column:
        return MatrixCell("i", "", "the same branch")
    if (row, column) in told:
        return told[row, column]
    if stale and not first:
        return MatrixCell("n", "", "not compared")
    return MatrixCell("k", "·", "clean")


def _graph(order: LandingOrder) -> OrderGraph:
    """An order as a drawing: one point a landing from top to bottom, one arc a conflict."""
    numbers = {step.branch: at for at, step in enumerate(order.steps, 1)}
    now = frozenset(order.now)
    nodes = []
    arcs = []
    widest = 0
    for number, step in enumerate(order.steps, 1):
        against = sorted(numbers[name] for name in step.against if numbers.get(name, number) < number)
        nodes.append(
            Node(
                number,
                step,
                _y(number),
                step.branch in now,
                ", ".join(map(str, against[:4])) + (" …" if len(against) > 4 else ""),
            )
        )
        arcs += [_arc(other, number) for other in against]
        widest = max([widest, *(number - other for other in against)])
    bad = tuple(f"{numbers[step.branch]}. {radarwords.step(step)}" for step in order.steps if not step.clean)
    title = radarwords.order(order)
    # The curve bends three quarters of the way to its control points.
    left = NODE - 12 - (_bend(widest) * 3 // 4 if widest else 0)
    return OrderGraph(
        title=title,
        says=radarwords.now(order),
        left=left,
        height=ROW * len(nodes),
        nodes=tuple(nodes),
        arcs=tuple(arcs),
        bad=bad,
    )


def _y(number: int) -> int:
    """The middle of the line of a step."""
    return ROW * (number - 1) + ROW // 2


def _bend(apart: int) -> int:
    """How far the control points of a curve lie to the left: the further apart, the wider, up to the edge."""
    return min(96, 20 + 7 * apart)


def _arc(one: int, other: int) -> str:
    """A curve to the left of the points."""
    reach = NODE - _bend(other - one)
    return f"M{NODE} {_y(one)}C{reach} {_y(one)} {reach} {_y(other)} {NODE} {_y(other)}"


def _untold(radar: Radar, target: RadarTarget) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """(what, why, commands that would help) of all that couldn't be determined."""
    branches = tuple(
        (
            contact.branch,
            contact.why.reason if contact.why else "no reason is known",
            words.commands(contact.why.mend) if contact.why else (),
        )
        for contact in radar.on(target.name, "untold")
    )
    pairs = tuple(
        (f"{pair.first} and {pair.second}", pair.untold.reason, words.commands(pair.untold.mend))
        for pair in radar.pairs
        if pair.target == target.name and pair.untold and not radarwords.conflicting(pair)
    )
    return branches + pairs
