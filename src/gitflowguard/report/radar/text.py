"""The radar for people at a terminal: the verdict, then target by target what to do; one line per item."""

from __future__ import annotations

from gitflowguard.model.names import plural, short
from gitflowguard.radar.conflict import Conflict, conflicts
from gitflowguard.radar.knots import within
from gitflowguard.radar.nouns import (
    CLEAN,
    STALE,
    UNTOLD,
    Contact,
    DuplicatedChange,
    Knot,
    LandingOrder,
    LandingStep,
    Radar,
    RadarTarget,
)
from gitflowguard.report import words
from gitflowguard.report.about import About
from gitflowguard.report.escape import terminal
from gitflowguard.report.paint import labelled, paint
from gitflowguard.report.radar import words as radarwords

# A screen each; the other formats list them all.
MOST_CONFLICTS = 20
MOST_PATHS = 12
MOST_KNOTS = 3
MOST_LINES = 20
MOST_BROKEN = 10
_ALL = "to see all: gitflowguard radar --json"


def render(radar: Radar, about: About) -> str:
    """The verdict and a block for each thing to be done; a quiet run says nothing where there is nothing to do."""
    if about.quiet and radarwords.quiet(radar):
        return ""
    blocks = [[paint(terminal(radarwords.verdict(radar)), "head", about)]]
    for target in radar.targets:
        blocks += _target(radar, target, about)
    blocks.append(_cut([line for twin in radar.twins for line in _twin(twin, about)], "line"))
    blocks.append([f"{paint('note', 'label', about)}: {terminal(note)}" for note in radar.notes])
    if not about.quiet:
        blocks.append([terminal(radarwords.coverage(radar))])
    return "\n".join("\n".join(block) + "\n" for block in blocks if block)


def _target(radar: Radar, target: RadarTarget, about: About) -> list[list[str]]:
    """All that is about landing on one branch."""
    if about.quiet and not radar.on(target.name, STALE, UNTOLD) and not _any(radar, target):
        return []
    name = paint(terminal(target.name), "head", about)
    blocks = [[f"{name} ({short(target.tip)}): {radarwords.counts(radar, target)}"]]
    knots = [knot for knot in radar.knots if knot.target == target.name]
    shown, knots = knots, knots[:MOST_KNOTS]
    blocks += [_knot(knot, radar, about) for knot in knots]
    if shown[MOST_KNOTS:]:
        blocks.append(
            [f"… and {plural(len(shown) - MOST_KNOTS, 'more knot')} on {terminal(target.name)}; {_ALL}"]
        )
    found, folded = _folded(conflicts(radar, target.name), knots)
    if folded:
        where = "this file" if len({knot.path for knot in knots}) == 1 else "these files"
        blocks.append([f"{plural(folded, 'conflict')} on {terminal(target.name)} in {where} alone; {_ALL}"])
    blocks += [_conflict(conflict, about) for conflict in found[:MOST_CONFLICTS]]
    if found[MOST_CONFLICTS:]:
        left = plural(len(found) - MOST_CONFLICTS, "more conflict")
        blocks.append([f"… and {left} on {terminal(target.name)}; {_ALL}"])
    blocks.append(_broken(radar, target, about))
    blocks.append(_stacked(radar, target, about))
    for order in radar.orders:
        if order.target == target.name and (order.asked or not about.quiet):
            blocks.append(_order(order, radar, {knot.path for knot in knots} if folded else set(), about))
    blocks.append(_untold(radar.on(target.name, UNTOLD), about))
    blocks.append(_untold_pairs(radar, target, about))
    if not about.quiet:
        blocks.append(_landed(radar, target, about))
    return blocks


def _any(radar: Radar, target: RadarTarget) -> bool:
    """Whether something else than the state of a branch is to be reported of the target."""
    squashed = any(contact.if_squashed for contact in radar.on(target.name, CLEAN, STALE))
    targets = {pair.target for pair in radar.pairs} | {broken.target for broken in radar.broken}
    return squashed or target.name in targets


def _folded(every: tuple[Conflict, ...], knots: list[Knot]) -> tuple[tuple[Conflict, ...], int]:
    """The conflicts to show, and how many more the knots stand for: only where all are more than a screen."""
    if len(every) <= MOST_CONFLICTS:
        return every, 0
    paths = [knot.path for knot in knots]
    found = tuple(one for one in every if not within(one.clashes, paths))
    return found, len(every) - len(found)


def _knot(knot: Knot, radar: Radar, about: About) -> list[str]:
    """The file, how many conflicts it is in, and what would end them."""
    lines = [f"{paint('knot', 'error', about)}: {terminal(radarwords.knot(knot, radar))}"]
    lines += labelled("in", (radarwords.some(knot.branches, "and"),), about)
    return lines + labelled("cure", radarwords.cure(knot), about)


def _conflict(conflict: Conflict, about: About) -> list[str]:
    """What conflicts, where, how that kind of file is settled, who moves, and the commands."""
    lines = [f"{paint('conflict', 'error', about)}: {terminal(radarwords.says(conflict))}"]
    told = conflict.clashes[:MOST_PATHS]
    at = [radarwords.place(clash, conflict) for clash in told]
    if len(told) < len(conflict.clashes):
        at.append(f"… and {plural(len(conflict.clashes) - len(told), 'more path')}")
    tips: dict[str, list[str]] = {}
    for clash in told:
        tips.setdefault(radarwords.settle(clash, conflict), []).append(clash.path)
    tips.pop("", None)
    lines += labelled("pull", radarwords.titles(conflict), about)
    lines += labelled("at", tuple(at), about)
    lines += labelled(
        "tip",
        tuple(f"{radarwords.some(tuple(paths), 'and', 3)}: {recipe}" for recipe, paths in tips.items()),
        about,
    )
    lines += labelled("who", (radarwords.who(conflict),), about)
    lines += labelled("help", words.commands(conflict.mend), about)
    return lines + labelled("then", radarwords.afterwards(conflict), about)


def _stacked(radar: Radar, target: RadarTarget, about: About) -> list[str]:
    """One line for each branch that holds commits of another; a squash that would break it is a warning."""
    lines = []
    for contact in radarwords.here(radar, target):
        if contact.depends and (contact.if_squashed or not about.quiet):
            style = "warning" if contact.if_squashed else "label"
            lines.append(f"{paint('stacked', style, about)}: {terminal(radarwords.stacked(contact))}")
    return _cut(lines, "stacked branch", "es")


def _twin(twin: DuplicatedChange, about: About) -> list[str]:
    """The same change on two branches, commit by commit."""
    lines = [f"{paint('duplicated', 'warning', about)}: {terminal(radarwords.twin(twin))}"]
    told = [
        f"{short(one)} and {short(other)}: {subject}" for one, other, subject in twin.commits[:MOST_PATHS]
    ]
    if len(told) < len(twin.commits):
        told.append(f"… and {plural(len(twin.commits) - len(told), 'more commit')}")
    return lines + labelled("at", tuple(told), about)


def _broken(radar: Radar, target: RadarTarget, about: About) -> list[str]:
    """What is broken although git merges it, cause by cause: where, who moves, and the commands."""
    label = paint("broken", "error", about)
    lines: list[str] = []
    found = [b for b in radar.broken if b.target == target.name]
    for one in found[:MOST_BROKEN]:
        lines.append(f"{label}: {terminal(radarwords.broken(one))}")
        lines += labelled("at", radarwords.broken_at(one), about)
        who = radarwords.broken_who(one)
        lines += labelled("who", (who,) if who else (), about)
        lines += labelled("help", words.commands(one.mend), about)
    left = len(found) - MOST_BROKEN
    return [*lines, f"… and {left} more causes; {_ALL}"] if left > 0 else lines


def _order(order: LandingOrder, radar: Radar, folded: set[str], about: About) -> list[str]:
    """What can land now; then the order, if it matters in which they land. folded: files of knots that are above."""
    if not order.steps:
        return []
    label = paint("landing", "label", about)
    listed = order.asked or not all(step.clean for step in order.steps) or len(order.now) < len(order.steps)
    said = radarwords.now(order) if listed else radarwords.now_by_name(order)
    lines = [f"{label}: {terminal(said)}"]
    before = radarwords.befores(radar, order)
    lines += _cut([f"  {terminal(said)}" for said in before], "order of two", "s")
    if not listed:
        return lines
    lines.append(f"  {radarwords.order(order)}:")
    return lines + _steps(order.steps, folded, about)


def _steps(steps: tuple[LandingStep, ...], folded: set[str], about: About) -> list[str]:
    """One line a step; of many steps those in a row share a line that are clean, or in conflict in a knot alone."""
    lines: list[str] = []
    run: list[LandingStep] = []
    for number, step in enumerate(steps, 1):
        if run and step.clean != run[0].clean:
            lines += _run(number - 1, run, about)
        if len(steps) > MOST_LINES and (step.clean or (step.paths and folded.issuperset(step.paths))):
            run.append(step)
            continue
        lines += _run(number - 1, run, about)
        mark = "" if step.clean else paint("✗", "error", about) + " "
        lines.append(f"  {number:>4}. {mark}{terminal(radarwords.step(step))}")
    lines += _run(len(steps), run, about)
    return _cut(lines, "line")


def _run(last: int, run: list[LandingStep], about: About) -> list[str]:
    """``1-12. feature/a, feature/b and 10 more``, ``13-20. ✗ 8 branches conflict in NEWS``; empties the run."""
    if not run:
        return []
    first, names = last - len(run) + 1, tuple(step.branch for step in run)
    paths = tuple(dict.fromkeys(path for step in run for path in step.paths))
    mark, said = "", radarwords.some(names, "and", 4)
    if not run[0].clean:
        mark = paint("✗", "error", about) + " "
        does = "conflicts" if len(run) == 1 else "conflict"
        who = names[0] if len(run) == 1 else f"{len(run)} branches"
        said = f"{who} {does} in {radarwords.some(paths, 'and', 4)}"
    run.clear()
    return [f"  {f'{first}-{last}' if last > first else str(last):>4}. {mark}{terminal(said)}"]


def _untold(contacts: tuple[Contact, ...], about: About) -> list[str]:
    """Each reason once, with the branches that it holds for and what would help."""
    reasons: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for contact in contacts:
        reason = contact.why.reason if contact.why else "no reason is known"
        helps = words.commands(contact.why.mend) if contact.why else ()
        reasons.setdefault((reason, helps), []).append(contact.branch)
    lines = []
    label = paint("can't determine", "warning", about)
    for (reason, helps), names in reasons.items():
        lines.append(f"{label}: {terminal(f'{radarwords.some(tuple(names))}: {reason}')}")
        lines += labelled("help", helps, about)
    return lines


def _untold_pairs(radar: Radar, target: RadarTarget, about: About) -> list[str]:
    """One line for each pair that couldn't be determined."""
    label = paint("can't determine", "warning", about)
    pairs = (found for found in radar.pairs if found.target == target.name and not found.conflicts)
    return _cut([f"{label}: {terminal(radarwords.unknown_pair(found))}" for found in pairs], "pair")


def _landed(radar: Radar, target: RadarTarget, about: About) -> list[str]:
    """What has nothing left to land."""
    done, elsewhere = radarwords.landed(radar, target)
    label = paint("landed", "label", about)
    lines = []
    if done:
        lines.append(f"{label}: {terminal(radarwords.some(done))}; {radarwords.done(radar)}")
    if elsewhere:
        lines.append(f"{label}: {terminal(radarwords.some(elsewhere))}; not on every target yet, so keep")
    return lines


def _cut(lines: list[str], noun: str, more: str = "s") -> list[str]:
    """This many lines, and how many more there are."""
    left = len(lines) - MOST_LINES
    if left <= 0:
        return lines
    return [*lines[:MOST_LINES], f"… and {left} more {noun}{more if left > 1 else ''}; {_ALL}"]
