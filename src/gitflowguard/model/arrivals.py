"""What a push, or a moved ref, brings to a protected branch."""

from __future__ import annotations

from gitflowguard.model.facts import Commit, Merge, Refs, Repetition, View
from gitflowguard.model.finding import Unknown
from gitflowguard.model.history import SHALLOW, first_parents, settled, settled_tips
from gitflowguard.model.merging import (
    known_name,
    legal,
    merge,
    merge_names,
    missing_targets,
    tells,
)
from gitflowguard.model.names import is_null

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gitflowguard.model.history import History


def arrivals(
    history: History,
    view: View,
    target: str,
    new: str,
    old: str,
    local: bool = True,
    more: tuple[str, ...] = (),
    carrier: str = "",
    moving: bool = False,
    blocks: bool = True,
    lines: bool = True,
) -> tuple[Commit | Merge, ...] | Unknown:
    """What a protected branch would receive: merges and commits on its first-parent chain.

    old: what the remote has; a branch that it does not have yet is not judged,
    its history was made before. Commits that another line may legally bring
    (main into develop) are not this push's doing. local: whether the pushed ref
    is this clone's branch of that name, so that its reflog tells how it moved.
    carrier: the branch that is pushed in the target's place, "" if it is the target.
    moving: whether the branch moves here and now, by a command on a branch or a commit.
    blocks: whether a merge that the policy doesn't allow is an error on the target.
    lines: whether what another line brings is judged as far as the team's remote doesn't have it.

    A commit on the chain that isn't a merge was either made there (a direct
    commit) or brought by a fast-forward. The reflog tells, or the push itself.
    Where both are silent, a branch that stands at the commit proves nothing, for
    anybody can make one: what is wrong if it was made there stays wrong or unknown.
    """
    if is_null(old) or is_null(new):
        return ()
    if history.shallow:
        return SHALLOW
    own = history.own(new, _known(view, target, (old, *more)))
    chain = first_parents(own, new)[:-1]
    if not chain:
        return ()
    subjects = history.subjects(chain)
    moves = dict(reversed(history.moves(target))) if local else {}
    found: list[Commit | Merge] = []
    by: tuple[str, ...] = (carrier,) if carrier else ()
    claims: tuple[str, ...] = ()
    for sha in chain:
        moved, subject = moves.get(sha), subjects.get(sha, "")
        by = by if moved is None else _moved_from(view.refs, moved, sha)
        made: list[Commit | Merge] = []
        brought_by = by if by != (target,) else ()
        if not brought_by:
            made = _made_here(history, view, target, sha, own[sha], subject, old, moved or "")
        if not brought_by and moved is None:
            claims = _claims(view.refs, claims, target, sha, own[sha], subject)
            made, brought_by = _weighed(view, made, claims, target, moving, blocks)
        if not brought_by:
            found += made
        elif not any(isinstance(f, Merge) and f.fast_forward and f.sources == brought_by for f in found):
            missing = missing_targets(history, view, brought_by, target, sha)
            found.append(
                Merge(target, brought_by, sha, fast_forward=True, missing=missing, behind=0, base=old)
            )
    return (*found, *_on_lines(history, view, target, found)) if lines else tuple(found)


def _on_lines(
    history: History, view: View, target: str, found: list[Commit | Merge]
) -> Iterator[Commit | Merge]:
    """What is wrong on another line that is merged here and that the team's remote doesn't have yet.

    A branch of this clone called main is a line as far as the remote has it. What lies above was judged nowhere, and
    would come in as the line's own. The target, which has it from there, says nothing of where it was made.
    """
    for one in _made_on_lines(history, view, target, found):
        # What is unknown there is for the line's own push, which sees how it moved.
        if isinstance(one, Commit) or not (isinstance(one.sources, Unknown) or _as_it_should(view, [one])):
            yield one


def _made_on_lines(
    history: History, view: View, target: str, found: Iterable[Commit | Merge]
) -> Iterator[Commit | Merge]:
    """What other lines that are merged here have above the team's remote, as their own pushes would bring it."""
    others = {name: tip for name, tip in view.refs.heads.items() if name != target}
    alone = view._replace(refs=view.refs._replace(heads=others))
    for fact in found:
        sources = fact.sources if isinstance(fact, Merge) and not isinstance(fact.sources, Unknown) else ()
        line = sources[0] if len(sources) == 1 and sources[0] in settled(view) else ""
        tips = settled_tips(view, (line,)) if line and line != target else ()
        tip = fact.tip if isinstance(fact, Merge) else ""
        if not tips or tip in tips or not history.own(tip, tips):
            continue
        made = arrivals(history, alone, line, tip, tips[0], more=tips[1:], lines=False)
        yield from () if isinstance(made, Unknown) else made


def merge_commits(
    history: History, view: View, target: str, found: tuple[Commit | Merge, ...]
) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Merge commit -> (the line on which it was made, its parents): the target, or a line that is merged into it here.

    found: what arrives, by `arrivals`. What a fast-forward of another branch brings was made there.
    """
    made: dict[str, tuple[str, tuple[str, ...]]] = {}
    for one in (*found, *_made_on_lines(history, view, target, found)):
        if isinstance(one, Merge) and one.sha and not one.fast_forward:
            line, parents = made.get(one.sha, (one.about, (one.base,)))
            made[one.sha] = (line, parents if one.tip in parents else (*parents, one.tip))
    return made


def _weighed(
    view: View, made: list[Commit | Merge], claims: tuple[str, ...], target: str, moving: bool, blocks: bool
) -> tuple[list[Commit | Merge], tuple[str, ...]]:
    """(facts, who brought the commit) where no reflog tells whether it was made here or came by a fast-forward.

    A claim never turns what is wrong into what is right: it names the branch of a fast-forward that
    is wrong as well, or the result is unknown. moving: a command that names the branch is under way.
    blocks: whether what is wrong is an error.
    """
    if not claims or _as_it_should(view, made):
        return made, ()
    wrong = not legal(view, claims, target)
    if moving or (wrong and blocks):
        return made, claims
    return (made if wrong else [_doubtful(fact, claims) for fact in made]), ()


def _as_it_should(view: View, made: list[Commit | Merge]) -> bool:
    """Whether what was made on a branch itself is nothing but legal merges."""
    return all(
        isinstance(fact, Merge)
        and not isinstance(fact.sources, Unknown)
        and bool(legal(view, fact.sources, fact.about))
        for fact in made
    )


def _doubtful(fact: Commit | Merge, claims: tuple[str, ...]) -> Commit | Merge:
    """A fact that is wrong if the commit was made on the branch itself, and legal if it came by a fast-forward."""
    says = f"nothing shows whether {fact.about} was fast-forwarded to {claims[0]} or changed by itself"
    doubt = Unknown(says)
    return fact._replace(here=doubt) if isinstance(fact, Commit) else fact._replace(sources=doubt)


def brought(
    history: History, view: View, target: str, new: str, old: str, more: tuple[str, ...] = ()
) -> dict[str, tuple[str, ...]]:
    """Commit -> parents of what merges bring with them: new, but not on the branch's own chain."""
    own = history.own(new, _known(view, target, (old, *more)))
    chain = first_parents(own, new)[:-1]
    return {sha: parents for sha, parents in own.items() if sha not in chain}


def _known(view: View, target: str, old: tuple[str, ...]) -> tuple[str, ...]:
    """What is not this push's doing: the branch as the team's remotes have it, and settled lines that may come in."""
    flow, refs = view.flow, view.refs
    legal = tuple(name for name in settled(view) if name != target and flow.may_merge(name, target))
    return tuple(dict.fromkeys((*old, *settled_tips(view, legal), *refs.afar(target))))


def _made_here(
    history: History,
    view: View,
    target: str,
    sha: str,
    parents: tuple[str, ...],
    subject: str,
    old: str,
    moved: str,
) -> list[Commit | Merge]:
    """A commit of the chain that was made on the branch itself: its merges, or a direct commit.

    moved: the reflog's line for it, which has the names as they were typed.
    """
    if len(parents) < 2:
        return [
            Commit(
                about=target,
                sha=sha,
                parents=parents,
                operation=_operation(moved, subject),
                message=subject,
                markers=(),
                base=old,
                replay=Repetition(subject=subject),
            )
        ]
    count = len(parents) - 1
    typed = _typed(moved, count)
    sure = bool(typed) and all(tells(view, name) for name in typed)
    named = (merge_names(subject)[0] + ("",) * count)[:count]
    if typed:
        # A subject names no remote: "mallory/main" is main there.
        named = tuple(word if sure or name == target else name for word, name in zip(typed, named))
    return [
        merge(history, view, target, named[index], parent, parents[0], sha, typed=sure)
        for index, parent in enumerate(parents[1:])
    ]


def _operation(moved: str, subject: str) -> str:
    """What made a commit: the reflog says it in git's words (sequencer.c), a subject of git's own says it of a revert.

    git-revert(1) writes "Revert" and the old subject in quotes, GitHub's button too.
    """
    word = moved.partition(":")[0]
    if word in ("cherry-pick", "commit (cherry-pick)"):
        return "cherry-pick"
    quoted = subject.startswith(('Revert "', 'Reapply "')) and subject.endswith('"')
    return "revert" if word == "revert" or quoted else "commit"


def _typed(moved: str, count: int) -> tuple[str, ...]:
    """The names in "merge a b: Merge made by …" (git-merge(1) writes that line); empty where it isn't one."""
    head, mark, _ = moved.partition(": Merge made by ")
    names = tuple(head.removeprefix("merge ").split(" ")) if mark and head.startswith("merge ") else ()
    return names if len(names) == count and all(n.strip("0123456789abcdef") for n in names) else ()


def _claims(
    refs: Refs, above: tuple[str, ...], target: str, sha: str, parents: tuple[str, ...], subject: str
) -> tuple[str, ...]:
    """The branches that may have brought this commit by a fast-forward, where no reflog tells.

    A fast-forward brings the commits below it too. A merge whose own subject
    names another target may have been made there.
    """
    if above:
        return above
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
