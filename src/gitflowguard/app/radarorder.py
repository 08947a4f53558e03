"""The landing order of a target, merged once for real: one branch after the other, on top of the target."""

from __future__ import annotations

from gitflowguard.app.radarlook import root_of, three
from gitflowguard.model.finding import Unknown
from gitflowguard.model.radar import CLEAN, Order, Step
from gitflowguard.radar.orders import against, order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitflowguard.app.radaraims import Aim, Open
    from gitflowguard.app.radarlook import Bench, Looked, Stand


def orders_of(
    bench: Bench,
    aim: Aim,
    looked: Looked,
    depends: Mapping[str, tuple[str, ...]],
    asked: tuple[str, ...] = (),
) -> tuple[Order, ...]:
    """The best order, and behind it the one that was asked for."""
    clean = {one.name: one for one in reversed(aim.branches) if looked.stands[one.tip].state == CLEAN}
    conflicts = {
        (one.name, other.name)
        for one in clean.values()
        for other in clean.values()
        if (meeting := looked.meetings.get((one.tip, other.tip))) is not None and meeting.answer is not None
    }
    found = []
    if clean:
        names, now = order(tuple(clean), conflicts, depends)
        found.append(_chained(bench, aim, looked, [clean[name] for name in names], now, conflicts))
    if asked:
        by_name = {one.name: one for one in aim.branches}
        wanted = [by_name[name] for name in asked if name in by_name]
        if wanted:
            chain = _chained(bench, aim, looked, wanted, (), conflicts)
            free = tuple(step.branch for step in chain.steps if step.clean)
            found.append(chain._replace(asked=True, now=free))
    return tuple(found)


def _chained(
    bench: Bench,
    aim: Aim,
    looked: Looked,
    branches: Sequence[Open],
    now: tuple[str, ...],
    conflicts: set[tuple[str, str]],
) -> Order:
    """Lands the branches one after the other; one that conflicts does not land, and the rest goes on without it."""
    names = [one.name for one in branches]
    before = against(names, conflicts)
    commit, tree = aim.target.tip, looked.tree
    landed: set[str] = set()
    steps = []
    told = True
    for one in branches:
        stand = looked.stands[one.tip]
        if one.tip in landed or not stand.own:
            steps.append(Step(one.name, True))
            continue
        if before[one.name] and now:
            # It is known to conflict with what has landed; there is nothing to try.
            paths = _paths(looked, one, before[one.name], branches)
            steps.append(Step(one.name, False, paths, before[one.name]))
            continue
        answer = bench.trials.merge(bench.folder, [_next(bench, stand, commit, tree, landed)])[0]
        if isinstance(answer, Unknown):
            told = False
            steps.append(Step(one.name, False, (), before[one.name]))
        elif not answer.clean:
            steps.append(Step(one.name, False, answer.paths, before[one.name]))
        else:
            tree = answer.tree
            commit = bench.scratch.commit(tree, commit, one.tip)
            landed.update(stand.own)
            steps.append(Step(one.name, True))
    free = {step.branch for step in steps if step.clean}
    return Order(aim.target.name, tuple(steps), tuple(name for name in now if name in free), told)


def _next(bench: Bench, stand: Stand, commit: str, tree: str, landed: set[str]) -> tuple[str, str]:
    """The commits to merge for the next landing, on a target that stands at ``commit`` by now."""
    root = root_of(landed, stand)
    base = (
        stand.trees[0] if root == stand.base else bench.sounding.trees((root,)).get(root, "") if root else ""
    )
    return three(bench.scratch, base, tree, stand.trees[1]) if base else (commit, stand.tip)


def _paths(looked: Looked, one: Open, before: Sequence[str], branches: Sequence[Open]) -> tuple[str, ...]:
    """Where it conflicts with those that land before it."""
    tips = {other.name: other.tip for other in branches}
    found: set[str] = set()
    for name in before:
        meeting = looked.meetings.get((tips[name], one.tip))
        if meeting is not None and meeting.answer is not None:
            found.update(meeting.answer.paths)
    return tuple(sorted(found))
