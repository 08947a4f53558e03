"""Which open branches stand on which, as `status` tells it (model.lineage).

A branch that holds another one's newest commit shows that by itself. Where the other has moved on since, only where
the branch was cut says which of the two stands on which: that is asked for those alone that share commits.
"""

from __future__ import annotations

from _blake2 import blake2b

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
    from gitflowguard.app.radar.known import Stacked
    from gitflowguard.model.facts import Refs
    from gitflowguard.model.flow import Flow
    from gitflowguard.repo.git import Place

    Own = Mapping[str, Mapping[str, tuple[str, ...]]]


class Stacks:
    """Asks it of one repository, and reads the graph once for all targets."""

    def __init__(self, cwd: str, place: Place, flow: Flow, refs: Refs) -> None:
        self._cwd, self._place, self._refs = cwd, place, refs
        self._flow = flow
        self._policy = ""
        self._asked: tuple[GraphHistory, View] | None = None

    def under(
        self, clean: Sequence[Open], own: Own, known: Stacked
    ) -> tuple[dict[str, tuple[str, ...]], Stacked]:
        """(branch -> those of the others that it stands on and whose newest commit it does not hold, what to remember).

        own: tip -> its commits that the target has not. known: what an earlier run remembered.
        """
        names = {one.name for one in clean}
        found: dict[str, tuple[str, ...]] = {}
        again: Stacked = {}
        for one, others in _parted(clean, own):
            key = (
                one.name,
                one.tip,
                *(word for other in others for word in (other.name, other.tip)),
                self._ground(),
            )
            again[key] = known[key] if key in known else self._of(one.name, one.tip)
            on = tuple(other for other in again[key] if other in names)
            if on:
                found[one.name] = on
        return found, again

    def _ground(self) -> str:
        """The policy, and where its long-lived branches stand: an answer hangs on them, too."""
        if not self._policy:
            lines = lineage.lines(self._flow, self._refs)
            text = repr((self._flow, [(line, self._refs.tips(line)) for line in lines]))
            self._policy = blake2b(text.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
        return self._policy

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


def _parted(clean: Sequence[Open], own: Own) -> list[tuple[Open, list[Open]]]:
    """(a branch, those that share commits with it), for each that meets another so while neither holds the other."""
    by_commit: dict[str, list[Open]] = {}
    for one in clean:
        for sha in own[one.tip]:
            by_commit.setdefault(sha, []).append(one)
    groups = {tuple(one.name for one in group): group for group in by_commit.values() if len(group) > 1}
    near: dict[str, dict[str, Open]] = {}
    parted: dict[str, Open] = {}
    for group in groups.values():
        for one in group:
            near.setdefault(one.name, {}).update((other.name, other) for other in group if other is not one)
            if any(other.tip not in own[one.tip] and one.tip not in own[other.tip] for other in group):
                parted[one.name] = one
    return [(one, [near[name][other] for other in sorted(near[name])]) for name, one in parted.items()]
