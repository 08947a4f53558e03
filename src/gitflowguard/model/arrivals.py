"""What a push, or a moved ref, brings to a protected branch."""

from __future__ import annotations

from gitflowguard.model.facts import Commit, Merge, Refs, View
from gitflowguard.model.finding import Unknown
from gitflowguard.model.history import SHALLOW, tips_of, trunks
from gitflowguard.model.merging import known_name, merge, merge_names, missing_targets
from gitflowguard.model.names import is_null

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.history import History


def arrivals(
    history: History,
    view: View,
    target: str,
    new: str,
    old: str,
    local: bool = True,
    more: tuple[str, ...] = (),
) -> tuple[Commit | Merge, ...] | Unknown:
    """What a protected branch would receive: merges and commits on its first-parent chain.

    old: what the remote has; a branch that it does not have yet is not judged,
    its history was made before. Commits that another line may legally bring
    (main into develop) are not this push's doing. local: whether the pushed ref
    is this clone's branch of that name, so that its reflog tells how it moved.

    A commit on the chain that is no merge was either made there (a direct
    commit) or brought by a fast-forward. The reflog tells; where it is silent, a
    branch that stands at the commit is taken to have brought it.
    """
    if is_null(old) or is_null(new):
        return ()
    if history.shallow:
        return SHALLOW
    own = history.own(new, _known(view, target, (old, *more)))
    chain = _chain(own, new)
    if not chain:
        return ()
    subjects = history.subjects(chain)
    moves = dict(reversed(history.moves(target))) if local else {}
    found: list[Commit | Merge] = []
    carrier: tuple[str, ...] = ()
    for sha in chain:
        carrier = _next_carrier(
            view.refs, carrier, moves.get(sha), target, sha, own[sha], subjects.get(sha, "")
        )
        if carrier and carrier != (target,):
            missing = missing_targets(history, view, carrier, target, sha)
            fact = Merge(target, carrier, sha, fast_forward=True, missing=missing, behind=0, base=old)
            if not any(isinstance(f, Merge) and f.fast_forward and f.sources == carrier for f in found):
                found.append(fact)
        else:
            found += _made_here(history, view, target, sha, own[sha], subjects.get(sha, ""), old)
    return tuple(found)


def brought(
    history: History, view: View, target: str, new: str, old: str, more: tuple[str, ...] = ()
) -> dict[str, tuple[str, ...]]:
    """Commit -> parents of what merges bring with them: new, but not on the branch's own chain."""
    own = history.own(new, _known(view, target, (old, *more)))
    chain = _chain(own, new)
    return {sha: parents for sha, parents in own.items() if sha not in chain}


def _known(view: View, target: str, old: tuple[str, ...]) -> tuple[str, ...]:
    """What is not this push's doing: the branch as any remote has it, and lines that may legally come in."""
    flow, refs = view.flow, view.refs
    legal = tuple(n for n in trunks(view, target) if flow.protected(n) and flow.may_merge(n, target))
    twins = (sha for (_, name), sha in refs.remotes.items() if name == target)
    return tuple(dict.fromkeys((*old, *tips_of(refs, legal), *twins)))


def _chain(own: dict[str, tuple[str, ...]], new: str) -> tuple[str, ...]:
    """The commits on the first-parent chain that are new, newest first."""
    chain = []
    at = new
    while at in own:
        chain.append(at)
        at = own[at][0] if own[at] else ""
    return tuple(chain)


def _made_here(
    history: History, view: View, target: str, sha: str, parents: tuple[str, ...], subject: str, old: str
) -> list[Commit | Merge]:
    """A commit of the chain that was made on the branch itself: its merges, or a direct commit."""
    if len(parents) < 2:
        return [Commit(target, sha, parents, "commit", subject, (), base=old)]
    names, _ = merge_names(subject)
    padded = names + ("",) * len(parents)
    return [
        merge(history, view, target, padded[index], parent, parents[0], sha)
        for index, parent in enumerate(parents[1:])
    ]


def _next_carrier(
    refs: Refs,
    carrier: tuple[str, ...],
    moved: str | None,
    target: str,
    sha: str,
    parents: tuple[str, ...],
    subject: str,
) -> tuple[str, ...]:
    """The branch that brought this commit by a fast-forward; empty if it was made here.

    A fast-forward brings the commits below it too, up to the next one that the
    reflog knows. A merge whose own subject names another target was made there.
    """
    if moved is not None:
        return _moved_from(refs, moved, sha)
    if carrier:
        return carrier
    if len(parents) < 2:
        return tuple(name for name in refs.at(sha) if name != target)
    _, into = merge_names(subject)
    return (into,) if into and into != target else ()


def _moved_from(refs: Refs, moved: str, sha: str) -> tuple[str, ...]:
    """The branch that a reflog line says the branch was moved to; empty for a commit or a real merge."""
    if moved.startswith("merge ") and moved.endswith(": Fast-forward"):
        text = moved[len("merge ") : -len(": Fast-forward")]
        return (known_name(refs, text) or text,) if text and " " not in text else refs.at(sha)
    for prefix in ("reset: moving to ", "branch: Reset to "):
        if moved.startswith(prefix):
            name = known_name(refs, moved[len(prefix) :])
            return (name,) if name else ()
    return ()
