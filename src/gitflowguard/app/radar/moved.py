"""What still holds of an earlier run now that the target has moved: all that doesn't meet what changed on it.

The move is a landing like any other, so the lemma of the screen says which verdicts it leaves alone
(docs/architecture.md, "After the target moved"). What is carried over is what a run without a store would find; the
rest is found again.
"""

from __future__ import annotations

from gitflowguard.app.radar.look import Before, moved_tips
from gitflowguard.model.record import Record
from gitflowguard.radar.nouns import CLEAN, LANDED, STALE
from gitflowguard.radar.screen import changes_rules
from gitflowguard.radar.untouched import MovedPaths, empties
from gitflowguard.repo.git import text
from gitflowguard.repo.overlay import overlay

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitflowguard.app.radar.kept import Clashes, KnownVerdicts
    from gitflowguard.app.radar.look import BranchOnTarget, MergeContext
    from gitflowguard.radar.changes import Changes


class Move(Record):
    """The target's commits and trees before and after. changed, touched: from one tree to the other. came: the
    commits that it has now and hadn't before.
    """

    commits: tuple[str, str]
    trees: tuple[str, str]
    changed: Changes
    touched: MovedPaths
    came: frozenset[str]


def carried_over(bench: MergeContext, old: str, new: str, known: KnownVerdicts) -> KnownVerdicts | None:
    """What is known of the target at its new commit; None where nothing is. Raises GitError.

    old: the commit that `known` is about. bench: with the attributes of that commit.
    """
    there = bench.sounding.trees((old, new))
    if old not in there or new not in there:
        return None
    changed = bench.sounding.differences([(there[old], there[new])])[0]
    if changes_rules(changed):
        return None  # attributes decide every merge
    came = _came(bench, old, new)
    if came is None:
        return None
    move = Move(
        commits=(old, new),
        trees=(there[old], there[new]),
        changed=changed,
        touched=MovedPaths(changed),
        came=came,
    )
    stands = {stand.tip: stand for stand in _stands(bench, move, known)}
    clean = frozenset(tip for tip, stand in stands.items() if stand.facts is not None) & known.before.group
    before = Before(
        stands,
        {pair: one for pair, one in known.before.meetings.items() if clean.issuperset(pair)},
        frozenset(),
        clean,
        True,
    )
    clashes = _clashes(bench, move, known.clashes, before)
    return known._replace(before=before, clashes=clashes, places={})


def _came(bench: MergeContext, old: str, new: str) -> frozenset[str] | None:
    """The commits that came to the target; None where it was rewritten, and lost some.

    Where it only grew, a branch of which none of them is its own has the merge bases that it had: a new one would be
    a commit of its own that the target has now.
    """
    gone, came = (f"{one}\n^{other}\n".encode() for one, other in ((old, new), (new, old)))
    if bench.sounding.ask("rev-list", "--max-count=1", "--stdin", stdin=gone):
        return None
    return frozenset(bench.sounding.ask("rev-list", "--stdin", stdin=came).decode().split())


def _stands(bench: MergeContext, move: Move, known: KnownVerdicts) -> list[BranchOnTarget]:
    """The branches for which the move changes nothing, as they stand on the target now."""
    wanted = [stand for stand in known.before.stands.values() if stand.own and len(stand.edge) == 1]
    same = [stand for stand in wanted if move.came.isdisjoint(stand.own)]
    clean = [stand for stand in same if stand.state == CLEAN and _apart(move, stand)]
    others = [stand for stand in same if stand.state in (STALE, LANDED) and all(stand.trees)]
    return [*_clean(bench, move, clean), *_others(bench, move, others)]


def _apart(move: Move, stand: BranchOnTarget) -> bool:
    """Whether what changed on the target doesn't meet what a clean branch brings."""
    facts = stand.facts
    return (
        facts is not None
        and not facts.moved
        and not move.touched.meets(facts.changed)
        and not move.touched.meets(facts.landed)
    )


def _clean(bench: MergeContext, move: Move, stands: Sequence[BranchOnTarget]) -> list[BranchOnTarget]:
    """Clean branches with the trees of their merges now. Where the branch would bring something else, it is left out:
    a directory that is emptied only by both counts as gone."""
    trees = _over(bench, move, [stand.tree for stand in stands])
    made = [(stand, tree) for stand, tree in zip(stands, trees) if tree]
    diffs = bench.sounding.differences([(move.trees[1], tree) for _, tree in made])
    return [
        stand._replace(tree=tree)
        for (stand, tree), landed in zip(made, diffs)
        if stand.facts is not None and landed == stand.facts.landed
    ]


def _others(bench: MergeContext, move: Move, stands: Sequence[BranchOnTarget]) -> list[BranchOnTarget]:
    """Branches that conflict as before, and those whose work is there as before."""
    changed = dict(
        zip((one.tip for one in stands), bench.sounding.differences([one.trees for one in stands]))
    )
    left = [
        one
        for one in stands
        if not empties(changed[one.tip])
        and not move.touched.meets(changed[one.tip])
        and not (one.answer and move.touched.meets(one.answer.paths))
    ]
    lost = moved_tips(bench, move.trees[0], left, changed)
    return [
        one._replace(tree=move.trees[1]) if one.state == LANDED else one
        for one in left
        if one.tip not in lost
    ]


def _over(bench: MergeContext, move: Move, trees: Sequence[str]) -> list[str]:
    """Trees that stand on the target as it was, with what changed on it since; "" where one can't be read."""
    return overlay(bench.sounding, trees, move.changed) if trees else []


def _clashes(bench: MergeContext, move: Move, clashes: Clashes, before: Before) -> Clashes:
    """The details of conflicts that are the same. Those with the target name who changed a path there last."""
    known = {
        key: found
        for key, found in clashes.items()
        if (key[:2] in before.meetings if key[1] else key[0] in before.stands)
    }
    old, new = move.commits
    came = f"{new}\n^{old}\n".encode()
    out = bench.sounding.ask(
        "log", "-z", "--format=%x01", "--name-only", "--no-renames", "--no-merges", "--no-show-signature", "--stdin",
        stdin=came,
    )  # fmt: skip
    touched = frozenset(path.strip("\x01\n") for path in text(out).split("\0"))
    return {
        key: found
        for key, found in known.items()
        if key[1] or not any(clash.path in touched for clash in found)
    }
