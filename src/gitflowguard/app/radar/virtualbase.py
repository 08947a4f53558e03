"""What a branch with two merge bases is merged from: the tree that git makes of the two (git-merge(1), ort).

git merges the bases with each other first and then the two sides from what comes of it. As long as a branch that has
landed brings none of the other's own commits, the bases are the same two, and so is that tree. With it the branch is
merged from three trees like any other, and what holds of those holds of it.
"""

from __future__ import annotations

from gitflowguard.model.finding import Unknown
from gitflowguard.model.record import Record
from gitflowguard.radar.changes import NONE, SUBMODULE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitflowguard.app.radar.context import MergeContext
    from gitflowguard.app.radar.verdicts import BranchOnTarget
    from gitflowguard.radar.changes import Changes


class CommonBase(Record):
    """tree: of the merged bases. made: the contents in which it differs from the first of them."""

    tree: str
    made: frozenset[str]


def common_bases(context: MergeContext, stands: Sequence[BranchOnTarget]) -> dict[str, CommonBase]:
    """Tip -> what its two merge bases make, for those of which that is known.

    git leaves conflict markers in what it makes of bases that conflict, and a merge driver may have a program of its
    own for them (gitattributes(5), ``recursive``): these aren't known. Which base comes first is git's secret, so both
    ways round have to come to the same.
    """
    edges = list(dict.fromkeys(stand.edge for stand in stands if len(stand.edge) == 2))
    if not edges or context.rules.programs:
        return {}
    ways = [way for one, other in edges for way in ((one, other), (other, one))]
    answers = context.trials.merge(context.folder, ways, keep=True, inner=True)
    merged = {}
    for edge, one, other in zip(edges, answers[::2], answers[1::2]):
        if isinstance(one, Unknown) or isinstance(other, Unknown) or not one.clean or not other.clean:
            continue
        if one.tree == other.tree:
            merged[edge] = one.tree
    firsts = context.reader.trees(edge[0] for edge in merged)
    diffs = context.reader.differences([(firsts[edge[0]], tree) for edge, tree in merged.items()])
    found = {edge: CommonBase(tree, _made(diff)) for (edge, tree), diff in zip(merged.items(), diffs)}
    return {stand.tip: found[stand.edge] for stand in stands if stand.edge in found}


def _made(changes: Changes) -> frozenset[str]:
    return frozenset(
        change.new_oid for change in changes.values() if change.new_mode not in (NONE, SUBMODULE)
    )
