"""The radar's commands for the work tree in which they will be pasted."""

from __future__ import annotations

from gitflowguard.radar.nouns import Radar
from gitflowguard.repo.fitting import fit_each
from gitflowguard.repo.git import Git
from gitflowguard.repo.state import find_place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.facts import Refs


def carried(radar: Radar, refs: Refs, cwd: str = "") -> Radar:
    """What was seen, with uncommitted changes saved before its commands and back after them.

    A merge that is foreseen to stop does stop: what brings the changes back is printed behind it, for when it is
    resolved. Where an operation in progress has to be finished first, there are no commands.
    """
    mends = [*[one.mend for one in radar.contacts], *[pair.mend for pair in radar.pairs]]
    if not any(mends):
        return radar
    found = [mend or () for mend in fit_each(mends, find_place(Git(cwd)), refs)]
    contacts = tuple(one._replace(mend=mend) for one, mend in zip(radar.contacts, found))
    pairs = tuple(one._replace(mend=mend) for one, mend in zip(radar.pairs, found[len(contacts) :]))
    return radar._replace(contacts=contacts, pairs=pairs)
