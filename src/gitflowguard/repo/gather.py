"""What a moment is about -> facts. Gathers just what the stage's rules read."""

from __future__ import annotations

import os

from gitflowguard.hook.speech import DETACHED, REPLAY, UNNAMED, RunNote
from gitflowguard.model import lineage
from gitflowguard.model.adoptionfiles import (
    POLICY_TOML,
    POLICY_YAML,
    has_table,
    only_adoption,
)
from gitflowguard.model.event import Event
from gitflowguard.model.facts import Commit, Late, Merge, RefUpdate, Repetition, View
from gitflowguard.model.finding import Unknown
from gitflowguard.model.message import is_plain
from gitflowguard.model.moment import ARRIVING, IDENTITY, MARKERS, NEEDS, Moment
from gitflowguard.model.names import HEADS
from gitflowguard.model.record import Record
from gitflowguard.repo.git import Git, Place
from gitflowguard.repo.markers import made_markers, staged_markers
from gitflowguard.repo.state import OperationState
from gitflowguard.rules import registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.facts import Fact
    from gitflowguard.repo.read import GitHistory

NO_BRANCH = RunNote(
    DETACHED, "detached HEAD, or a forge's copy of a pull request: there is no branch to check"
)
NOT_WRITTEN = Unknown("the message is not written yet")


# Where a caller names no moment, whatever any rule may need is gathered.
ANY = Moment("any", families=registry.FAMILIES, offers=NEEDS)


class Scene(Record):
    """The repository at this moment. at: which one it is."""

    git: Git
    place: Place
    history: GitHistory
    view: View
    state: OperationState
    at: Moment = ANY

    def wants(self, need: str) -> bool:
        """Whether a rule that may speak at this moment needs it, under this policy."""
        return registry.wanted(self.view.flow, self.at, need)


class Gathered(Record):
    """The facts, and sentences about what could not be looked at at all."""

    facts: tuple[Fact, ...] = ()
    notes: tuple[RunNote, ...] = ()


def commit(scene: Scene, event: Event) -> Gathered:
    """pre-commit and prepare-commit-msg: the commit that is about to be made."""
    refs, state = scene.view.refs, scene.state
    branch = refs.head
    if state.operation in ("rebase", "am"):
        name = f" of {state.branch}" if state.branch else ""
        says = f"{state.operation}{name} in progress: its commits are checked when they are pushed"
        left = staged_markers(scene.git, scene.place, state)
        replayed = (Commit(state.branch, operation="rebase", markers=left),) if left else ()
        return Gathered(replayed, (RunNote(REPLAY, says),))
    if not branch:
        return Gathered(notes=(NO_BRANCH,))
    if not refs.heads:
        return Gathered((Commit(branch, markers=()), *who_commits(scene, branch)))  # the root commit
    tip = refs.heads.get(branch, "")
    heads = _heads(scene, event)
    facts: list[Fact] = [lineage.branch(scene.history, scene.view, branch, tip)]
    if event.committing or state.operation != "commit" or (tip and scene.git.staged()):
        facts.append(_commit(scene, event, branch, tip, heads))
        facts += who_commits(scene, branch)
    facts += _merges(scene, branch, tip, heads)
    facts += release_of(scene, branch, tip)
    return Gathered(tuple(facts))


def merge(scene: Scene, event: Event) -> Gathered:
    """pre-merge-commit: MERGE_HEAD is not written yet, git tells by GITHEAD_<commit> (builtin/merge.c)."""
    refs = scene.view.refs
    branch = refs.head
    if not branch:
        return Gathered(notes=(NO_BRANCH,))
    tip = refs.heads.get(branch, "")
    heads = _heads(scene, event)
    if not heads:
        return Gathered(notes=(RunNote(UNNAMED, "git didn't say what is merged; the next hook checks it"),))
    facts: list[Fact] = [lineage.branch(scene.history, scene.view, branch, tip)]
    facts += who_commits(scene, branch)
    return Gathered((*facts, *_merges(scene, branch, tip, heads), *release_of(scene, branch, tip)))


def who_commits(scene: Scene, branch: str) -> list[Fact]:
    """The author and the committer of the commit that is about to be made, where a rule asks for them."""
    if not scene.wants(IDENTITY):
        return []
    from gitflowguard.repo import authorship

    return [*authorship.making(scene.git, scene.state, branch)]


def who_made(scene: Scene, branch: str, own: dict[str, tuple[str, ...]]) -> list[Fact]:
    """Those of commits that are made."""
    from gitflowguard.repo import authorship

    return [*authorship.made(scene.git, branch, own)]


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


def _commit(scene: Scene, event: Event, branch: str, tip: str, heads: tuple[tuple[str, str], ...]) -> Commit:
    """The commit about to be made, with the markers that its merge left."""
    operation = scene.state.operation if scene.state.operation != "commit" or not heads else "merge"
    parents = ((tip,) if tip else ()) + (tuple(sha for sha, _ in heads) if operation == "merge" else ())
    markers = staged_markers(scene.git, scene.place, scene.state) if tip else ()
    brings = False
    if operation == "commit" and scene.view.flow.protected(branch):
        operation, brings = _on_line(scene, event, tip)
    repeats = Repetition()
    if operation in ("cherry-pick", "revert") and scene.view.flow.protected(branch):
        from gitflowguard.repo.replay import replay

        repeats = replay(scene.git, scene.place, scene.state)
    return Commit(
        about=branch,
        sha="",
        parents=parents,
        operation=operation,
        message=NOT_WRITTEN,
        markers=markers,
        adopts=brings,
        base=tip,
        replay=repeats,
    )


def _on_line(scene: Scene, event: Event, tip: str) -> tuple[str, bool]:
    """(operation, whether it only brings the policy in) of a plain commit on a protected branch.

    A branch without a commit in a repository that has some is an orphan, not the
    root commit. With nothing staged on top of a merge either `git commit --amend`
    follows, and the amended merge stays one, or `git commit --allow-empty`.
    """
    if not tip:
        return "orphan", False
    changed = scene.git.staged()
    if not changed and scene.git.parents(tip) > 1 and _amends(event):
        return "merge", False
    return "commit", adopts(scene, changed, "HEAD", "")


def _amends(event: Event) -> bool:
    """Whether git replaces the last commit: its command line says so, else the hook's arguments.

    githooks(5): prepare-commit-msg gets "commit HEAD" from `--amend`, and also from ``-c HEAD`` and ``-C HEAD``.
    Where neither says anything it may be an amended merge, which is legal.
    """
    from gitflowguard.repo.caller import git_above
    from gitflowguard.repo.cleanup import read_words

    above = git_above()
    words = read_words(above.args) if above is not None else None
    if words is not None and words.command == "commit":
        return words.amend
    return len(event.args) < 2 or event.args[1:3] == ("commit", "HEAD")


def adopts(scene: Scene, changed: list[tuple[str, str]], before: str, after: str) -> bool:
    """Whether a commit brings the policy in, beside nothing but what `init` writes (model.adoptionfiles).

    changed: (status, path) of the commit. before, after: the two trees as git
    names them in front of a colon: a commit, or "" for the index. Only where the
    tree before had no policy in any form: every later edit is an ordinary change,
    also a move from one file to the other.
    """
    if not only_adoption(tuple(path for _, path in changed)):
        return False
    status = {path: letter for letter, path in changed}
    if not {status.get(POLICY_YAML, "A"), status.get(POLICY_TOML, "A")} <= {"A", "M"}:
        return False
    if POLICY_YAML not in status and POLICY_TOML not in status:
        return False
    specs = tuple(f"{tree or ':0'}:{path}" for tree in (before, after) for path in (POLICY_YAML, POLICY_TOML))
    own, shared, new_own, new_shared = scene.git.blobs(specs)
    if own is not None or has_table(shared or b""):
        return False
    return new_own is not None or has_table(new_shared or b"")


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
            facts.append(lineage.branch(history, view, source, sha)._replace(rivals=(), into=branch))
        if view.flow.protected(branch) and not history.shallow and tip:
            facts += merged(scene, branch, scene.history.own(sha, (tip,)), tip)
    return facts


def merged(scene: Scene, branch: str, own: dict[str, tuple[str, ...]], base: str) -> list[Commit]:
    """The commits that merges bring into a protected branch, with their messages."""
    if not scene.wants(ARRIVING):
        return []
    texts = scene.history.messages(tuple(own))
    return [
        Commit(
            about=branch,
            sha=c,
            parents=own[c],
            operation="merged",
            message=texts.get(c, "").strip("\n"),
            markers=(),
            adopts=False,
            base=base,
        )
        for c in own
    ]


def marked(scene: Scene, branch: str, own: dict[str, tuple[str, ...]]) -> list[Commit]:
    """Those of the commits that hold conflict markers of their own, for a branch that receives them."""
    if not scene.wants(MARKERS):
        return []
    found = made_markers(scene.git, own, scene.history.messages, scene.place)
    return [
        Commit(about=branch, sha=c, parents=own[c], operation="merged", message="", markers=markers)
        for c, markers in found.items()
    ]


def release_of(scene: Scene, branch: str, tip: str) -> list[Fact]:
    fact = lineage.release(scene.history, scene.view, branch, tip)
    return [fact] if fact is not None else []


def message(scene: Scene, event: Event) -> Gathered:
    """commit-msg: the message as git will store it."""
    branch = scene.view.refs.head or scene.state.branch
    if not event.args:
        return Gathered(notes=(RunNote(UNNAMED, "there is no message file to check"),))
    with open(event.args[0], "rb") as file:
        raw = file.read()
    words = (
        (raw if is_plain(raw) else cleaned(scene.git, event.args[0], raw))
        .decode("utf-8", "surrogateescape")
        .rstrip("\n")
    )
    return Gathered(
        (
            Commit(
                about=branch,
                sha="",
                parents=(),
                operation=scene.state.operation,
                message=words,
                markers=(),
                adopts=StagedAdoption(scene, branch),
            ),
        )
    )


class StagedAdoption(Late):
    """Whether what is staged for a branch only brings the policy file in, with the files that `init` writes."""

    def __init__(self, scene: Scene, branch: str) -> None:
        self._scene, self._branch = scene, branch

    def __bool__(self) -> bool:
        scene = self._scene
        brings = scene.state.operation == "commit" and bool(scene.view.refs.heads.get(self._branch))
        return brings and adopts(scene, scene.git.staged(), "HEAD", "")


def cleaned(git: Git, path: str, raw: bytes) -> bytes:
    """The message as git will store it, by its settings and its command line."""
    from gitflowguard.model.message import stored
    from gitflowguard.repo.caller import git_above
    from gitflowguard.repo.cleanup import Words, how_cleaned, read_words

    above = git_above()
    written = read_words(above.args) if above is not None else Words()
    return stored(raw, how_cleaned(git, raw, path, written, os.environ))


def created(scene: Scene, event: Event) -> Gathered:
    """post-checkout on a new branch: its name, origin and version."""
    branch = scene.view.refs.head
    tip = scene.view.refs.heads.get(branch, "")
    return Gathered((lineage.branch(scene.history, scene.view, branch, tip), *release_of(scene, branch, tip)))


def rebase(scene: Scene, event: Event, keeps_merges: bool | None = None) -> Gathered:
    """pre-rebase: what a protected branch would lose: commits that the remote has, and merges not pushed yet.

    keeps_merges: whether the rebase makes merges again; None asks the process table, where it matters.
    """
    refs = scene.view.refs
    branch = event.args[1] if len(event.args) > 1 else refs.head
    branch = lineage.known_name(refs, branch)
    if not scene.view.flow.protected(branch):
        return Gathered()
    published = refs.remotes.get((refs.upstream, branch), "")
    onto = scene.git.commit_of(event.args[0]) if event.args else ""
    facts: list[Fact] = []
    if published:
        # pre-commit passes pre-rebase's arguments on only where there are two of them (pre_commit/commands/run.py).
        keeps: bool | Unknown = Unknown(f"nothing says what {branch} is rebased onto")
        if onto:
            keeps = scene.git.is_ancestor(published, onto) is True
        ref = HEADS + branch
        facts.append(
            RefUpdate(
                local=ref,
                remote=ref,
                new=onto or published,
                old=published,
                url=refs.upstream,
                keeps=keeps,
                rewrote=True,
            )
        )
        if keeps is False:
            return Gathered(tuple(facts))  # one cause, one finding
    return Gathered((*facts, *_flattened(scene, branch, onto, published, keeps_merges)))


def _flattened(
    scene: Scene, branch: str, onto: str, published: str, keeps_merges: bool | None
) -> tuple[Merge, ...]:
    """The merges on a branch that neither the remote nor the rebase's base holds, if the rebase drops them."""
    tip, history = scene.view.refs.heads.get(branch, ""), scene.history
    known = tuple(dict.fromkeys(sha for sha in (onto, published) if sha))
    if not tip or not known or history.shallow:
        return ()
    found = lineage.flattened(history, branch, tip, known)
    if found is None or keeps_merges:
        return ()
    if keeps_merges is None:
        from gitflowguard.repo.caller import git_above
        from gitflowguard.repo.caller import keeps_merges as kept

        keeps_merges = kept(scene.git, git_above())
    if keeps_merges is None:
        found = found._replace(flattened=Unknown("git's own command line can't be read"))
    return () if keeps_merges else (found,)
