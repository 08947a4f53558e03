"""The radar's row of the branches that are being pushed: advice, silent when clean.

Only what this push can still change is looked at: does the branch conflict with its targets as they are here,
and with which of the other open branches would it when one of the two has landed? Another branch is merged
only if it touches a path that this one touches; what an earlier run knows of it is used.
"""

from __future__ import annotations

import os

from gitflowguard.app.radar.against import radar_of_one
from gitflowguard.app.radar.aims import RadarSelection, aims
from gitflowguard.app.radar.survey import RadarRequest, RadarSession, ground_of
from gitflowguard.model.collision import BREAKS, WITH_BRANCH, WITH_TARGET
from gitflowguard.radar.facts import collisions
from gitflowguard.tooling.tree import Tree, in_memory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitflowguard.app.radar.aims import Aim
    from gitflowguard.app.radar.context import MergeContext
    from gitflowguard.app.radar.verdicts import Before
    from gitflowguard.model.collision import Collision
    from gitflowguard.model.facts import View
    from gitflowguard.radar.changes import Changes
    from gitflowguard.repo.git import Git, Place

# Each pushed branch is looked at against this many others, the newest; and of these the next number is merged of which
# nothing is known yet.
MOST_OTHERS = 60
MOST_FRESH = 12
SECONDS = 2.0  # for one git process


def row(
    git: Git,
    place: Place,
    view: View,
    remote: str,
    pushed: Mapping[str, str],
    now: int,
    seconds: float = SECONDS,
) -> tuple[Collision, ...]:
    """What the pushed branches (name -> commit) would meet. Raises GitError and OSError.

    view: the policy, and every branch. now: seconds since 1970. seconds: how long one git may take.
    """
    flow = view.flow
    found = aims(git, flow, RadarSelection(remote=remote, most=MOST_OTHERS), now)
    question = RadarRequest(cores=1, seconds=seconds, semantic=False)
    out: list[Collision] = []
    with Tree(in_memory(os.environ)) as tree:
        sha256 = any(len(aim.target.tip) == 64 for aim in found.aims)
        ground = ground_of(flow, view.refs, True, found.stand_in)
        session = RadarSession(git, place, flow, tree.root, question, ground, sha256=sha256)
        for aim in found.aims:
            for name, tip in pushed.items():
                if any(one.name == name and one.tip == tip for one in aim.branches):
                    out += _on(session, aim, name, tip)
    return tuple(dict.fromkeys(out))


def _on(session: RadarSession, aim: Aim, name: str, tip: str) -> list[Collision]:
    """What one branch would meet on one target."""

    def near(context: MergeContext, known: Before) -> list[str]:
        others = dict.fromkeys(one.tip for one in aim.branches if one.tip != tip)
        fresh = [one for one in others if one not in known.stands]
        seen = [one for one in others if one in known.stands]
        return [tip, *seen, *_near(context, aim.target.tip, tip, fresh)[:MOST_FRESH]]

    radar = radar_of_one(session, aim, tip, near)
    return [
        one._replace(advice=only_advice(one))
        for one in collisions(radar)
        if one.unknown is None and _mine(one, name)
    ]


def only_advice(one: Collision) -> bool:
    """Whether it stops nothing, whatever the policy says: all but what is broken on the target as it is now."""
    return one.relation != BREAKS or one.other != one.target


def _mine(one: Collision, name: str) -> bool:
    if one.relation == BREAKS:
        return any(name in names for names in one.merges)
    if one.relation == WITH_TARGET:
        return one.about == name
    return one.relation == WITH_BRANCH and name in (one.about, one.other)


def _near(context: MergeContext, target: str, tip: str, others: Sequence[str]) -> list[str]:
    """Those of the others that change a path which this branch changes, or one above or below it."""
    if not others:
        return []
    lines = context.reader.lines(target, (tip, *others), context.places)
    single = [one for one in (tip, *others) if len(lines[one].edge) == 1]
    trees = context.reader.trees((*single, *(lines[one].edge[0] for one in single)))
    asked = [one for one in single if one in trees and lines[one].edge[0] in trees]
    diffs = context.reader.differences([(trees[lines[one].edge[0]], trees[one]) for one in asked])
    changed = dict(zip(asked, diffs))
    mine = changed.get(tip)
    if mine is None:
        return [one for one in others if lines[one].own]
    spread = _spread(mine)
    return [
        one
        for one in others
        if lines[one].own and (one not in changed or not spread.isdisjoint(_spread(changed[one])))
    ]


def _spread(changes: Changes) -> set[str]:
    """The paths, and for those that came or went the directories above them: another may put a file there."""
    found = set(changes)
    for path, change in changes.items():
        if not change.plain:
            folder = path.rpartition("/")[0]
            if folder:
                found.add(folder)
    return found
