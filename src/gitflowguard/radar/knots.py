"""Knots: one file that many conflicts of a target have in common, and whether a union merge would end them.

Twenty branches that each add a line to a changelog are one cause, not twenty conflicts. What is said of a knot is
counted; that a cure works is said only where the merges were made with it (app.radar.cure).
"""

from __future__ import annotations

from gitflowguard.radar.nouns import CONTENT, STALE, Knot

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitflowguard.radar.nouns import Clash, Radar

# This many conflicts at one path are a knot.
LEAST = 3
# gitattributes(5), "Built-in merge drivers": union takes the lines of both sides, which suits lists, not code.
_LISTS = (".md", ".rst", ".txt", ".adoc", ".mailmap")
_NAMES = ("CHANGELOG", "CHANGES", "NEWS", "AUTHORS", "CONTRIBUTORS", "HISTORY", ".gitignore")


def knots(radar: Radar, target: str) -> tuple[Knot, ...]:
    """The knots of a target, the largest first; none is cured yet."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for names, clashes in _conflicts(radar, target):
        for path in dict.fromkeys(clash.path for clash in clashes):
            found.setdefault(path, []).append(names)
    large = [(path, hit) for path, hit in found.items() if len(hit) >= LEAST]
    large.sort(key=lambda one: (-len(one[1]), one[0]))
    return tuple(
        Knot(target, path, tuple(dict.fromkeys(name for names in hit for name in names)), len(hit))
        for path, hit in large
    )


def curable(radar: Radar, knot: Knot) -> bool:
    """Whether a union merge of the file makes sense: a list of lines, and conflicts about lines alone."""
    name = knot.path.rpartition("/")[2]
    if not (name.endswith(_LISTS) or name.partition(".")[0] in _NAMES or name in _NAMES):
        return False
    kinds = {
        clash.kind
        for _, clashes in _conflicts(radar, knot.target)
        for clash in clashes
        if clash.path == knot.path
    }
    return kinds == {CONTENT}


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
        # In quotes the pattern is read as a string of C's, so what escapes in the pattern is escaped once more.
        pattern = '"' + pattern.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{pattern} merge=union"


def _conflicts(radar: Radar, target: str) -> list[tuple[tuple[str, ...], tuple[Clash, ...]]]:
    """(branches, clashes) of each conflict: with the target as it is, and between two branches."""
    found = [((one.branch,), one.clashes) for one in radar.on(target, STALE)]
    return found + [((one.first, one.second), one.clashes) for one in radar.pairs if one.target == target]
