"""In which order branches land with the fewest conflicts. Names only; what conflicts is known already."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence, Set

# Up to this many branches that conflict with each other in one group the best set is searched for; beyond it
# a good one is taken. The search doubles with each branch in the worst case.
MOST = 40


def order(
    names: Sequence[str], conflicts: Set[tuple[str, str]], stands: Mapping[str, Sequence[str]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(the order, the largest set that can land now in it without a conflict).

    names: oldest work first; the order keeps to that where nothing else decides. conflicts: (first, second) where
    ``second`` conflicts once ``first`` has landed. stands: branch -> those that it was cut from, which go first.
    """
    known = list(names)
    there = set(known)
    clash = {(a, b) for a, b in conflicts if a in there and b in there}
    hard: dict[str, set[str]] = {name: set() for name in known}
    soft: dict[str, set[str]] = {name: set() for name in known}
    for a, b in clash:
        if (b, a) in clash:
            hard[a].add(b)
        else:
            soft[a].add(b)  # b has to land before a
    for name, bases in stands.items():
        for base in bases:
            if name in soft and base in hard and name != base:
                soft[name].add(base)
    chosen = _largest(known, hard)
    placed = _sorted([name for name in known if name in chosen], soft)
    # What cannot be placed without a conflict (each waits for the other) lands with the rest.
    rest = [name for name in known if name not in set(placed)]
    return (*placed, *_by_conflicts(rest, hard, placed)), tuple(placed)


def against(steps: Sequence[str], conflicts: Set[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Branch -> those before it in the order after which it conflicts."""
    return {
        name: tuple(before for before in steps[:place] if (before, name) in conflicts)
        for place, name in enumerate(steps)
    }


def _sorted(names: Sequence[str], after: Mapping[str, Set[str]]) -> list[str]:
    """The names, each behind those that it has to wait for; without those that wait for each other."""
    left, out = list(names), list[str]()
    while True:
        ready = next((name for name in left if not any(other in after[name] for other in left)), None)
        if ready is None:
            return out
        left.remove(ready)
        out.append(ready)


def _by_conflicts(names: Sequence[str], hard: Mapping[str, Set[str]], placed: Sequence[str]) -> list[str]:
    """Those that will conflict anyway: the fewest conflicts first."""
    return sorted(names, key=lambda name: (sum(one in hard[name] for one in placed), len(hard[name])))


def _largest(names: Sequence[str], edges: Mapping[str, Set[str]]) -> set[str]:
    """A largest set without an edge inside (maximum independent set), group by group."""
    found: set[str] = set()
    seen: set[str] = set()
    for name in names:
        if name not in seen:
            group = _group(name, edges)
            seen |= group
            found |= _best([one for one in names if one in group], edges)
    return found


def _group(name: str, edges: Mapping[str, Set[str]]) -> set[str]:
    group, todo = {name}, [name]
    while todo:
        for other in edges[todo.pop()]:
            if other not in group:
                group.add(other)
                todo.append(other)
    return group


def _best(names: list[str], edges: Mapping[str, Set[str]]) -> set[str]:
    """The largest set in one group: searched for if it is small, else the least entangled first."""
    if len(names) == 1:
        return set(names)
    if len(names) > MOST:
        found: set[str] = set()
        for name in sorted(names, key=lambda one: len(edges[one])):
            if not edges[name] & found:
                found.add(name)
        return found
    bits = {name: 1 << place for place, name in enumerate(names)}
    near = [sum(bits[other] for other in edges[name] if other in bits) for name in names]
    mask = _search((1 << len(names)) - 1, near, {})
    return {name for name in names if mask & bits[name]}


def _search(left: int, near: list[int], known: dict[int, int]) -> int:
    """The best subset of the branches in ``left``, as bits; of equals the one with the older work."""
    if not left:
        return 0
    if left in known:
        return known[left]
    places = [place for place in range(left.bit_length()) if left >> place & 1]
    few = min(places, key=lambda place: ((near[place] & left).bit_count(), place))
    if (near[few] & left).bit_count() <= 1:
        # A branch with at most one rival is always in some best set.
        best = 1 << few | _search(left & ~(1 << few) & ~near[few], near, known)
    else:
        most = max(places, key=lambda place: ((near[place] & left).bit_count(), -place))
        bit = 1 << most
        without = _search(left & ~bit, near, known)
        with_it = bit | _search(left & ~bit & ~near[most], near, known)
        best = with_it if with_it.bit_count() > without.bit_count() else without
    known[left] = best
    return best
