"""Branches whose work is in their target without their commits: squashed there, or cherry-picked.

The radar's own question and its answer, for who asks nothing else: each branch is merged with its target, no two
with each other. What an earlier run has found is taken as it is; nothing is kept.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from gitflowguard.app.radar.aims import Aim, RadarSelection, aims
from gitflowguard.app.radar.known import KnownVerdicts
from gitflowguard.app.radar.look import stands_of
from gitflowguard.app.radar.survey import RadarRequest, RadarSession
from gitflowguard.model.flow import Flow
from gitflowguard.radar.nouns import LANDED, Radar
from gitflowguard.repo.git import Git, GitError, Place
from gitflowguard.tooling.tree import Tree, in_memory, sweep


def landed(git: Git, place: Place, flow: Flow, now: int) -> dict[str, tuple[str, ...]]:
    """Branch -> targets that hold its work. now: seconds since 1970.

    Of the branches that the radar looks at by itself, the newest 200. A branch whose commits change nothing isn't
    in: everything is there trivially, and somebody has just begun it. Raises GitError.
    """
    found = aims(git, flow, RadarSelection(), now)
    open_ones = [aim for aim in found.aims if aim.branches]
    if not open_ones:
        return {}
    room = in_memory(os.environ)
    sweep(room)
    sha256 = any(len(aim.target.tip) == 64 for aim in open_ones)
    there: dict[str, tuple[str, ...]] = {}
    try:
        with Tree(room) as tree:
            session = RadarSession(git, place, flow, tree.root, RadarRequest(), sha256=sha256)
            for aim in open_ones:
                tips = _tips(session, aim)
                for one in aim.branches:
                    if one.tip in tips:
                        there[one.name] = (*there.get(one.name, ()), aim.target.name)
    except OSError as problem:
        raise GitError(f"no merge can be tried: {problem.strerror or problem}") from None
    return there


def _tips(session: RadarSession, aim: Aim) -> set[str]:
    """Commits of branches whose merge would change nothing on the target."""
    target = aim.target
    kept = session.shelf.load(target.name, target.tip) if session.shelf is not None else KnownVerdicts()
    files = session.attributes(target.tip) if kept.files is None else kept.files
    context = session.context(files, dict(kept.places))
    stands = kept.before.stands
    fresh = list(dict.fromkeys(one.tip for one in aim.branches if one.tip not in stands))
    main = context.reader.trees((target.tip,)).get(target.tip, "")
    judged = {**stands, **stands_of(context, target.tip, main, fresh)}
    return {tip for tip, stand in judged.items() if stand.state == LANDED and not stand.blank}


def of_contacts(radars: Iterable[Radar]) -> Mapping[str, tuple[str, ...]]:
    """The same from what a whole look has found."""
    there: dict[str, tuple[str, ...]] = {}
    for radar in radars:
        for contact in radar.contacts:
            if contact.state == LANDED and not contact.blank:
                there[contact.branch] = (*there.get(contact.branch, ()), contact.target)
    return there
