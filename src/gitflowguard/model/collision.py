"""The fact that family 7 judges: two lines of work that do not go together, before anybody merges them."""

from __future__ import annotations

from gitflowguard.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.finding import Argv, Unknown
    from gitflowguard.radar.nouns import Clash, Remedy

WITH_TARGET = "target"
WITH_BRANCH = "branch"
SAME_WORK = "same work"
BREAKS = "breaks"
FAILS = "fails"


class Collision(Record):
    """One collision that is foreseen.

    about: the branch that would conflict. tip: its commit. other: what it meets: the target, or a branch
    that lands on the target before it. relation: one of the words above. target: where they meet.
    clashes: at which paths. commits: for SAME_WORK, (commit here, commit on the other branch, subject).
    remedy: how it ends. unknown: why it couldn't be determined. advice: True caps the severity.
    says, path, line: for BREAKS and FAILS, what is wrong with what git merges, and where. more: how many places
    there are beside that one. merges: the branches of each merge in which it is so, in the order of landing.
    """

    about: str
    tip: str
    other: str
    relation: str
    target: str
    clashes: tuple[Clash, ...] = ()
    commits: tuple[tuple[str, str, str], ...] = ()
    remedy: Remedy | None = None
    unknown: Unknown | None = None
    advice: bool = False
    says: str = ""
    path: str = ""
    line: int = 0
    more: int = 0
    merges: tuple[tuple[str, ...], ...] = ()

    @property
    def mend(self) -> tuple[Argv, ...]:
        """What the one who moves runs."""
        return self.remedy.steps if self.remedy is not None else ()
