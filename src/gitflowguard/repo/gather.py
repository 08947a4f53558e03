"""What a moment is about -> facts. Gathers just what the stage's rules read."""

from __future__ import annotations

import os

from gitflowguard.hook.parse import TRACKED, Event, Update, branch_of
from gitflowguard.model import lineage
from gitflowguard.model.facts import Commit, Marker, Merge, RefUpdate, View
from gitflowguard.model.finding import Unknown
from gitflowguard.model.markers import left_markers
from gitflowguard.model.record import Record
from gitflowguard.repo.git import Git, Place
from gitflowguard.repo.state import State, auto_merge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.facts import Fact
    from gitflowguard.repo.read import GitHistory

# What `init` writes into a work tree; a commit of just these brings the policy in.
INIT_FILES = (".gitflowguard.yaml", ".pre-commit-config.yaml", ".gitattributes", "pyproject.toml")
POLICY_FILES = (".gitflowguard.yaml", "pyproject.toml")
_MARKERS = "-G^(<<<<<<<|>>>>>>>|[|]{7})"
# A merge that brings more commits than this is a release of years; its subjects are not read.
MANY = 500


class Scene(Record):
    """The repository at this moment."""

    git: Git
    place: Place
    history: GitHistory
    view: View
    state: State


class Gathered(Record):
    """The facts, and sentences about what could not be looked at at all."""

    facts: tuple[Fact, ...] = ()
    notes: tuple[str, ...] = ()


def commit(scene: Scene, event: Event) -> Gathered:
    """pre-commit and prepare-commit-msg: the commit that is about to be made."""
    refs, state = scene.view.refs, scene.state
    branch = refs.head
    if state.operation in ("rebase", "am"):
        name = f" of {state.branch}" if state.branch else ""
        return Gathered(
            notes=(f"a {state.operation}{name} is under way: its commits are judged when they are pushed",)
        )
    if not branch:
        return Gathered(notes=("detached HEAD: there is no branch to judge",))
    if not refs.heads:
        return Gathered((Commit(branch, markers=()),))  # the root commit of a new repository
    tip = refs.heads.get(branch, "")
    heads = _heads(scene, event)
    facts: list[Fact] = [lineage.branch(scene.history, scene.view, branch, tip)]
    if event.committing or state.operation != "commit" or (tip and scene.git.staged()):
        facts.append(_commit(scene, branch, tip, heads))
    facts += _merges(scene, branch, tip, heads)
    facts += _release(scene, branch, tip)
    return Gathered(tuple(facts))


def merge(scene: Scene, event: Event) -> Gathered:
    """pre-merge-commit: MERGE_HEAD is not written yet, git tells by GITHEAD_<commit>."""
    refs = scene.view.refs
    branch = refs.head
    if not branch:
        return Gathered(notes=("detached HEAD: there is no branch to judge",))
    tip = refs.heads.get(branch, "")
    heads = _heads(scene, event)
    if not heads:
        return Gathered(notes=("git did not say what is being merged; the next hook looks again",))
    facts: list[Fact] = [lineage.branch(scene.history, scene.view, branch, tip)]
    return Gathered((*facts, *_merges(scene, branch, tip, heads), *_release(scene, branch, tip)))


def _heads(scene: Scene, event: Event) -> tuple[tuple[str, str], ...]:
    """(commit, name) of everything that is merged; the name is "" if nothing tells it."""
    state = scene.state
    if state.operation == "merge":
        names, _ = lineage.merge_names(state.subject)
        typed = dict(event.heads)
        padded = names + ("",) * len(state.heads)
        return tuple((sha, _typed(typed.get(sha, ""), padded[i])) for i, sha in enumerate(state.heads))
    if state.operation == "squash":
        return tuple((sha, "") for sha in state.heads)
    return tuple((sha, _typed(name, "")) for sha, name in event.heads) if state.operation == "commit" else ()


def _typed(name: str, other: str) -> str:
    """The name as typed, unless it is only the object id: a pull names nothing."""
    return other if not name or not name.strip("0123456789abcdef") else name


def _commit(scene: Scene, branch: str, tip: str, heads: tuple[tuple[str, str], ...]) -> Commit:
    """The commit about to be made, with the markers that its merge left."""
    operation = scene.state.operation if scene.state.operation != "commit" or not heads else "merge"
    parents = ((tip,) if tip else ()) + (tuple(sha for sha, _ in heads) if operation == "merge" else ())
    adopts = operation == "commit" and bool(tip) and scene.view.flow.protected(branch) and _adopts(scene)
    markers = _markers(scene) if operation != "commit" and tip else ()
    return Commit(
        branch, "", parents, operation, Unknown("the message is not written yet"), markers, adopts, tip
    )


def _adopts(scene: Scene) -> bool:
    """Whether the index only adds the policy file and what `init` writes beside it."""
    staged = scene.git.staged()
    paths = {path for _, path in staged}
    return any(("A", path) in staged for path in POLICY_FILES) and paths <= set(INIT_FILES)


def _markers(scene: Scene) -> tuple[Marker, ...]:
    """Reads the staged blobs of the files whose marker lines changed; usually none."""
    found: list[Marker] = []
    tried = auto_merge(scene.place)
    for status, path in scene.git.staged(_MARKERS):
        if status == "D" or "\n" in path:
            continue
        sides = tuple(f"{side}:{path}" for side in ("HEAD", *scene.state.heads))
        blobs = scene.git.blobs((f":{path}", *sides, *((f"{tried}:{path}",) if tried else ())))
        staged, rest = blobs[0], blobs[1:]
        if staged is not None:
            found += left_markers(path, staged, tuple(rest[: len(sides)]), rest[-1] if tried else None)
    return tuple(found)


def _merges(scene: Scene, branch: str, tip: str, heads: tuple[tuple[str, str], ...]) -> list[Fact]:
    """Each merged commit as a Merge, its branch as a Branch, and what it brings into a protected branch."""
    facts: list[Fact] = []
    view, history = scene.view, scene.history
    for sha, name in heads:
        fact = lineage.merge(history, view, branch, name, sha, tip)
        facts.append(fact._replace(squashed=scene.state.operation == "squash"))
        if isinstance(fact.sources, Unknown):
            continue
        source = fact.sources[0]
        kind = view.flow.kind_of(source)
        if kind is not None and not kind.protected and source != branch:
            facts.append(lineage.branch(history, view, source, sha)._replace(rivals=()))
        if view.flow.protected(branch) and not history.shallow and tip:
            facts += _brought(scene, branch, sha, tip)
    return facts


def _brought(scene: Scene, branch: str, sha: str, tip: str) -> list[Commit]:
    """The commits that a merge would bring in, with their subjects."""
    if not scene.view.flow.active("unfinished-commit", "warning"):
        return []
    own = scene.history.own(sha, (tip,))
    if len(own) > MANY:
        return []
    subjects = scene.history.subjects(tuple(own))
    return [Commit(branch, c, own[c], "merged", subjects.get(c, ""), (), False, tip) for c in own]


def _release(scene: Scene, branch: str, tip: str) -> list[Fact]:
    fact = lineage.release(scene.history, scene.view, branch, tip)
    return [fact] if fact is not None else []


def message(scene: Scene, event: Event) -> Gathered:
    """commit-msg: the message, cleaned as git will clean it."""
    branch = scene.view.refs.head or scene.state.branch
    if not event.args:
        return Gathered(notes=("there is no message file to judge",))
    with open(event.args[0], "rb") as file:
        raw = file.read()
    cut = raw.partition(b"\n# ------------------------ >8 ------------------------")[0]
    clean = scene.git.call("stripspace", "--strip-comments", stdin=cut).out
    words = clean.decode("utf-8", "surrogateescape").rstrip("\n")
    return Gathered((Commit(branch, "", (), scene.state.operation, words, ()),))


def created(scene: Scene, event: Event) -> Gathered:
    """post-checkout on a new branch: its name, origin and version."""
    branch = scene.view.refs.head
    tip = scene.view.refs.heads.get(branch, "")
    return Gathered((lineage.branch(scene.history, scene.view, branch, tip), *_release(scene, branch, tip)))


def rebase(scene: Scene, event: Event) -> Gathered:
    """pre-rebase: whether a protected branch would lose what the remote has of it."""
    refs = scene.view.refs
    branch = event.args[1] if len(event.args) > 1 else refs.head
    branch = lineage.known_name(refs, branch)
    published = refs.remotes.get((refs.upstream, branch), "")
    if not published or not scene.view.flow.protected(branch):
        return Gathered()
    onto = scene.git.commit_of(event.args[0]) if event.args else ""
    if onto:
        keeps: bool | Unknown = scene.git.is_ancestor(published, onto) is True
    else:  # pre-commit passes pre-rebase's arguments on only where there are two of them
        keeps = Unknown(f"nothing says what {branch} is rebased onto")
    ref = "refs/heads/" + branch
    return Gathered((RefUpdate(ref, ref, onto or published, published, refs.upstream, keeps),))


def push(scene: Scene, event: Event) -> Gathered:
    """pre-push: every ref of the push, what it brings to protected branches, and the branches themselves."""
    facts: list[Fact] = []
    notes = (event.partial.reason,) if event.partial is not None else ()
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
    facts: list[Fact] = [
        RefUpdate(
            local,
            update.remote,
            update.new,
            old,
            event.remote,
            _keeps(scene, old, update.new) if guarded else True,
            _merged(scene, old, target) if target and not update.new else True,
        )
    ]
    if not target or not update.new:
        return facts
    pushed = branch_of(local)
    if guarded and pushed not in ("", target) and not view.flow.may_merge(pushed, target):
        return facts  # a crossed push is refused whatever it brings: one cause, one finding
    if guarded:
        found = lineage.arrivals(history, view, target, update.new, old, pushed == target)
        if isinstance(found, Unknown):
            facts.append(Merge(target, found, update.new, missing=(), behind=0))
        else:
            facts += _whole(scene, found)
    elif update.new != old:
        facts.append(lineage.branch(history, view, target, update.new))
        facts += _release(scene, target, update.new)
        facts += _messages(scene, target, update.new, event.remote)
    return facts


def _keeps(scene: Scene, old: str, new: str) -> bool | Unknown:
    """Whether the push keeps what the remote has. A commit that we lack cannot be in what we push."""
    if not old or not new or old == new:
        return True
    kept = scene.git.is_ancestor(old, new)
    if kept is not True and scene.history.shallow:
        return lineage.SHALLOW
    return kept is True


def _merged(scene: Scene, old: str, target: str) -> bool | Unknown:
    """Whether a long-lived branch holds what a deletion would drop."""
    if not old or not scene.git.commit_of(old):
        return Unknown(f"this clone does not have what the remote's {target} holds", (("git", "fetch"),))
    view = scene.view
    return bool(scene.history.holders(old, lineage.trunks(view, target)))


def _messages(scene: Scene, branch: str, new: str, remote: str) -> list[Fact]:
    """The messages of the commits that the remote does not have yet, where a rule asks for them."""
    if not scene.view.flow.active("malformed-message", "ignore") or scene.history.shallow:
        return []
    refs = scene.view.refs
    own = dict(scene.history.own(new, lineage.tips_of(refs, lineage.trunks(scene.view, branch))))
    there = [sha for (name, _), sha in refs.remotes.items() if name == remote]
    while there:
        there.extend(own.pop(there.pop(), ()))
    texts = scene.history.messages(tuple(own))
    return [
        Commit(
            branch,
            sha,
            own[sha],
            "merge" if len(own[sha]) > 1 else "commit",
            texts.get(sha, "").strip("\n"),
            (),
        )
        for sha in own
    ]


def _whole(scene: Scene, found: tuple[Commit | Merge, ...]) -> list[Fact]:
    """Completes what arrives: whole messages, which commits only bring the policy in, what merges bring."""
    facts: list[Fact] = []
    direct = tuple(fact.sha for fact in found if isinstance(fact, Commit))
    texts = scene.history.messages(direct)
    for fact in found:
        if isinstance(fact, Merge) and fact.sha and fact.base:
            facts += _brought(scene, fact.about, fact.tip, fact.base)
        if isinstance(fact, Commit) and fact.parents:
            fact = fact._replace(message=texts.get(fact.sha, "").strip("\n"))
            paths = scene.git.changed(fact.sha)
            added = any(("A", path) in paths for path in POLICY_FILES)
            fact = fact._replace(adopts=added and {path for _, path in paths} <= set(INIT_FILES))
        facts.append(fact)
    return facts


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
        if not branch:
            continue
        old = update.old or view.refs.heads.get(branch, "")
        if not update.new and _only_packed(scene.place):
            continue
        if not update.new:
            facts.append(RefUpdate("", update.remote, "", old, ".", merged=True))
        elif not old:
            if view.refs.heads:
                facts.append(lineage.branch(scene.history, view, branch, update.new))
        elif view.flow.protected(branch) and update.new != old:
            found = lineage.arrivals(scene.history, view, branch, update.new, old, local=False)
            if not isinstance(found, Unknown):
                facts += _whole(scene, found)
    return Gathered(tuple(facts))
