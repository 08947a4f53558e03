"""The few questions about history that git can answer exactly, and what follows at once."""

from __future__ import annotations

from gitflowguard.model.facts import Refs, View
from gitflowguard.model.finding import Unknown
from gitflowguard.model.flow import Flow
from gitflowguard.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class History(Protocol):
        """The questions. Commits are full ids; nothing here guesses."""

        @property
        def shallow(self) -> bool:
            """Whether the clone lacks history (git-clone(1), --depth)."""
            ...

        def own(self, tip: str, known: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
            """Commit -> parents, for all reachable from tip and from none of known; newest first."""
            ...

        def holders(self, commit: str, branches: tuple[str, ...]) -> tuple[str, ...]:
            """Those of the branches, local or remote, whose history holds the commit."""
            ...

        def cut(self, branch: str) -> Cut | None:
            """What this clone remembers of the branch's creation, or None."""
            ...

        def moves(self, branch: str) -> tuple[tuple[str, str], ...]:
            """The branch's reflog, newest first: (commit it moved to, what moved it)."""
            ...

        def subjects(self, commits: tuple[str, ...]) -> dict[str, str]:
            """Commit -> first line of its message."""
            ...

        def merged_tags(self, tip: str) -> tuple[str, ...]:
            """The tags that lie in the tip's history."""
            ...


SHALLOW = Unknown("this clone is shallow", (("git", "fetch", "--unshallow"),))


class Cut(Record):
    """What the clone remembers of a branch's creation: help, never truth.

    commit: where its reflog begins, "" if that is not known.
    base: the branch noted as its parent (AVH's key gitflow.branch.<name>.base), "" if none.
    """

    commit: str = ""
    base: str = ""


def lines(flow: Flow, refs: Refs, but: str = "") -> tuple[str, ...]:
    """The branches that others are cut from: long-lived ones, and kinds that are somebody's parent."""
    parents = {parent for kind in flow.kinds for parent in kind.parents}
    found = []
    for name in refs.branches():
        kind = flow.kind_of(name)
        if name != but and kind is not None and (kind.protected or kind.id in parents):
            found.append(name)
    return tuple(found)


def trunks(view: View, but: str = "") -> tuple[str, ...]:
    """The lines of a view, without one branch."""
    found = view.trunks if view.trunks is not None else lines(view.flow, view.refs)
    return tuple(name for name in found if name != but)


def tips_of(refs: Refs, names: tuple[str, ...]) -> tuple[str, ...]:
    """Every commit at which one of the branches stands, no doubles."""
    return tuple(dict.fromkeys(tip for name in names for tip in refs.tips(name)))
