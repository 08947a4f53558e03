"""The merges inside a branch, also those that came with what it merged."""

from __future__ import annotations

from gitflowguard.model.finding import Unknown
from gitflowguard.model.history import first_parents, settled
from gitflowguard.model.merging import at_or_beyond, legal, merge, merge_names
from gitflowguard.model.names import short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.facts import Merge, View
    from gitflowguard.model.history import History

Own = dict[str, tuple[str, ...]]


def merges_inside(history: History, view: View, head: str, tip: str, known: tuple[str, ...]) -> list[Merge]:
    """The merges that were made on the head, and those that came with what it merged.

    Whatever a merge brings ends up in the head, on how many ways ever. So each is judged as a merge into the head,
    and the one of them that lies on the head's own chain is named. known: the commits of which nobody here is the
    author; they and what lies below them are not judged.
    """
    own = history.own(tip, known)
    by = _brought_by(own, tip)
    subjects = history.subjects(tuple(by))
    return [
        one._replace(sha=top, base=own[top][0])
        for sha, top in by.items()
        for one in _of_commit(history, view, head, sha, own, subjects.get(sha, ""))
    ]


def _brought_by(own: Own, tip: str) -> dict[str, str]:
    """Each merge -> the merge on the first-parent chain that brought it first, the newest of them first."""
    chain = first_parents(own, tip)[:-1]
    seen = set(chain)
    found: dict[str, str] = {}
    for top in reversed(chain):
        below = list(own[top][1:])
        while below:
            sha = below.pop()
            if sha in own and sha not in seen:
                seen.add(sha)
                below += own[sha]
                found.update({sha: top} if own[sha][1:] else {})
    own_merges = {sha: sha for sha in chain if own[sha][1:]}
    return own_merges | found


def _of_commit(history: History, view: View, target: str, sha: str, own: Own, subject: str) -> list[Merge]:
    """One commit's merges, one for each parent behind the first."""
    first, *rest = own[sha]
    names = merge_names(subject)[0] + ("",) * len(rest)
    made = [merge(history, view, target, name, parent, first, sha) for name, parent in zip(names, rest)]
    doubt = _turned_round(history, view, target, sha, own)
    return [_doubtful(view, one, doubt) for one in made] if doubt else made


def _turned_round(history: History, view: View, target: str, sha: str, own: Own) -> Unknown | None:
    """The doubt about which parent of a merge is the target's own, None where nothing speaks for the other one.

    The order of parents is written by whoever makes the merge (git-commit-tree(1)). Where a branch that may not be
    merged into the target stands at the first parent, or goes on from it, that parent may be what was merged.
    """
    if not all(parent in own for parent in own[sha]):
        return None  # the other side is a settled line's, and a line goes on from its own commits alone
    at = at_or_beyond(history, view, own[sha][0], (*settled(view), target))
    against = next((name for name in at if _strange(view, name, target)), "")
    if not against:
        return None
    says = f"merge {short(sha)} goes on from {against}, which may not be merged into {target}"
    return Unknown(f"{says}, unless {against} was cut from {target}")


def _strange(view: View, name: str, target: str) -> bool:
    """Whether a branch may neither be merged into the target nor be stacked on it or cut from it."""
    flow = view.flow
    kind, goal = flow.kind_of(name), flow.kind_of(target)
    if kind is None or goal is None or kind.id == goal.id or goal.id in kind.parents:
        return False
    return flow.may_merge(name, target) is False


def _doubtful(view: View, one: Merge, doubt: Unknown) -> Merge:
    """The merge, its source unknown if it would be legal otherwise."""
    if isinstance(one.sources, Unknown):
        return one
    return one._replace(sources=doubt) if legal(view, one.sources, one.about) else one
