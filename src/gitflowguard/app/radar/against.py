"""One branch against the others that are to land where it lands: exact, and its own pairs alone."""

from __future__ import annotations

import os

from gitflowguard.app.radar.kept import after
from gitflowguard.app.radar.known import KnownVerdicts
from gitflowguard.app.radar.look import look
from gitflowguard.app.radar.summary import summarize
from gitflowguard.app.radar.survey import RadarRequest, RadarSession
from gitflowguard.tooling.tree import Tree, in_memory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gitflowguard.app.radar.aims import Aim, Open
    from gitflowguard.app.radar.context import MergeContext
    from gitflowguard.app.radar.verdicts import Before
    from gitflowguard.model.flow import Flow
    from gitflowguard.radar.nouns import Radar
    from gitflowguard.radar.remedy import RemedyGround
    from gitflowguard.repo.git import Git, Place

# For one git process.
SECONDS = 60.0


def against(
    git: Git, place: Place, flow: Flow, aim: Aim, mine: Open, ground: RemedyGround, seconds: float = SECONDS
) -> Radar:
    """What a branch meets on a target, and which of the target's other branches it conflicts with there.

    mine: doesn't have to be among those of the aim. ground: what remedies rest on. Raises GitError,
    ProcessError and OSError.
    """
    aim = aim._replace(branches=(mine, *(one for one in aim.branches if one.tip != mine.tip)))
    with Tree(in_memory(os.environ)) as tree:
        question = RadarRequest(cores=1, seconds=seconds, semantic=flow.semantic)
        session = RadarSession(git, place, flow, tree.root, question, ground, sha256=len(mine.tip) == 64)
        return _alone(session, aim, mine)


def _alone(session: RadarSession, aim: Aim, mine: Open) -> Radar:
    radar = radar_of_one(session, aim, mine.tip, lambda _bench, _known: [one.tip for one in aim.branches])
    return radar._replace(
        contacts=tuple(one for one in radar.contacts if one.branch == mine.name),
        pairs=tuple(one for one in radar.pairs if mine.name in (one.first, one.second)),
    )


def radar_of_one(
    session: RadarSession, aim: Aim, tip: str, choose: Callable[[MergeContext, Before], Sequence[str]]
) -> Radar:
    """What is reported of a target where one tip's own pairs are wanted, and keeps what was found.

    choose: the tips that are looked at, by what is known already.
    """
    shelf = session.shelf
    kept = shelf.load(aim.target.name, aim.target.tip) if shelf is not None else KnownVerdicts()
    files = session.attributes(aim.target.tip) if kept.files is None else kept.files
    places = dict(kept.places)
    context = session.context(files, places)
    only = frozenset((tip,))
    verdicts = look(
        context, aim.target.tip, list(dict.fromkeys(choose(context, kept.before))), kept.before, only
    )
    chosen = aim._replace(branches=tuple(one for one in aim.branches if one.tip in verdicts.stands))
    broken, notes = session.breaks(context, chosen, verdicts, only)
    radar, again = summarize(
        context, chosen, verdicts, session.ground, session.stacks, kept, plain=True, broken=broken
    )
    if shelf is not None:
        again = again._replace(before=after(verdicts, kept.before, False), files=files, places=places)
        shelf.save(aim.target.name, aim.target.tip, again, session.scratch)
    return radar._replace(notes=(*radar.notes, *notes))
