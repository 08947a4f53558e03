"""Refs and history, read with git: the real `History` behind model.lineage."""

from __future__ import annotations

import os

from gitflowguard.model.event import CHECKED_OUT
from gitflowguard.model.facts import Refs
from gitflowguard.model.forgeref import BEGINNINGS, is_forge_copy, is_forge_ref
from gitflowguard.model.history import Cut
from gitflowguard.model.names import HEADS, REMOTES, TAGS
from gitflowguard.repo.deferred import TagTips
from gitflowguard.repo.git import Git, GitError, Place, text
from gitflowguard.repo.place import only_file
from gitflowguard.repo.state import head_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.flow import Flow

_CREATED = "branch: Created from "
# A shell reads them one by one at each checkout of a branch that has never moved.
_KEPT = 40


def read_refs(git: Git, upstream: str = "origin", place: Place | None = None) -> Refs:
    """Every tag, and every branch that is a person's, in one git process (two where HEAD can't be read from its file).

    A forge's own refs are left out. A work tree that stands on one of them (Jenkins checks out a local ``PR-7``) is
    read as one with a detached HEAD: no branch of the team gets what is committed there.
    place: where HEAD's file is.
    """
    ids, names, symrefs = git.refs()
    far, tag = _first_of(names, REMOTES), _first_of(names, TAGS)
    heads = dict(zip([name[len(HEADS) :] for name in names[:far]], ids))
    for name in [name for name in heads if name.startswith(BEGINNINGS)]:
        if is_forge_ref(name):
            del heads[name]
    tags = TagTips([name[len(TAGS) :] for name in names[tag:]], git.peeled)
    remotes = _remotes([name[len(REMOTES) :] for name in names[far:tag]], ids[far:tag], symrefs[far:tag])
    named = head_of(place) if place is not None else None
    full = git.head() if named is None else named
    if any(symrefs[:far]):
        full = _followed(full, {name: to for name, to in zip(names[:far], symrefs) if to})
    head = full[len(HEADS) :] if full.startswith(HEADS) else ""
    return Refs(heads, remotes, tags, "" if is_forge_ref(head) else head, upstream).indexed()


def _remotes(paths: list[str], ids: list[str], symrefs: list[str]) -> dict[tuple[str, str], str]:
    """(remote, branch) -> commit. No call for each name: of 100,000 those take half a second."""
    keys = [(remote, name) for remote, _, name in [path.partition("/") for path in paths]]
    found = dict(zip(keys, ids))
    # origin/HEAD is a pointer, not a branch (git-remote(1), set-head)
    drop = [key for key, symref in zip(keys, symrefs) if symref or not key[1]]
    near = [
        key for path, key in zip(paths, keys) if path.startswith(BEGINNINGS) or key[1].startswith(BEGINNINGS)
    ]
    for key in (*drop, *(key for key in near if is_forge_copy(*key))):
        found.pop(key, None)
    return found


def _first_of(names: list[str], prefix: str) -> int:
    """The place of the first of the sorted names that doesn't stand before the prefix."""
    low, high = 0, len(names)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if names[middle] < prefix else (low, middle)
    return low


def _followed(full: str, symrefs: dict[str, str]) -> str:
    """The ref behind symbolic refs, as far as git follows them (refs.c, SYMREF_MAXDEPTH)."""
    for _ in range(5):
        full = symrefs.get(full, full)
    return full


def homed(refs: Refs, remote: str) -> Refs:
    """The same refs where a remote's own name holds a slash, which a ref's name alone does not tell."""
    if "/" not in remote:
        return refs
    found = {}
    for (home, name), sha in refs.remotes.items():
        full = f"{home}/{name}"
        at = (remote, full[len(remote) + 1 :]) if full.startswith(remote + "/") else (home, name)
        if not is_forge_copy(*at):
            found[at] = sha
    return refs._replace(remotes=found, lookup=None).indexed()


def of_team(refs: Refs, flow: Flow) -> Refs:
    """The refs with the remote that the policy names as the team's."""
    return homed(refs._replace(upstream=flow.remote), flow.remote)


class GitHistory:
    """Answers from one repository. Each answer that several rules need is kept for the run."""

    def __init__(self, git: Git, place: Place, refs: Refs) -> None:
        self.git = git
        self.place = place
        self.refs = refs
        self._held: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = {}
        self._own: dict[tuple[str, tuple[str, ...]], dict[str, tuple[str, ...]]] = {}
        # Set by a caller that will ask for messages too: then one walk brings both.
        self.keep_messages = False
        self._messages: dict[str, str] = {}

    @property
    def shallow(self) -> bool:
        """gitrepository-layout(5): the file ``shallow`` lists the commits that history was cut at."""
        return os.path.exists(os.path.join(self.place.common, "shallow"))

    def own(self, tip: str, known: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        """Commit -> parents of what tip has and known has not, children first."""
        if tip in known:
            return {}
        key = (tip, known)
        if key not in self._own and self.keep_messages:
            found = self.git.own_with_messages(tip, known)
            self._messages.update((sha, message) for sha, (_, message) in found.items())
            self._own[key] = {sha: parents for sha, (parents, _) in found.items()}
        if key not in self._own:
            self._own[key] = self.git.own(tip, known)
        return self._own[key]

    def ahead(self, tip: str, known: tuple[str, ...]) -> None:
        """Lets git begin with what `own` will be asked in a moment."""
        if tip not in known and (tip, known) not in self._own and not self.keep_messages:
            self.git.own_ahead(tip, known)

    def messages(self, commits: tuple[str, ...]) -> dict[str, str]:
        """Commit -> its whole message."""
        missing = tuple(sha for sha in commits if sha not in self._messages)
        self._messages.update(self.git.messages(missing, whole=True))
        return {sha: self._messages[sha] for sha in commits if sha in self._messages}

    def holders(self, commit: str, branches: tuple[str, ...]) -> tuple[str, ...]:
        """Those of the branches, here or on a remote, whose history holds the commit."""
        key = (commit, branches)
        if key not in self._held:
            at = {name: self.refs.tips(name) for name in branches}
            try:
                held = self.git.containing(
                    commit, {tip for tips in at.values() if commit not in tips for tip in tips}
                )
            except GitError:
                # A commit that this clone does not have is held by none of its branches.
                if self.git.commit_of(commit):
                    raise
                held = set()
            held.add(commit)
            self._held[key] = tuple(name for name in branches if not held.isdisjoint(at[name]))
        return self._held[key]

    def cut(self, branch: str) -> Cut | None:
        """Where the branch's reflog begins, else the base noted in git config."""
        first = self._first_move(branch)
        if first is not None and first[1].startswith(_CREATED):
            base = first[1][len(_CREATED) :]
            twin = any(base in (f"{r}/{branch}", f"{REMOTES}{r}/{branch}") for r in self.refs.homes())
            if not twin:
                return Cut(
                    first[0],
                    base[len(HEADS) :] if base.startswith(HEADS) else base if base in self.refs.heads else "",
                )
        noted = self.git.config(f"gitflow.branch.{branch}.base") if branch in self.refs.heads else ""
        return Cut("", noted) if noted else None

    def _first_move(self, branch: str) -> tuple[str, str] | None:
        """The oldest line of the branch's reflog. Read from the file: a reflog can be long, its first line is not."""
        if os.path.isdir(os.path.join(self.place.common, "reftable")):
            moves = self.git.reflog(HEADS + branch)
            return moves[-1] if moves else None
        try:
            with open(
                os.path.join(os.fsencode(self.place.common), b"logs", os.fsencode(HEADS + branch)), "rb"
            ) as log:
                line = text(log.readline(4096))
        except OSError:
            return None
        head, _, subject = line.rstrip("\n").partition("\t")
        words = head.split(" ", 2)
        return (words[1], subject) if len(words) == 3 else None

    def fresh(self, branch: str) -> bool:
        """Whether the branch was made and has not moved since, and no note says that it was judged (repo.preamble)."""
        if os.path.isdir(os.path.join(self.place.common, "reftable")):
            return bool(branch) and len(self.git.reflog(HEADS + branch)) == 1
        line = only_line(self.place, branch)
        return bool(line) and checked_out_line(branch, line) not in read_lines(self.place)

    def moves(self, branch: str) -> tuple[tuple[str, str], ...]:
        """The branch's reflog, newest first."""
        return tuple(self.git.reflog(HEADS + branch)) if branch in self.refs.heads else ()

    def subjects(self, commits: tuple[str, ...]) -> dict[str, str]:
        """Commit -> first line of its message."""
        missing = tuple(sha for sha in commits if sha not in self._messages)
        found = self.git.messages(missing)
        for sha in commits:
            if sha in self._messages:
                # git's %s: the first paragraph on one line (pretty.c, format_subject).
                found[sha] = " ".join(self._messages[sha].strip().partition("\n\n")[0].split("\n"))
        return found

    def continuing(self, commit: str, branches: tuple[str, ...]) -> tuple[str, ...]:
        """Those of the branches, here or on a remote, that have the commit on their first-parent chain."""
        at = {name: self.refs.tips(name) for name in branches}
        tips = {tip for found in at.values() for tip in found}
        reached = self.git.above(commit, tips) if tips else set()
        return tuple(name for name in branches if not reached.isdisjoint(at[name]))

    def merged_tags(self, tip: str) -> tuple[str, ...]:
        """The tags in the tip's history."""
        return tuple(self.git.tags_in(tip))


def only_line(place: Place, branch: str) -> bytes:
    """The one line of the branch's reflog, b"" where it has none or more."""
    path = os.path.join(os.fsencode(place.common), b"logs", os.fsencode(HEADS + branch))
    try:
        with open(path, "rb") as log:
            line = log.readline()
            return b"" if log.readline() else line
    except OSError:
        return b""


def checked_out_line(branch: str, line: bytes) -> bytes:
    """What is noted of a new branch that there was nothing to say about; a branch of the same name has another line."""
    return os.fsencode(HEADS + branch) + b" " + line.strip()


def read_lines(place: Place) -> list[bytes]:
    """The new branches that there was nothing to say about, oldest first."""
    try:
        with open(os.path.join(place.git_dir, CHECKED_OUT), "rb", opener=only_file) as file:
            return file.read().split(b"\n")[:-1]
    except OSError:
        return []


def note_checked_out(place: Place, branch: str) -> None:
    """Notes that there was nothing to say about this new branch; the newest few are kept."""
    line = only_line(place, branch)
    if not line:
        return
    from gitflowguard.atomic import put  # hardly any hook writes

    lines = [*read_lines(place), checked_out_line(branch, line)][-_KEPT:]
    try:
        put(os.path.join(place.git_dir, CHECKED_OUT), b"".join(one + b"\n" for one in lines))
    except OSError:
        pass  # it is judged again


def forget_checked_out(place: Place) -> None:
    """Another policy may have something to say about branches that were looked at."""
    try:
        os.unlink(os.path.join(place.git_dir, CHECKED_OUT))
    except OSError:
        pass  # there is none
