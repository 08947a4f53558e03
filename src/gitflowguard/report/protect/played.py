"""The table of the flow played through: what is impossible for everybody, what only some can do, and why.

Steps that end alike for one reason share a row.
"""

from __future__ import annotations

from collections.abc import Iterable

from gitflowguard.model.names import listed, plural
from gitflowguard.model.record import Record
from gitflowguard.protection.nouns.played import (
    BLOCKED,
    EVERYBODY,
    NOBODY,
    SOME,
    UNKNOWN,
    PlayedStep,
)

TITLE = "The flow, played through (! marks what isn't as the policy wants it):"
HEADS = ("", "who can", "step", "why, or what it takes")
_ORDER = (NOBODY, SOME, UNKNOWN, EVERYBODY)
_MOST = 6


class PlayedRow(Record):
    """One row. mark: ``!`` where the steps don't end as the policy wants them. why: the reason, or what has to hold."""

    mark: str
    who: str
    does: str
    why: str


def rows(played: Iterable[PlayedStep]) -> tuple[PlayedRow, ...]:
    """The table: first what nobody can do against the policy's will, last what everybody can."""
    groups: dict[object, list[PlayedStep]] = {}
    for one in played:
        groups.setdefault(_alike(one), []).append(one)
    ordered = sorted(groups.values(), key=lambda steps: (not marked(steps[0]), _ORDER.index(steps[0].can)))
    return tuple(_row(steps) for steps in ordered)


def count(played: Iterable[PlayedStep]) -> str:
    """``78 steps: 76 as the policy wants them, 2 not``."""
    marks = [marked(one) for one in played]
    odd = sum(marks)
    head = f"{plural(len(marks), 'step')}: {len(marks) - odd} as the policy wants"
    return f"{head}, {odd} not" if odd else head


def marked(one: PlayedStep) -> bool:
    """Whether a reviewer should look at it: what is finished may be left to some to delete."""
    return not one.as_wanted and not (one.wanted == "tidy" and one.can == SOME)


def _alike(one: PlayedStep) -> object:
    rules = tuple(dict.fromkeys(stop.rule for stop in one.stops))
    # A pull request that has to be rebased, and a name, say so in their own words; these would never be alike.
    return (marked(one), one.wanted == BLOCKED, one.verb, one.can, one.who, rules, one.needs, one.why)


def _row(steps: list[PlayedStep]) -> PlayedRow:
    first = steps[0]
    subjects = tuple(dict.fromkeys(one.subject for one in steps))
    more = len(subjects) - _MOST
    shown = (*subjects[:_MOST], f"{more} more") if more > 0 else subjects
    verb = first.verb
    does = (
        f"{listed(shown, 'and')} {verb}"
        if verb.startswith("merge into ")
        else f"{verb} {listed(shown, 'and')}"
    )
    if verb.startswith("merge into "):
        does = f"merge {listed(shown, 'and')} {verb.removeprefix('merge ')}"
    return PlayedRow("!" if marked(first) else "", _who(first), does, _why(steps))


def _who(one: PlayedStep) -> str:
    return f"only {listed(one.who, 'and')}" if one.can == SOME else one.can


def _why(steps: list[PlayedStep]) -> str:
    """What stops the others, by the rulesets' names; else what it takes."""
    first = steps[0]
    if first.why:
        return first.why
    stops = [stop for one in steps for stop in one.stops]
    if stops:
        by = tuple(dict.fromkeys(stop.ruleset for stop in stops if stop.ruleset))
        rules = tuple(dict.fromkeys(stop.rule for stop in stops))
        if len(steps) == 1 and marked(first):
            return "; ".join(dict.fromkeys(_said(stop.says, stop.ruleset) for stop in stops))
        return (
            f"{listed(by, 'and')}: {listed(rules, 'and')}" if by else "; ".join(stop.says for stop in stops)
        )
    return "; ".join(first.needs)


def _said(says: str, ruleset: str) -> str:
    return f"{says} ({ruleset})" if ruleset and ruleset not in says else says
