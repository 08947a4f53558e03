"""Broken merges by their cause: one removed import that breaks ten lines, or ten merges, is one entry.

A cause is what is said without the place where it shows. Merges are put together only where one branch is in all of
them, because that branch's people can end it; two branches that each break on the target are two entries.
"""

from __future__ import annotations

from gitflowguard.radar.nouns import GONE, SIGNATURE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gitflowguard.radar.nouns import Broken


def causes(found: Iterable[Broken]) -> tuple[Broken, ...]:
    """One entry a cause, in the order in which they were found; places and merges are gathered in it."""
    alike: dict[tuple[str, ...], list[Broken]] = {}
    for one in found:
        alike.setdefault((one.target, one.code, *_cause(one)), []).append(one)
    return tuple(_joined(part) for several in alike.values() for part in _parts(several))


def _cause(one: Broken) -> tuple[str, str]:
    """(file, words) that two entries of one cause share; a call's own words, and its file, are where it shows."""
    if one.code in (SIGNATURE, GONE):
        return "", one.says.rpartition(": ")[2]
    # F811 names the line of the first definition (pyflakes/messages.py, RedefinedWhileUnused).
    head, _, line = one.says.rpartition(" from line ")
    return one.path, head if line.isdigit() else one.says


def _parts(several: Sequence[Broken]) -> list[list[Broken]]:
    """Entries with one branch in all of them, the branch that is in most first."""
    left, found = list(several), []
    while left:
        counts: dict[str, int] = {}
        for merge in dict.fromkeys(one.branches for one in left):
            for name in merge if len(merge) > 1 else ():
                counts[name] = counts.get(name, 0) + 1
        most = max(counts, key=lambda name: counts[name], default="")
        part = [one for one in left if _belongs(one, left[0], most)]
        found.append(part)
        left = [one for one in left if one not in part]
    return found


def _belongs(one: Broken, first: Broken, most: str) -> bool:
    """Whether an entry is of the same part as the first: the same merge on the target, or a pair with ``most``."""
    return one.branches == first.branches if not most else len(one.branches) > 1 and most in one.branches


def _joined(part: Sequence[Broken]) -> Broken:
    """One entry of several: the first place and merge, and behind them all."""
    merges = tuple(dict.fromkeys(one.branches for one in part))
    places = tuple(dict.fromkeys((one.path, one.line) for one in part if one.path))
    return part[0]._replace(merges=merges, places=places)


def common(merges: Sequence[tuple[str, ...]]) -> str:
    """The branch that is in each of several merges; of one merge the one that lands last."""
    if len(merges) == 1:
        return merges[0][-1]
    return next(name for name in merges[0] if all(name in merge for merge in merges))
