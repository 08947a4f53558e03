"""The radar for programs. ``schema_version`` grows when a key changes its meaning or goes; new keys may come any time.

What can't be determined is ``{"unknown": reason}``, what there is none of is null or an empty list. Commands come
twice: as argument lists to run, and as lines to paste.
"""

from __future__ import annotations

from itertools import combinations

from gitflowguard.model.finding import Argv, Unknown
from gitflowguard.radar.knots import whole
from gitflowguard.radar.nouns import (
    UNTOLD,
    Broken,
    Clash,
    Contact,
    Cure,
    DuplicatedChange,
    Knot,
    LandingOrder,
    LandingStep,
    Pair,
    PullLabel,
    Radar,
    Span,
)
from gitflowguard.report import words
from gitflowguard.report.about import About
from gitflowguard.report.data import dump
from gitflowguard.report.radar import words as radarwords

SCHEMA_VERSION = 2  # 2: pairs that a knot says are in the knot alone; moves may be null


def render(radar: Radar, about: About) -> str:
    """One JSON object with all that the radar saw; nothing is cut."""
    return dump(document(radar, about))


def document(radar: Radar, about: About) -> dict[str, object]:
    """The object before it is text. Where each two branches of a knot conflict in it alone, the knot lists them."""
    orders = {knot: whole(radar, knot) for knot in radar.knots}
    left = {(knot.target, frozenset(two)) for knot, names in orders.items() for two in combinations(names, 2)}
    pairs = [pair for pair in radar.pairs if (pair.target, frozenset((pair.first, pair.second))) not in left]
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "gitflowguard", "version": about.version},
        "says": radarwords.verdict(radar),
        "targets": [target._asdict() for target in radar.targets],
        "branches": [_contact(contact) for contact in radar.contacts],
        "pairs": [_pair(pair) for pair in pairs],
        "twins": [_twin(twin) for twin in radar.twins],
        "orders": [_order(order) for order in radar.orders],
        "knots": [_knot(knot, radar, orders[knot]) for knot in radar.knots],
        "broken": [_broken(broken) for broken in radar.broken],
        "seen": radar.seen,
        "beyond": radar.beyond,
        "merges": radar.merges,
        "pairs_of": radar.pairs_of,
        "notes": radar.notes,
    }


def _knot(knot: Knot, radar: Radar, order: tuple[str, ...]) -> dict[str, object]:
    """A place that several conflicts have in common. line: what the cure takes, null where none was found."""
    return {
        "target": knot.target,
        "path": knot.path,
        "branches": knot.branches,
        "conflicts": knot.conflicts,
        "place": knot.place,
        "adds": knot.adds,
        "cure": knot.cure or None,
        "line": knot.line or None,
        "cured": knot.cured,
        "trials": knot.trials,
        "untried": knot.untried or None,
        "also": [_cure(cure) for cure in knot.also],
        "manifest": knot.manifest or None,
        "torn": knot.torn,
        "members": knot.members,
        "each_two": _each_two(knot, radar, order),
    }


def _cure(cure: Cure) -> dict[str, object]:
    """What else would end a knot."""
    return {
        "cure": cure.how,
        "line": cure.line,
        "cured": cure.cured,
        "trials": cure.trials,
        "untried": cure.untried or None,
    }


def _each_two(knot: Knot, radar: Radar, order: tuple[str, ...]) -> list[dict[str, object]]:
    """Each branch once, in the order in which they better land; of each two the later one is updated."""
    found: dict[str, dict[str, object]] = {}
    names = set(order)
    for pair in radar.pairs if order else ():
        if pair.target != knot.target or not {pair.first, pair.second} <= names:
            continue
        (clash,), (there, comes) = pair.clashes, pair.shown
        for name, path, spans, author in zip(
            (there, comes), clash.own, (clash.ours, clash.theirs), clash.authors
        ):
            row = found.setdefault(name, {"branch": name, **_side(path, spans, author), **_mend(())})
            if name == pair.second:
                row.update(_mend(pair.mend))
    return [found[name] for name in order]


def _contact(contact: Contact) -> dict[str, object]:
    """A branch on one of its targets."""
    return {
        "branch": contact.branch,
        "ref": contact.ref,
        "commit": contact.tip,
        "kind": contact.kind or None,
        "target": contact.target,
        "state": _unknown(contact.why) if contact.state == UNTOLD else contact.state,
        "clashes": [_clash(clash) for clash in contact.clashes],
        "author": contact.author or None,
        "committed": contact.when or None,
        "worktree": contact.worktree or None,
        "depends_on": contact.depends,
        "conflicts_if_squashed": contact.if_squashed,
        "pull": _pull(contact.pull) if contact.pull is not None else None,
        "why_no_commands": contact.remedy.why or None,
        **_mend(contact.mend + (contact.why.mend if contact.why else ())),
    }


def _pull(pull: PullLabel) -> dict[str, object]:
    """The pull request behind a branch."""
    return {**pull._asdict(), "owner": pull.owner or None}


def _clash(clash: Clash) -> dict[str, object]:
    """One path; ``ours`` is the side that is there first. A range is [first, last], an empty one [n, n - 1]."""
    return {
        "path": clash.path,
        "kind": clash.kind,
        "nature": clash.nature,
        "ours": _side(clash.own[0], clash.ours, clash.authors[0]),
        "theirs": _side(clash.own[1], clash.theirs, clash.authors[1]),
        "deleted_by": clash.gone or None,
        "hunks": [hunk._asdict() for hunk in clash.hunks],
        "recipe": radarwords.settle(clash) or None,
    }


def _side(path: str, spans: tuple[Span, ...], author: str) -> dict[str, object]:
    """The file on one side, its lines, and who changed it last."""
    return {"path": path, "lines": spans, "author": author or None}


def _pair(pair: Pair) -> dict[str, object]:
    """Two branches; a way round that couldn't be determined isn't "clean"."""
    return {
        "target": pair.target,
        "first": pair.first,
        "second": pair.second,
        "moves": pair.remedy.moves or None,
        "after": pair.remedy.after or None,
        "order": pair.remedy.order or None,
        "why_no_commands": pair.remedy.why or None,
        "ways": pair.ways if pair.conflicts else _unknown(pair.untold),
        "other_way": _unknown(pair.untold) if pair.untold else None,
        "clashes": [_clash(clash) for clash in pair.clashes],
        **_mend(pair.mend),
    }


def _twin(twin: DuplicatedChange) -> dict[str, object]:
    """The same change on two branches."""
    names = ("one", "other", "subject")
    return {
        "one": twin.one,
        "other": twin.other,
        "commits": [dict(zip(names, commits)) for commits in twin.commits],
    }


def _order(order: LandingOrder) -> dict[str, object]:
    """An order of landing."""
    return {
        "target": order.target,
        "steps": [_step(step) for step in order.steps],
        "now": order.now,
        "verified": order.verified,
        "asked": order.asked,
    }


def _step(step: LandingStep) -> dict[str, object]:
    return {
        "branch": step.branch,
        "clean": step.clean,
        "paths": step.paths,
        "against": step.against,
        "breaks": step.breaks,
    }


def _broken(broken: Broken) -> dict[str, object]:
    """A cause that breaks merges which git makes. branches, path, line: of the first; merges, places: all of them."""
    return {
        "target": broken.target,
        "branches": broken.branches,
        "path": broken.path or None,
        "line": broken.line or None,
        "code": broken.code or None,
        "says": broken.says,
        "merges": broken.merges,
        "places": [{"path": path, "line": line or None} for path, line in broken.places],
        "moves": broken.moves or None,
        **_mend(broken.mend),
    }


def _unknown(why: Unknown | None) -> dict[str, object]:
    """Why it can't be determined."""
    return {"unknown": why.reason if why else "no reason is known"}


def _mend(mend: tuple[Argv, ...]) -> dict[str, object]:
    return {"mend": mend, "mend_shell": words.commands(mend)}
