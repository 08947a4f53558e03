"""What still holds of an earlier run now that the target has moved: all that doesn't meet what changed on it.

The move is a landing like any other, so the lemma of the screen says which verdicts it leaves alone
(docs/architecture.md, "After the target moved"). What is carried over is what a run without a store would find; the
rest is found again.
"""

from __future__ import annotations

from gitflowguard.app.radar.detail import touching
from gitflowguard.app.radar.look import moved_tips
from gitflowguard.app.radar.verdicts import Before
from gitflowguard.model.record import Record
from gitflowguard.radar.ancestry import Ancestry
from gitflowguard.radar.changes import above
from gitflowguard.radar.nouns import CLEAN, LANDED, STALE
from gitflowguard.radar.screen import changes_rules
from gitflowguard.radar.untouched import MovedPaths, emptied, empties
from gitflowguard.repo.overlay import overlay

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from gitflowguard.app.radar.context import MergeContext
    from gitflowguard.app.radar.known import Clashes, KnownVerdicts
    from gitflowguard.app.radar.verdicts import BranchOnTarget
    from gitflowguard.radar.changes import Changes

# At most this many changed files are looked for at each branch's merge base.
_FEW = 50
NOTHING = ("", "")


class Move(Record):
    """The target's commits and trees before and after. changed, touched: from one tree to the other. came: the
    commits that it has now and hadn't before, with their parents.
    """

    commits: tuple[str, str]
    trees: tuple[str, str]
    changed: Changes
    touched: MovedPaths
    came: Mapping[str, tuple[str, ...]]


def carried_over(context: MergeContext, old: str, new: str, known: KnownVerdicts) -> KnownVerdicts | None:
    """What is known of the target at its new commit; None where nothing is. Raises GitError.

    old: the commit that `known` is about. context: with the attributes of that commit.
    """
    there = context.reader.trees((old, new))
    if old not in there or new not in there:
        return None
    changed = context.reader.differences([(there[old], there[new])])[0]
    if changes_rules(changed):
        return None  # attributes decide every merge
    came = _came(context, old, new)
    if came is None:
        return None
    move = Move(
        commits=(old, new),
        trees=(there[old], there[new]),
        changed=changed,
        touched=MovedPaths(changed),
        came=came,
    )
    stands = {stand.tip: stand for stand in _unchanged(context, move, known)}
    clean = frozenset(tip for tip, stand in stands.items() if stand.facts is not None) & known.before.group
    before = Before(
        stands=stands,
        meetings={pair: one for pair, one in known.before.meetings.items() if clean.issuperset(pair)},
        group=clean,
        moved=True,
        lines=_lines(move, known.before.stands, stands),
        answers={
            tip: one.conflict.answer
            for tip, one in known.before.stands.items()
            if one.conflict is not None and tip not in stands
        },
    )
    came_by = _authors(context, move)
    clashes = _clashes(move, known.clashes, before, came_by)
    before = before._replace(authors=_last(move, known.clashes, came_by))
    return known._replace(before=before, clashes=clashes, places=_places(move, known.places))


def _came(context: MergeContext, old: str, new: str) -> dict[str, tuple[str, ...]] | None:
    """The commits that came to the target, with their parents; None where it was rewritten, and lost some.

    Where it only grew, the commit at which it stood is a parent of one that came. A branch of which none of them is its
    own has the merge bases that it had then: a new one would be a commit of its own that the target has now.
    """
    out = context.reader.ask("rev-list", "--parents", "--stdin", stdin=f"{new}\n^{old}\n".encode())
    rows = (line.split(" ") for line in out.decode().splitlines())
    came = {words[0]: tuple(words[1:]) for words in rows}
    return came if any(old in parents for parents in came.values()) else None


def _places(move: Move, known: Mapping[str, int]) -> dict[str, int]:
    """Places on the target's first-parent chain, behind what came on it; nothing where it is another chain."""
    old, at = move.commits
    count = 0
    while at in move.came:
        at, count = next(iter(move.came[at]), ""), count + 1
    return {sha: place + count if place >= 0 else place for sha, place in known.items()} if at == old else {}


def _lines(
    move: Move, known: Mapping[str, BranchOnTarget], carried: Mapping[str, BranchOnTarget]
) -> dict[str, Ancestry]:
    """Own commits and merge bases of the branches that are merged again; the target has got none of these commits."""
    return {
        tip: Ancestry(one.edge, one.own)
        for tip, one in known.items()
        if tip not in carried and one.own and one.edge and not any(sha in move.came for sha in one.own)
    }


def _unchanged(context: MergeContext, move: Move, known: KnownVerdicts) -> list[BranchOnTarget]:
    """The branches for which the move changes nothing, as they stand on the target now."""
    wanted = [stand for stand in known.before.stands.values() if stand.own and len(stand.edge) == 1]
    same = [stand for stand in wanted if not any(sha in move.came for sha in stand.own)]
    clean = [stand for stand in same if stand.state == CLEAN and _apart(move, stand)]
    others = [stand for stand in same if stand.state in (STALE, LANDED) and all(stand.trees)]
    return [*_clean(context, move, clean), *_others(context, move, others)]


def _apart(move: Move, stand: BranchOnTarget) -> bool:
    """Whether what changed on the target doesn't meet what a clean branch brings."""
    facts = stand.facts
    return (
        facts is not None
        and not facts.moved
        and not move.touched.meets(facts.changed)
        and not move.touched.meets(facts.landed)
    )


def _clean(context: MergeContext, move: Move, stands: Sequence[BranchOnTarget]) -> list[BranchOnTarget]:
    """Clean branches with the trees of their merges now. Where the branch would bring something else, it is left out:
    a directory that is emptied only by both counts as gone."""
    trees = _over(context, move, [stand.tree for stand in stands])
    made = [(stand, tree) for stand, tree in zip(stands, trees) if tree]
    lost = _lessened(move.changed)
    both = [
        (one, tree) for one, tree in made if one.facts and not lost.isdisjoint(_lessened(one.facts.landed))
    ]
    diffs = context.reader.differences([(move.trees[1], tree) for _, tree in both])
    other = {one.tip for (one, _), landed in zip(both, diffs) if one.facts and landed != one.facts.landed}
    return [stand._replace(tree=tree) for stand, tree in made if stand.tip not in other]


def _lessened(changes: Changes) -> set[str]:
    """The directories that lost a file."""
    return {folder for path, change in changes.items() if change.gone for folder in above(path)}


def _others(context: MergeContext, move: Move, stands: Sequence[BranchOnTarget]) -> list[BranchOnTarget]:
    """Branches that conflict as before, and those whose work is there as before."""
    changed = dict(
        zip((one.tip for one in stands), context.reader.differences([one.trees for one in stands]))
    )
    left = [
        one
        for one in stands
        if not move.touched.meets(changed[one.tip])
        and not (one.conflict and move.touched.meets(one.conflict.answer.paths))
    ]
    lost = moved_tips(context, move.trees[0], left, changed)
    full = [one for one in left if empties(changed[one.tip])]
    lost |= _taking(context, move, full, changed)
    lost -= _edited(context, move, [one for one in left if one.tip in lost])
    return [
        one._replace(tree=move.trees[1]) if one.state == LANDED else one
        for one in left
        if one.tip not in lost
    ]


def _taking(
    context: MergeContext, move: Move, stands: Sequence[BranchOnTarget], changed: Mapping[str, Changes]
) -> set[str]:
    """Those that remove a whole directory to which the target has added: git may take what it added to where the
    directory's files went (git-config(1), merge.directoryRenames), and what lies there by now decides."""
    asked = [(one, path) for one in stands for path, change in changed[one.tip].items() if emptied(change)]
    specs = [(f"{one.trees[0]}:{path}", f"{move.trees[0]}:{path}") for one, path in asked]
    found = context.reader.types([spec for pair in specs for spec in pair])
    pairs = list(zip(found[::2], found[1::2]))
    apart = [place for place, (old, new) in enumerate(pairs) if new != old and new != NOTHING]
    trees = [place for place in apart if pairs[place][0][1] == pairs[place][1][1] == "tree"]
    diffs = context.reader.differences([(pairs[place][0][0], pairs[place][1][0]) for place in trees])
    adds = {place: any(change.added for change in diff.values()) for place, diff in zip(trees, diffs)}
    return {asked[place][0].tip for place in apart if adds.get(place, True)}


def _edited(context: MergeContext, move: Move, stands: Sequence[BranchOnTarget]) -> set[str]:
    """Those at whose merge base each file that changed on the target is there already, and is there still: which of
    the target's files are renamed ones, and which of them a branch takes along, is then as it was."""
    if not all(change.plain for change in move.changed.values()) or len(move.changed) > _FEW:
        return set()
    specs = [f"{one.trees[0]}:{path}" for one in stands for path in move.changed]
    kinds = [kind for _, kind in context.reader.types(specs)]
    count = len(move.changed)
    return {
        one.tip
        for place, one in enumerate(stands)
        if all(kind == "blob" for kind in kinds[place * count : (place + 1) * count])
    }


def _over(context: MergeContext, move: Move, trees: Sequence[str]) -> list[str]:
    """Trees that stand on the target as it was, with what changed on it since; "" where one can't be read."""
    return overlay(context.reader, trees, move.changed) if trees else []


def _authors(context: MergeContext, move: Move) -> dict[str, str]:
    """Path -> who changed it last among the commits that came to the target."""
    old, new = move.commits
    found: dict[str, str] = {}
    for _, author, paths in touching(context.reader, new, ("--no-merges",), (new, f"^{old}"), ()):
        for path in paths:
            found.setdefault(path, author)
    return found


def _last(move: Move, clashes: Clashes, came_by: Mapping[str, str]) -> dict[str, str]:
    """Path -> who changed it last on the target: that it was known where it didn't change since."""
    if ".mailmap" in move.changed:
        return {}
    known = {clash.path: clash.authors[0] for key, found in clashes.items() if not key[1] for clash in found}
    return {path: name for path, name in known.items() if path not in move.changed} | dict(came_by)


def _clashes(move: Move, clashes: Clashes, before: Before, touched: Collection[str]) -> Clashes:
    """The details of conflicts that are the same. Those with the target name who changed a path there last. touched:
    paths that commits changed which came."""
    known = {
        key: found
        for key, found in clashes.items()
        if (key[:2] in before.meetings if key[1] else key[0] in before.stands or key[0] in before.answers)
    }
    return {
        key: found
        for key, found in known.items()
        if key[1] or not any(clash.path in touched or clash.path in move.changed for clash in found)
    }
