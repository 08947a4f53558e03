"""What a tool may read beside the files that it is asked about: one listing of the index or of a commit.

A tool in a checkout reads configuration of any name, packages, word lists and baselines. So all small files that
could be one of these are laid out beside the checked ones, and their ids are part of the key of a kept pass. Light:
every commit lists the index once; contents are read only where a tool is to run.
"""

from __future__ import annotations

import posixpath
from _blake2 import blake2b

from gitflowguard.model.record import Record
from gitflowguard.repo.contents import IndexEntry
from gitflowguard.repo.git import text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gitflowguard.repo.contents import Places
    from gitflowguard.repo.git import Git

# Every row, also when asked from a directory below the root.
_INDEX = ("ls-files", "--cached", "--stage", "-z", "--full-name", "--", ":(top)")
_FILES = ("100644", "100755")
_LINK = "120000"
# Ends of the names of settings. JSON and YAML because baselines and rule sets are written in them.
_ENDS = (
    ".toml", ".ini", ".cfg", ".conf", ".config", ".rc", "rc", ".yaml", ".yml", ".json", ".jsonc", ".json5",
    "/py.typed", "\tpy.typed", "\tsetup.py",
)  # fmt: skip
_CODE = (".py", ".pyi", ".ipynb")
# At the root any short file may be read (requirements.txt, MANIFEST.in), but for prose.
_PROSE = (".md", ".rst", ".lock")
# Ours: no tool reads them, and they change often.
_OURS = ("\t.gitflowguard.yaml", "\t.gitflowguard-baseline")
_PACKAGE = ("/__init__.py", "/__init__.pyi")
_DEEPEST = 10  # links that lead to each other


class Listing(Record):
    """All paths of the index, or of a commit.

    rows: ``<mode> <blob>``, a tab, the path. settings: the rows of files that may configure a tool. links: by path of
    a link among these, the path of the file that it leads to ("" for none in the repository). digest: of settings,
    of what links lead to, and of the names of packages; whole: of all rows.
    """

    rows: tuple[str, ...]
    settings: tuple[str, ...]
    links: Mapping[str, str]
    digest: bytes
    whole: bytes

    def entries(self, links: bool = False) -> tuple[IndexEntry, ...]:
        """Every content, as contents.everything gives it. links: with them, of mode 120000."""
        return tuple(_entry(row) for row in self.rows if links or row[:6] in _FILES)

    def configuring(self) -> tuple[IndexEntry, ...]:
        """Files that may configure a tool, and links that may lead to one."""
        return tuple(_entry(row) for row in self.settings)

    def packages(self) -> tuple[str, ...]:
        """Paths of the files that make a directory a package."""
        return tuple(row[row.index("\t") + 1 :] for row in self.rows if row.endswith(_PACKAGE))

    def found(self, places: Places) -> tuple[dict[str, str], frozenset[str]]:
        """(path -> blob of those places that are files, or links to some; those of the folders that git tracks)."""
        names, anywhere = frozenset(places.names), frozenset(places.anywhere)
        blobs = self.linked()
        found: dict[str, str] = {}
        for row in self.settings:
            path = row[row.index("\t") + 1 :]
            if path in names or path.rpartition("/")[2] in anywhere:
                oid = row.partition("\t")[0][7:] if row[:6] in _FILES else blobs.get(self.links.get(path, ""))
                if oid:
                    found[path] = oid
        text = "\0".join(self.rows)
        tracked = (one for one in places.folders if f"\t{one}/" in text or f"\t{one}\0" in text + "\0")
        return found, frozenset(tracked)

    def linked(self) -> dict[str, str]:
        """By path: the blobs that links lead to."""
        wanted = frozenset(self.links.values())
        return {entry.path: entry.oid for entry in self.entries() if entry.path in wanted} if wanted else {}

    def named(self, words: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """(path, blob) of files that are named by words of a command line, as such or behind ``=``."""
        wanted = {posixpath.normpath(one) for word in words for one in (word, word.partition("=")[2]) if one}
        if not wanted:
            return ()
        return tuple((one.path, one.oid) for one in self.entries() if one.path in wanted)


def _entry(row: str) -> IndexEntry:
    head, _, path = row.partition("\t")
    return IndexEntry(path, head[7:], head[:6])


def is_setting(row: str) -> bool:
    """Whether a row's file may configure a tool: by the end of its name, a dot in front, or its place at the root."""
    if row.endswith(_ENDS):
        return not row.endswith("/.gitkeep")
    if "\t." in row or "/." in row:
        return not row.endswith(_CODE)
    return "/" not in row and not row.endswith((*_CODE, *_PROSE))


def listing(git: Git, commit: str = "") -> Listing:
    """The index, or a commit's tree. One git process; one more where a link could be a tool's configuration."""
    rows = _rows(git, commit)
    settings = tuple(row for row in rows if is_setting(row) and not row.endswith(_OURS))
    packages = [row[row.index("\t") :] for row in rows if row.endswith(_PACKAGE)]
    links = _links(git, rows, settings)
    blobs: list[str] = []
    if links:
        wanted = frozenset(links.values())
        blobs = [row for row in rows if row[row.index("\t") + 1 :] in wanted]
    return Listing(
        rows=rows,
        settings=settings,
        links=links,
        digest=_digest((*settings, "", *packages, "", *blobs)),
        whole=_digest(rows),
    )


def ahead(git: Git) -> None:
    """Lets git begin with what `listing` will be asked of the index."""
    git.ahead(*_INDEX, magic=True)


def _rows(git: Git, commit: str) -> tuple[str, ...]:
    """The rows of both commands in one form; unmerged paths and submodules have no content."""
    if commit:
        out = text(git.call("ls-tree", "-r", "-z", "--full-tree", "--end-of-options", commit).out)
        return tuple(row[:7] + row[12:] for row in out.split("\0") if row[7:12] == "blob ")
    found = []
    for row in text(git.call(*_INDEX, magic=True).out).split("\0"):
        tab = row.find("\t")
        if row[tab - 2 : tab] == " 0" and row[0] == "1" and row[1] != "6":
            found.append(row[: tab - 2] + row[tab:])
    return tuple(found)


def _digest(words: Iterable[str]) -> bytes:
    data = "\0".join(words).encode("utf-8", "surrogateescape")
    return blake2b(data, digest_size=32).digest()


def _links(git: Git, rows: tuple[str, ...], settings: tuple[str, ...]) -> dict[str, str]:
    """Where the links among the settings lead to, inside of the repository."""
    own = [_entry(row) for row in settings if row[:6] == _LINK]
    if not own:
        return {}
    every = [_entry(row) for row in rows if row[:6] == _LINK]
    targets = {
        entry.path: text(data)
        for entry, data in zip(every, git.blobs(tuple(one.oid for one in every)))
        if data
    }
    return {entry.path: _followed(entry.path, targets) for entry in own}


def _followed(path: str, targets: Mapping[str, str]) -> str:
    """The path behind a link, "" where it leads out or in a circle."""
    for _ in range(_DEEPEST):
        link = next((one for one in (path, *_folders(path)) if one in targets), "")
        if not link:
            return path
        rest = path[len(link) :].removeprefix("/")
        path = posixpath.normpath(posixpath.join(posixpath.dirname(link), targets[link], rest))
        if path.startswith(("/", "../")):
            return ""
    return ""


def _folders(path: str) -> Iterable[str]:
    """The directories above a path: one of them may be a link, too."""
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path
