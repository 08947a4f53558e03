"""From all that the radar saw to the facts that the rules of family 7 judge."""

from __future__ import annotations

from gitflowguard.model.collision import (
    BREAKS,
    FAILS,
    SAME_WORK,
    WITH_BRANCH,
    WITH_TARGET,
    Collision,
)
from gitflowguard.radar.nouns import STALE, Remedy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.radar.nouns import Broken, Radar


def collisions(radar: Radar) -> tuple[Collision, ...]:
    """One fact for each branch that conflicts with a target, each two that would, each work done twice, and each cause
    that breaks merges which git makes."""
    tips = {contact.branch: contact.tip for contact in radar.contacts}
    found = []
    for one in radar.contacts:
        if one.state == STALE or one.why is not None:
            found.append(
                Collision(
                    about=one.branch,
                    tip=one.tip,
                    other=one.target,
                    relation=WITH_TARGET,
                    target=one.target,
                    clashes=one.clashes,
                    commits=(),
                    remedy=one.remedy,
                    unknown=one.why,
                )
            )
    for pair in radar.pairs:
        there, comes = pair.shown
        found.append(
            Collision(
                about=comes,
                tip=tips.get(comes, ""),
                other=there,
                relation=WITH_BRANCH,
                target=pair.target,
                clashes=pair.clashes,
                commits=(),
                remedy=pair.remedy,
                unknown=None if pair.clashes else pair.untold,
            )
        )
    for twin in radar.twins:
        target = next((c.target for c in radar.contacts if c.branch == twin.one), "")
        found.append(
            Collision(
                twin.other, tips.get(twin.other, ""), twin.one, SAME_WORK, target,
                commits=tuple((theirs, ours, subject) for ours, theirs, subject in twin.commits),
            )
        )  # fmt: skip
    return (*found, *(_breakage(one, tips.get(one.moves, "")) for one in radar.broken))


def _breakage(one: Broken, tip: str) -> Collision:
    """A cause of broken merges; tip: of the branch that is expected to move."""
    return Collision(
        about=one.moves,
        tip=tip,
        other=next(iter(one.others), one.target),
        relation=BREAKS if one.path else FAILS,
        target=one.target,
        remedy=Remedy(moves=one.moves, steps=one.mend),
        says=f"{one.code} {one.says}".strip(),
        path=one.path,
        line=one.line,
        more=max(0, len(one.places) - 1),
        merges=one.merges,
    )
