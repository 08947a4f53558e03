"""The radar's commands for the work tree in which they will be pasted."""

from __future__ import annotations

from typing import TypeVar

from gitflowguard.model.facts import Refs
from gitflowguard.model.finding import Argv
from gitflowguard.radar.nouns import Contact, Pair, Radar
from gitflowguard.repo.fitting import fit_each
from gitflowguard.repo.git import Git, Place
from gitflowguard.repo.state import find_place

Conflicting = TypeVar("Conflicting", Contact, Pair)


def carried(radar: Radar, refs: Refs, cwd: str = "", place: Place | None = None) -> Radar:
    """What was seen, with uncommitted changes saved before its commands and back after them.

    A merge that is foreseen to stop does stop: what brings the changes back is for when it is resolved, so it is apart
    from the commands to paste. Where an operation in progress has to be finished first, there are no commands.
    """
    mends = [*[one.mend for one in radar.contacts], *[pair.mend for pair in radar.pairs]]
    if not any(mends):
        return radar
    found = [mend or () for mend in fit_each(mends, place or find_place(Git(cwd)), refs)]
    contacts = tuple(_with(one, mend) for one, mend in zip(radar.contacts, found))
    pairs = tuple(_with(one, mend) for one, mend in zip(radar.pairs, found[len(contacts) :]))
    return radar._replace(contacts=contacts, pairs=pairs)


def _with(one: Conflicting, steps: tuple[Argv, ...]) -> Conflicting:
    end = next((at for at in range(len(steps), 0, -1) if _stops(steps[at - 1])), len(steps))
    return one._replace(remedy=one.remedy._replace(steps=steps[:end], back=steps[end:]))


def _stops(argv: Argv) -> bool:
    """Whether it is the merge that stops at the conflict."""
    return "merge" in argv[:4] and "--ff-only" not in argv
