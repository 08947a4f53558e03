"""The fact that family 7 judges: two lines of work that do not go together, before anybody merges them."""

from __future__ import annotations

from gitflowguard.model.finding import Argv, Unknown
from gitflowguard.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.radar.nouns import Clash

WITH_TARGET = "target"
WITH_BRANCH = "branch"
SAME_WORK = "same work"


class Collision(Record):
    """One collision that is foreseen.

    about: the branch that is expected to move. tip: its commit. other: what it meets: the target, or a branch
    that lands on the target before it. relation: one of the words above. target: where they meet.
    clashes: at which paths. commits: for SAME_WORK, (commit here, commit on the other branch, subject).
    mend: what the one who moves runs. unknown: why it couldn't be determined. advice: True caps the severity.
    """

    about: str
    tip: str
    other: str
    relation: str
    target: str
    clashes: tuple[Clash, ...] = ()
    commits: tuple[tuple[str, str, str], ...] = ()
    mend: tuple[Argv, ...] = ()
    unknown: Unknown | None = None
    advice: bool = False
