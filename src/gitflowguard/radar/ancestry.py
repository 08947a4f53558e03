"""Own commits and merge bases of many branches against one target, from one short walk.

The walk lists what the branches have and the target has not, and the commits at its edge: the target's
commits that the branches' own ones stand on. Every common ancestor of a branch and the target is one of
its edge commits or below one, so the best common ancestors (git-merge-base(1)) are those edge commits that
no other edge commit of the branch holds.
"""

from __future__ import annotations

from heapq import heappop, heappush

from gitflowguard.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Rows = Sequence[tuple[str, tuple[str, ...]]]


class Ancestry(Record):
    """A branch against a target. edge: commits of the target that its own ones stand on, sorted; none: the
    two share no history, or the target holds all of the branch. own: commits that the target has not, with
    their parents.
    """

    edge: tuple[str, ...]
    own: dict[str, tuple[str, ...]]


def lines(rows: Rows, tips: Iterable[str]) -> dict[str, Ancestry]:
    """Tip -> its line. rows: (commit, parents), children before parents, of all that the target has not."""
    bits = {tip: 1 << index for index, tip in enumerate(dict.fromkeys(tips))}
    held = dict(bits)
    parents_of = dict(rows)
    own: dict[int, list[str]] = {}
    edge: dict[int, list[str]] = {}
    for sha, parents in rows:
        mask = held[sha]
        own.setdefault(mask, []).append(sha)
        for parent in parents:
            held[parent] = held.get(parent, 0) | mask
    for sha, mask in held.items():
        if sha not in parents_of:
            edge.setdefault(mask, []).append(sha)
    mine, beside = _by_tip(own, bits), _by_tip(edge, bits)
    return {
        tip: Ancestry(
            tuple(sorted(beside[tip])) if tip in parents_of else (),
            {sha: parents_of[sha] for sha in mine[tip]},
        )
        for tip in bits
    }


def _by_tip(found: Mapping[int, list[str]], bits: Mapping[str, int]) -> dict[str, list[str]]:
    """Tip -> the commits whose mask has its bit."""
    tips = list(bits)
    out: dict[str, list[str]] = {tip: [] for tip in tips}
    for mask, shas in found.items():
        while mask:
            low = mask & -mask
            out[tips[low.bit_length() - 1]] += shas
            mask ^= low
    return out


def newest(commits: Sequence[str], places: Mapping[str, int]) -> tuple[str, ...]:
    """The commits without those that a newer one on the same first-parent chain holds.

    places: commit -> its place on the chain, the newest first; -1 for one that is not on it.
    """
    on = [sha for sha in commits if places[sha] >= 0]
    best = {min(on, key=lambda sha: places[sha])} if on else set()
    return tuple(sha for sha in commits if places[sha] < 0 or sha in best)


def independent(commits: Sequence[str], rows: Rows) -> tuple[str, ...]:
    """The commits that no other of them holds. rows: of all that they do not all share, children first."""
    bits = {sha: 1 << index for index, sha in enumerate(commits)}
    above: dict[str, int] = {}
    for sha, parents in rows:
        mask = above.get(sha, 0) | bits.get(sha, 0)
        if mask:
            for parent in parents:
                above[parent] = above.get(parent, 0) | mask
    return tuple(sha for sha in commits if not above.get(sha, 0) & ~bits[sha])


def shared_root(landed: Iterable[str], own: Mapping[str, tuple[str, ...]], base: str) -> str:
    """The only merge base of a branch and a target on which part of the branch has landed already, or "".

    landed: commits that have landed with others. own: the branch's, with parents. base: its merge base with the
    target as it was. What has landed of a branch is closed downwards, so its newest commits are those that
    none of the rest stands on; the base is below the only one if the walk down from there comes to it.
    """
    shared = {sha for sha in landed if sha in own}
    newest_ones = shared.difference(parent for sha in shared for parent in own[sha])
    if len(newest_ones) != 1 or not base:
        return ""
    top = newest_ones.pop()
    todo, seen = [top], {top}
    while todo:
        for parent in own[todo.pop()]:
            if parent == base:
                return top
            if parent in own and parent not in seen:
                seen.add(parent)
                todo.append(parent)
    return ""


def children_first(rows: Rows) -> list[str]:
    """The commits, each before its parents; else as they come. By date alone a rebase leaves them in any order,
    because it makes many commits in one second."""
    places = {sha: place for place, (sha, _) in enumerate(rows)}
    waits = dict.fromkeys(places, 0)
    for _, parents in rows:
        for parent in parents:
            if parent in waits:
                waits[parent] += 1
    ready = [place for sha, place in places.items() if not waits[sha]]
    found = []
    while ready:
        sha, parents = rows[heappop(ready)]
        found.append(sha)
        for parent in parents:
            if parent in waits:
                waits[parent] -= 1
                if not waits[parent]:
                    heappush(ready, places[parent])
    return found
