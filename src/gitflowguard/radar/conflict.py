"""One conflict that is foreseen, as everybody reads it who shows or counts conflicts: knots, formats, status, pulls.

Contacts and pairs say of each branch and each two how they stand, be it clean or unknown; this is what of it conflicts.
"""

from __future__ import annotations

from gitflowguard.model.record import Record
from gitflowguard.radar.nouns import STALE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitflowguard.model.finding import Argv, Unknown
    from gitflowguard.radar.nouns import Clash, Contact, Pair, Radar, Remedy


class Conflict(Record):
    """Of a branch with its target as it is now, or of two branches that land there.

    ours: who is there first, the side that ``Clash.ours`` is about; theirs: who comes. moves: the branch whose people
    are expected to act; stays: the other. ways, untold: as in Pair, "" and None for a conflict with the target.
    remedy: how it ends. contacts: of its branches, who stays before who moves, as far as they were looked at.
    """

    target: str
    ours: str
    theirs: str
    moves: str
    stays: str
    ways: str
    clashes: tuple[Clash, ...]
    remedy: Remedy
    untold: Unknown | None = None
    contacts: tuple[Contact, ...] = ()

    @property
    def mend(self) -> tuple[Argv, ...]:
        """The commands of the one that moves."""
        return self.remedy.steps

    @property
    def branches(self) -> tuple[str, ...]:
        """One, with the target; or two, the one that lands first and the one that comes."""
        return (self.ours, self.theirs) if self.ways else (self.theirs,)

    def other(self, name: str) -> str:
        """What one of its sides conflicts with: a branch, or the target."""
        return self.stays if name == self.moves else self.moves

    def lands(self, name: str) -> str:
        """``first`` or ``second`` where the two don't conflict if this branch lands so, "" where no order helps."""
        order = self.remedy.order
        return ("first" if order[0] == name else "second") if order else ""


def conflicts(radar: Radar, target: str) -> tuple[Conflict, ...]:
    """Those of a target, each once: with it as it is now, then between branches. What can't be determined is none."""
    here = {one.branch: one for one in radar.contacts if one.target == target}
    stale = tuple(_with_target(one) for one in radar.on(target, STALE))
    pairs = (one for one in radar.pairs if one.target == target and one.conflicts)
    return (*stale, *(_of_two(one, here) for one in pairs))


def _with_target(contact: Contact) -> Conflict:
    return Conflict(
        target=contact.target,
        ours=contact.target,
        theirs=contact.branch,
        moves=contact.branch,
        stays=contact.target,
        ways="",
        clashes=contact.clashes,
        remedy=contact.remedy,
        contacts=(contact,),
    )


def _of_two(pair: Pair, here: Mapping[str, Contact]) -> Conflict:
    there, comes = pair.shown
    return Conflict(
        target=pair.target,
        ours=there,
        theirs=comes,
        moves=pair.second,
        stays=pair.first,
        ways=pair.ways,
        clashes=pair.clashes,
        remedy=pair.remedy,
        untold=pair.untold,
        contacts=tuple(here[name] for name in (pair.first, pair.second) if name in here),
    )
