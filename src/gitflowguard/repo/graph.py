"""The history of all branches at once, in memory: the `History` for questions about every branch.

`GitHistory` asks git once a question, which is right for a hook with one branch.
Here one ``rev-list`` reads what the branches do not all share, each commit gets
a bit for every tip that holds it, and the same questions need no further process.
What cannot be answered exactly from the graph is asked of git after all.
"""

from __future__ import annotations

import sys

from gitflowguard.model.facts import Refs
from gitflowguard.model.names import HEADS, TAGS
from gitflowguard.model.record import Record
from gitflowguard.repo.git import Git, Place, RefColumns
from gitflowguard.repo.read import GitHistory
from gitflowguard.repo.shared import held_by_all

# About 50 MB of memory and half a second; beyond it git is asked where the graph ends.
MOST = 100_000
# Up to here the tips that hold a commit are gone through one by one.
_FEW = 32
_NOTED = "gitflow.branch."
_REFS = (
    "%(objectname)%00%(*objectname)%00%(refname)%00%(symref)"
    "%00%(if)%(*objecttype)%(then)%(*objecttype)%(else)%(objecttype)%(end)"
    "%00%(committerdate:unix)%00%(if)%(worktreepath)%(then)+%(end)"
)


class AllGit(Git):
    """git that reads in one process what is wanted of every branch.

    dated: commit of a branch -> its committer date, in seconds since 1970.
    elsewhere: local branches that a work tree has checked out (git-worktree(1)).
    odd_tags: whether a tag names something else than a commit.
    """

    def __init__(self, cwd: str = "") -> None:
        super().__init__(cwd)
        self.dated: dict[str, int] = {}
        self.elsewhere: set[str] = set()
        self.odd_tags = False
        self._noted: dict[str, str] | None = None
        self._peeled: dict[str, str] = {}

    def refs(self) -> RefColumns:
        """As `Git.refs`; keeps dates, work trees and what tags stand for on the way."""
        out = self.lines("for-each-ref", f"--format={_REFS}", HEADS[:-1], "refs/remotes", "refs/tags")
        rows = [line.split("\0") for line in out]
        for sha, peeled, ref, _, kind, date, held in rows:
            self.odd_tags = self.odd_tags or kind != "commit"
            if date:
                self.dated[sha] = int(date)
            if held:
                self.elsewhere.add(ref[len(HEADS) :])
            if ref.startswith(TAGS):
                self._peeled[ref[len(TAGS) :]] = peeled or sha
        return RefColumns([row[0] for row in rows], [row[2] for row in rows], [row[3] for row in rows])

    def peeled(self) -> dict[str, str]:
        """As `Git.peeled`, from what `refs` has read."""
        return self._peeled

    def config(self, key: str) -> str:
        """As `Git.config`; the bases noted for all branches are read together."""
        if not key.startswith(_NOTED):
            return super().config(key)
        if self._noted is None:
            self._noted = dict(self.config_all(r"^gitflow\.branch\."))
        return self._noted.get(key, "")


class CommitGraph(Record):
    """Commits and who holds them.

    parents: commit -> its parents; children stand first. place: commit -> its place in that order.
    holds: commit of the graph -> bits of the tips that hold it. edge: parents that lie outside.
    ends: the bits of each commit that has such a parent.
    counts: bits -> (commits, commits that aren't merges) with exactly these.
    shared: what lies outside is held by every tip; else it was only too much to read.
    """

    parents: dict[str, tuple[str, ...]]
    place: dict[str, int]
    holds: dict[str, int]
    edge: frozenset[str]
    ends: frozenset[int]
    counts: dict[int, tuple[int, int]]
    shared: bool


class GraphHistory(GitHistory):
    """The answers of `GitHistory`, for questions about the tips of branches, from memory."""

    def __init__(self, git: AllGit, place: Place, refs: Refs, most: int = MOST) -> None:
        super().__init__(git, place, refs)
        self._all_git = git
        self._most = most
        tips = dict.fromkeys((*refs.heads.values(), *refs.remotes.values()))
        self._bits = {tip: 1 << index for index, tip in enumerate(tips)}
        self._names = _bits_of_names(refs, self._bits)
        self._by_bit = _names_of_bits(refs, self._bits)
        self._order: tuple[tuple[str, ...], dict[str, int]] = ((), {})
        self._graphs: dict[bool, CommitGraph] = {}

    def own(self, tip: str, known: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        """Commit -> parents of what tip has and known has not, children first."""
        if tip in known:
            return {}
        if tip not in self._bits or any(sha not in self._bits for sha in known):
            return super().own(tip, known)
        key = (tip, known)
        if key not in self._own:
            graph = self._graph(whole=not known)
            found = _own(graph, tip, self._mask(known))
            self._own[key] = super().own(tip, known) if found is None else found
        return self._own[key]

    def holders(self, commit: str, branches: tuple[str, ...]) -> tuple[str, ...]:
        """Those of the branches, here or on a remote, whose history holds the commit."""
        graph = self._graph()
        if commit in graph.parents:
            return self._called(graph.holds[commit], branches)
        if graph.shared and (commit in graph.edge or commit in self._bits):
            return tuple(name for name in branches if name in self._names)
        return super().holders(commit, branches)

    def _called(self, held: int, branches: tuple[str, ...]) -> tuple[str, ...]:
        """The branches that stand at one of the tips. Most commits are held by few of many."""
        if held.bit_count() > _FEW or len(branches) <= _FEW:
            return tuple(name for name in branches if self._names.get(name, 0) & held)
        if self._order[0] is not branches:
            self._order = (branches, {name: place for place, name in enumerate(branches)})
        order = self._order[1]
        found: set[str] = set()
        while held:
            low = held & -held
            held ^= low
            found.update(name for name in self._by_bit[low.bit_length() - 1] if name in order)
        return tuple(sorted(found, key=order.__getitem__))

    def merged_tags(self, tip: str) -> tuple[str, ...]:
        """The tags in the tip's history."""
        graph = self._graph()
        if tip not in self._bits or not graph.shared or self._all_git.odd_tags:
            return super().merged_tags(tip)
        bit = self._bits[tip]
        return tuple(t for t, sha in self.refs.tags.items() if graph.holds.get(sha, bit) & bit)

    def surplus(self, one: str, other: str, merges: bool = True) -> int | None:
        """How many commits the tip one has and the tip other lacks; None if that is too far to see.

        merges: whether merge commits count.
        """
        graph = self._graph()
        plus, minus = self._bits[one], self._bits[other]
        if not graph.shared and (
            one not in graph.parents or any(held & plus and not held & minus for held in graph.ends)
        ):
            return None
        near = self._walked(graph, one, minus, merges)
        if near is not None:
            return near
        return sum(
            count[0] if merges else count[1]
            for held, count in graph.counts.items()
            if held & plus and not held & minus
        )

    def _walked(self, graph: CommitGraph, tip: str, minus: int, merges: bool) -> int | None:
        """`surplus` by walking from the tip; None where looking through all that is counted takes fewer steps."""
        found: set[str] = set()
        todo = [tip]
        while todo:
            sha = todo.pop()
            if sha in found or sha not in graph.parents or graph.holds[sha] & minus:
                continue
            found.add(sha)
            if len(found) > len(graph.counts):
                return None
            todo.extend(graph.parents[sha])
        return sum(1 for sha in found if merges or len(graph.parents[sha]) < 2)

    def _mask(self, tips: tuple[str, ...]) -> int:
        mask = 0
        for tip in tips:
            mask |= self._bits[tip]
        return mask

    def _graph(self, whole: bool = False) -> CommitGraph:
        """The graph above what all branches share; down to the roots if whole."""
        if True in self._graphs:
            return self._graphs[True]
        if whole not in self._graphs:
            below = () if whole else self._shared()
            graph = self._read(below)
            # A graph without a lower bound is whole; it need not be read again.
            self._graphs[not below] = graph
            return graph
        return self._graphs[whole]

    def _shared(self) -> tuple[str, ...]:
        """The newest commits that every tip holds, as far as the newest rows of the graph show them."""

        def ask(count: int, stdin: bytes) -> list[str]:
            words = ("rev-list", "--parents", "--ignore-missing", f"--max-count={count}", "--stdin")
            return self.git.lines(*words, stdin=stdin)

        return tuple(held_by_all(ask, self._bits.keys(), self._most)) if self._bits else ()

    def _read(self, below: tuple[str, ...]) -> CommitGraph:
        """Reads all that branches and tags have above the given commits, up to a limit."""
        # Tags too: one whose commit is then missing is known to lie in the shared part.
        starts = dict.fromkeys((*self._bits, *self.refs.tags.values()))
        lines = self.git.lines(
            "rev-list",
            "--parents",
            "--topo-order",
            "--ignore-missing",
            f"--max-count={self._most + 1}",
            "--stdin",
            stdin="".join(f"{sha}\n" for sha in (*starts, *("^" + sha for sha in below))).encode(),
        )
        return _graph(lines[: self._most], self._bits, len(lines) <= self._most)


def _bits_of_names(refs: Refs, bits: dict[str, int]) -> dict[str, int]:
    """Branch -> the bits of all its tips, here and on remotes."""
    names: dict[str, int] = {}
    for name, tip in (*refs.heads.items(), *((name, tip) for (_, name), tip in refs.remotes.items())):
        names[name] = names.get(name, 0) | bits[tip]
    return names


def _names_of_bits(refs: Refs, bits: dict[str, int]) -> list[list[str]]:
    """Place of a bit -> the branches that stand at its tip."""
    names: list[list[str]] = [[] for _ in bits]
    for name, tip in (*refs.heads.items(), *((name, tip) for (_, name), tip in refs.remotes.items())):
        names[bits[tip].bit_length() - 1].append(name)
    return names


def _graph(lines: list[str], bits: dict[str, int], shared: bool) -> CommitGraph:
    """Lines of ``rev-list --parents --topo-order`` as a graph: every child is met before its parents."""
    parents: dict[str, tuple[str, ...]] = {}
    holds: dict[str, int] = {}
    same: dict[int, int] = {}  # one integer for all commits with the same bits: memory
    counts: dict[int, tuple[int, int]] = {}
    for line in lines:
        sha, *above = map(sys.intern, line.split())
        held = holds.get(sha, 0) | bits.get(sha, 0)
        held = holds[sha] = same.setdefault(held, held)
        parents[sha] = tuple(above)
        for parent in above:
            holds[parent] = holds.get(parent, held) | held
        every, plain = counts.get(held, (0, 0))
        counts[held] = (every + 1, plain + (len(above) < 2))
    edge = frozenset(holds.keys() - parents.keys())
    ends = frozenset(holds[sha] for sha, above in parents.items() if any(p in edge for p in above))
    for parent in edge:
        del holds[parent]  # others may hold it by ways that lie outside
    place = {sha: index for index, sha in enumerate(parents)}
    return CommitGraph(
        parents=parents, place=place, holds=holds, edge=edge, ends=ends, counts=counts, shared=shared
    )


def _own(graph: CommitGraph, tip: str, known: int) -> dict[str, tuple[str, ...]] | None:
    """What the tip has and none of the known tips has; None if it leaves the graph."""
    found: set[str] = set()
    todo = [tip]
    while todo:
        sha = todo.pop()
        if sha not in graph.parents:
            if not graph.shared or not known:
                return None
        elif sha not in found and not graph.holds[sha] & known:
            found.add(sha)
            todo.extend(graph.parents[sha])
    return {sha: graph.parents[sha] for sha in sorted(found, key=graph.place.__getitem__)}
