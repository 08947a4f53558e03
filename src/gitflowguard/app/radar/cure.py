"""Tries a cure before it is proposed: the merges of a knot, made again with `merge=union` for its file."""

from __future__ import annotations

from gitflowguard.app.radar.look import sides_of
from gitflowguard.model.finding import Unknown
from gitflowguard.radar.knots import curable, knots, line_of
from gitflowguard.radar.nouns import STALE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitflowguard.app.radar.aims import Aim
    from gitflowguard.app.radar.look import MergeContext, TargetVerdicts
    from gitflowguard.radar.nouns import Knot, Radar

ATTRIBUTES = ".gitattributes"
# A knot is tried by this many merges at most, some milliseconds each.
MOST = 400


def cured(
    bench: MergeContext, aim: Aim, looked: TargetVerdicts, radar: Radar, files: Mapping[str, bytes]
) -> tuple[Knot, ...]:
    """The knots of a target, with what a union merge would leave of each that it suits.

    files: the target's attributes.
    """
    return tuple(_tried(bench, aim, looked, radar, files, knot) for knot in knots(radar, aim.target.name))


def _tried(
    bench: MergeContext,
    aim: Aim,
    looked: TargetVerdicts,
    radar: Radar,
    files: Mapping[str, bytes],
    knot: Knot,
) -> Knot:
    line = line_of(knot.path) if curable(radar, knot) else ""
    if not line or knot.conflicts > MOST:
        return knot
    before = files.get(ATTRIBUTES, b"")
    gap = b"" if not before or before.endswith(b"\n") else b"\n"
    folder = bench.scratch.folder({**files, ATTRIBUTES: before + gap + line.encode() + b"\n"})
    answers = bench.trials.merge(folder, _merges(bench, aim, looked, radar, knot))
    clean = sum(not isinstance(one, Unknown) and one.clean for one in answers)
    return knot._replace(line=line, cured=clean) if clean else knot


def _merges(
    bench: MergeContext, aim: Aim, looked: TargetVerdicts, radar: Radar, knot: Knot
) -> list[tuple[str, str]]:
    """The two commits of each merge in which the file conflicts."""
    tips = {one.name: one.tip for one in aim.branches}
    found = []
    for one in radar.on(knot.target, STALE):
        if any(clash.path == knot.path for clash in one.clashes):
            stand = looked.stands[one.tip]
            found.append(sides_of(bench.scratch, stand, looked.tree, stand.base and stand.trees[0]))
    for pair in radar.pairs:
        if pair.target == knot.target and any(clash.path == knot.path for clash in pair.clashes):
            there, comes = pair.shown
            landed = looked.stands[tips[there]]
            commit = bench.scratch.commit(landed.tree, aim.target.tip, landed.tip)
            found.append((commit, tips[comes]))
    return found
