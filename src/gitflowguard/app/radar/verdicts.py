"""How commits stand on a target, and what two of them meet there: what a look gives, and what is known before it."""

from __future__ import annotations

from gitflowguard.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitflowguard.model.finding import Unknown
    from gitflowguard.radar.ancestry import Ancestry
    from gitflowguard.radar.answers import ConflictedMerge, MergeAnswer
    from gitflowguard.radar.screen import Facts


class BranchOnTarget(Record):
    """A tip on the target. tree: of the merge, "" where it is not clean. conflict: the merge of a stale one.
    edge: its merge bases. trees: of the only merge base ("" where there are several) and of the tip. own: its commits
    that the target has not, with their parents.
    """

    tip: str
    state: str
    tree: str = ""
    conflict: ConflictedMerge | None = None
    why: Unknown | None = None
    edge: tuple[str, ...] = ()
    trees: tuple[str, str] = ("", "")
    own: dict[str, tuple[str, ...]] = {}
    facts: Facts | None = None

    @property
    def base(self) -> str:
        """The only merge base, "" where there are several or none."""
        return self.edge[0] if len(self.edge) == 1 else ""

    @property
    def blank(self) -> bool:
        """Whether its own commits change nothing; what has several merge bases has changed something."""
        return bool(self.own) and bool(self.trees[0]) and self.trees[0] == self.trees[1]


class TargetVerdicts(Record):
    """A target's verdicts. tree: the target's. stands: by tip. meetings: (first, second) -> what ``second`` meets after
    ``first`` has landed, conflicts and what couldn't be determined alone. squashed: pairs (base branch, branch on it)
    that conflict only if the first is squash-merged. merges: trial merges made. pairs_of: directions there are. again:
    pairs of which something was known and that were looked at again, because the target moved.
    """

    tip: str
    tree: str
    stands: dict[str, BranchOnTarget]
    meetings: dict[tuple[str, str], ConflictedMerge | Unknown]
    squashed: frozenset[tuple[str, str]]
    merges: int
    pairs_of: int
    again: frozenset[tuple[str, str]] = frozenset()


class Before(Record):
    """What is known of the target as it is from an earlier run. group: tips that were all compared. moved: whether the
    target stood elsewhere then (app.radar.moved), so that merges of whole trees say nothing of it. authors: path -> who
    changed it last on the target, as far as that is known.
    """

    stands: dict[str, BranchOnTarget] = {}
    meetings: dict[tuple[str, str], ConflictedMerge] = {}
    squashed: frozenset[tuple[str, str]] = frozenset()
    group: frozenset[str] = frozenset()
    moved: bool = False
    lines: Mapping[str, Ancestry] = {}
    answers: Mapping[str, MergeAnswer] = {}
    authors: Mapping[str, str] = {}
