"""What changed between two trees, and on which lines: answers of `git diff-tree`."""

from __future__ import annotations

from gitflowguard.model.record import Record

TREE = "040000"
NONE = "000000"
SUBMODULE = "160000"
FILES = ("100644", "100755")

Span = tuple[int, int]


class PathChange(Record):
    """One path of a raw diff without rename detection (git-diff-tree(1), RAW OUTPUT). A mode of zeroes: not there."""

    mode: str
    new_mode: str
    oid: str
    new_oid: str

    @property
    def plain(self) -> bool:
        """Whether a regular file got another content and nothing else happened to it."""
        return self.mode == self.new_mode and self.mode in FILES

    @property
    def added(self) -> bool:
        """Whether the path was not there before."""
        return self.mode == NONE

    @property
    def gone(self) -> bool:
        """Whether the path is not there any more."""
        return self.new_mode == NONE


Changes = dict[str, PathChange]


_ABOVE: dict[str, tuple[str, ...]] = {}
_MOST_ABOVE = 20_000


def above(path: str) -> tuple[str, ...]:
    """The directories above a path, the nearest first."""
    found = _ABOVE.get(path)
    if found is None:
        if len(_ABOVE) >= _MOST_ABOVE:
            _ABOVE.clear()
        folder = path.rpartition("/")[0]
        found = _ABOVE[path] = (folder, *above(folder)) if folder else ()
    return found


def read(out: bytes, pairs: int, trees: set[str] | None = None) -> list[Changes]:
    """What ``diff-tree --stdin -r -t --raw -z --no-renames --no-abbrev`` answers for this many pairs of trees.

    ``-t`` names directories, too. One that is gone stays: a file that the other side puts below it may have to
    follow to where its files went; of one that is a file now only the file is kept, which git names first. Others are
    left out; trees: takes their new ids. Raises ValueError for another form.
    """
    found: list[Changes] = []
    current: Changes = {}
    fields = out.decode("utf-8", "surrogateescape").split("\0")
    at = 0
    while at < len(fields):
        head = fields[at]
        if head == "":
            at += 1
        elif head[:1] == ":":
            words = head[1:].split(" ")
            mode, new_mode = words[0], words[1]
            if new_mode == NONE and mode == TREE:
                current.setdefault(fields[at + 1], PathChange(mode, new_mode, words[2], words[3]))
            elif new_mode != TREE:
                current[fields[at + 1]] = PathChange(mode, new_mode, words[2], words[3])
            elif trees is not None:
                trees.add(words[3])
            at += 2
        else:
            # The pair itself is a line of its own before its first entry, and all there is where nothing changed
            # (git-diff-tree(1), --stdin).
            line, _, rest = head.partition("\n")
            one, _, other = line.partition(" ")
            if len(one) not in (40, 64) or len(other) != len(one):
                raise ValueError(f"no answer of diff-tree: {head[:60]!r}")
            current = {}
            found.append(current)
            fields[at] = rest
    if len(found) != pairs:
        raise ValueError(f"diff-tree answered {len(found)} of {pairs} questions")
    return found


class Edit(Record):
    """Lines of the old side replaced by lines of the new one: (first, last) each, (n, n - 1) where there are none.

    text: the new lines.
    """

    old: Span
    new: Span
    text: tuple[bytes, ...] = ()


def edits(patch: list[bytes]) -> tuple[Edit, ...]:
    """The edit script in the hunks of one file's patch, whatever its context; `patch`: its lines from ``@@`` on."""
    found: list[Edit] = []
    old = new = 0
    start: Span | None = None
    text: list[bytes] = []
    for line in (*patch, b"@@ -0,0 +0,0 @@"):
        mark = line[:1]
        if mark == b"+":
            start = start or (old, new)
            new += 1
            text.append(line[1:])
        elif mark == b"-":
            start = start or (old, new)
            old += 1
        elif mark == b"\\":
            text[-1:] = [
                last + line for last in text[-1:]
            ]  # no line break at the end makes another line of it
        else:
            if start is not None:
                found.append(Edit((start[0], old - 1), (start[1], new - 1), tuple(text)))
                start, text = None, []
            if mark == b"@":
                old, new = _begins(line)
            else:
                old, new = old + 1, new + 1
    return tuple(found)


def _begins(head: bytes) -> Span:
    """``@@ -3,2 +3,4 @@``: the first line on each side; git counts from the line before where there is none.

    Source: xdiff/xutils.c, xdl_format_hunk_hdr.
    """
    words = head.split(b" ")
    return _first(words[1][1:]), _first(words[2][1:])


def _first(side: bytes) -> int:
    number, comma, count = side.partition(b",")
    return int(number) + (1 if comma and count == b"0" else 0)


def touch(one: tuple[Edit, ...], other: tuple[Edit, ...]) -> bool:
    """Whether two edit scripts of the same file touch: no untouched line stands between a place of each.

    xdl_do_merge (git's xdiff/xmerge.c) takes two changes together unless the first ends before the line
    at which the second begins; with a line between them both are taken.
    """
    at, end = 0, len(other)
    for edit in one:
        first, last = edit.old
        while at < end and other[at].old[1] + 1 < first:
            at += 1
        if at < end and other[at].old[0] <= last + 1:
            return True
    return False
