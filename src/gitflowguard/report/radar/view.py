"""What the radar's page shows, as values that a template can walk through; nothing is escaped here."""

from __future__ import annotations

from gitflowguard.model.names import shell
from gitflowguard.model.record import Record
from gitflowguard.radar.conflict import Conflict, conflicts
from gitflowguard.radar.knots import within
from gitflowguard.radar.nouns import Clash, Radar, RadarTarget, Span
from gitflowguard.report import words
from gitflowguard.report.radar import words as radarwords
from gitflowguard.report.radar.knotcards import KnotCard, knot_cards, spoken_pairs
from gitflowguard.report.radar.matrix import Matrix, broken_merges, matrix
from gitflowguard.report.radar.sides import HunkSide, Room, side
from gitflowguard.report.radar.timeline import Timeline, timeline

# A page stays usable, and its making cheap. What is left out is reported in its place.
MOST_PATHS = 12
MOST_HUNKS = 8
# Each sheet takes 2 to 4 kB. The worst come first: those with the target, then those that no knot says.
MOST_SHEETS = 150
# The conflicts of a list that are not folded, and the knots.
MOST_OPEN = 10
MOST_KNOTS = 5


class ShownPath(Record):
    """One path of a conflict. ours, theirs: where it is on each side. left: hunks that are not shown.

    folded: the command that shows the lines, "" where they are here.
    """

    path: str
    kind: str
    nature: str
    ours: str
    theirs: str
    recipe: tuple[str, ...]
    hunks: tuple[tuple[HunkSide, HunkSide], ...]
    left: int
    folded: str = ""


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


class Section(Record):
    """All about one target.

    unlisted: conflicts that no knot says and that have no sheet. more_knots: knots without a card.
    """

    id: str
    name: str
    tip: str
    tiles: tuple[tuple[int, str, str], ...]
    knots: tuple[KnotCard, ...]
    more_knots: int
    matrix: Matrix
    sheets: tuple[Sheet, ...]
    unlisted: int
    timelines: tuple[Timeline, ...]
    stacked: tuple[tuple[str, bool], ...]
    broken: tuple[tuple[str, tuple[str, ...], str, tuple[str, ...]], ...]
    untold: tuple[tuple[str, str, tuple[str, ...]], ...]
    landed: tuple[str, ...]
    kept: tuple[str, ...]


def sections(radar: Radar) -> tuple[Section, ...]:
    """One for each target, in the radar's order."""
    room = Room(MOST_SHEETS)
    return tuple(_section(f"t{at}", radar, target, room) for at, target in enumerate(radar.targets, 1))


def _section(key: str, radar: Radar, target: RadarTarget, room: Room) -> Section:
    """One target."""
    knots = knot_cards(radar, target, room)
    spoken = spoken_pairs(radar, target)
    found = _worst_first(radar, target, spoken)
    shown = found[: room.take_sheets(len(found))]
    paths = frozenset(knot.path for knot in radar.knots if knot.target == target.name)
    sheets = tuple(
        _sheet(f"{key}c{at}", conflict, room, paths, _alone(radar, conflict))
        for at, conflict in enumerate(shown, 1)
    )
    done, kept = radarwords.landed(radar, target)
    return Section(
        id=key,
        name=target.name,
        tip=target.tip[:7],
        tiles=_tiles(radar, target),
        knots=knots,
        more_knots=sum(knot.target == target.name for knot in radar.knots) - len(knots),
        matrix=matrix(radar, target, found, tuple(sheet.id for sheet in sheets), spoken),
        sheets=sheets,
        unlisted=len(found) - len(sheets),
        timelines=tuple(
            timeline(order, radar) for order in radar.orders if order.target == target.name and order.steps
        ),
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


def _worst_first(
    radar: Radar, target: RadarTarget, spoken: dict[frozenset[str], str]
) -> tuple[Conflict, ...]:
    """The conflicts that no knot says: with the target, then of two branches, those in files of knots at the end."""
    paths = {knot.path for knot in radar.knots if knot.target == target.name}
    found = (
        one
        for one in conflicts(radar, target.name)
        if not one.ways or frozenset((one.ours, one.theirs)) not in spoken
    )
    return tuple(sorted(found, key=lambda one: (bool(one.ways), within(one.clashes, paths))))


def _tiles(radar: Radar, target: RadarTarget) -> tuple[tuple[int, str, str], ...]:
    """(count, what, style) of each figure at the top of a section."""
    states = {state: len(radar.on(target.name, state)) for state in ("stale", "untold", "clean", "landed")}
    pairs = sum(pair.conflicts for pair in radar.pairs if pair.target == target.name)
    broken = len(broken_merges(radar, target))
    knots = sum(knot.target == target.name for knot in radar.knots)
    tiles = (
        (knots, "knot" if knots == 1 else "knots", "x"),
        (states["stale"], "in conflict with it as it is", "x"),
        (pairs, "pair that would conflict" if pairs == 1 else "pairs that would conflict", "x"),
        (broken, "merge that would be broken" if broken == 1 else "merges that would be broken", "x"),
        (states["untold"], "can't be determined", "q"),
        (states["clean"], "clean on it", "k"),
        (states["landed"], "landed already", "k"),
    )
    told = tuple(tile for tile in tiles if tile[0])
    return told or ((0, "open branches", "k"),)


def _alone(radar: Radar, conflict: Conflict) -> str:
    """The command that makes a page of this conflict alone, with its lines."""
    here = {one.branch: one for one in conflict.contacts}
    sides = [here[name] for name in (conflict.ours, conflict.theirs) if name in here]
    words: tuple[str, ...] = ("--pulls",) if radar.pulls else ("--target", conflict.target)
    if any(one.worktree for one in sides):
        words = (*words, "--worktrees")
    else:
        names = (one.ref if one.ref.startswith("refs/") else one.branch for one in sides)
        words = (*words, "--branches", ",".join(names))
    return shell(
        ("gitflowguard", "radar", *words, "--output-format", "html", "--output-file", "conflict.html")
    )


def _sheet(key: str, conflict: Conflict, room: Room, knots: frozenset[str], alone: str) -> Sheet:
    """One conflict. knots: the files of knots. alone: the command that shows its lines."""
    clashes = conflict.clashes[:MOST_PATHS]
    return Sheet(
        id=key,
        says=radarwords.says(conflict),
        ours=conflict.ours,
        theirs=conflict.theirs,
        who=radarwords.who(conflict),
        files=radarwords.some(tuple(clash.path for clash in conflict.clashes), "and", 3),
        commands=words.commands(conflict.mend),
        places=tuple(
            _place(clash, conflict, room, alone if clash.path in knots else "") for clash in clashes
        ),
        left=len(conflict.clashes) - len(clashes),
        stale=not conflict.ways,
        titles=radarwords.titles(conflict),
    )


def _place(clash: Clash, conflict: Conflict, room: Room, alone: str) -> ShownPath:
    """One path of it. alone: the command that shows its lines, where they may be left out."""
    folded = alone if clash.hunks and alone and not room.take_excerpt(clash.path) else ""
    shown = () if folded else clash.hunks[:MOST_HUNKS]
    hunks = tuple(
        (side(hunk.ours, _at(clash.ours, at), room), side(hunk.theirs, _at(clash.theirs, at), room))
        for at, hunk in enumerate(shown)
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
        left=0 if folded else len(clash.hunks) - len(hunks),
        folded=folded,
    )


def _at(spans: tuple[Span, ...], at: int) -> Span | None:
    """The place of a hunk, None where the radar gave none."""
    return spans[at] if at < len(spans) else None


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
        if pair.target == target.name and pair.untold and not pair.conflicts
    )
    return branches + pairs
