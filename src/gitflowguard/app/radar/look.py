"""One target and its branches: trial merges with the target first, then between those that are clean on it.

The order of work is what makes it exact and cheap (docs/architecture.md, "The radar"): a branch that
conflicts with the target is reported once and not once for every other branch; and of the pairs that are left
only those are merged which radar.screen cannot prove to be clean.
"""

from __future__ import annotations

from gitflowguard.app.radar.lacking import lacking, short_of
from gitflowguard.app.radar.samerenames import SameRenames
from gitflowguard.app.radar.smallmerge import small_sides, three
from gitflowguard.app.radar.verdicts import Before, BranchOnTarget, TargetVerdicts
from gitflowguard.app.radar.virtualbase import common_bases
from gitflowguard.model.finding import Unknown
from gitflowguard.radar.ancestry import shared_root
from gitflowguard.radar.answers import ConflictedMerge
from gitflowguard.radar.nouns import CLEAN, LANDED, STALE, UNTOLD
from gitflowguard.radar.screen import Facts, screen
from gitflowguard.repo.git import GitError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from gitflowguard.app.radar.context import MergeContext
    from gitflowguard.radar.ancestry import Ancestry
    from gitflowguard.radar.answers import MergeAnswer
    from gitflowguard.radar.changes import Changes
    from gitflowguard.radar.screen import Needs
    from gitflowguard.repo.scratch import Scratch

NO_BASE = Unknown("it shares no history with the target, and git doesn't allow such a merge")
CUT = Unknown("this clone is shallow, and what decides is not in it", (("git", "fetch", "--unshallow"),))


def look(
    context: MergeContext,
    target: str,
    tips: Sequence[str],
    before: Before = Before(),
    only: frozenset[str] = frozenset(),
) -> TargetVerdicts:
    """Judges every tip on the target, and every two that are clean there.

    only: tips whose own pairs are wanted; none: all pairs.
    """
    made = context.trials.made
    main = context.reader.trees((target,)).get(target, "")
    stands = {tip: before.stands[tip] for tip in tips if tip in before.stands}
    fresh = [tip for tip in tips if tip not in stands]
    stands |= stands_of(context, target, main, fresh, before.lines)
    clean = [stands[tip] for tip in tips if stands[tip].facts is not None]

    again: set[tuple[str, str]] = set()

    def asked(first: str, second: str, whole: Callable[[], bool]) -> bool:
        known = first in before.group and second in before.group
        if known and before.moved and whole():
            again.add((first, second))
            known = False
        return not known and (not only or first in only or second in only)

    meetings, squashed = meetings_of(context, main, clean, asked)
    if context.tally is not None:
        context.tally.reach(context.tally.total)
    there = {stand.tip for stand in clean}
    old = {pair: one for pair, one in before.meetings.items() if there.issuperset(pair) and pair not in again}
    pairs = len(clean) * (len(clean) - 1)
    return TargetVerdicts(
        tip=target,
        tree=main,
        stands={tip: stands[tip] for tip in tips},
        meetings=_in_order({**old, **meetings}, tips),
        squashed=squashed | {pair for pair in before.squashed if there.issuperset(pair)},
        merges=context.trials.made - made,
        pairs_of=pairs,
        again=frozenset(again),
    )


def _in_order(
    meetings: dict[tuple[str, str], ConflictedMerge | Unknown], tips: Sequence[str]
) -> dict[tuple[str, str], ConflictedMerge | Unknown]:
    """The same order whatever was known before, so that two runs say the same."""
    places = {tip: place for place, tip in enumerate(tips)}
    return dict(sorted(meetings.items(), key=lambda item: (places[item[0][0]], places[item[0][1]])))


def stands_of(
    context: MergeContext, target: str, main: str, tips: Sequence[str], known: Mapping[str, Ancestry] = {}
) -> dict[str, BranchOnTarget]:
    """Each tip on the target. main: the target's tree, "" if it is not in this clone. known: lines of some tips."""
    if not tips:
        return {}
    if not main:
        context.reader.trees(tips)
        return {tip: BranchOnTarget(tip, UNTOLD, why=short_of(0, context.fetch)) for tip in tips}
    lines = {tip: known[tip] for tip in tips if tip in known}
    asked_for = [tip for tip in tips if tip not in lines]
    lines |= context.reader.lines(target, asked_for, context.places) if asked_for else {}
    trees = context.reader.trees((*tips, *(sha for line in lines.values() for sha in line.edge)))
    cut = _cut(context, target, lines) if context.shallow else set()
    found = {tip: _first(context, tip, lines[tip], main, trees, tip in cut) for tip in tips}
    asked = [stand for stand in found.values() if stand.state == UNTOLD and stand.why is None]
    sides = [sides_of(context.scratch, stand, main, stand.base and stand.trees[0]) for stand in asked]
    if context.tally is not None:
        context.tally.merging(context.trials.made, len(sides), context.tally.branches)
    for stand, pair, answer in zip(asked, sides, context.trials.merge(context.folder, sides, keep=True)):
        if isinstance(answer, Unknown):
            why = lacking(context.reader, _threes(stand, main, trees), answer, context.fetch)
            found[stand.tip] = stand._replace(why=why)
        elif not answer.clean:
            found[stand.tip] = stand._replace(state=STALE, conflict=ConflictedMerge(pair, answer))
            context.scratch.worth.update(entry.oid for entry in answer.entries)
        else:
            state = LANDED if answer.tree == main else CLEAN
            found[stand.tip] = stand._replace(state=state, tree=answer.tree)
    return found | _with_facts(context, main, [stand for stand in found.values() if stand.state == CLEAN])


def _first(
    context: MergeContext, tip: str, line: Ancestry, main: str, trees: Mapping[str, str], cut: bool
) -> BranchOnTarget:
    """What can be said without a merge; UNTOLD without a reason where one is needed."""
    if not line.own:
        return BranchOnTarget(tip, LANDED, main)
    stand = BranchOnTarget(tip, UNTOLD, edge=line.edge, own=line.own)
    stand = stand._replace(trees=(trees.get(stand.base, ""), trees.get(tip, "")))
    if context.shallow and (cut or not line.edge):
        return stand._replace(why=CUT)
    if not line.edge:
        return stand._replace(why=NO_BASE)
    if tip not in trees or any(sha not in trees for sha in line.edge):
        return stand._replace(why=short_of(0, context.fetch))
    return stand


def _threes(stand: BranchOnTarget, ours: str, trees: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """The trees of a branch's merge, once for each merge base."""
    return [(trees[sha], ours, stand.trees[1]) for sha in stand.edge if sha in trees]


def sides_of(
    scratch: Scratch, stand: BranchOnTarget, ours: str, base: str, landed: Sequence[str] = ()
) -> tuple[str, str]:
    """The two commits to merge for a branch and a target whose tree is ``ours`` by now.

    base: the tree of the only merge base. Then three trees decide, and commits that stand on nothing but the
    base save git the walk to it. Where it is "", there are several: the target is stood in for by a commit
    right on top of these, and on the tips of ``landed`` branches that share commits with this one. It has the
    same merge bases with the branch as the target itself, without its history in between.
    """
    if base:
        return three(scratch, base, ours, stand.trees[1])
    return scratch.commit(ours, *stand.edge, *landed), stand.tip


def _cut(context: MergeContext, target: str, lines: Mapping[str, Ancestry]) -> set[str]:
    """Tips whose merge base may be another one than a shallow clone shows: history ends where the two differ."""
    found = {tip for tip, line in lines.items() if context.shallow.intersection(line.own)}
    for edge in {line.edge for line in lines.values() if line.edge}:
        stdin = "".join(f"^{sha}\n" for sha in edge) + f"{target}\n"
        beyond = context.reader.ask("rev-list", "--stdin", stdin=stdin.encode()).decode().split()
        if context.shallow.intersection(beyond):
            found |= {tip for tip, line in lines.items() if line.edge == edge}
    return found


def _with_facts(
    context: MergeContext, main: str, clean: Sequence[BranchOnTarget]
) -> dict[str, BranchOnTarget]:
    """Clean branches with what the screen has to know of them."""
    common = common_bases(context, [stand for stand in clean if not stand.base])
    bases = {stand.tip: stand.trees[0] for stand in clean if stand.base}
    bases |= {tip: base.tree for tip, base in common.items()}
    single = [stand for stand in clean if stand.tip in bases]
    # What a clean merge made is gone on from; the marked files of a conflicted one are not.
    worth = context.scratch.worth
    diffs = context.reader.differences(
        [(bases[stand.tip], stand.trees[1]) for stand in single] + [(main, stand.tree) for stand in clean],
        worth,
    )
    changed = dict(zip((stand.tip for stand in single), diffs))
    landed = dict(zip((stand.tip for stand in clean), diffs[len(single) :]))
    worth.update(stand.tree for stand in clean)
    worth.update(change.new_oid for one in landed.values() for change in one.values())
    for base in common.values():
        worth.update(base.made)  # what later merges start from
    moved = moved_tips(context, main, single, changed, bases)
    found = {}
    for stand in clean:
        facts = Facts(
            own=stand.own,
            changed=changed.get(stand.tip, {}),
            landed=landed[stand.tip],
            single=stand.tip in bases,
            moved=stand.tip in moved,
            virtual=stand.tip in common,
        )
        found[stand.tip] = stand._replace(facts=facts)
    return found


def moved_tips(
    context: MergeContext,
    main: str,
    single: Sequence[BranchOnTarget],
    changed: Mapping[str, Changes],
    bases: Mapping[str, str] = {},
) -> set[str]:
    """Tips that changed a path which the target lost, or added to a directory which it lost: it may have
    moved them, and then the branch's work goes where the target has put them. bases: the trees of those that have no
    only merge base."""
    asked = [(stand, path) for stand in single for path in sorted(_old_paths(changed[stand.tip]))]
    there = _exist(context, [f"{main}:{path}" for _, path in asked])
    lost = [
        (stand, f"{bases.get(stand.tip, stand.trees[0])}:{path}")
        for stand, path in asked
        if f"{main}:{path}" not in there
    ]
    were = _exist(context, [spec for _, spec in lost])
    return {stand.tip for stand, spec in lost if spec in were}


def _exist(context: MergeContext, specs: Iterable[str]) -> set[str]:
    wanted = list(dict.fromkeys(specs))
    return {spec for spec, (oid, _) in zip(wanted, context.reader.types(wanted)) if oid}


def _old_paths(changes: Changes) -> set[str]:
    """Paths that a branch changed, and the directories above those that it added."""
    found = set()
    for path, change in changes.items():
        if not change.added:
            found.add(path)
        else:
            folder = path.rpartition("/")[0]
            while folder:
                found.add(folder)
                folder = folder.rpartition("/")[0]
    return found


def meetings_of(
    context: MergeContext,
    main: str,
    clean: Sequence[BranchOnTarget],
    asked: Callable[[str, str, Callable[[], bool]], bool],
) -> tuple[dict[tuple[str, str], ConflictedMerge | Unknown], frozenset[tuple[str, str]]]:
    """Conflicts between clean branches, both ways round; and those that only a squash merge would bring.

    main: the target's tree. asked: whether a direction (first tip, second tip) is wanted, and whether it takes a merge
    of whole trees.
    """
    facts = [stand.facts for stand in clean if stand.facts is not None]
    needs = screen(
        facts,
        lambda first, second, whole: asked(clean[first].tip, clean[second].tip, whole),
        context.rules.drivers,
        (context.edits or context.reader).scripts,
        SameRenames(context, main, clean).hold,
    )
    _count(context, needs)
    roots = _roots(context, [(clean[need.first].own, clean[need.second]) for need in needs if not need.small])
    merges: list[tuple[bool, str, str, tuple[str, str]]] = []
    for need in needs:
        first, second = clean[need.first], clean[need.second]
        pair = _small(context, need, facts) if need.small else _whole(context, first, second, roots)
        if pair is not None:
            merges.append((False, first.tip, second.tip, pair))
        if context.squash and second.base and first.tip in second.own:
            flat = three(context.scratch, second.trees[0], first.tree, second.trees[1])
            merges.append((True, first.tip, second.tip, flat))
    answers = _answers(
        context, {stand.tip: stand for stand in clean}, [(one, pair) for _, one, _, pair in merges]
    )
    by_tip = {stand.tip: stand for stand in clean}
    found: dict[tuple[str, str], ConflictedMerge | Unknown] = {}
    squashed = set()
    for (flat_one, one, other, sides), answer in zip(merges, answers):
        if isinstance(answer, Unknown):
            base, tip = by_tip[other].trees
            trees = [(base, by_tip[one].tree, tip)] if base else []
            if not flat_one:
                found[one, other] = lacking(context.reader, trees, answer, context.fetch)
        elif not answer.clean:
            if flat_one:
                squashed.add((one, other))
            else:
                found[one, other] = ConflictedMerge(sides, answer)
    return found, frozenset(squashed.difference(found))


def _count(context: MergeContext, needs: Sequence[Needs]) -> None:
    """Tells who follows how many pairs are left to be merged, and how many will most likely conflict."""
    context.trials.estimate(len({frozenset((need.first, need.second)) for need in needs if need.touching}))
    if context.tally is not None:
        context.tally.reach(
            context.tally.total - len({frozenset((need.first, need.second)) for need in needs})
        )


def _answers(
    context: MergeContext, stands: Mapping[str, BranchOnTarget], asked: Sequence[tuple[str, tuple[str, str]]]
) -> list[MergeAnswer | Unknown]:
    """What comes of (first tip, commits to merge): where the first has landed its attributes hold, not the target's."""
    folders: dict[str, str] = {}
    found: dict[int, MergeAnswer | Unknown] = {}
    for place, (one, _) in enumerate(asked):
        facts = stands[one].facts
        try:
            if one not in folders:
                folders[one] = context.folder_of(stands[one].tree, facts.landed if facts is not None else {})
        except GitError as problem:
            if not context.fetch:
                raise
            found[place] = Unknown(str(problem), context.fetch)
    once: dict[str, dict[tuple[str, str], list[int]]] = {}
    for place, (one, pair) in enumerate(asked):
        if place not in found:
            once.setdefault(folders[one], {}).setdefault(pair, []).append(place)
    found.update(_merged_once(context, once))
    return [found[place] for place in range(len(asked))]


def _merged_once(
    context: MergeContext, asked: Mapping[str, Mapping[tuple[str, str], Sequence[int]]]
) -> dict[int, MergeAnswer | Unknown]:
    """Place -> what comes of its merge. asked: work tree -> commits -> places. Branches that did the same to a file ask
    for the same merge, and the same commits stand for it."""
    if context.tally is not None:
        context.tally.merging(context.trials.made, sum(map(len, asked.values())), context.tally.total)
    found: dict[int, MergeAnswer | Unknown] = {}
    for folder, merges in asked.items():
        for places, answer in zip(merges.values(), context.trials.merge(folder, list(merges))):
            found.update(dict.fromkeys(places, answer))
    return found


def _small(context: MergeContext, need: Needs, facts: Sequence[Facts]) -> tuple[str, str]:
    """Commits of trees that hold nothing but the files which decide."""
    landed = facts[need.first].landed
    here = {path: (landed[path].new_mode, landed[path].new_oid) for path in need.small}
    return small_sides(context.scratch, here, facts[need.second].changed, need.small)


def _roots(
    context: MergeContext, pairs: Iterable[tuple[Mapping[str, tuple[str, ...]], BranchOnTarget]]
) -> dict[str, str]:
    """Commit -> tree, for the commits on which a branch and what has landed of it both stand."""
    return context.reader.trees({root for landed, second in pairs if (root := root_of(landed, second))})


def root_of(landed: Iterable[str], second: BranchOnTarget) -> str:
    """The only merge base of a branch and a target that has got these commits, "" if there may be another."""
    shared = [sha for sha in landed if sha in second.own]
    return shared_root(shared, second.own, second.base) if shared else second.base


def _whole(
    context: MergeContext, first: BranchOnTarget, second: BranchOnTarget, roots: Mapping[str, str]
) -> tuple[str, str] | None:
    """Commits for a merge of all that there is; None where nothing is left to merge."""
    if second.tip in first.own:
        return None  # it has landed together with the first
    base = roots.get(root_of(first.own, second), "")
    return sides_of(context.scratch, second, first.tree, base, (first.tip,))
