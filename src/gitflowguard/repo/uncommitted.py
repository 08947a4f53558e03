"""What lies in the work trees of a repository beside their commits, as commits in a scratch directory.

Nothing of the user's is written, and nothing is run: git works with a git directory of ours that holds a copy of the
index, on the files where they lie, and what it makes goes to the scratch directory. Of the repository's settings it
has those that say how files are read (git-config(1), core), and no filter of gitattributes(5). What a filter would make
of a file is computed for Git LFS, whose pointers have one form; a file under another filter stays as it was staged.
"""

from __future__ import annotations

import os
import shutil
import stat

from gitflowguard.model.finding import Unknown
from gitflowguard.model.names import plural
from gitflowguard.model.record import Record
from gitflowguard.process import ProcessError, run
from gitflowguard.repo.git import Git, GitError, reason, text
from gitflowguard.repo.place import Place
from gitflowguard.repo.state import read_state

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gitflowguard.repo.scratch import Scratch

TIMEOUT = 120.0
# Beyond this a file stays as it was staged: it would have to be read and compressed for each look.
MOST_BYTES = 64 << 20
# More files than this that git doesn't track yet are data or output; then none of them is taken in.
MOST_NEW = 2_000
_WORDS = ("true", "false", "yes", "no", "on", "off", "1", "0", "")
# Setting (git-config(1)) -> the values that are taken over; None for a path.
_SETTINGS: dict[str, tuple[str, ...] | None] = {
    "core.autocrlf": (*_WORDS, "input"),
    "core.eol": ("lf", "crlf", "native"),
    "core.filemode": _WORDS,
    "core.symlinks": _WORDS,
    "core.ignorecase": _WORDS,
    "core.precomposeunicode": _WORDS,
    "core.trustctime": _WORDS,
    "core.checkstat": ("default", "minimal"),
    "core.sparsecheckout": _WORDS,
    "core.sparsecheckoutcone": _WORDS,
    "core.excludesfile": None,
    "core.attributesfile": None,
}
# Ours. safecrlf would make git stop at a file (git-config(1), core.safecrlf); the others would start a program or write
# beside the index.
_FIXED = """\
[core]
\trepositoryformatversion = 1
\tbare = false
\tsafecrlf = false
\tfsmonitor = false
\tuntrackedCache = false
\tsplitIndex = false
\tpreloadIndex = false
\thooksPath = {null}
[gc]
\tauto = 0
[index]
\tthreads = 1
[extensions]
\tobjectFormat = {format}
"""
_INFO = ("exclude", "attributes", "sparse-checkout")


class CheckedOutTree(Record):
    """One work tree. head: its commit, "" before the first one. branch: its full ref, "" where HEAD is detached."""

    top: str
    git_dir: str
    head: str
    branch: str


class Uncommitted(Record):
    """A work tree with what lies in it. commit: of all that lies there, on top of its HEAD; HEAD itself where nothing
    does. files: how many differ from HEAD. author: who works there, by the settings. left: (path, why it stays as it
    was staged). why: where it can't be determined what a commit would hold.
    """

    place: CheckedOutTree
    commit: str = ""
    files: int = 0
    author: str = ""
    left: tuple[tuple[str, str], ...] = ()
    why: Unknown | None = None


class Unclear(Exception):
    """A work tree of which nobody can say what a commit would hold; the text says why."""


def work_trees(git: Git, place: Place) -> list[CheckedOutTree]:
    """Those that are there, the main one first (git-worktree(1), PORCELAIN FORMAT). Raises GitError."""
    found = []
    for entry in text(git.call("worktree", "list", "--porcelain", "-z").out).split("\0\0"):
        rows = dict(row.partition(" ")[::2] for row in entry.strip("\0").split("\0"))
        top = rows.get("worktree", "")
        if "bare" in rows or not os.path.isdir(top):
            continue
        head = rows.get("HEAD", "").strip("0") and rows["HEAD"]
        if _same(top, place.top) or _same(top, place.git_dir):
            # For a submodule git names its git directory (worktree.c, get_main_worktree).
            found.append(CheckedOutTree(place.top, place.git_dir, head, rows.get("branch", "")))
        elif git_dir := _git_dir(top):
            found.append(CheckedOutTree(top, git_dir, head, rows.get("branch", "")))
    return found


def _same(one: str, other: str) -> bool:
    return bool(other) and os.path.realpath(one) == os.path.realpath(other)


def _git_dir(top: str) -> str:
    """The git directory of a work tree (gitrepository-layout(5)), "" where there is none."""
    path = os.path.join(top, ".git")
    if os.path.isdir(path):
        return path
    try:
        with open(path, "rb") as file:
            line = text(file.readline()).rstrip("\n")
    except OSError:
        return ""
    inner = os.path.join(top, line.removeprefix("gitdir: "))
    return inner if line.startswith("gitdir: ") and os.path.isdir(inner) else ""


def read_work_trees(
    git: Git, place: Place, scratch: Scratch, objects: Sequence[str], root: str
) -> list[Uncommitted]:
    """Every work tree that has a commit. root: a private directory. objects: where the repository's objects lie."""
    found = []
    for number, one in enumerate(work_trees(git, place)):
        if one.head:
            found.append(_read(one, place, scratch, objects, os.path.join(root, f"tree{number}")))
    return found


def _read(
    one: CheckedOutTree, place: Place, scratch: Scratch, objects: Sequence[str], folder: str
) -> Uncommitted:
    try:
        return _TreeReader(one, place, scratch, objects, folder).read()
    except (Unclear, GitError, ProcessError) as problem:
        return Uncommitted(one, why=Unknown(str(problem)))
    except OSError as problem:
        return Uncommitted(one, why=Unknown(problem.strerror or str(problem)))


class _TreeReader:
    """git on one work tree, with a git directory of ours."""

    def __init__(
        self, one: CheckedOutTree, place: Place, scratch: Scratch, objects: Sequence[str], folder: str
    ) -> None:
        self.one, self.scratch, self.folder = one, scratch, folder
        self.state = read_state(Place(one.top, one.git_dir, place.common))
        self.common = place.common
        self.config = Git(one.top).config_all(r"^(core|filter|user)\.")
        self.env = scratch.elsewhere(folder, objects, os.path.join(folder, "index"))

    def read(self) -> Uncommitted:
        """The commit of all that lies there. Raises Unclear, GitError, ProcessError and OSError."""
        if self.state.operation in ("rebase", "am"):
            raise Unclear(f"it is in the middle of a {self.state.operation}")
        self._prepare()
        changed, new = self._changed(), self._new()
        many: dict[str, str] = {}
        if len(new) > MOST_NEW:
            many = {f"{len(new):,} untracked files": f"there are more than {MOST_NEW:,}"}
            new = []
        taken, left = self._sorted([*dict.fromkeys(changed), *new])
        left |= many
        self._stage(taken)
        tree = text(self._git("write-tree", "--missing-ok")).strip()
        files = self._differing(tree)
        author = next((value for key, value in reversed(self.config) if key == "user.name"), "")
        heads = self.state.heads if self.state.operation == "merge" else ()
        commit = self.one.head
        if files or heads:
            commit = self.scratch.commit(tree, self.one.head, *heads, author=author, says="uncommitted work")
        return Uncommitted(
            place=self.one, commit=commit, files=files, author=author, left=tuple(sorted(left.items()))
        )

    def _prepare(self) -> None:
        """The git directory of ours, with a copy of the index that is as old as the index.

        By its time git knows which files may have changed right after they were staged (racy-git).
        """
        for inner in ("refs", "info", "objects"):
            os.makedirs(os.path.join(self.folder, inner), 0o700)
        form = "sha256" if self.scratch.sha256 else "sha1"
        self._write("HEAD", f"{self.one.head}\n")
        self._write("config", _FIXED.format(null=os.devnull, format=form) + self._settings())
        for name in _INFO:
            for home in (self.common, self.one.git_dir):
                path = os.path.join(home, "info", name)
                if os.path.isfile(path):
                    shutil.copyfile(path, os.path.join(self.folder, "info", name))
        for name in self._index_files():
            shutil.copy2(os.path.join(self.one.git_dir, name), os.path.join(self.folder, name))
        if not os.path.exists(os.path.join(self.folder, "index")):
            raise Unclear("it has no index yet")

    def _index_files(self) -> list[str]:
        """The index, and what a split one is kept in (git-update-index(1), SPLIT INDEX)."""
        names = os.listdir(self.one.git_dir)
        return [name for name in names if name == "index" or name.startswith("sharedindex.")]

    def _write(self, name: str, content: str) -> None:
        with open(os.path.join(self.folder, name), "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(content)

    def _settings(self) -> str:
        """The settings that say how files are read, in a form that starts no program."""
        found = {}
        for key, value in self.config:
            known = _SETTINGS.get(key.lower(), ())
            if known is None and "\n" not in value or known is not None and value.lower() in known:
                found[key] = value
        escaped = (
            (key, value.replace("\\", "\\\\").replace('"', '\\"')) for key, value in sorted(found.items())
        )
        return "".join(f'[core]\n\t{key.partition(".")[2]} = "{value}"\n' for key, value in escaped)

    def _git(self, *args: str, stdin: bytes = b"") -> bytes:
        argv = ("git", "-C", self.one.top, f"--work-tree={self.one.top}", *args)
        done = run(argv, stdin, self.env, TIMEOUT)
        if done.code != 0:
            raise GitError(f"git {args[0]} failed: {reason(done.err) or f'exit code {done.code}'}")
        return done.out

    def _changed(self) -> list[str]:
        """Paths that differ from the index."""
        out = text(self._git("diff-files", "--raw", "-z", "--no-renames", "--ignore-submodules=dirty"))
        fields = out.split("\0")
        heads, paths = fields[0:-1:2], fields[1::2]
        unmerged = {path for head, path in zip(heads, paths) if head.endswith(" U")}
        if unmerged:
            raise Unclear(f"it has {plural(len(unmerged), 'file')} with unresolved conflicts")
        return paths

    def _new(self) -> list[str]:
        """Paths that git neither tracks nor ignores, without repositories in this one."""
        found = text(self._git("ls-files", "--others", "--exclude-standard", "-z")).split("\0")[:-1]
        return [path for path in found if not path.endswith("/")]

    def _sorted(self, changed: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
        """(path -> the object of what a filter makes of it, "" for the file itself; path -> why it is left)."""
        filters = self._filters(changed)
        taken: dict[str, str] = {}
        left: dict[str, str] = {}
        for path in changed:
            why = _unfit(os.path.join(self.one.top, path))
            name = filters.get(path, "")
            if why:
                left[path] = why
            elif not name:
                taken[path] = ""
            elif name == "lfs":
                taken[path] = self.scratch.blob(_pointer(os.path.join(self.one.top, path)), beside=True)
            else:
                left[path] = f"the filter {name} isn't run"
        return taken, left

    def _filters(self, changed: Iterable[str]) -> dict[str, str]:
        """Path -> its filter, where that is one which git would start for a file that is there."""
        known = {
            key.partition(".")[2].rpartition(".")[0] for key, value in self.config if _cleans(key, value)
        }
        there = [path for path in changed if os.path.isfile(os.path.join(self.one.top, path))]
        there = [path for path in there if not os.path.islink(os.path.join(self.one.top, path))]
        if not known or not there:
            return {}
        stdin = "".join(path + "\0" for path in there).encode("utf-8", "surrogateescape")
        fields = text(self._git("check-attr", "-z", "--stdin", "filter", stdin=stdin)).split("\0")
        return {path: value for path, value in zip(fields[0::3], fields[2::3]) if value in known}

    def _stage(self, taken: dict[str, str]) -> None:
        """Into our copy of the index; what is gone first, so that a directory can take its place."""
        plain = [path for path, oid in taken.items() if not oid]
        gone = [path for path in plain if not os.path.lexists(os.path.join(self.one.top, path))]
        for paths in (gone, [path for path in plain if path not in set(gone)]):
            stdin = "".join(path + "\0" for path in paths).encode("utf-8", "surrogateescape")
            if stdin:
                self._git("update-index", "--add", "--remove", "--replace", "-z", "--stdin", stdin=stdin)
        rows = "".join(f"{self._mode(path)} {oid} 0\t{path}\0" for path, oid in taken.items() if oid)
        if rows:
            self._git("update-index", "-z", "--index-info", stdin=rows.encode("utf-8", "surrogateescape"))

    def _mode(self, path: str) -> str:
        mode = os.stat(os.path.join(self.one.top, path)).st_mode
        return "100755" if mode & stat.S_IXUSR else "100644"

    def _differing(self, tree: str) -> int:
        out = self._git("diff-tree", "-r", "-z", "--name-only", "--no-renames", self.one.head, tree)
        return out.count(b"\0")


def _cleans(key: str, value: str) -> bool:
    return key.startswith("filter.") and key.endswith((".clean", ".process")) and bool(value)


def _unfit(path: str) -> str:
    """Why a file can't be taken in, "" where it can; one that is gone can."""
    try:
        info = os.lstat(path)
    except OSError:
        return ""
    if stat.S_ISLNK(info.st_mode) or stat.S_ISDIR(info.st_mode):
        return ""
    if not stat.S_ISREG(info.st_mode):
        return "it isn't a file"
    if info.st_size > MOST_BYTES:
        return f"it is larger than {MOST_BYTES >> 20} MB"
    return "" if os.access(path, os.R_OK) else "it can't be read"


def _pointer(path: str) -> bytes:
    """What Git LFS stores for a file (its specification, version 1); a pointer and an empty file stay as they are."""
    from hashlib import sha256

    with open(path, "rb") as file:
        data = file.read()
    if not data or (len(data) < 1024 and data.startswith(b"version https://git-lfs.github.com/spec/v1\n")):
        return data
    digest = sha256(data).hexdigest()
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {len(data)}\n".encode()
