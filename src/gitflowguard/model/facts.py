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
    from collections.abc import Collection, Iterable, Mapping

    from gitflowguard.model.authorship import Authorship
    from gitflowguard.model.blob import Blob
    from gitflowguard.model.flow import Kind
    from gitflowguard.model.guarded import Guarded
    from gitflowguard.model.measure import Measure
    from gitflowguard.model.provenance import Provenance
    from gitflowguard.model.pull import Pull


def folded(name: str) -> str:
    """What two names have in common where letter case and Unicode form do not count (macOS, Windows)."""
    if name.isascii():
        return name.lower()
    from unicodedata import normalize

    return normalize("NFC", normalize("NFC", name).casefold())


# This many questions of a kind walk all names; after them an index is worth its price.
_WALKS = 3


class Index:
    """Answers of `Refs`, each worked out when it is asked for first and kept.

    A hook asks about one branch, so most questions walk the names once, which costs less than an index.
    A command that asks about every branch gets one after a few questions, so its work stays linear.
    """

    def __init__(self, heads: Mapping[str, str], remotes: Mapping[tuple[str, str], str]) -> None:
        self._heads = heads
        self._remotes = remotes
        self._walked = {"tips": 0, "at": 0, "alike": 0}
        self._homes: tuple[str, ...] | None = None
        self._names: tuple[str, ...] | None = None
        self._tips: dict[str, tuple[str, ...]] | None = None
        self._at: dict[str, tuple[str, ...]] | None = None
        self._alike: dict[str, tuple[str, ...]] | None = None

    def homes(self) -> tuple[str, ...]:
        """The remotes that have a branch."""
        if self._homes is None:
            self._homes = tuple(dict.fromkeys([remote for remote, _ in self._remotes]))
        return self._homes

    def names(self) -> tuple[str, ...]:
        """Every branch name once, sorted."""
        if self._names is None:
            self._names = tuple(sorted(dict.fromkeys((*self._heads, *[name for _, name in self._remotes]))))
        return self._names

    def tips(self, branch: str) -> tuple[str, ...]:
        """Where a branch stands: one look-up for each remote, or one in a table of all branches."""
        homes = self.homes()
        self._walked["tips"] += len(homes)
        if self._tips is None and self._walked["tips"] <= len(self._remotes):
            keys = [(remote, branch) for remote in homes]
            found = [self._heads[branch]] if branch in self._heads else []
            return tuple(dict.fromkeys(found + [self._remotes[key] for key in keys if key in self._remotes]))
        if self._tips is None:
            tips: dict[str, tuple[str, ...]] = {name: (sha,) for name, sha in self._heads.items()}
            for (_, name), sha in self._remotes.items():
                known = tips.get(name)
                tips[name] = (sha,) if known is None else known if sha in known else (*known, sha)
            self._tips = tips
        return self._tips.get(branch, ())

    def at(self, sha: str) -> tuple[str, ...]:
        """The branches that stand at a commit, sorted."""
        self._walked["at"] += 1
        if self._at is None and self._walked["at"] <= _WALKS:
            there = {name for name, tip in self._heads.items() if tip == sha}
            there.update([name for (_, name), tip in self._remotes.items() if tip == sha])
            return tuple(sorted(there))
        if self._at is None:
            pairs = [*self._heads.items(), *[(name, tip) for (_, name), tip in self._remotes.items()]]
            self._at = _gathered([(tip, name) for name, tip in pairs])
        return self._at.get(sha, ())

    def at_any(self, shas: Collection[str]) -> tuple[str, ...]:
        """The branches that stand at one of the commits, sorted."""
        self._walked["at"] += 1
        if self._at is not None or self._walked["at"] > _WALKS:
            return tuple(sorted({name for sha in shas for name in self.at(sha)}))
        there = {name for name, tip in self._heads.items() if tip in shas}
        there.update([name for (_, name), tip in self._remotes.items() if tip in shas])
        return tuple(sorted(there))

    def alike(self, key: str) -> tuple[str, ...]:
        """The branches of this folded name, sorted."""
        self._walked["alike"] += 1
        if self._alike is None and self._walked["alike"] <= _WALKS:
            both = (self._heads, [name for _, name in self._remotes])
            found = {n for names in both for n in names if (n.lower() if n.isascii() else folded(n)) == key}
            return tuple(sorted(found))
        if self._alike is None:
            self._alike = _gathered([(folded(name), name) for name in self.names()])
        return self._alike.get(key, ())


def _gathered(pairs: list[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Key -> what belongs to it, once each, sorted. Most keys have one value: no list is made for these."""
    found: dict[str, tuple[str, ...]] = {}
    more: dict[str, set[str]] = {}
    for key, value in pairs:
        if key not in found:
            found[key] = (value,)
        elif found[key][0] != value:
            more.setdefault(key, {found[key][0]}).add(value)
    found.update((key, tuple(sorted(values))) for key, values in more.items())
    return found


class Refs(Record):
    """Every name in the repository that matters, read once.

    heads: local branch -> commit. remotes: (remote, branch) -> commit.
    tags: tag -> commit (peeled). head: the branch that HEAD names, "" if detached.
    upstream: the name of the remote that the team shares.
    lookup: made by `indexed`; without it each question walks all names.
    """

    heads: Mapping[str, str]
    remotes: Mapping[tuple[str, str], str]
    tags: Mapping[str, str]
    head: str = ""
    upstream: str = "origin"
    lookup: Index | None = None

    def indexed(self) -> Refs:
        """The same refs, which keep every answer below, for repositories with many names."""
        return self._replace(lookup=Index(self.heads, self.remotes))

    def _index(self) -> Index:
        return self.lookup or Index(self.heads, self.remotes)

    def tips(self, branch: str) -> tuple[str, ...]:
        """The commits that the branch stands at: locally, then on each remote; no doubles."""
        return self._index().tips(branch)

    def afar(self, branch: str) -> tuple[str, ...]:
        """The commits that the branch stands at on each remote, in the remotes' order."""
        keys = ((remote, branch) for remote in self.homes())
        return tuple(self.remotes[key] for key in keys if key in self.remotes)

    def branches(self) -> tuple[str, ...]:
        """Every branch name, local or on a remote, once, sorted. Costs a walk of all names; see `has`, `beginning`."""
        return self._index().names()

    def homes(self) -> tuple[str, ...]:
        """The remotes that have a branch."""
        return self._index().homes()

    def has(self, branch: str) -> bool:
        """Whether there is a branch of this name, here or on a remote."""
        return branch in self.heads or bool(self.tips(branch))

    def beginning(self, prefixes: tuple[str, ...]) -> tuple[str, ...]:
        """Every branch whose name begins with one of the prefixes, sorted."""
        if "" in prefixes:
            return self.branches()
        found = {name for name in self.heads if name.startswith(prefixes)}
        found.update([name for _, name in self.remotes if name.startswith(prefixes)])
        return tuple(sorted(found))

    def at(self, sha: str) -> tuple[str, ...]:
        """The branches that stand exactly at this commit, sorted."""
        return self._index().at(sha)

    def at_any(self, shas: Collection[str]) -> tuple[str, ...]:
        """The branches that stand at one of these commits, sorted: one walk, however many commits are asked about."""
        if len(shas) < 2:
            return self.at(next(iter(shas))) if shas else ()
        return self._index().at_any(shas)

    def twins(self, branch: str) -> tuple[str, ...]:
        """Other branches whose names a computer that knows no case cannot tell from this one."""
        return tuple(name for name in self._index().alike(folded(branch)) if name != branch)

    def shown(self, branch: str) -> str:
        """How to name the branch in a git command: ``x``, or ``origin/x`` if it is only there."""
        if branch in self.heads:
            return branch
        home = next((remote for remote in self.homes() if (remote, branch) in self.remotes), "")
        return f"{home}/{branch}" if home else branch


def of_kinds(flow: Flow, refs: Refs, kinds: Iterable[Kind]) -> tuple[str, ...]:
    """The branches of these kinds, sorted. Only names that begin as a template does are compared with the templates."""
    wanted = tuple(kinds)
    ids = {kind.id for kind in wanted}
    near = refs.beginning(tuple(template.prefix for kind in wanted for template in kind.names))
    return tuple(name for name in near if (kind := flow.kind_of(name)) is not None and kind.id in ids)


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
        if self.refs.has(name):
            return self.refs.shown(name)
        found = self.flow.kind(kind_id)
        of_kind = of_kinds(self.flow, self.refs, (found,)) if found is not None else ()
        return self.refs.shown(of_kind[0]) if of_kind else name


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
    landed: targets that hold its work though not its commits, because it was squashed or cherry-picked there.
    """

    about: str
    tip: str = ""
    origin: Origin | Unknown = Unknown("its origin wasn't checked")
    stacks: tuple[Stack, ...] | Unknown = Unknown("other branches weren't checked")
    merged: tuple[tuple[str, bool], ...] | Unknown = Unknown("its targets weren't checked")
    used: bool | Unknown = Unknown("its commits weren't checked")
    rivals: tuple[str, ...] | Unknown = Unknown("other branches weren't checked")
    idle_days: int | Unknown = Unknown("its age wasn't checked")
    into: str = ""
    landed: tuple[str, ...] = ()


class Marker(Record):
    """A conflict marker that this merge left in a file (line from 1)."""

    path: str
    line: int


class Repetition(Record):
    """What a cherry-pick or a revert repeats.

    words: what follows `git cherry-pick` or `git revert` on a command line, () where it isn't known.
    subject: the first line of the message that git prepared.
    """

    words: tuple[str, ...] = ()
    subject: str = ""


class Late:
    """A port: a yes or no that is asked for when a rule wants to know it (repo.gather)."""

    def __bool__(self) -> bool:
        raise NotImplementedError


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
    alters: policy files that a merge commit changes by itself, as merging its parents would not; Unknown where that
        can't be determined.
    replay: of a cherry-pick or revert that is about to be made; of one that was made, its subject.
    pushed: what is pushed onto ``about`` in its place: a detached HEAD's commit, or one by its id; "" for the branch
        of that name.
    """

    about: str
    sha: str = ""
    parents: tuple[str, ...] = ()
    operation: str = "commit"
    message: str | Unknown = Unknown("the message is not written yet")
    markers: tuple[Marker, ...] | Unknown = Unknown("the files weren't checked")
    adopts: bool | Late = False
    base: str = ""
    before: str = ""
    here: bool | Unknown = True
    alters: tuple[str, ...] | Unknown = ()
    replay: Repetition = Repetition()
    pushed: str = ""


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
    missing: tuple[str, ...] | Unknown = Unknown("the other targets weren't checked")
    behind: int | Unknown = Unknown("the remote twin wasn't checked")
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
    landed: targets that hold its work though not its commits, because it was squashed or cherry-picked there.
    """

    about: str
    version: str
    last: str | Unknown = ""
    finished: bool = False
    into: str = ""


if TYPE_CHECKING:
    Fact = (
        Branch
        | Commit
        | Authorship
        | Merge
        | RefUpdate
        | Pull
        | Release
        | Collision
        | Check
        | Guarded
        | Blob
        | Measure
        | Provenance
    )
else:
    Fact = object  # a name for type checkers; a hook need not load what a pull request is
