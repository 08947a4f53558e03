"""Which commits many tips have in common, without naming the tips on a command line.

`git merge-base --octopus` takes its commits as arguments only, and execve(2) has a limit that anybody who can push
branches could reach. `git rev-list --stdin` has none, and its newest rows are all that is needed.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

# Rows that are read first: this many, and this many more for each tip. Then once more, this many times as many.
_FEW, _EACH, _MORE = 2_000, 4, 10


def held_by_all(
    ask: Callable[[int, bytes], list[str]], tips: Collection[str], most: int
) -> dict[str, tuple[str, ...]]:
    """Commit -> parents, of the newest commits that all tips hold; empty where the rows that were read show none.

    ask: (how many rows, standard input) -> rows of ``git rev-list --parents --max-count=N --stdin``, in git's own
    order, for which git need not read the whole history. most: how many rows at most.
    """
    stdin = "".join(f"{sha}\n" for sha in tips).encode()
    count = _FEW + _EACH * len(tips)
    for limit in dict.fromkeys((min(count, most), min(count * _MORE, most))):
        rows = ask(limit, stdin)
        parents = {words[0]: tuple(words[1:]) for words in map(str.split, rows)}
        found = newest_shared(parents, tips)
        if found or len(rows) < limit:
            return {sha: parents[sha] for sha in found}
    return {}


def newest_shared(parents: Mapping[str, tuple[str, ...]], tips: Collection[str]) -> tuple[str, ...]:
    """Those of the commits that all tips hold, and that no other such commit holds.

    parents: a part of the graph, in any order. A way that leads outside is not seen, so a commit can be missing
    here that all tips hold, and none is here that they don't.
    """
    bits = {sha: 1 << index for index, sha in enumerate(dict.fromkeys(tips))}
    every = (1 << len(bits)) - 1
    holds = {sha: bits.get(sha, 0) for sha in parents}
    below = dict.fromkeys(parents, False)  # whether a commit that all tips hold lies above
    found = []
    for sha in _children_first(parents):
        full = holds[sha] == every
        if full and not below[sha]:
            found.append(sha)
        for parent in parents[sha]:
            if parent in holds:
                holds[parent] |= holds[sha]
                below[parent] = below[parent] or full or below[sha]
    return tuple(found)


def _children_first(parents: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The commits, each behind all of its children."""
    children = dict.fromkeys(parents, 0)
    for above in parents.values():
        for parent in above:
            if parent in children:
                children[parent] += 1
    ready = [sha for sha, count in children.items() if not count]
    order = []
    while ready:
        sha = ready.pop()
        order.append(sha)
        for parent in parents[sha]:
            if parent in children:
                children[parent] -= 1
                if not children[parent]:
                    ready.append(parent)
    return order
