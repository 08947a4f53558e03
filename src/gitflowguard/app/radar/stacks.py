"""Which open branches stand on which, as `status` tells it (model.lineage).

A branch that holds another one's newest commit shows that by itself. Where the other has moved on since, only where
the branch was cut says which of the two stands on which: that is asked for those alone that share commits.
"""

from __future__ import annotations

from gitflowguard.model import lineage
from gitflowguard.model.facts import View
from gitflowguard.model.finding import Unknown
from gitflowguard.model.flow import remembering
from gitflowguard.repo.git import GitError
from gitflowguard.repo.graph import AllGit, GraphHistory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitflowguard.app.radar.aims import Open
    from gitflowguard.model.facts import Refs
    from gitflowguard.model.flow import Flow
    from gitflowguard.repo.git import Place

    Own = Mapping[str, Mapping[str, tuple[str, ...]]]


class Stacks:
    """Asks it of one repository, and reads the graph once for all targets."""

    def __init__(self, cwd: str, place: Place, flow: Flow, refs: Refs) -> None:
        self._cwd, self._place, self._refs = cwd, place, refs
        self._flow = flow
        self._known: dict[str, tuple[str, ...]] = {}
        self._asked: tuple[GraphHistory, View] | None = None

    def under(self, clean: Sequence[Open], own: Own) -> dict[str, tuple[str, ...]]:
        """Branch -> those of the others that it stands on and whose newest commit it does not hold.

        own: tip -> its commits that the target has not.
        """
        names = {one.name for one in clean}
        found = {}
        for name, tip in _parted(clean, own).items():
            if name not in self._known:
                self._known[name] = self._of(name, tip)
            on = tuple(other for other in self._known[name] if other in names)
            if on:
                found[name] = on
        return found

    def _of(self, name: str, tip: str) -> tuple[str, ...]:
        try:
            history, view = self._history()
            fact = lineage.branch(history, view, name, tip)
        except GitError:
            return ()
        return tuple(stack.on for stack in fact.stacks) if not isinstance(fact.stacks, Unknown) else ()

    def _history(self) -> tuple[GraphHistory, View]:
        if self._asked is None:
            wide = remembering(lineage.with_unknown(self._flow))
            history = GraphHistory(AllGit(self._cwd), self._place, self._refs)
            self._asked = history, View(wide, self._refs, lineage.lines(wide, self._refs))
        return self._asked


def _parted(clean: Sequence[Open], own: Own) -> dict[str, str]:
    """Branch -> commit, for those that share commits with another one while neither holds the other."""
    by_commit: dict[str, list[Open]] = {}
    for one in clean:
        for sha in own[one.tip]:
            by_commit.setdefault(sha, []).append(one)
    found: dict[str, str] = {}
    seen: set[tuple[str, ...]] = set()
    for group in by_commit.values():
        key = tuple(one.name for one in group)
        if len(group) < 2 or key in seen:
            continue
        seen.add(key)
        for one in group:
            if any(other.tip not in own[one.tip] and one.tip not in own[other.tip] for other in group):
                found[one.name] = one.tip
    return found
