"""A git directory of our own, through which a repository is read and merges are tried.

Its objects are borrowed (alternates), what is made new is put aside, and nothing is configured but what we
write ourselves. So no program that a repository's configuration names can run, nothing is written to the
repository, and one that cannot be written to will do. What a borrowed object database allows and nothing can
be done about: git sets the time of an object that it would have written and finds there already (object-file.c,
freshen_file).
"""

from __future__ import annotations

import errno
import os
import zlib

from gitflowguard.model.treepath import is_sound
from gitflowguard.process import scrubbed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gitflowguard.repo.place import Place

# What points git elsewhere (git(1), "Environment Variables"); ours stand in their place.
_NAMED = (
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_PREFIX",
    "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH", "GIT_SHALLOW_FILE",
    "GIT_CEILING_DIRECTORIES", "GIT_DEFAULT_HASH", "GIT_DEFAULT_REF_FORMAT", "GIT_ATTR_SOURCE", "GIT_REDIRECT_",
    "GIT_CONFIG", "GIT_REFLOG_ACTION", "GITHEAD_",
)  # fmt: skip
_FIRST = """\
[core]
\trepositoryformatversion = 1
\tbare = false
\tcommitGraph = false
\tlooseCompression = 0
\tattributesFile = {null}
\thooksPath = {null}
\tfsmonitor = false
[merge]
\tconflictStyle = merge
[gc]
\tauto = 0
[extensions]
\tobjectFormat = {format}
"""
# Python's own module where it has one: loading OpenSSL for git's names of objects costs a push 4 ms.
try:
    from _sha1 import sha1 as _SHA1  # type: ignore[import-not-found]
except ImportError:
    from hashlib import sha1 as _SHA1
_FOLDER = "040000"
# Faults of a path, not of the machine.
_IMPOSSIBLE = (errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENAMETOOLONG, errno.EILSEQ)
_MOST_STORED = 0xFFFF


def objects_of(place: Place, environ: Mapping[str, str]) -> tuple[str, ...]:
    """The repository's objects, and those that a server keeps aside while it asks (git-receive-pack(1))."""
    named = (environ.get("GIT_OBJECT_DIRECTORY", ""), environ.get("GIT_ALTERNATE_OBJECT_DIRECTORIES", ""))
    beside = [path for text in named for path in text.split(os.pathsep) if os.path.isdir(path)]
    return (os.path.join(place.common, "objects"), *map(os.path.abspath, beside))


class Scratch:
    """git in a directory of ours, with the objects of a repository.

    root: an empty private directory. objects: object directories to borrow from, the repository's first.
    config: (key, value) settings for merges, checked by the caller. shallow: the repository's file of that
    name, b"" if it has none. sha256: whether its ids have 64 digits. Raises OSError.

    env: the environment for git; what it makes goes to ``spare``. keeping: the same for merges whose outcome
    is worth keeping; what these make goes to ``made``. They do not see what is spare: git does not write what
    it finds, and then it would not be kept. worth: the ids of what is to be kept, as far as it was made there;
    spared: of what was made to ``spare`` and is to be kept.
    """

    def __init__(
        self,
        root: str,
        objects: Iterable[str],
        config: Iterable[tuple[str, str]] = (),
        shallow: bytes = b"",
        sha256: bool = False,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.root = root
        self.sha256 = sha256
        self._environ = environ
        self.git_dir = os.path.join(root, "repo")
        self.spare = os.path.join(self.git_dir, "objects")
        self.made = os.path.join(root, "made")
        self.commits = os.path.join(root, "commits")
        for folder in (
            self.spare,
            self.made,
            self.commits,
            os.path.join(self.git_dir, "refs"),
            os.path.join(root, "empty"),
        ):
            os.makedirs(folder, 0o700)
        _write(os.path.join(self.git_dir, "HEAD"), b"ref: refs/heads/none\n")
        head = _FIRST.format(format="sha256" if sha256 else "sha1", null=os.devnull)
        _write(os.path.join(self.git_dir, "config"), (head + _sections(config)).encode())
        if shallow:
            _write(os.path.join(self.git_dir, "shallow"), shallow)
        self.env = _environment(environ, self.git_dir, self.spare, (self.commits, self.made, *objects))
        self.keeping = _environment(environ, self.git_dir, self.made, (self.commits, *objects))
        self.worth: set[str] = set()
        self.spared: set[str] = set()
        self._known: set[str] = set()
        self._made_folders: set[str] = set()
        self._told: set[str] = set()
        self._folders = 0

    def folder(self, files: Mapping[str, bytes]) -> str:
        """A work tree that holds these files and nothing else; for .gitattributes, which git reads from there.

        One that git wouldn't check out, or this system can't have, is left out: no merge here sees it, either.
        """
        self._folders += 1
        top = os.path.join(self.root, f"work{self._folders}")
        os.mkdir(top, 0o700)
        for path, data in files.items():
            if is_sound(path):
                full = os.path.join(top, *path.split("/"))
                try:
                    os.makedirs(os.path.dirname(full), 0o700, exist_ok=True)
                    _write(full, data)
                except OSError as problem:
                    if problem.errno not in _IMPOSSIBLE:
                        raise
        return top

    def argv(self, folder: str, *args: str) -> tuple[str, ...]:
        """git in a work tree of ours ("" for an empty one)."""
        top = folder or os.path.join(self.root, "empty")
        return ("git", "-C", top, f"--work-tree={top}", *args)

    def elsewhere(self, git_dir: str, objects: Iterable[str], index: str) -> dict[str, str]:
        """The environment for git with another directory of ours and its index; what it makes is seen by all here."""
        found = _environment(self._environ, git_dir, self.commits, (self.spare, *objects))
        return found | {"GIT_INDEX_FILE": index}

    def commit(self, tree: str, *parents: str, author: str = "", says: str = "trial") -> str:
        """Makes a commit; the same arguments give the same id. author: a name, in any letters.

        It is dated far ahead: git looks for merge bases from the newest date on, and would walk through all of
        history to a commit that seems older than its parents (commit-reach.c, paint_down_to_common).
        """
        lines = [f"tree {tree}", *(f"parent {sha}" for sha in parents)]
        name = (
            "".join(one for one in author if one.isprintable() and one not in "<>").strip() or "gitflowguard"
        )
        dated = "<> 4000000000 +0000"
        text = "\n".join((*lines, f"author {name} {dated}", f"committer gitflowguard {dated}", "", says, ""))
        return self._put(b"commit", text.encode("utf-8", "surrogateescape"), self.commits)

    def tree(self, files: Mapping[str, tuple[str, str]]) -> str:
        """Makes a tree from path -> (mode, object id); returns its id."""
        here: dict[str, tuple[str, str]] = {}
        below: dict[str, dict[str, tuple[str, str]]] = {}
        for path, entry in files.items():
            name, slash, rest = path.partition("/")
            if slash:
                below.setdefault(name, {})[rest] = entry
            else:
                here[name] = entry
        for name, inner in below.items():
            here[name] = (_FOLDER, self.tree(inner))
        rows = {os.fsencode(name): (mode.lstrip("0").encode(), oid) for name, (mode, oid) in here.items()}
        return self._put(b"tree", _tree(rows), self.spare)

    def graft(self, entries: Mapping[bytes, tuple[bytes, str]]) -> str:
        """Makes a tree from name -> (mode as git writes it, object id), worth keeping; returns its id."""
        oid = self._put(b"tree", _tree(entries), self.made)
        self.worth.add(oid)
        return oid

    def kept(self) -> list[str]:
        """The ids of what was made and is worth keeping, each named once."""
        found = []
        for start in os.listdir(self.made):
            if len(start) == 2:
                found += [start + rest for rest in os.listdir(os.path.join(self.made, start))]
        spared = (oid for oid in sorted(self.spared) if os.path.exists(f"{self.spare}/{oid[:2]}/{oid[2:]}"))
        wanted = [oid for oid in found if oid in self.worth] + list(spared)
        fresh = [oid for oid in dict.fromkeys(wanted) if oid not in self._told]
        self._told.update(fresh)
        return fresh

    def blob(self, data: bytes, beside: bool = False) -> str:
        """Makes a file's content; returns its id. beside: whether `keeping` sees it."""
        return self._put(b"blob", data, self.commits if beside else self.spare)

    def _put(self, kind: bytes, data: bytes, where: str) -> str:
        """Writes a loose object (gitformat-loose(5)); one that was written before is not written again."""
        whole = kind + b" " + str(len(data)).encode() + b"\0" + data
        oid = (_sha256 if self.sha256 else _sha1)(whole)
        if oid not in self._known:
            self._known.add(oid)
            folder = f"{where}/{oid[:2]}"
            if folder not in self._made_folders:
                self._made_folders.add(folder)
                os.makedirs(folder, 0o700, exist_ok=True)
            # There are thousands of them, and Python's own file objects would cost as much again.
            handle = os.open(f"{folder}/{oid[2:]}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            try:
                os.write(handle, _stored(whole))
            finally:
                os.close(handle)
        return oid


def _stored(data: bytes) -> bytes:
    """As zlib stores it without compression (RFC 1950, RFC 1951 3.2.4). There are thousands of small objects, and the
    compressor's own memory would cost more than what it does with them."""
    size = len(data)
    if size > _MOST_STORED:
        return zlib.compress(data, 0)
    head = b"\x78\x01\x01" + size.to_bytes(2, "little") + (size ^ _MOST_STORED).to_bytes(2, "little")
    return head + data + zlib.adler32(data).to_bytes(4, "big")


def _tree(entries: Mapping[bytes, tuple[bytes, str]]) -> bytes:
    """A tree object; git sorts a directory as if its name ended in a slash (tree.c, base_name_compare)."""
    rows = sorted(
        (name + b"/" if mode == b"40000" else name, name, mode, oid) for name, (mode, oid) in entries.items()
    )
    return b"".join(mode + b" " + name + b"\0" + bytes.fromhex(oid) for _, name, mode, oid in rows)


def _sha1(data: bytes) -> str:
    return str(_SHA1(data, usedforsecurity=False).hexdigest())


def _sha256(data: bytes) -> str:
    from hashlib import sha256

    return sha256(data).hexdigest()


def _write(path: str, data: bytes) -> None:
    with open(path, "wb") as file:
        file.write(data)


def _environment(
    environ: Mapping[str, str] | None, git_dir: str, own: str, objects: Iterable[str]
) -> dict[str, str]:
    """The environment of every git that works here."""
    kept = {name: value for name, value in scrubbed(environ).items() if not name.startswith(_NAMED)}
    return kept | {
        "GIT_DIR": git_dir,
        "GIT_OBJECT_DIRECTORY": own,
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": os.pathsep.join(map(_quoted, objects)),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
    }


def _quoted(path: str) -> str:
    """A path for GIT_ALTERNATE_OBJECT_DIRECTORIES (git(1)): in C quotes where it could be taken for two."""
    if os.pathsep not in path and "\n" not in path and not path.startswith('"'):
        return path
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _sections(config: Iterable[tuple[str, str]]) -> str:
    """Settings as a configuration file; a key is ``section.name`` or ``section.any words.name``."""
    out = []
    for key, value in config:
        section, _, rest = key.partition(".")
        middle, _, name = rest.rpartition(".")
        head = f'[{section} "{_escaped(middle)}"]' if middle else f"[{section}]"
        out.append(f'{head}\n\t{name} = "{_escaped(value)}"\n')
    return "".join(out)


def _escaped(text: str) -> str:
    if "\n" in text or "\0" in text:
        raise ValueError(f"a setting with a line break: {text!r}")
    return text.replace("\\", "\\\\").replace('"', '\\"')
