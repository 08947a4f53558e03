"""What a pull request would conflict with, and in which order it hurts least, as Markdown for the comment and summary.

A number is written as ``#12``, of which GitHub makes a link. Foreign text stands in a code span or in plain words, so
that nobody is mentioned.
"""

from __future__ import annotations

from collections.abc import Iterable

from gitflowguard.model.names import listed, plural
from gitflowguard.radar.conflict import Conflict, conflicts
from gitflowguard.radar.nouns import LANDED, STALE, Clash, PullConflicts
from gitflowguard.report.escape import Escaped, code_span, markdown

MOST_ROWS, MOST_PATHS, MOST_NAMES = 12, 3, 8
_HEAD = "### Conflicts to come"


def render(met: PullConflicts) -> Escaped:
    """A heading, the table, the order and what could not be compared; begins and ends with a newline."""
    parts = [_HEAD, *_state(met), *_pairs(met), *_limits(met)]
    return Escaped("\n" + "\n\n".join(parts) + "\n")


def _state(met: PullConflicts) -> list[str]:
    """It on its base as that is now."""
    base = code_span(met.target)
    contact = next(iter(met.radar.contacts), None) if met.radar is not None else None
    if met.why is not None:
        return [f"Can't determine: {markdown(met.why.reason)}."]
    if contact is None:
        return []
    if contact.state == LANDED:
        return [f"None: {base} has all of this already."]
    if contact.state == STALE:
        return [
            f"It conflicts with {base} as that is now, in {_paths(contact.clashes)}. "
            "It is compared with the other pull requests once it is up to date."
        ]
    return [] if _meetings(met) else [f"None with {base}{_others(met)}."]


def _others(met: PullConflicts) -> str:
    """``, and none with the 3 other pull requests that are open into it``."""
    what = "pull request" if met.listed else "branch"
    many = "pull requests" if met.listed else "branches"
    if not met.others:
        return ""
    if met.others == 1:
        return f", and none with the one other {what} that {'is open into it' if met.listed else 'merges into it'}"
    return f", and none with the {met.others} other {many} that {'are open into it' if met.listed else 'merge into it'}"


def _meetings(met: PullConflicts) -> list[Conflict]:
    """The conflicts with others that are known."""
    found = conflicts(met.radar, met.target) if met.radar is not None else ()
    return [one for one in found if one.ways]


def _pairs(met: PullConflicts) -> list[str]:
    """A row for each that it conflicts with, and below it the order that hurts least."""
    found = _meetings(met)
    if not found:
        return []
    what = "Pull request" if met.listed else "Branch"
    lines = [f"| {what} | Files | When |", "|---|---|---|"]
    lines += [
        f"| {_who(met, one)} | {_paths(one.clashes)} | {_when(met, one)} |" for one in found[:MOST_ROWS]
    ]
    left = [f"… and {len(found) - MOST_ROWS} more."] if found[MOST_ROWS:] else []
    free = met.others - len({one.other(met.name) for one in found})
    rest = [f"{_count(met, free)} compared with it: no conflict."] if free > 0 else []
    return ["\n".join(lines), *left, " ".join((*_order(met, found), *rest))]


def _count(met: PullConflicts, number: int) -> str:
    nouns = (
        ("more pull request was", "more pull requests were")
        if met.listed
        else ("more branch was", "more branches were")
    )
    return f"{number} {nouns[number != 1]}"


def _who(met: PullConflicts, conflict: Conflict) -> str:
    """``#12 Log the user out (ben, draft)``; of a mere branch its name."""
    name = conflict.other(met.name)
    label = met.labels.get(name)
    if label is None:
        return code_span(name)
    by = f"by {code_span(label.author)}{', a draft' if label.draft else ''}"
    return f"#{label.number} {markdown(label.title)} ({by})"


def _when(met: PullConflicts, conflict: Conflict) -> str:
    if conflict.untold is not None:
        return "in one order; the other can't be determined"
    if conflict.ways == "both":
        return "in either order"
    return (
        "only if this one is merged first"
        if conflict.ours == met.name
        else "only if the other is merged first"
    )


def _order(met: PullConflicts, found: list[Conflict]) -> list[str]:
    """One sentence for each kind of conflict; nothing is said of what was not compared."""
    known = [one for one in found if one.untold is None]
    both = _names(met, [one for one in known if one.ways == "both"])
    earlier = _names(met, [one for one in known if one.ways != "both" and one.ours == met.name])
    later = _names(met, [one for one in known if one.ways != "both" and one.ours != met.name])
    said = []
    if earlier:
        said.append(f"Merge {_list(earlier)} before this one: then there is no conflict.")
    if later:
        said.append(f"Merge this one before {_list(later)}: then there is no conflict.")
    if len(both) == 1:
        said.append(f"Of {both[0]} and this one, whichever is merged second has to be updated.")
    elif both:
        said.append(
            f"Merged after {_list(both)}, this one alone has to be updated; merged before them, "
            f"{'both' if len(both) == 2 else f'all {len(both)}'} have to be."
        )
    return said


def _names(met: PullConflicts, found: list[Conflict]) -> list[str]:
    return _names_of(met, dict.fromkeys(one.other(met.name) for one in found))


def _names_of(met: PullConflicts, names: Iterable[str]) -> list[str]:
    """``#12``, of which GitHub makes a link; a mere branch by its name."""
    return [f"#{met.labels[name].number}" if name in met.labels else code_span(name) for name in names]


def _list(names: list[str]) -> str:
    shown = names[:MOST_NAMES]
    left = len(names) - len(shown)
    return listed((*shown, *([f"{left} more"] if left else [])), "and")


def _limits(met: PullConflicts) -> list[str]:
    """What was not compared, and why."""
    said = []
    if met.listing is not None:
        said.append(
            f"Can't determine which pull requests are open: {markdown(met.listing.reason)}. "
            "The branches of this clone were compared instead."
        )
    if not met.whole:
        said.append("There are more open pull requests than were read.")
    pairs = met.radar.pairs if met.radar is not None else ()
    for one in [pair for pair in pairs if not pair.conflicts][:MOST_ROWS]:
        reason = one.untold.reason if one.untold is not None else ""
        other = one.first if one.second == met.name else one.second
        said.append(f"Can't determine {code_span(other)}: {markdown(reason)}.")
    if met.unseen:
        which = _list(_names_of(met, met.unseen))
        said.append(
            f"Not compared, because this clone lacks {'it' if len(met.unseen) == 1 else 'them'}: {which}."
        )
    return said


def _paths(clashes: tuple[Clash, ...]) -> str:
    """The first paths, and how many more."""
    shown = [code_span(one.path) for one in clashes[:MOST_PATHS]]
    left = len(clashes) - len(shown)
    return listed((*shown, *([plural(left, "more file")] if left else [])), "and")
