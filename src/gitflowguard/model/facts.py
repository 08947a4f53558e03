"""Kinds of fact that rules read. A fact never says at which moment it was seen.

A field typed ``X | Unknown`` may be a fact that could not be had (shallow
clone, no develop); the rule that needs it yields the Unknown.
"""

from __future__ import annotations

from gitflowguard.model.check import Check
from gitflowguard.model.collision import Collision
from gitflowguard.model.finding import Unknown
from gitflowguard.model.flow import Flow
from gitflowguard.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.blob import Blob
    from gitflowguard.model.guarded import Guarded
    from gitflowguard.model.pull import Pull


def folded(name: str) -> str:
    """What two names have in common where letter case and Unicode form do not count (macOS, Windows)."""
    if name.isascii():
        return name.lower()
    from unicodedata import normalize

    return normalize("NFC", normalize("NFC", name).casefold())


def _frozen(found: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(values) for key, values in found.items()}


class Index(Record):
    """Answers of `Refs`, worked out once.

    names: sorted. tips: by branch. at: branches by commit. alike: branches by their folded name.
    """

    names: tuple[str, ...]
    tips: dict[str, tuple[str, ...]]
    at: dict[str, tuple[str, ...]]
    alike: dict[str, tuple[str, ...]]


class Refs(Record):
    """Every name in the repository that matters, read once.

    heads: local branch -> commit. remotes: (remote, branch) -> commit.
    tags: tag -> commit (peeled). head: the branch that HEAD names, "" if detached.
    upstream: the name of the remote that the team shares.
    lookup: made by `indexed`; without it each question walks all names.
    """

    heads: dict[str, str]
    remotes: dict[tuple[str, str], str]
    tags: dict[str, str]
    head: str = ""
    upstream: str = "origin"
    lookup: Index | None = None

    def indexed(self) -> Refs:
        """The same refs with every answer below at hand, for repositories with many names."""
        names = self.branches()
        at: dict[str, list[str]] = {}
        tips: dict[str, tuple[str, ...]] = {name: (sha,) for name, sha in self.heads.items()}
        for (_, name), sha in self.remotes.items():
            tips[name] = tuple(dict.fromkeys((*tips.get(name, ()), sha)))
        for name in names:
            for sha in tips[name]:
                at.setdefault(sha, []).append(name)
        alike: dict[str, list[str]] = {}
        for name in names:
            alike.setdefault(folded(name), []).append(name)
        return self._replace(lookup=Index(names, tips, _frozen(at), _frozen(alike)))

    def tips(self, branch: str) -> tuple[str, ...]:
        """The commits that the branch stands at: locally, then on each remote; no doubles."""
        if self.lookup is not None:
            return self.lookup.tips.get(branch, ())
        found = [self.heads[branch]] if branch in self.heads else []
        found += [sha for (_, name), sha in self.remotes.items() if name == branch]
        return tuple(dict.fromkeys(found))

    def branches(self) -> tuple[str, ...]:
        """Every branch name, local or on a remote, once, sorted."""
        if self.lookup is not None:
            return self.lookup.names
        return tuple(sorted({*self.heads, *(name for _, name in self.remotes)}))

    def at(self, sha: str) -> tuple[str, ...]:
        """The branches that stand exactly at this commit, sorted."""
        if self.lookup is not None:
            return self.lookup.at.get(sha, ())
        return tuple(name for name in self.branches() if sha in self.tips(name))

    def twins(self, branch: str) -> tuple[str, ...]:
        """Other branches whose names a computer that knows no case cannot tell from this one."""
        key = folded(branch)
        if self.lookup is not None:
            alike = self.lookup.alike.get(key, ())
        else:
            alike = tuple(name for name in self.branches() if folded(name) == key)
        return tuple(name for name in alike if name != branch)

    def shown(self, branch: str) -> str:
        """How to name the branch in a git command: ``x``, or ``origin/x`` if it is only there."""
        if branch in self.heads:
            return branch
        for remote, name in self.remotes:
            if name == branch:
                return f"{remote}/{name}"
        return branch


class View(Record):
    """What a rule may look at beside its fact: the policy and all names.

    trunks: the lines among the branches (model.history.lines), where they were
    worked out once for many facts.
    """

    flow: Flow
    refs: Refs
    trunks: tuple[str, ...] | None = None

    def holder(self, kind_id: str) -> str:
        """A branch of this kind that exists, or its name if none does."""
        name = self.flow.name_of(kind_id)
        if name in self.refs.branches():
            return self.refs.shown(name)
        for branch in self.refs.branches():
            kind = self.flow.kind_of(branch)
            if kind is not None and kind.id == kind_id:
                return self.refs.shown(branch)
        return name


class Origin(Record):
    """Where a branch leaves the long-lived lines, read from the graph.

    commit: the newest commit on its first-parent chain that a line holds.
    lines: names of the lines that hold that commit.
    own: how many commits the branch has that no line holds.
    """

    commit: str
    lines: tuple[str, ...]
    own: int


class Stack(Record):
    """Unmerged commits that this branch shares with another branch that it was cut from.

    on: the other branch. tip: the newest shared commit. commits: how many are shared.
    """

    on: str
    tip: str
    commits: int


class Branch(Record):
    """One branch, as a name and as a line of commits.

    about: the branch's name. tip: its commit, "" if unborn.
    merged: (target branch, whether the target holds the tip) for each target
        kind that has exactly one name and exists.
    used: whether it has or had commits of its own (False: cut and still empty;
        Unknown when a fast-forward hides it).
    rivals: open branches of the same kind.
    idle_days: days since its newest commit.
    into: the branch that it is being merged into, "" where it isn't.
    """

    about: str
    tip: str = ""
    origin: Origin | Unknown = Unknown("its origin was not looked at")
    stacks: tuple[Stack, ...] | Unknown = Unknown("other branches were not looked at")
    merged: tuple[tuple[str, bool], ...] | Unknown = Unknown("its targets were not looked at")
    used: bool | Unknown = Unknown("its commits were not looked at")
    rivals: tuple[str, ...] | Unknown = Unknown("other branches were not looked at")
    idle_days: int | Unknown = Unknown("its age was not looked at")
    into: str = ""


class Marker(Record):
    """A conflict marker that this merge left in a file (line from 1)."""

    path: str
    line: int


class Commit(Record):
    """One commit, made or about to be made.

    about: the branch that it is (to be) made on, "" if HEAD is detached.
    sha: "" while it is only about to be made.
    parents: ids; empty for a root commit.
    operation: ``commit``, ``amend``, ``merge``, ``squash``, ``cherry-pick``,
        ``revert``, ``rebase``, ``orphan`` (the first on a branch in a repository that
        has others), or ``merged``: it arrived through a merge into
        ``about`` and was made elsewhere.
    message: whole text without comments; Unknown before it is written.
    markers: conflict markers of this merge in its files.
    adopts: whether it only brings the policy file in (and what `init` writes).
    base: the last commit of the branch that is as it should be, "" if unknown.
    before: where the branch stood before a rebase that made this commit out of a merge, "" if none did.
    here: whether it was made on ``about`` itself; Unknown where it may have come by a fast-forward.
    """

    about: str
    sha: str = ""
    parents: tuple[str, ...] = ()
    operation: str = "commit"
    message: str | Unknown = Unknown("the message is not written yet")
    markers: tuple[Marker, ...] | Unknown = Unknown("the files were not looked at")
    adopts: bool = False
    base: str = ""
    before: str = ""
    here: bool | Unknown = True


class Merge(Record):
    """One merge, made, about to be made or proposed; a fast-forward counts as one.

    about: the target branch. sources: every name the merged commit may go by,
        the likeliest first; Unknown if nothing names it.
    tip: the merged commit. sha: the merge commit, "" while about to be made.
    fast_forward: whether no merge commit stands between.
    missing: targets of the source's kind that do not hold ``tip`` yet
        (other than this one).
    behind: commits that the target's remote twin has and the target lacks.
    squashed: whether the work was copied in as one commit (``git merge --squash``).
    base: the target's commit before the merge, "" if unknown.
    flattened: how many merges of the target a rebase is about to leave out while it replays what
        they merged; ``sources`` then names the branches of all of them, ``sha`` is the newest.
    """

    about: str
    sources: tuple[str, ...] | Unknown
    tip: str = ""
    sha: str = ""
    fast_forward: bool = False
    missing: tuple[str, ...] | Unknown = Unknown("the other targets were not looked at")
    behind: int | Unknown = Unknown("the remote twin was not looked at")
    squashed: bool = False
    base: str = ""
    flattened: int | Unknown = 0


class RefUpdate(Record):
    """One line of a push (githooks(5), pre-push): what one remote ref would become.

    local, remote: full ref names; local is "" for a deletion.
    new, old: commit ids, "" where there is none.
    url: the remote's name, as in ``git push <url>``.
    keeps: whether ``new`` holds all that ``old`` holds.
    known: whether this clone has ``old``; if not, somebody pushed after its last fetch.
    rewrote: whether the local branch once held commits of the remote that ``new`` lacks:
        it was amended, rebased or reset (its reflog says so).
    merged: whether a line of the remote holds ``old`` (for a deletion).
    """

    local: str
    remote: str
    new: str
    old: str
    url: str = "origin"
    keeps: bool | Unknown = True
    merged: bool | Unknown = True
    known: bool = True
    rewrote: bool = False

    @property
    def about(self) -> str:
        """The branch on the remote, or the full ref if it is none."""
        heads = "refs/heads/"
        return self.remote[len(heads) :] if self.remote.startswith(heads) else self.remote

    @property
    def source(self) -> str:
        """The local branch that is pushed, or the local ref as git gave it."""
        heads = "refs/heads/"
        return self.local[len(heads) :] if self.local.startswith(heads) else self.local


class Release(Record):
    """A branch that stands for a version.

    about: the branch. version: the text in its name.
    last: the highest version tag in the history that it continues, "" if none.
    finished: whether it is merged into production already.
    into: the branch that it is being merged into, "" where it isn't.
    """

    about: str
    version: str
    last: str | Unknown = ""
    finished: bool = False
    into: str = ""


if TYPE_CHECKING:
    Fact = Branch | Commit | Merge | RefUpdate | Pull | Release | Collision | Check | Guarded | Blob
else:
    Fact = object  # a name for type checkers; a hook need not load what a pull request is
