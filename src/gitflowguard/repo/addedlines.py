"""What a change did to each file's lines, from the two blobs: for a team that looks only at what is new.

git's text patch plays no part. Attributes (``-diff``, ``binary``), settings (core.bigFileThreshold,
core.attributesFile) and its idea of a line's end decide what a patch shows, and the author of a change can write
some of them. Here a line is what the tool counts as one, and whatever can't be compared counts as new from its
first line to its last.
"""

from __future__ import annotations

from collections.abc import Mapping

from gitflowguard.model.record import Record
from gitflowguard.repo import contents
from gitflowguard.repo.contents import IndexEntry
from gitflowguard.repo.git import Git, Place, text
from gitflowguard.repo.samelines import Runs, same_lines

_OPTIONS = (
    "--raw", "-z", "--find-renames", "--no-abbrev", "--no-ext-diff", "--no-textconv",
    "--ignore-submodules=all", "--ita-invisible-in-index",
)  # fmt: skip
EMPTY_TREES = {
    40: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    64: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}
_FILES = ("100644", "100755")
# Larger contents are not compared. No tool sees them either: quality.file-kb ends earlier.
_LIMIT = 1 << 24


class LineChange(Record):
    """What became of one file.

    was: the content that it is compared with; None where there is none (a new file, a link that became one).
    same: (first, last, first in ``was``) of each run of lines that the change left alone, from 1.
    """

    was: IndexEntry | None = None
    same: Runs = ()

    def before(self, first: int, last: int) -> int:
        """Where lines first to last stood before the change; 0 if any of them, or their order, is new."""
        for start, end, old in self.same:
            if start <= first and last <= end:
                return old + first - start
        return 0


class Changes(Record):
    """The files that a change touched. base: the commit that it is compared with, "" if there is none.
    head: the commit that is compared, "" for the index.
    """

    base: str
    head: str
    files: Mapping[str, LineChange]


def changes(git: Git, place: Place, base: str, head: str, wanted: Mapping[str, str]) -> Changes:
    """What the change did to the ``wanted`` files: path -> blob that was looked at.

    head "": the index against HEAD (or against nothing, where there isn't a commit
    yet); else the commit ``head`` against the commit ``base``. A file that the change
    did not touch is missing in the answer.
    """
    if head:
        rows = _rows(git.call("diff-tree", "-r", *_OPTIONS, "--end-of-options", base, head).out)
    else:
        base = git.commit_of("HEAD")
        against = base or EMPTY_TREES[_length(git)]
        rows = _rows(git.call("diff-index", "--cached", *_OPTIONS, against, "--").out)
    pairs = {new.path: (old, new) for old, new in rows if new.path in wanted}
    ids = {one.oid for old, new in pairs.values() if old is not None for one in (old, new)}
    texts = contents.texts(git, place, tuple(sorted(ids)), _LIMIT)
    found = {}
    for path, (old, new) in pairs.items():
        before, after = (texts.get(one.oid) if one is not None else None for one in (old, new))
        # The index has changed since it was read: nobody knows which lines it had before.
        stale = new.oid != wanted[path]
        if stale or old is None or not isinstance(before, bytes) or not isinstance(after, bytes):
            found[path] = LineChange()
        else:
            found[path] = LineChange(old, same_lines(before, after, path))
    return Changes(base, head, found)


def _length(git: Git) -> int:
    return 64 if text(git.call("rev-parse", "--show-object-format").out).strip() == "sha256" else 40


def _rows(out: bytes) -> list[tuple[IndexEntry | None, IndexEntry]]:
    """(what it was, what it is) of each file of a raw list (git-diff(1), "raw output format", with -z)."""
    fields = text(out).split("\0")
    found: list[tuple[IndexEntry | None, IndexEntry]] = []
    at = 0
    while at < len(fields) and fields[at].startswith(":"):
        old_mode, mode, old_oid, oid, status = fields[at][1:].split(" ")
        moved = status[0] in "RC"
        path = fields[at + 2] if moved else fields[at + 1]
        if status[0] in "AMTR" and mode in _FILES:
            old = IndexEntry(fields[at + 1], old_oid, old_mode) if old_mode in _FILES else None
            found.append((old, IndexEntry(path, oid, mode)))
        at += 3 if moved else 2
    return found
