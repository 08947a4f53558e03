"""The radar as a comment or a job summary: the verdict, who x who, then each conflict to be opened.

A comment holds 65,536 characters; the cut is made between two items, and is said. Nothing in it depends on the clock,
so that the same radar gives the same comment.
"""

from __future__ import annotations

from gitflowguard.model.names import plural, short
from gitflowguard.radar.conflict import Conflict, conflicts
from gitflowguard.radar.nouns import (
    UNTOLD,
    Broken,
    Clash,
    Contact,
    DuplicatedChange,
    Knot,
    LandingOrder,
    Radar,
    RadarTarget,
)
from gitflowguard.report import words
from gitflowguard.report.about import About
from gitflowguard.report.escape import code_block, code_span, html, markdown
from gitflowguard.report.markdown import LIMIT, cut
from gitflowguard.report.radar import words as radarwords

# More columns than that no comment can show.
MOST_IN_TABLE = 20
MOST_PATHS = 20
MOST_STEPS = 40
_LEGEND = (
    "The branch of the row lands first, the branch of the column after it. ✗ a conflict, with the "
    "number of files · clean – not compared, because it conflicts with the target itself\n"
)


def render(radar: Radar, about: About) -> str:
    """At most LIMIT characters."""
    head = f"## gitflowguard radar\n\n**{markdown(radarwords.verdict(radar))}**\n"
    foot = f"\n<sub>{html(radarwords.coverage(radar))}</sub>\n"
    sections: list[tuple[str, list[str]]] = []
    for target in radar.targets:
        sections += _target(radar, target)
    sections += [
        ("The same work twice", [_twin(twin) for twin in radar.twins]),
        ("Notes", [f"- {markdown(note)}\n" for note in radar.notes]),
    ]
    return head + cut(tuple(sections), LIMIT - len(head) - len(foot)) + foot


def _target(radar: Radar, target: RadarTarget) -> list[tuple[str, list[str]]]:
    """What is about landing on one branch; the title stands where there is anything to say."""
    name = code_span(target.name)
    found = conflicts(radar, target.name)
    table = _table(target, found)
    orders = [_order(order, radar) for order in radar.orders if order.target == target.name and order.steps]
    stacks = [contact for contact in radarwords.here(radar, target) if contact.depends]
    broken = [found for found in radar.broken if found.target == target.name]
    return [
        (f"Landing on {name}", [f"{radarwords.counts(radar, target)}\n", *([table] if table else [])]),
        (f"Knots on {name}", [_knot(knot, radar) for knot in radar.knots if knot.target == target.name]),
        (f"Conflicts on {name}", [_conflict(conflict) for conflict in found]),
        (f"Broken merges on {name}", [_broken(item) for item in broken]),
        (f"Stacked on {name}", [f"- {markdown(radarwords.stacked(contact))}\n" for contact in stacks]),
        (f"Order on {name}", orders),
        (f"Can't determine on {name}", _unknown(radar, target)),
        (f"Landed on {name}", _landed(radar, target)),
    ]


def _table(target: RadarTarget, found: tuple[Conflict, ...]) -> str:
    """Who x who: the target and all branches in a conflict with it or with each other; "" if they are too many."""
    names = tuple(dict.fromkeys(name for conflict in found for name in (conflict.stays, conflict.moves)))
    names = (target.name, *(name for name in names if name != target.name))
    if not 2 <= len(names) <= MOST_IN_TABLE + 1:
        return ""
    cells = {way: f"✗ {len(conflict.clashes)}" for conflict in found for way in radarwords.ways(conflict)}
    stale = {conflict.moves for conflict in found if not conflict.ways}
    lines = [
        f"| lands first \\ then |{''.join(f' {number} |' for number in range(1, len(names)))}",
        f"|---|{'---|' * (len(names) - 1)}",
    ]
    for number, row in enumerate(names):
        head = f"{number} {code_span(row)}" if number else code_span(row)
        told = (_cell(row, column, cells, stale, target.name) for column in names[1:])
        lines.append(f"| {head} |{''.join(f' {cell} |' for cell in told)}")
    return "\n".join([*lines, "", _LEGEND])


def _cell(row: str, column: str, cells: dict[tuple[str, str], str], stale: set[str], target: str) -> str:
    """One cell; two of which one conflicts with the target itself are not compared."""
    if row == column:
        return " "
    if (row, column) in cells:
        return cells[row, column]
    return "–" if row != target and (row in stale or column in stale) else "·"


def _knot(knot: Knot, radar: Radar) -> str:
    """A file that many conflicts have in common, and what would end them."""
    cure = "".join(f"; {markdown(says)}" for says in radarwords.cure(knot))
    return f"- {markdown(radarwords.knot(knot, radar))}{cure}\n"


def _conflict(conflict: Conflict) -> str:
    """One conflict, folded; what its line says is HTML, because GitHub reads no Markdown there (CommonMark 4.6)."""
    said = html(radarwords.says(conflict))
    told = conflict.clashes[:MOST_PATHS]
    items = [f"- {markdown(title)}\n" for title in radarwords.titles(conflict)]
    items += [_clash(clash, conflict) for clash in told]
    if len(told) < len(conflict.clashes):
        items.append(f"- … and {plural(len(conflict.clashes) - len(told), 'more path')}\n")
    items.append(f"- Who updates it: {markdown(radarwords.who(conflict))}\n")
    if conflict.mend:
        items.append(f"\n{code_block(words.commands(conflict.mend))}\n")
    return f"<details><summary>{said}</summary>\n\n{''.join(items)}\n</details>\n"


def _clash(clash: Clash, conflict: Conflict) -> str:
    """One path, and below it how it is settled."""
    ours = _side(conflict.ours, radarwords.lines(clash.ours), clash.authors[0])
    theirs = _side(conflict.theirs, radarwords.lines(clash.theirs), clash.authors[1])
    line = f"- {code_span(clash.path)} ({radarwords.kind(clash)}): {ours}; {theirs}\n"
    told = (
        code_span(part) if at % 2 else part for at, part in enumerate(radarwords.settling(clash, conflict))
    )
    recipe = "".join(told)
    return line + (f"  - {recipe}\n" if recipe else "")


def _side(name: str, lines: str, author: str) -> str:
    """``lines 3-4 in `develop` by `Ada```: a person's name is code, so that it isn't a mention."""
    said = f"{lines} in {code_span(name)}" if lines else f"in {code_span(name)}"
    return f"{said} by {code_span(author)}" if author else said


def _broken(broken: Broken) -> str:
    """One cause: what is said, then the places, who moves, and the commands."""
    items = [f"  - {code_span(place)}\n" for place in radarwords.broken_at(broken)]
    who = radarwords.broken_who(broken)
    items += [f"  - Who updates it: {markdown(who)}\n"] if who else []
    if broken.mend:
        items.append(f"\n{code_block(words.commands(broken.mend), '  ')}\n")
    return f"- {markdown(radarwords.broken(broken))}\n{''.join(items)}"


def _twin(twin: DuplicatedChange) -> str:
    """One list item for two branches, one below it for each change."""
    told = [
        f"  - {code_span(short(one))} and {code_span(short(other))}: {markdown(subject)}\n"
        for one, other, subject in twin.commits[:MOST_PATHS]
    ]
    if len(told) < len(twin.commits):
        told.append(f"  - … and {plural(len(twin.commits) - len(told), 'more commit')}\n")
    return f"- {markdown(radarwords.twin(twin))}\n{''.join(told)}"


def _order(order: LandingOrder, radar: Radar) -> str:
    """What can land now, and the order as a numbered list."""
    told = [
        f"{number}. {'' if step.clean else '✗ '}{markdown(radarwords.step(step))}\n"
        for number, step in enumerate(order.steps[:MOST_STEPS], 1)
    ]
    left = order.steps[MOST_STEPS:]
    if left:
        bad = sum(not step.clean for step in left)
        told.append(f"\n… and {plural(len(left), 'more step')}, {bad} of them with a conflict\n")
    before = "".join(f"- {markdown(said)}\n" for said in radarwords.befores(radar, order)[:MOST_STEPS])
    before = f"{before}\n" if before else ""
    head = f"{markdown(radarwords.now_by_name(order))}. {radarwords.order(order)}:\n\n{before}"
    return head + "".join(told)


def _unknown(radar: Radar, target: RadarTarget) -> list[str]:
    """Branches that couldn't be determined, then pairs."""
    pairs = (found for found in radar.pairs if found.target == target.name and not found.conflicts)
    items = [f"- {markdown(radarwords.unknown_pair(found))}\n" for found in pairs]
    return [_untold(contact) for contact in radar.on(target.name, UNTOLD)] + items


def _untold(contact: Contact) -> str:
    """One list item: which branch, why not, and what would help."""
    reason = contact.why.reason if contact.why else "no reason is known"
    mend = contact.why.mend if contact.why else ()
    block = f"\n{code_block(words.commands(mend), '  ')}\n" if mend else ""
    return f"- {code_span(contact.branch)}: {markdown(reason)}\n{block}"


def _landed(radar: Radar, target: RadarTarget) -> list[str]:
    """What has nothing left to land here."""
    done, elsewhere = radarwords.landed(radar, target)
    items = [f"- {code_span(name)}: {radarwords.done(radar)}\n" for name in done]
    return items + [f"- {code_span(name)}: not on every target yet, so keep\n" for name in elsewhere]
