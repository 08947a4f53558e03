"""The contents that a commit, a push or a whole tree holds: (path, blob) pairs, read from git and nothing else.

Light: a hook reads the index by it. The work tree is never asked, save where a
person names paths of it.
"""

from __future__ import annotations

import os

from gitflowguard.model.finding import Unknown
from gitflowguard.model.record import Record
from gitflowguard.repo.git import STAGED, GitError, reason, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from gitflowguard.repo.git import Git, Place

_FILES = ("100644", "100755")
_ALLOWED = "that quality.file-kb allows"
_LFS = b"version https://git-lfs.github.com/spec/v1\n"
_CRYPT = b"\0GITCRYPT\0"
_DIFF = STAGED[2:-2]
_INDEX = ("ls-files", "--cached", "--stage", "-z", "--full-name", "--")
# With more names than this it is quicker to list all paths of a commit.
_MANY = 64


class IndexEntry(Record):
    """One content. path: from the repository's root. oid: its blob. mode: 100644 or 100755."""

    path: str
    oid: str
    mode: str = "100644"


def staged(git: Git, heads: Sequence[str] = ()) -> tuple[IndexEntry, ...]:
    """The contents that a commit of the index would add, against HEAD and against every commit in ``heads``.

    What one of the merged commits holds at the same path was looked at where it was
    made. No deletions, links, submodules, unmerged paths or paths that are only
    announced (``git add -N``); no contents that only change their mode, unless that brings them into view
    (`_in_view`).
    """
    done = git.call(*STAGED, codes=(0, 128))
    if done.code:
        if git.commit_of("HEAD"):
            raise GitError(f"the index cannot be compared with HEAD: {reason(done.err)}")
        return everything(git)  # the first commit of a branch
    found = _raw(text(done.out))
    for head in heads:
        other = {entry.path for entry in _index_against(git, head)}
        found = tuple(entry for entry in found if entry.path in other)
    return found


def staged_ahead(git: Git) -> None:
    """Lets git begin with what `staged` will be asked."""
    git.ahead(*STAGED)


def _index_against(git: Git, commit: str) -> tuple[IndexEntry, ...]:
    return _raw(text(git.call("diff-index", "--cached", *_DIFF, commit, "--").out))


def _raw(out: str) -> tuple[IndexEntry, ...]:
    """The new contents of a raw diff (git-diff(1), "raw output format", with -z)."""
    fields = out.split("\0")
    found = []
    for head, path in zip(fields[0::2], fields[1::2]):
        was, mode, old, new, status = head.split(" ")
        # An announced path has the empty blob in the index, or none (git-add(1), --intent-to-add): there is no content
        # of it yet.
        if (
            status[0] in "AMT"
            and mode in _FILES
            and new.strip("0")
            and (new != old or _in_view(was, mode, path))
        ):
            found.append(IndexEntry(path, new, mode))
    return tuple(found)


def _in_view(was: str, mode: str, path: str) -> bool:
    """Whether the modes alone make a content new to a tool.

    A link can have any text as its target, and become a file with that text. A program without an extension counts as
    one once it is executable (app.quality.scripts).
    """
    return was[1:] not in _FILES or (was[1:] != mode == _FILES[1] and "." not in path.rpartition("/")[2])


def everything(git: Git, commit: str = "") -> tuple[IndexEntry, ...]:
    """Every content of a commit; "": of the index."""
    if commit:
        return tree(git, commit)
    return _listing(git.call(*_INDEX, *_whole(git)).out)


def everything_ahead(git: Git) -> None:
    """Lets git begin with what `everything` will be asked."""
    git.ahead(*_INDEX, *_whole(git))


def _whole(git: Git) -> tuple[str, ...]:
    """A pathspec for the whole tree, also from a directory below its root."""
    if os.path.exists(os.path.join(git.cwd, ".git")):
        return ()  # at the root already, where git starts its hooks (githooks(5))
    top = git.call("rev-parse", "--show-cdup", codes=(0, 128))
    up = text(top.out).strip() if top.code == 0 else ""
    # Outside of the work tree, with GIT_WORK_TREE set, it is an absolute path (builtin/rev-parse.c, --show-cdup).
    return (up.removesuffix("/") + "/",) if up else ()


def _listing(out: bytes) -> tuple[IndexEntry, ...]:
    """Rows ``<mode> <blob> <stage>, a tab, <path>``, by place and not by words: a tree has thousands."""
    found = []
    for row in text(out).split("\0"):
        tab = row.find("\t")
        if row[:6] in _FILES and row[tab - 2 : tab] == " 0":
            found.append(IndexEntry(row[tab + 1 :], row[7 : tab - 2], row[:6]))
    return tuple(found)


def listed(git: Git, paths: Iterable[str]) -> tuple[IndexEntry, ...]:
    """The contents of the index at these paths, as a hook framework names them."""
    wanted = set(paths)
    return tuple(entry for entry in everything(git) if entry.path in wanted)


def tree(git: Git, commit: str) -> tuple[IndexEntry, ...]:
    """Every content of a commit."""
    found = []
    for row in text(git.call("ls-tree", "-r", "-z", "--full-tree", "--end-of-options", commit).out).split(
        "\0"
    ):
        head, _, path = row.partition("\t")
        words = head.split(" ")
        if len(words) == 3 and words[0] in _FILES:
            found.append(IndexEntry(path, words[2], words[0]))
    return tuple(found)


def resolved(git: Git, word: str) -> str:
    """The commit that a person's word means; raises GitError."""
    sha = git.commit_of(word)
    if not sha:
        raise GitError(f"there isn't a commit {word!r} here; a branch of the remote needs `git fetch` first")
    return sha


class RangeStart(Record):
    """Where a range begins. commit: what its end is compared with.

    paths: the only ones that the range may have changed, None where every difference counts. merge_bases: of its ends.
    """

    commit: str
    paths: frozenset[str] | None = None
    merge_bases: tuple[str, ...] = ()

    def has(self, path: str) -> bool:
        """Whether a difference at this path counts."""
        return self.paths is None or path in self.paths


def range_start(git: Git, base: str, head: str) -> RangeStart:
    """The merge base; the base itself where the two share no history, or have more than one merge base.

    Which of several git names first follows from the dates of commits, which their author writes: the one that already
    holds what the merge brings back would hide it. No merge changes what is the same on both sides, nor what
    the head has as each merge base has it (git-merge-base(1), "criss-cross merge").
    """
    done = git.call("merge-base", "--all", "--end-of-options", base, head, codes=(0, 1, 128))
    starts = tuple(text(done.out).split())
    if len(starts) < 2:
        return RangeStart(starts[0] if starts else base, merge_bases=starts)
    words = ("--name-only", "--no-renames", "-z", "--no-ext-diff", "--no-textconv", "--end-of-options")
    outs = (text(git.call("diff-tree", "-r", *words, one, head).out) for one in starts)
    return RangeStart(base, frozenset(path for out in outs for path in out.split("\0") if path), starts)


def start_of(git: Git, base: str, head: str) -> str:
    """The commit with which a range's end is compared."""
    return range_start(git, base, head).commit


def between(git: Git, base: str, head: str) -> tuple[IndexEntry, ...]:
    """The contents at ``head`` (a commit id) that are new since it left ``base``."""
    start = range_start(git, base, head)
    rows = _raw(text(git.call("diff-tree", "-r", *_DIFF, "--end-of-options", start.commit, head).out))
    return tuple(row for row in rows if start.has(row.path))


def renamed(git: Git, start: RangeStart, base: str, changed: Collection[str]) -> dict[str, tuple[str, str]]:
    """Old path -> (new path, its content at the base) of what the base has renamed since it and the head parted.

    A merge takes what the head changes at the old path over to the new one. changed: the paths that the head changes;
    renames are looked for only where the base lacks one of them.
    """
    found: dict[str, tuple[str, str]] = {}
    for one in start.merge_bases:
        words = ("diff-tree", "-r", *_DIFF)
        fields = text(git.call(*words, "--end-of-options", one, base).out).split("\0") if one != base else []
        gone = {path for head, path in zip(fields[0::2], fields[1::2]) if head.endswith(" D")}
        if gone.isdisjoint(changed):
            continue
        # Without the limit that a diff has: a merge follows thousands of renames (git-merge(1), merge.renameLimit).
        out = text(git.call(*words, "--find-renames", "-l0", "--end-of-options", one, base).out)
        rest = iter(out.split("\0"))
        for head in rest:
            was = next(rest, "")
            if " R" in head:
                now = next(rest, "")
                found.update({was: (now, head.split(" ")[3])} if was in changed else {})
    return found


class Places(Record):
    """Where configuration may lie. names: paths. anywhere: names of files, in every directory of the index;
    for a commit they have to be among the paths. folders: paths of which it is asked whether git tracks them.
    """

    names: tuple[str, ...]
    anywhere: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()


def _specs(places: Places) -> tuple[str, ...]:
    """Pathspecs for them: no list of directories, which would cost git a comparison for each and every path."""
    exact = (f":(top,literal){path}" for path in (*places.names, *places.folders))
    return (*exact, *(f":(top,glob)**/{name}" for name in places.anywhere))


def configs(git: Git, places: Places, commit: str = "") -> tuple[dict[str, str], frozenset[str]]:
    """(path -> blob of those places that are files, those of the folders that git tracks)."""
    names, folders = frozenset(places.names), places.folders
    if not commit:
        out = git.call(*_INDEX, *_specs(places), magic=True).out
    else:
        specs = (*places.names, *folders) if len(names) <= _MANY else ()
        out = git.call("ls-tree", "-r", "-z", "--full-tree", "--end-of-options", commit, *specs).out
    found: dict[str, str] = {}
    tracked: set[str] = set()
    for row in text(out).split("\0"):
        head, _, path = row.partition("\t")
        wanted = path in names or (not commit and path.rpartition("/")[2] in places.anywhere)
        if wanted and head[:6] in _FILES:
            words = head.split(" ")
            if words[-1] not in ("1", "2", "3"):
                found[path] = words[2] if commit else words[1]
        # Also a link or a submodule of that name: whatever leads there was committed.
        tracked.update(folder for folder in folders if path == folder or path.startswith(folder + "/"))
    return found, frozenset(tracked)


def modules(entries: Iterable[IndexEntry]) -> tuple[str, ...]:
    """Paths of all modules: by them a sorter of imports knows what is the project's own, wherever its root is."""
    return tuple(sorted(entry.path for entry in entries if entry.path.endswith((".py", ".pyi"))))


def texts(
    git: Git, place: Place | None, oids: Sequence[str], limit: int, room: int = 0
) -> dict[str, bytes | Unknown]:
    """Content by blob id; Unknown for what is larger than ``limit`` bytes, encrypted, or not here.

    place: where git-lfs keeps its contents, to follow its pointers; None: pointers are taken as they are.
    room: bytes that all of them may have together, the first ones first; 0 isn't a bound.
    """
    if not oids:
        return {}
    stdin = "".join(oid + "\n" for oid in oids).encode()
    sizes: dict[str, int] = {}
    for row in text(git.call("cat-file", "--batch-check", stdin=stdin).out).split("\n"):
        words = row.split(" ")
        if len(words) == 3 and words[1] == "blob":
            sizes[words[0]] = int(words[2])
    found: dict[str, bytes | Unknown] = {oid: Unknown("its content is not in this clone") for oid in oids}
    found.update({oid: too_large(size, limit) for oid, size in sizes.items() if size > limit})
    wanted = tuple(oid for oid in oids if sizes.get(oid, limit + 1) <= limit)
    if room:
        wanted = _fitting(wanted, sizes, room)
        fitting = frozenset(wanted)
        found.update(
            {
                oid: Unknown("there are too many")
                for oid in sizes
                if oid not in fitting and sizes[oid] <= limit
            }
        )
    for oid, data in zip(wanted, git.blobs(wanted)):
        if data is not None:
            found[oid] = _followed(data, place, limit)
    return found


def _fitting(oids: Sequence[str], sizes: Mapping[str, int], room: int) -> tuple[str, ...]:
    """The first of them, as many as fit."""
    found = []
    for oid in oids:
        room -= sizes[oid]
        if room >= 0:
            found.append(oid)
    return tuple(found)


def too_large(size: int, limit: int) -> Unknown:
    """Why a large file is not checked."""
    return Unknown(f"it has {size // 1024} kB, more than the {limit // 1024} kB {_ALLOWED}")


def is_too_large(why: Unknown) -> bool:
    """Whether that is what `too_large` gives."""
    return why.reason.endswith(_ALLOWED)


def is_binary(data: bytes) -> bool:
    """Whether git takes a content for binary: a null byte in its beginning (git's buffer_is_binary)."""
    return b"\0" in data[:8000]


def _followed(data: bytes, place: Place | None, limit: int) -> bytes | Unknown:
    """The content that a pointer of git-lfs stands for (git-lfs/docs/spec.md); anything else as it is."""
    if data.startswith(_CRYPT):
        return Unknown("it is encrypted by git-crypt")
    if place is None or not data.startswith(_LFS) or len(data) > 1024:
        return data
    rows = dict(line.partition(" ")[::2] for line in text(data).split("\n"))
    name = rows.get("oid", "").removeprefix("sha256:")
    gone = Unknown("it is a pointer of git-lfs and its content is not here", (("git", "lfs", "pull"),))
    if len(name) != 64 or name.strip("0123456789abcdef"):
        return gone
    path = os.path.join(place.common, "lfs", "objects", name[:2], name[2:4], name)
    try:
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            return file.read() if size <= limit else too_large(size, limit)
    except OSError:
        return gone


def on_disk(git: Git, place: Place, paths: Sequence[str]) -> tuple[tuple[IndexEntry, ...], dict[str, bytes]]:
    """Files of the work tree as they lie there: (entries, content by blob id); directories are walked by git.

    A path is meant from where a person stands; where there is none, from the root, as findings name it.
    Raises GitError for a path that is not there or not in this work tree.
    """
    import hashlib

    specs = []
    for path in paths:
        places = (os.path.join(git.cwd, path), os.path.join(place.top, path))
        there = [full for full in places if path and os.path.lexists(full)]
        if not there:
            raise GitError(f"there is no {path!r} here")
        specs.append(there[0])
    out = git.call(
        "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--full-name", "--", *specs
    ).out
    named = hashlib.sha256 if _long_ids(git) else hashlib.sha1
    found: dict[str, IndexEntry] = {}
    data: dict[str, bytes] = {}
    for path in text(out).split("\0"):
        full = os.path.join(place.top, path)
        if not path or os.path.islink(full) or not os.path.isfile(full):
            continue
        with open(os.fsencode(full), "rb") as file:
            executable = os.fstat(file.fileno()).st_mode & 0o100
            content = file.read()
        oid = named(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
        found[path] = IndexEntry(path, oid, "100755" if executable else "100644")
        data[oid] = content
    return tuple(found.values()), data


def _long_ids(git: Git) -> bool:
    """Whether the repository names its objects by SHA-256."""
    return text(git.call("rev-parse", "--show-object-format").out).strip() == "sha256"


def of_paths(entries: Iterable[IndexEntry]) -> Mapping[str, IndexEntry]:
    """Entries by their path."""
    return {entry.path: entry for entry in entries}
