"""Merges that git makes without a conflict, and what may be broken in them anyway.

Asked for by `radar --semantic` (app.radar.python) and `radar --run` (app.radar.command) alone. Here stands which
merges there are: each clean branch on its target, and each two of them that are clean together.
"""

from __future__ import annotations

from gitflowguard.app.radar.merges import Breaks, Merges
from gitflowguard.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitflowguard.app.radar.aims import Aim
    from gitflowguard.app.radar.context import MergeContext
    from gitflowguard.app.radar.kept import RadarCache
    from gitflowguard.app.radar.verdicts import TargetVerdicts
    from gitflowguard.model.flow import Flow
    from gitflowguard.radar.nouns import Broken
    from gitflowguard.repo.git import Git, Place


class BreakageOptions(Record):
    """What is asked for. semantic: whether Python is looked at. run: a command's words. seconds: for all its
    runs. most: how often it may be run.
    """

    semantic: bool = False
    run: tuple[str, ...] = ()
    seconds: int = 300
    most: int = 20


class Breaker:
    """Looks for what is broken in the clean merges of every target of one run."""

    def __init__(
        self,
        git: Git,
        place: Place,
        flow: Flow,
        environ: Mapping[str, str],
        wish: BreakageOptions,
        store: RadarCache | None = None,
    ) -> None:
        from gitflowguard.app.radar.command import Command
        from gitflowguard.app.radar.python import Python

        self.python = Python(git, place, flow, environ, store) if wish.semantic else None
        self.command = Command(wish.run, wish.seconds, wish.most, environ) if wish.run else None

    def look(
        self, context: MergeContext, aim: Aim, verdicts: TargetVerdicts, only: frozenset[str] = frozenset()
    ) -> Breaks:
        """What is broken on one target. Raises GitError, OSError, and ValueError for a command that is none.

        only: commits whose own merges are wanted; none: all.
        """
        merges = Merges(context, aim, verdicts, only)
        found: tuple[Broken, ...] = ()
        notes: tuple[str, ...] = ()
        blind = False
        if self.python is not None:
            told = self.python.look(merges)
            found, notes, blind = told.found, told.notes, told.blind
        if self.command is not None:
            told = self.command.look(merges, found)
            found, notes, blind = found + told.found, notes + told.notes, blind or told.blind
        return Breaks(found, notes, blind)
