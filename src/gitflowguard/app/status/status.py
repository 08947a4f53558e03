"""`status`: every branch at a glance, and where new work starts.

The facts are those of model.lineage, so that status and the hooks never disagree;
they are read from `GraphHistory`, so that a hundred branches cost no more git
processes than one.
"""

from __future__ import annotations

from collections.abc import Mapping

from gitflowguard.app.policy.opening import flow_of, open_repository
from gitflowguard.app.policy.trust import vouched
from gitflowguard.app.status.selection import StatusSelection, chosen
from gitflowguard.app.status.starting import carried, notes_of, start_of, tip_of
from gitflowguard.model import lineage
from gitflowguard.model.facts import Branch, Origin, View
from gitflowguard.model.finding import Unknown
from gitflowguard.model.flow import Flow, Kind, remembering
from gitflowguard.model.names import listed
from gitflowguard.model.status import BranchRow, RemoteTwin, Status, StatusNote
from gitflowguard.repo.git import Place
from gitflowguard.repo.graph import AllGit, GraphHistory

_FAR = Unknown("their histories part too long ago")


def status(
    now: int, cwd: str = "", wanted: StatusSelection = StatusSelection(), foresee: bool = True
) -> Status:
    """Looks at every branch, or at those that are wanted.

    now: seconds since 1970. cwd: a directory of the repository, "" for the current
    one. foresee: whether conflicts between them are looked for, too. Raises GitError, PolicyError, WrongName.
    """
    git = AllGit(cwd)
    opened = open_repository(git)
    place, refs, flow, path = opened.place, opened.refs, opened.flow, opened.policy
    history = GraphHistory(git, place, refs)
    wide = remembering(lineage.with_unknown(flow))
    view = View(wide, refs, lineage.lines(wide, refs))
    names, hidden = chosen(git, flow, refs, wanted, now)
    rows = sorted((_row(git, history, view, name) for name in names), key=lambda row: _rank(flow, row))
    start = start_of(git, history, flow, refs, now)
    notes = notes_of(git, place, history, flow, refs, path, now)
    if foresee and not all(row.protected for row in rows):
        flow = vouched(git, place, refs, flow, flow_of)
        rows, notes = _foreseen(git, place, flow, now, rows, notes)
    start, notes = carried(place, refs, start, notes)
    return Status(
        rows=tuple(rows),
        start=start,
        notes=notes,
        head=refs.head,
        shallow=history.shallow,
        upstream=refs.upstream,
        preset=flow.preset,
        policy=path,
        now=now,
        hidden=hidden,
    )


def _foreseen(
    git: AllGit, place: Place, flow: Flow, now: int, rows: list[BranchRow], notes: tuple[StatusNote, ...]
) -> tuple[list[BranchRow], tuple[StatusNote, ...]]:
    """The rows with what the radar sees, and what it has to say of itself."""
    from gitflowguard.app.status.conflicts import (
        column,  # 10 ms, and not needed where nothing is open
    )

    seen = column(git, place, flow, now)
    told = [
        row._replace(conflicts=seen.conflicts.get(row.name), landed=_landed(row, seen.landed)) for row in rows
    ]
    return told, (*notes, *seen.notes)


def _landed(row: BranchRow, seen: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The target that holds its work by other commits.

    A release and a hotfix have two targets, and each has to get their commits: a copy there doesn't bring them home.
    """
    single = isinstance(row.merged, tuple) and len(row.merged) == 1 and not row.merged[0][1]
    return seen.get(row.name, ()) if single and not row.empty else ()


def _row(git: AllGit, history: GraphHistory, view: View, name: str) -> BranchRow:
    """All that is reported of one branch."""
    flow, refs = view.flow, view.refs
    twin = refs.remotes.get((refs.upstream, name))
    here = refs.heads.get(name)
    tip = here or twin or refs.tips(name)[0]
    kind = flow.kind_of(name)
    fact = lineage.branch(history, view, name, tip)
    empty = fact.used is False
    protected = kind is not None and kind.protected
    # A published site stands beside the flow: it is cut from nothing.
    beside = kind is not None and not kind.parents and not kind.targets
    origin = None if protected or beside else _origin(fact, empty)
    parent = _parent(view, kind, origin)
    ahead, behind = _apart(history, tip, tip_of(refs, parent))
    return BranchRow(
        name=name,
        shown=name if here else f"{refs.upstream}/{name}" if twin else refs.shown(name),
        kind=kind.id if kind else "",
        protected=protected,
        current=bool(here) and name == refs.head,
        elsewhere=name in git.elsewhere and name != refs.head,
        tip=tip,
        committed=git.dated.get(tip, 0),
        origin=origin,
        parent=parent,
        ahead=ahead,
        behind=behind,
        stacks=() if protected else fact.stacks,
        merged=() if protected else fact.merged,
        empty=empty,
        remote=not here,
        twin=RemoteTwin(f"{refs.upstream}/{name}", *_apart(history, here, twin)) if here and twin else None,
    )


def _rank(flow: Flow, row: BranchRow) -> tuple[int, int, str]:
    """Long-lived branches in the policy's order, then the newest work first: C's question."""
    if row.protected:
        return ([kind.id for kind in flow.kinds].index(row.kind), 0, row.name)
    return (len(flow.kinds), -row.committed, row.name)


def _origin(fact: Branch, empty: bool) -> Origin | Unknown:
    """Where the branch left the lines. After its merge the lines hold all of it, and nothing is to be seen."""
    origin = fact.origin
    if isinstance(origin, Unknown) or origin.own or empty:
        return origin
    return Unknown(
        f"{listed(origin.lines, 'and')} already {'holds' if len(origin.lines) == 1 else 'hold'} all of it"
    )


def _parent(view: View, kind: Kind | None, origin: Origin | Unknown | None) -> str:
    """The line to count against: where the branch was cut from, else where its kind is cut from."""
    flow, refs = view.flow, view.refs
    wanted = kind.parents if kind else ()
    lines = origin.lines if isinstance(origin, Origin) else ()
    for kind_id in wanted:
        for line in lines:
            if (found := flow.kind_of(line)) is not None and found.id == kind_id:
                return line
    if lines:
        return lines[0]
    fixed = (found.fixed for kind_id in wanted if (found := flow.kind(kind_id)) is not None)
    return next((name for name in fixed if refs.tips(name)), "")


def _apart(history: GraphHistory, one: str | None, other: str | None) -> tuple[int | Unknown, int | Unknown]:
    """(commits that only one has, commits that only the other has)."""
    if not one or not other or one == other:
        return 0, 0
    if history.shallow:
        return lineage.SHALLOW, lineage.SHALLOW
    ahead, behind = history.surplus(one, other), history.surplus(other, one)
    return _FAR if ahead is None else ahead, _FAR if behind is None else behind
