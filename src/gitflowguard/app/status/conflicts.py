"""The column `conflicts` of `status`: what the radar knows, and a little more each time.

What an earlier run found is at hand (app.radar.kept); of the branches that it does not know only the newest are
merged now, first a few, and more of them only if that was quick. A person waits for this, so it has a limit, and a
process behind it does the rest (app.radar.behind). What either finds is kept, so the next run goes on.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from gitflowguard.app.radar.aims import Aim, Aims, RadarSelection, aims
from gitflowguard.app.radar.behind import may_start, start
from gitflowguard.app.radar.landed import of_contacts
from gitflowguard.app.radar.portions import known_tips, portion
from gitflowguard.app.radar.survey import RadarRequest, RadarSession
from gitflowguard.model.finding import Unknown
from gitflowguard.model.flow import Flow
from gitflowguard.model.record import Record
from gitflowguard.model.status import NOT_LOOKED, Conflicts, StatusNote
from gitflowguard.process import ProcessError
from gitflowguard.radar.conflict import Conflict, conflicts
from gitflowguard.radar.nouns import STALE, Radar
from gitflowguard.repo.git import Git, GitError, Place
from gitflowguard.tooling.tree import Tree, in_memory, sweep

# How many new branches a target are merged: this many first, and this many in all where that was quick.
PORTIONS = (5, 20)
QUICK = 0.5  # seconds, for the first of them where no process behind us goes on
SECONDS = 0.3  # for all of them where one does


class Column(Record):
    """conflicts: by the branch's name, for those that are to land somewhere. notes: on what was not checked.

    landed: branch -> targets that hold its work.
    """

    conflicts: Mapping[str, Conflicts]
    notes: tuple[StatusNote, ...] = ()
    landed: Mapping[str, tuple[str, ...]] = {}


def column(
    git: Git, place: Place, flow: Flow, now: int, clock: Callable[[], float] = time.monotonic
) -> Column:
    """What is known of the open branches, the newest first. Never fails: what could not be looked at is a note.

    now: seconds since 1970. clock: seconds.
    """
    try:
        return _column(git, place, flow, now, clock)
    except (GitError, ProcessError, OSError) as problem:
        return Column({}, (StatusNote(f"couldn't look for conflicts: {problem}"),))


def _column(git: Git, place: Place, flow: Flow, now: int, clock: Callable[[], float]) -> Column:
    found = aims(git, flow, RadarSelection(), now)
    open_ones = dict.fromkeys(one.name for aim in found.aims for one in aim.branches)
    if not open_ones:
        return Column({})
    room = in_memory(os.environ)
    sweep(room)
    with Tree(room) as tree:
        sha256 = any(len(aim.target.tip) == 64 for aim in found.aims)
        session = RadarSession(git, place, flow, tree.root, RadarRequest(), sha256=sha256)
        known = {aim.target.name: known_tips(session, aim) for aim in found.aims}
        parts, radars = _judged(session, found, known, clock)
    left = {
        one.name for aim, part in zip(found.aims, parts) for one in aim.branches if one not in part.branches
    }
    if left:
        start()
    looked = _by_branch(open_ones, radars, left)
    return Column(looked, _notes(len(open_ones), len(left), found.beyond), of_contacts(radars))


def _judged(
    session: RadarSession, found: Aims, known: Mapping[str, Collection[str]], clock: Callable[[], float]
) -> tuple[list[Aim], list[Radar]]:
    """What is known, and what can be found besides: up to SECONDS where a process behind us goes on, else in PORTIONS.

    What a limit has cut short doesn't count.
    """
    began, bounded = clock(), may_start()
    parts, radars = [], []
    for count in (0, *PORTIONS):
        wanted = [portion(aim, known[aim.target.name], count) for aim in found.aims]
        if count and bounded:
            if clock() - began > SECONDS:
                break
            session.limit(began + SECONDS)
        try:
            seen = [session.judge(part) for part in wanted if part.branches]
        except GitError:
            if not count or not bounded:
                raise
            break
        if count and bounded and clock() - began > SECONDS:
            break
        parts, radars = wanted, seen
        if parts == list(found.aims) or (count and not bounded and clock() - began > QUICK):
            break
    return parts, radars


def _by_branch(names: Iterable[str], radars: Sequence[Radar], left: Collection[str]) -> dict[str, Conflicts]:
    """All that was seen of each branch, on all of its targets. left: those not checked on one of them."""
    # A branch without a contact shares no history with its target: it lands nowhere.
    met = {contact.branch for radar in radars for contact in radar.contacts} | set(left)
    found: dict[str, list[Conflict]] = {name: [] for name in names if name in met}
    untold: dict[str, Unknown] = {}
    for radar in radars:
        for conflict in (one for target in radar.targets for one in conflicts(radar, target.name)):
            for name in conflict.branches:
                found[name].append(conflict)
        for contact in radar.contacts:
            if contact.state != STALE and contact.why is not None:
                untold.setdefault(contact.branch, contact.why)
        for pair in radar.pairs:
            if not pair.conflicts and pair.untold is not None:
                for name in (pair.first, pair.second):
                    untold.setdefault(name, pair.untold)
    return {
        name: Conflicts(tuple(own), untold.get(name, NOT_LOOKED if name in left else None))
        for name, own in found.items()
    }


def _notes(every: int, unseen: int, beyond: int) -> tuple[StatusNote, ...]:
    """What was left out, and the command that looks at all. every: open branches that might be looked at."""
    left, total = unseen + beyond, every + beyond
    if not left:
        return ()
    more = ("--max", str(total)) if beyond else ()
    said = f"looked for conflicts on {total - left} of {total} open branches; the radar looks at all of them"
    return (StatusNote(said, (("gitflowguard", "radar", *more),)),)
