"""What `status` shows: every branch, where new work starts, and sentences about the repository."""

from __future__ import annotations

from gitflowguard.model.finding import Argv, Unknown
from gitflowguard.model.names import plural
from gitflowguard.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.facts import Origin, Stack
    from gitflowguard.radar.conflict import Conflict

MINUTE = 60
DAY = 86400


NOT_LOOKED = Unknown("it wasn't checked yet")


class RemoteTwin(Record):
    """The branch of the same name on the team's remote: commits that only one side has."""

    ref: str
    ahead: int | Unknown
    behind: int | Unknown


class Conflicts(Record):
    """Of one open branch. found: those that are known. untold: why there may be more, None if there are none."""

    found: tuple[Conflict, ...] = ()
    untold: Unknown | None = None


class BranchRow(Record):
    """One branch.

    shown: how to name it in a git command. kind: its id, "" if the policy knows none.
    current: HEAD names it. elsewhere: another work tree has it checked out.
    committed: its newest commit's date, in seconds since 1970.
    origin: where it left the lines; None for a long-lived branch, and for one that comes from nowhere.
    parent: the line that ahead and behind count against, "" if none.
    merged: (target, whether it holds all of the branch). empty: known to have no commit of its own.
    remote: whether the branch is there only on a remote. twin: None if there is no twin.
    conflicts: what the radar sees of it; None for a branch that lands nowhere, and where nobody asked.
    landed: targets that hold its work though not its commits (squashed or cherry-picked), as the radar sees it.
    """

    name: str
    shown: str
    kind: str
    protected: bool
    current: bool
    elsewhere: bool
    tip: str
    committed: int
    origin: Origin | Unknown | None
    parent: str
    ahead: int | Unknown
    behind: int | Unknown
    stacks: tuple[Stack, ...] | Unknown
    merged: tuple[tuple[str, bool], ...] | Unknown
    empty: bool
    remote: bool
    twin: RemoteTwin | None
    conflicts: Conflicts | None = None
    landed: tuple[str, ...] = ()


class Status(Record):
    """rows: long-lived branches first, then the newest work first. head: "" if detached.

    policy: the policy's file, "" if the preset is assumed. now: seconds since 1970.
    hidden: how many branches the options left out.
    """

    rows: tuple[BranchRow, ...]
    start: Start
    notes: tuple[StatusNote, ...]
    head: str
    shallow: bool
    upstream: str
    preset: str
    policy: str
    now: int
    hidden: int = 0


_UNITS = (
    (MINUTE, "minute", 60),
    (3600, "hour", 48),
    (DAY, "day", 60),
    (30 * DAY, "month", 24),
    (365 * DAY, "year", 0),
)


class Start(Record):
    """says: one sentence with its full stop. mend: what to run first. begin: how to begin new work,
    in one line or, where uncommitted changes are in the way, in several.

    branch: where it starts, "" if nowhere. ref: how to name that in a git command.
    behind: commits that only the remote has; None if that can't be determined.
    """

    says: str
    mend: tuple[Argv, ...] = ()
    begin: str = ""
    branch: str = ""
    ref: str = ""
    tip: str = ""
    committed: int = 0
    behind: int | None = 0


class StatusNote(Record):
    """A sentence about the repository as a whole, without a full stop, and what fixes it."""

    says: str
    mend: tuple[Argv, ...] = ()


def age(seconds: int) -> str:
    """``2 hours``, ``3 days``; a clock that is wrong gives ``less than a minute``."""
    if seconds < MINUTE:
        return "less than a minute"
    size, unit, _ = next(row for row in _UNITS if not row[2] or seconds // row[0] < row[2])
    return plural(seconds // size, unit)
