"""Knots: one place that many conflicts of a target have in common, and what could end them.

Twenty branches that each add a line to a changelog are one cause, not twenty conflicts. What is said of a knot is
counted; that a cure works is said only where the merges were made with it (app.radar.cure).
"""

from __future__ import annotations

from gitflowguard.model.record import Record
from gitflowguard.radar.natures import nature_of, regenerates
from gitflowguard.radar.nouns import (
    CONTENT,
    FRAGMENTS,
    LOCK,
    NOTEBOOK,
    REGENERATE,
    STRIP,
    UNION,
    Knot,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from gitflowguard.radar.conflict import Conflict
    from gitflowguard.radar.fragments import FragmentTool
    from gitflowguard.radar.nouns import Clash, Pair, Radar, Span

# This many conflicts at one place are a knot.
LEAST = 3
# gitattributes(5), "Built-in merge drivers": union takes the lines of both sides, which suits lists, not code.
_LISTS = (".md", ".markdown", ".rst", ".txt", ".adoc", ".org", ".rdoc", ".textile", ".mailmap")
# Text by their names, and read by programs: twice the same package is an error, and CMake is code.
_READ = ("requirements", "constraints", "cmakelists", "meson_options")
_CHANGES = ("CHANGELOG", "CHANGES", "NEWS", "HISTORY", "RELEASE_NOTES")
_NAMES = (*_CHANGES, "AUTHORS", "CONTRIBUTORS", ".gitignore")


class Tangle(Record):
    """A knot and the places of its conflicts in the list of all. lines: whether all of them are about lines."""

    knot: Knot
    hits: tuple[int, ...]
    lines: bool


class _Place(Record):
    """One place of one conflict. span: as lines of the target's file, None where it is not about lines."""

    span: Span | None
    hit: int
    kind: str


def tangles(target: str, every: Sequence[Conflict]) -> tuple[Tangle, ...]:
    """The knots among the conflicts of a target, the largest first; none is cured yet."""
    places: dict[str, list[_Place]] = {}
    for hit, one in enumerate(every):
        for clash in one.clashes:
            for span in clash.base or (None,):
                places.setdefault(clash.path, []).append(_Place(span, hit, clash.kind))
    found = []
    for path, own in places.items():
        if len({place.hit for place in own}) >= LEAST:
            found += [_tangle(target, path, group, every) for group in _groups(own)]
    found = [one for one in found if len(one.hits) >= LEAST]
    return tuple(sorted(found, key=lambda one: (-len(one.hits), one.knot.path, one.knot.place or (0, 0))))


def _groups(places: Iterable[_Place]) -> list[list[_Place]]:
    """Places that touch, directly or by others between them; those that are not about lines are one group."""
    groups: dict[Span, list[_Place]] = {}
    whole: list[_Place] = []
    at, end = (0, 0), -1
    for place in sorted(places, key=lambda one: one.span or (0, 0)):
        if place.span is None:
            whole.append(place)
            continue
        if place.span[0] > end + 1 or not groups:
            at, end = place.span, place.span[1]
        end = max(end, place.span[1])
        groups.setdefault(at, []).append(place)
    return [*groups.values(), *([whole] if whole else [])]


def _tangle(target: str, path: str, group: Sequence[_Place], every: Sequence[Conflict]) -> Tangle:
    hits = tuple(dict.fromkeys(place.hit for place in group))
    spans = [place.span for place in group if place.span is not None]
    knot = Knot(
        target=target,
        path=path,
        branches=tuple(dict.fromkeys(name for hit in hits for name in every[hit].branches)),
        conflicts=len(hits),
        place=(min(low for low, _ in spans), max(high for _, high in spans)) if spans else None,
        adds=bool(spans) and all(high < low for low, high in spans),
    )
    return Tangle(knot, hits, {place.kind for place in group} == {CONTENT})


def cures_for(tangle: Tangle, tool: Callable[[], FragmentTool]) -> tuple[tuple[str, str], ...]:
    """(what may end it, the line, command or folder that it takes), the best first; () where nothing is known to.

    tool: what gives one file an entry of the changelog; it is only asked where there is one.
    """
    path = tangle.knot.path
    nature, name = nature_of(path), path.rpartition("/")[2]
    if nature == LOCK:
        command = regenerates(path)
        return ((REGENERATE, command),) if command else ()
    if not tangle.lines:
        return ()
    if nature == NOTEBOOK:
        return ((STRIP, "nbstripout"),)
    stem = name.partition(".")[0].upper()
    if not _is_list(name):
        return ()
    line = line_of(path)
    union = ((UNION, line),) if line else ()
    if stem not in _CHANGES:
        return union
    found = tool()
    fragments = ((FRAGMENTS, found.folder),)
    return (*fragments, *union) if found.used else (*union, *fragments)


def _is_list(name: str) -> bool:
    """Whether both sides' lines can stand: a changelog.yml is a workflow, and a history.py is code."""
    if name.lower().startswith(_READ):
        return False
    return name.endswith(_LISTS) or name in _NAMES or ("." not in name and name.upper() in _NAMES)


def within(clashes: Iterable[Clash], paths: Iterable[str]) -> bool:
    """Whether a conflict is about nothing but these paths."""
    known = set(paths)
    return all(clash.path in known for clash in clashes)


def line_of(path: str) -> str:
    """The line for .gitattributes at the root, "" for a path that no line can name (gitattributes(5))."""
    if any(ord(letter) < 32 for letter in path):
        return ""
    pattern = "/" + "".join(f"\\{letter}" if letter in "\\*?[" else letter for letter in path)
    if any(letter in ' "\\' for letter in pattern):
        # In quotes the pattern is read as a string of C's (gitattributes(5)), so what escapes in the pattern is escaped
        # once more.
        pattern = '"' + pattern.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{pattern} merge=union"


def whole(radar: Radar, knot: Knot, texts: bool = False) -> tuple[str, ...]:
    """The branches of a knot in the order in which they better land, where each two of them conflict there and
    nowhere else, whichever lands first, and the later is updated. Then the knot says all of its pairs; else ().

    texts: whether whoever asks shows the texts of both sides, branch by branch, so that they aren't lost.
    """
    names = set(knot.branches)
    pairs = [
        one
        for one in radar.pairs
        if one.target == knot.target
        and one.first in names
        and one.second in names
        and _plain(one, knot, texts)
    ]
    if len(names) < LEAST or len(pairs) != len(names) * (len(names) - 1) // 2:
        return ()
    earlier = dict.fromkeys(knot.branches, 0)
    for one in pairs:
        earlier[one.first] += 1
    return (
        tuple(sorted(earlier, key=lambda name: -earlier[name]))
        if len(set(earlier.values())) == len(names)
        else ()
    )


def _plain(pair: Pair, knot: Knot, texts: bool) -> bool:
    """Whether a pair is nothing but the knot."""
    return (
        pair.ways == "both"
        and pair.untold is None
        and pair.remedy.moves == pair.second
        and len(pair.clashes) == 1
        and pair.clashes[0].path == knot.path
        and pair.clashes[0].kind == CONTENT
        and len(pair.clashes[0].base) == 1
        and (texts or not pair.clashes[0].hunks)
    )
