"""What a push or a ref transaction is about -> facts: every ref, and what it brings."""

from __future__ import annotations

import os

from gitflowguard.hook.speech import PARTIAL, RunNote
from gitflowguard.model import lineage
from gitflowguard.model.event import TRACKED, Event, Update, branch_of
from gitflowguard.model.facts import Commit, Merge, RefUpdate
from gitflowguard.model.finding import ERROR, Unknown
from gitflowguard.model.moment import IDENTITY, MESSAGE
from gitflowguard.model.names import REMOTES
from gitflowguard.repo.gather import Gathered, Scene, adopts, marked, merged, release_of, who_made
from gitflowguard.repo.git import Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import Fact


def push(scene: Scene, event: Event) -> Gathered:
    """pre-push: every ref of the push, what it brings to protected branches, and the branches themselves."""
    facts: list[Fact] = []
    notes = (RunNote(PARTIAL, event.partial.reason),) if event.partial is not None else ()
    for update in event.updates:
        facts += _pushed(scene, event, update)
    return Gathered(tuple(facts), notes)


def _pushed(scene: Scene, event: Event, update: Update) -> list[Fact]:
    view, history = scene.view, scene.history
    target = branch_of(update.remote)
    old = update.old
    if old == TRACKED:
        old = view.refs.remotes.get((event.remote, target), "")
    local = "refs/heads/" + view.refs.head if update.local == "HEAD" and view.refs.head else update.local
    guarded = view.flow.protected(target)
    gone = _merged(scene, old, target) if target and not update.new else True
    pushed_ref = RefUpdate(local, update.remote, update.new, old, event.remote, merged=gone)
    facts: list[Fact] = [_kept(scene, pushed_ref) if guarded else pushed_ref]
    if not target or not update.new:
        return facts
    pushed = branch_of(local)
    if guarded and pushed not in ("", target) and not view.flow.may_merge(pushed, target):
        return facts  # a crossed push is refused whatever it brings: one cause, one finding
    if guarded:
        carrier = pushed if pushed != target else ""
        found = lineage.arrivals(
            history,
            view,
            target,
            update.new,
            old,
            not carrier and bool(pushed),
            carrier=carrier,
            blocks=_blocks_merges(scene, target),
        )
        if isinstance(found, Unknown):
            facts.append(Merge(target, found, update.new, missing=(), behind=0))
        else:
            found = _before_rebase(scene, update.new, old, found) if pushed == target else found
            facts += _off_branch(scene, target, update.new, _whole(scene, target, (update.new, old), found))
    elif update.new != old:
        facts.append(lineage.branch(history, view, target, update.new))
        facts += release_of(scene, target, update.new)
        facts += _messages(scene, target, update.new, old)
    if update.new != old and (old or not guarded) and not history.shallow:
        known = (old,) if guarded else _settled(scene, old)
        facts += marked(scene, target, history.own(update.new, known))
        if scene.wants(IDENTITY):
            # What merges bring into a line is judged here only where no branch of the remote has it.
            there = tuple(dict.fromkeys(view.refs.remotes.values())) if guarded else ()
            facts += who_made(scene, target, history.own(update.new, tuple(dict.fromkeys((*known, *there)))))
    return facts


def _off_branch(scene: Scene, target: str, new: str, found: list[Fact]) -> list[Fact]:
    """The facts, marked where the push takes a commit that this clone's branch of the target's name doesn't hold."""
    here = scene.view.refs.heads.get(target, "")
    if here == new or (here and not scene.history.own(new, (here,))):
        return found
    return [
        one._replace(pushed=new) if isinstance(one, (Commit, Merge)) and one.about == target else one
        for one in found
    ]


def _blocks_merges(scene: Scene, target: str) -> bool:
    """Whether a merge that the policy doesn't allow is an error on the branch."""
    from gitflowguard.rules.merge.forbidden_merge import (
        RULE,  # loaded anyway where something arrives
    )

    return scene.view.flow.severity(RULE.name, RULE.default, target) == ERROR


def _before_rebase(
    scene: Scene, new: str, old: str, found: tuple[Commit | Merge, ...]
) -> tuple[Commit | Merge, ...]:
    """The arrivals; a direct commit with where its branch stood, if its last move was a rebase that dropped a merge.

    git-rebase(1) and git-pull(1) end in a reflog line "rebase (finish): refs/heads/…". Asked only where
    a push is blocked.
    """
    direct = [fact for fact in found if isinstance(fact, Commit)]
    moves = scene.history.moves(direct[0].about)[:2] if direct else ()
    if len(moves) < 2 or moves[0][0] != new or " (finish): refs/heads/" not in moves[0][1]:
        return found
    before = moves[1][0]
    if lineage.flattened(scene.history, direct[0].about, before, (new, old)) is None:
        return found
    return tuple(fact._replace(before=before) if isinstance(fact, Commit) else fact for fact in found)


def _kept(scene: Scene, update: RefUpdate) -> RefUpdate:
    """The update with whether it keeps what the remote has and, if not, why. A commit that we lack is not kept."""
    old, new = update.old, update.new
    if not old or not new or old == new:
        return update
    kept = scene.git.is_ancestor(old, new)
    if kept is not True and scene.history.shallow:
        return update._replace(keeps=lineage.SHALLOW)
    if kept is True:
        return update
    known = kept is not None
    return update._replace(keeps=False, known=known, rewrote=_rewrote(scene, update, known))


def _rewrote(scene: Scene, update: RefUpdate, known: bool) -> bool:
    """Whether the pushed branch once held commits of the remote that it lost.

    The branch's reflog says where it stood, and that of the remote-tracking branch what
    was pushed from here ("update by push": transport.c). Asked only where a push is blocked.
    """
    there = scene.view.refs.remotes.get((update.url, update.about), "")
    tip = update.old if known else there
    lost = scene.history.own(tip, (update.new,)) if tip else {}
    if not lost:
        return False
    moves = scene.history.moves(update.source)
    sent = scene.git.reflog(f"{REMOTES}{update.url}/{update.about}") if there else []
    held = [sha for sha, _ in moves] + [sha for sha, how in sent if how == "update by push"]
    return any(sha in lost for sha in held)


def _merged(scene: Scene, old: str, target: str) -> bool | Unknown:
    """Whether a long-lived branch holds what a deletion would drop."""
    if not old or not scene.git.commit_of(old):
        return Unknown(f"this clone does not have what the remote's {target} holds", (("git", "fetch"),))
    view = scene.view
    return bool(scene.history.holders(old, lineage.trunks(view, target)))


def _settled(scene: Scene, old: str) -> tuple[str, ...]:
    """What a push doesn't bring: the remote's branch and the settled lines."""
    return tuple(dict.fromkeys((*lineage.settled_tips(scene.view), *((old,) if old else ()))))


def _messages(scene: Scene, branch: str, new: str, old: str) -> list[Fact]:
    """The messages of the commits that neither the remote's branch nor a settled line has, where a rule asks for them.

    What another branch of the remote holds is read again: whoever pushes may have put it there.
    """
    if not scene.wants(MESSAGE) or scene.history.shallow:
        return []
    own = scene.history.own(new, _settled(scene, old))
    texts = scene.history.messages(tuple(own))
    return [
        Commit(
            about=branch,
            sha=sha,
            parents=own[sha],
            operation="merge" if len(own[sha]) > 1 else "commit",
            message=texts.get(sha, "").strip("\n"),
            markers=(),
        )
        for sha in own
    ]


def _whole(
    scene: Scene,
    target: str,
    update: tuple[str, str],
    found: tuple[Commit | Merge, ...],
    more: tuple[str, ...] = (),
) -> list[Fact]:
    """Completes what arrives: whole messages, which commits only bring the policy in, what merges bring.

    update: (new, old). All that merges bring is read together: a push of a
    hundred merges costs no more git processes than one.
    """
    facts: list[Fact] = []
    direct = tuple(fact.sha for fact in found if isinstance(fact, Commit))
    texts = scene.history.messages(direct)
    for fact in found:
        if isinstance(fact, Commit) and fact.parents:
            paths = scene.git.changed(fact.sha)
            fact = fact._replace(
                message=texts.get(fact.sha, "").strip("\n"),
                adopts=adopts(scene, paths, fact.parents[0], fact.sha),
            )
        facts.append(fact)
    if any(isinstance(fact, Merge) and fact.sha for fact in found):
        own = lineage.brought(scene.history, scene.view, target, *update, more)
        facts += merged(scene, target, own, update[1])
        facts += _evil(scene, target, update[1], found)
    return facts


def _evil(scene: Scene, target: str, old: str, found: tuple[Commit | Merge, ...]) -> list[Fact]:
    """The merge commits that change the policy by themselves, each as a commit on the line where it was made."""
    from gitflowguard.repo import evilmerges  # only where merges arrive

    made = lineage.merge_commits(scene.history, scene.view, target, found)
    known = {line: lineage.settled_tips(scene.view, (line,))[:1] for line, _ in made.values()}
    known[target] = (old,)
    parents = dict(_turned(scene, made, {line: tips[0] for line, tips in known.items() if tips}))
    facts: list[Fact] = []
    for sha in evilmerges.changing(scene.git, {sha: above[0] for sha, above in parents.items()}):
        line = made[sha][0]
        alters = evilmerges.altered(scene.git, scene.place, parents[sha], sha)
        fact = Commit(about=line, sha=sha, parents=made[sha][1], operation="merge", message="", markers=())
        if alters:
            facts.append(fact._replace(base=old if line == target else "", alters=alters))
    return facts


def _turned(
    scene: Scene, made: dict[str, tuple[str, tuple[str, ...]]], tips: dict[str, str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Merge commit -> its parents, the one first that goes on from where the remote's line stands.

    That is the first one, except where a pull merged the remote's line into work of this clone, or somebody turned them
    round. tips: where each line stands on the remote.
    """
    lines: dict[str, set[str]] = {line: {tip} for line, tip in tips.items()}
    for sha, (line, parents) in reversed(made.items()):
        at, tip = lines.setdefault(line, set()), tips.get(line, "")
        first = next((one for one in parents if one in at), "")
        if not first and tip:
            first = next((one for one in parents if scene.git.is_ancestor(tip, one) is True), "")
        at.update((sha,) if first else ())
        first = first or parents[0]
        yield sha, (first, *(one for one in parents if one != first))


def _only_packed(place: Place) -> bool:
    """Whether a loose ref goes because `git pack-refs` has just packed it (as `git gc` does), not the branch.

    A real deletion holds packed-refs.lock while this hook runs, since the ref must
    leave that file too; the pruning after packing does not (git's refs/files-backend.c).
    Seen with git 2.39; reftable never prunes.
    """
    reftable = os.path.isdir(os.path.join(place.common, "reftable"))
    return not reftable and not os.path.exists(os.path.join(place.common, "packed-refs.lock"))


def transaction(scene: Scene, event: Event) -> Gathered:
    """reference-transaction: local branches that are about to move, appear or go."""
    facts: list[Fact] = []
    view = scene.view
    for update in event.updates:
        branch = branch_of(update.remote)
        old = update.old or view.refs.heads.get(branch, "")
        if not branch or (not update.new and _only_packed(scene.place)):
            continue
        if not update.new:
            facts.append(RefUpdate("", update.remote, "", old, ".", merged=True))
        elif not old:
            if view.refs.heads:
                facts.append(lineage.branch(scene.history, view, branch, update.new))
        elif view.flow.protected(branch) and update.new != old:
            facts += _moved(scene, branch, update.new, old)
    return Gathered(tuple(facts))


def _moved(scene: Scene, branch: str, new: str, old: str) -> list[Fact]:
    """What a protected branch of this clone would gain; what was fetched is not made here."""
    view = scene.view
    if branch != view.refs.head and not scene.history.holders(new, view.refs.branches()):
        # `git fetch origin develop:develop`: nobody here has the commit yet, and it is not made here,
        # because a commit is made where HEAD stands.
        return []
    fetched = _fetched(scene.place)
    found = lineage.arrivals(
        scene.history,
        view,
        branch,
        new,
        old,
        local=False,
        more=fetched,
        moving=True,
        blocks=_blocks_merges(scene, branch),
    )
    return [] if isinstance(found, Unknown) else _whole(scene, branch, (new, old), found, fetched)


def _fetched(place: Place) -> tuple[str, ...]:
    """The commits that the last fetch brought (git-fetch(1), FETCH_HEAD): others had them already.

    Not those that this repository fetched from itself: `git fetch . feature/x:main` is a push in another form.
    """
    try:
        with open(os.path.join(place.git_dir, "FETCH_HEAD"), "rb") as file:
            rows = [line.rstrip(b"\n").split(b"\t", 2) for line in file if line.strip()]
    except OSError:
        return ()
    addresses = {row[2].rpartition(b" of ")[2] for row in rows if len(row) > 2}
    here = {address for address in addresses if _is_here(place, address)}
    found = (row[0].decode("ascii", "replace") for row in rows if row[-1].rpartition(b" of ")[2] not in here)
    return tuple(dict.fromkeys(found))


def _is_here(place: Place, address: bytes) -> bool:
    """Whether an address, as FETCH_HEAD notes it (``branch 'x' of <address>``), is this repository itself."""
    # git shortens an address by a slash, and by .git, at its end (builtin/fetch.c).
    here = {os.path.realpath(os.fsencode(one)) for one in (place.top, place.git_dir, place.common) if one}
    path = os.path.join(os.fsencode(place.top), address.removeprefix(b"file://"))
    return any(os.path.realpath(path + end) in here for end in (b"", b".git", b"/.git"))
