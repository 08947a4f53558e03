"""The radar's own answer about a history, and in the form of the truth."""

from __future__ import annotations

import os
from pathlib import Path

from gitflowguard.app.policy.opening import load_flow
from gitflowguard.app.radar.aims import Aim, RadarSelection, aims
from gitflowguard.app.radar.known import KnownVerdicts
from gitflowguard.app.radar.look import look
from gitflowguard.app.radar.summary import summarize
from gitflowguard.app.radar.survey import RadarRequest, RadarSession
from gitflowguard.app.radar.verdicts import TargetVerdicts
from gitflowguard.model.finding import Unknown
from gitflowguard.radar.answers import ConflictedMerge
from gitflowguard.radar.nouns import Radar
from gitflowguard.repo.git import Git
from gitflowguard.repo.read import read_refs
from gitflowguard.repo.state import find_place
from gitflowguard.tooling.tree import Tree
from tests.radar.truth import CRASHED, Verdicts, suffixed


def seen(where: Path, asked: tuple[str, ...] = (), texts: bool = False) -> tuple[Aim, TargetVerdicts, Radar]:
    """Everything about the branches of a repository on develop."""
    git = Git(str(where))
    place = find_place(git)
    flow, _ = load_flow(git, place, read_refs(git))
    aim = aims(git, flow, RadarSelection(target="develop"), 1800000000).aims[0]
    with Tree(os.environ) as tree:
        session = RadarSession(git, place, flow, tree.root, RadarRequest(cores=1), None)
        context = session.context(session.attributes(aim.target.tip), {})
        verdicts = look(context, aim.target.tip, list(dict.fromkeys(one.tip for one in aim.branches)))
        return (
            aim,
            verdicts,
            summarize(context, aim, verdicts, session.ground, session.stacks, KnownVerdicts(), asked, texts)[
                0
            ],
        )


def from_looked(aim: Aim, verdicts: TargetVerdicts) -> Verdicts:
    """Verdicts by what was merged."""
    found = Verdicts()
    for one in aim.branches:
        stand = verdicts.stands[one.tip]
        found.contacts[one.name] = stand.state, _paths(stand.conflict) if stand.conflict else frozenset()
    for one in aim.branches:
        for other in aim.branches:
            met = verdicts.meetings.get((one.tip, other.tip))
            if met is not None:
                found.pairs[one.name, other.name] = CRASHED if isinstance(met, Unknown) else _paths(met)
    return found


def _paths(merge: ConflictedMerge) -> frozenset[str]:
    return frozenset(suffixed(path, *merge.sides) for path in merge.answer.paths)


def from_radar(radar: Radar) -> Verdicts:
    """Verdicts by what is told; of a pair's two ways only the first has its paths told, and may stand for both."""
    found = Verdicts()
    for one in radar.contacts:
        paths = frozenset(suffixed(clash.path, one.target, one.branch) for clash in one.clashes)
        found.contacts[one.branch] = one.state, paths
    for pair in radar.pairs:
        first, second = (pair.first, pair.second) if pair.ways != "second" else (pair.second, pair.first)
        found.pairs[first, second] = frozenset(suffixed(clash.path, first, second) for clash in pair.clashes)
        if pair.ways == "both":
            found.pairs[second, first] = frozenset()
    return found
