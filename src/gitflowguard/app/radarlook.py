"""One target and its branches: trial merges with the target first, then between those that are clean on it.

The order of work is what makes it exact and cheap (docs/architecture.md, "The radar"): a branch that
conflicts with the target is told once and not once for every other branch; and of the pairs that are left
only those are merged which radar.screen cannot prove to be clean.
"""

from __future__ import annotations

from gitflowguard.model.finding import Unknown
from gitflowguard.model.radar import CLEAN, LANDED, STALE, UNTOLD
from gitflowguard.model.record import Record
from gitflowguard.radar.screen import Facts, screen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from gitflowguard.radar.ancestry import Line
    from gitflowguard.radar.answers import Answer
    from gitflowguard.radar.changes import Changes
    from gitflowguard.radar.screen import Needs
    from gitflowguard.repo.scratch import Scratch
    from gitflowguard.repo.sounding import Sounding
    from gitflowguard.repo.trial import Trials

NO_BASE = Unknown("it shares no history with the target, and git refuses such a merge")
CUT = Unknown("this clone is shallow, and what decides is not in it", (("git", "fetch", "--unshallow"),))
MISSING = Unknown("some of its commits or files are not in this clone")


class Stand(Record):
    """A tip on the target. tree: of the merge. answer: the trial merge, where one was made. sides: the commits
    that were merged in it. base: its only merge base, "" where there are several or none. own: its commits that
    the target has not.
    """

    tip: str
    state: str
    tree: str = ""
    answer: Answer | None = None
    why: Unknown | None = None
    base: str = ""
    own: frozenset[str] = frozenset()
    facts: Facts | None = None
    sides: tuple[str, str] = ("", "")


class Meeting(Record):
    """What ``second`` meets after ``first`` has landed; answer None where that could not be told. sides: the
    commits that were merged."""

    first: str
    second: str
    answer: Answer | None
    sides: tuple[str, str]
    why: Unknown | None = None


class Looked(Record):
    """A target's verdicts. stands: by tip. meetings: by (first, second), conflicts and untold ones alone.

    squashed: pairs (base branch, branch on it) that conflict only if the first is squash-merged.
    trees: of the target, the tips and the merge bases. merges: trial merges made. pairs_of: directions there are.
    """

    tip: str
    stands: dict[str, Stand]
    meetings: dict[tuple[str, str], Meeting]
    squashed: tuple[tuple[str, str], ...]
    trees: dict[str, str]
    merges: int
    pairs_of: int


class Bench(Record):
    """What a look works with. folder: the work tree with the target's attributes. drivers: path -> its merge
    attribute, for those of the paths that have one. squash: whether the policy lets work be squash-merged.
    shallow: commits whose parents this clone does not have.
    """

    scratch: Scratch
    sounding: Sounding
    trials: Trials
    folder: str
    drivers: Callable[[set[str]], Mapping[str, str]]
    squash: bool = False
    shallow: frozenset[str] = frozenset()


def look(bench: Bench, target: str, tips: Sequence[str]) -> Looked:
    """Judges every tip on the target, and every two that are clean there."""
    before = bench.trials.made
    lines = bench.sounding.lines(target, tips)
    trees = bench.sounding.trees((target, *tips, *(sha for line in lines.values() for sha in line.edge)))
    stands = stands_of(bench, target, tips, lines, trees)
    clean = [stand for stand in stands.values() if stand.facts is not None]
    meetings, squashed = meetings_of(bench, target, clean, trees)
    pairs = len(clean) * (len(clean) - 1)
    return Looked(target, stands, meetings, squashed, trees, bench.trials.made - before, pairs)


def stands_of(
    bench: Bench, target: str, tips: Sequence[str], lines: Mapping[str, Line], trees: Mapping[str, str]
) -> dict[str, Stand]:
    """Each tip on the target."""
    found: dict[str, Stand] = {}
    asked: list[tuple[str, tuple[str, str]]] = []
    if target not in trees:
        return {tip: Stand(tip, UNTOLD, why=MISSING) for tip in tips}
    cut = bench.shallow and _cut(bench, target, lines)
    for tip in tips:
        line = lines[tip]
        base = line.edge[0] if len(line.edge) == 1 else ""
        found[tip] = Stand(tip, UNTOLD, base=base, own=line.own)
        if not line.own:
            found[tip] = Stand(tip, LANDED, trees[target])
        elif bench.shallow and (not line.edge or tip in cut):
            found[tip] = found[tip]._replace(why=CUT)
        elif not line.edge:
            found[tip] = found[tip]._replace(why=NO_BASE)
        elif tip not in trees or any(sha not in trees for sha in line.edge):
            found[tip] = found[tip]._replace(why=MISSING)
        else:
            asked.append((tip, _sides(bench.scratch, base, target, tip, trees)))
    answers = bench.trials.merge(bench.folder, [pair for _, pair in asked])
    for (tip, sides), answer in zip(asked, answers):
        stand = found[tip]._replace(sides=sides)
        if isinstance(answer, Unknown):
            found[tip] = stand._replace(why=answer)
        else:
            state = STALE if not answer.clean else LANDED if answer.tree == trees[target] else CLEAN
            found[tip] = stand._replace(state=state, answer=answer, tree=answer.tree)
    return found | _with_facts(bench, target, [s for s in found.values() if s.state == CLEAN], trees)


def _sides(scratch: Scratch, base: str, ours: str, theirs: str, trees: Mapping[str, str]) -> tuple[str, str]:
    """The two commits to merge. With one merge base only three trees count, and commits that stand on
    nothing but the base save git the walk to it."""
    if not base:
        return ours, theirs
    root = scratch.commit(trees[base])
    return scratch.commit(trees[ours], root), scratch.commit(trees[theirs], root)


def _cut(bench: Bench, target: str, lines: Mapping[str, Line]) -> set[str]:
    """Tips whose merge base may be another one than a shallow clone shows: history ends where the two differ."""
    found = {tip for tip, line in lines.items() if line.own & bench.shallow}
    for edge in {line.edge for line in lines.values() if line.edge}:
        stdin = "".join(f"^{sha}\n" for sha in edge) + f"{target}\n"
        beyond = bench.sounding.ask("rev-list", "--stdin", stdin=stdin.encode()).decode().split()
        if bench.shallow.intersection(beyond):
            found |= {tip for tip, line in lines.items() if line.edge == edge}
    return found


def _with_facts(
    bench: Bench, target: str, clean: Sequence[Stand], trees: Mapping[str, str]
) -> dict[str, Stand]:
    """Clean branches with what the screen has to know of them."""
    main = trees[target]
    single = [stand for stand in clean if stand.base]
    diffs = bench.sounding.differences(
        [(trees[stand.base], trees[stand.tip]) for stand in single] + [(main, stand.tree) for stand in clean]
    )
    changed = dict(zip((stand.tip for stand in single), diffs))
    landed = dict(zip((stand.tip for stand in clean), diffs[len(single) :]))
    moved = _moved(bench, main, single, changed, trees)
    return {
        stand.tip: stand._replace(
            facts=Facts(
                stand.own, changed.get(stand.tip, {}), landed[stand.tip], bool(stand.base), stand.tip in moved
            )
        )
        for stand in clean
    }


def _moved(
    bench: Bench, main: str, single: Sequence[Stand], changed: Mapping[str, Changes], trees: Mapping[str, str]
) -> set[str]:
    """Tips that changed a path which the target lost, or added to a directory which it lost: it may have
    moved them, and then the branch's work goes where the target has put them."""
    asked = [(stand, path) for stand in single for path in sorted(_old_paths(changed[stand.tip]))]
    there = _exist(bench, [f"{main}:{path}" for _, path in asked])
    lost = [(stand, f"{trees[stand.base]}:{path}") for stand, path in asked if f"{main}:{path}" not in there]
    were = _exist(bench, [spec for _, spec in lost])
    return {stand.tip for stand, spec in lost if spec in were}


def _exist(bench: Bench, specs: Iterable[str]) -> set[str]:
    wanted = list(dict.fromkeys(specs))
    return {spec for spec, (oid, _) in zip(wanted, bench.sounding.types(wanted)) if oid}


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
    bench: Bench,
    target: str,
    clean: Sequence[Stand],
    trees: Mapping[str, str],
    fresh: Callable[[str, str], bool] = lambda first, second: True,
) -> tuple[dict[tuple[str, str], Meeting], tuple[tuple[str, str], ...]]:
    """Conflicts between clean branches, both ways round; and those that only a squash merge would bring.

    fresh: whether a direction (first tip, second tip) is asked for.
    """
    facts = [stand.facts for stand in clean if stand.facts is not None]
    needs = screen(
        facts,
        lambda first, second: fresh(clean[first].tip, clean[second].tip),
        bench.drivers,
        bench.sounding.scripts,
    )
    asked: list[tuple[Needs | None, str, str, tuple[str, str]]] = []
    for need in needs:
        first, second = clean[need.first], clean[need.second]
        pair = _small(bench, need, facts) if need.small else _whole(bench, target, first, second, trees)
        if pair is not None:
            asked.append((need, first.tip, second.tip, pair))
        if bench.squash and second.base and first.tip in second.own:
            root = bench.scratch.commit(trees[second.base])
            flat = bench.scratch.commit(first.tree, root), bench.scratch.commit(trees[second.tip], root)
            asked.append((None, first.tip, second.tip, flat))
    answers = bench.trials.merge(bench.folder, [pair for _, _, _, pair in asked])
    found: dict[tuple[str, str], Meeting] = {}
    flat_ones: list[tuple[str, str]] = []
    for (wanted, one, other, sides), answer in zip(asked, answers):
        if wanted is None:
            if not isinstance(answer, Unknown) and not answer.clean:
                flat_ones.append((one, other))
        elif isinstance(answer, Unknown):
            found[one, other] = Meeting(one, other, None, sides, answer)
        elif not answer.clean:
            found[one, other] = Meeting(one, other, answer, sides)
    return found, tuple(pair for pair in flat_ones if pair not in found)


def _small(bench: Bench, need: Needs, facts: Sequence[Facts]) -> tuple[str, str]:
    """Commits of trees that hold nothing but the files which decide."""
    landed, changed = facts[need.first].landed, facts[need.second].changed
    scratch = bench.scratch
    old = {path: (changed[path].mode, changed[path].oid) for path in need.small}
    ours = {path: (landed[path].new_mode, landed[path].new_oid) for path in need.small}
    theirs = {path: (changed[path].new_mode, changed[path].new_oid) for path in need.small}
    root = scratch.commit(scratch.tree(old))
    return scratch.commit(scratch.tree(ours), root), scratch.commit(scratch.tree(theirs), root)


def _whole(
    bench: Bench, target: str, first: Stand, second: Stand, trees: Mapping[str, str]
) -> tuple[str, str] | None:
    """Commits for a merge of all that there is; None where nothing is left to merge."""
    scratch = bench.scratch
    if second.tip in first.own:
        return None  # it has landed together with the first
    if not first.own & second.own and second.base:
        root = scratch.commit(trees[second.base])
        return scratch.commit(first.tree, root), scratch.commit(trees[second.tip], root)
    if first.tip in second.own and first.base and first.base == second.base:
        # It stands on the first, and on the same commit of the target: the first's tip is the only base.
        root = scratch.commit(trees[first.tip])
        return scratch.commit(first.tree, root), scratch.commit(trees[second.tip], root)
    return scratch.commit(first.tree, target, first.tip), second.tip
