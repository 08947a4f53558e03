"""A target's branches a few at a time: those that an earlier run has judged, and the newest of the others."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from gitflowguard.app.radar.aims import Aim
    from gitflowguard.app.radar.survey import RadarSession


def known_tips(session: RadarSession, aim: Aim) -> Collection[str]:
    """Commits of branches that an earlier run has judged on this target, as it is now."""
    if session.shelf is None:
        return ()
    return session.shelf.load(aim.target.name, aim.target.tip).before.stands


def portion(aim: Aim, known: Collection[str], most: int) -> Aim:
    """The target with the branches that are known, and this many of the others, the newest."""
    fresh = [one for one in aim.branches if one.tip not in known]
    if len(fresh) <= most:
        return aim
    left = set(fresh[most:])
    return aim._replace(branches=tuple(one for one in aim.branches if one not in left))
