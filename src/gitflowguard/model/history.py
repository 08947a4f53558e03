"""The few questions about history that git can answer exactly, and what follows at once."""

from __future__ import annotations

from gitflowguard.model.facts import Refs, View, of_kinds
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

        def continuing(self, commit: str, branches: tuple[str, ...]) -> tuple[str, ...]:
            """Those of the branches, local or remote, that have the commit on their first-parent chain."""
            ...


SHALLOW = Unknown("this clone is shallow", (("git", "fetch", "--unshallow"),))


class Cut(Record):
    """What the clone remembers of a branch's creation: help, never truth.

    commit: where its reflog begins, "" if that is not known.
    base: the branch noted as its parent (AVH's key gitflow.branch.<name>.base), "" if none.
    """

    commit: str = ""
    base: str = ""


def first_parents(own: dict[str, tuple[str, ...]], tip: str) -> tuple[str, ...]:
    """The first-parent chain through own commits, newest first; last comes where it leaves them, "" at a root."""
    chain = [tip]
    while chain[-1] in own:
        above = own[chain[-1]]
        chain.append(above[0] if above else "")
    return tuple(chain)


def lines(flow: Flow, refs: Refs, but: str = "") -> tuple[str, ...]:
    """The branches that others are cut from: long-lived ones, and kinds that are somebody's parent."""
    parents = {parent for kind in flow.kinds for parent in kind.parents}
    long = (kind for kind in flow.kinds if kind.protected or kind.id in parents)
    return tuple(name for name in of_kinds(flow, refs, long) if name != but)


def trunks(view: View, but: str = "") -> tuple[str, ...]:
    """The lines of a view, without one branch."""
    found = view.trunks if view.trunks is not None else lines(view.flow, view.refs)
    return tuple(name for name in found if name != but)


def settled(view: View) -> tuple[str, ...]:
    """The production and the integration branch, as far as they have one name each and exist.

    Of all lines these alone are changed by nobody directly: every release/… and support/… can be made by whoever
    makes a change. So these alone excuse a commit from being judged (docs/architecture.md, "What is settled").
    """
    names = dict.fromkeys((view.flow.production, view.flow.integration))
    return tuple(name for name in names if name and view.refs.tips(name))


def settled_tips(view: View, names: tuple[str, ...] | None = None) -> tuple[str, ...]:
    """Where the team's remote has its settled lines, no doubles; the local branch counts where no remote has it.

    names: only these lines.
    """
    found: dict[str, None] = {}
    for name in settled(view) if names is None else names:
        there = view.refs.afar(name)
        found.update(dict.fromkeys(there or view.refs.tips(name)))
    return tuple(found)


def settled_on(history: History, view: View, commit: str) -> tuple[str, ...]:
    """The settled lines that hold a commit on the team's remote."""
    found = []
    for name in history.holders(commit, settled(view)):
        tips = settled_tips(view, (name,))
        if view.refs.heads.get(name, tips[0]) in tips or not history.own(commit, tips):
            found.append(name)
    return tuple(found)


def tips_of(refs: Refs, names: tuple[str, ...]) -> tuple[str, ...]:
    """Every commit at which one of the branches stands, no doubles."""
    return tuple(dict.fromkeys(tip for name in names for tip in refs.tips(name)))
