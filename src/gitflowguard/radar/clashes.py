"""From git's answer to a conflicted merge to the paths, kinds and lines that a person has to look at."""

from __future__ import annotations

from gitflowguard.radar import nouns as words
from gitflowguard.radar.natures import nature_of
from gitflowguard.radar.nouns import Hunk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitflowguard.radar.answers import MergeAnswer, StageEntry
    from gitflowguard.radar.changes import Edit
    from gitflowguard.radar.nouns import Clash, Span

# Part of git's stable word for a kind of message (merge-ort.c, type_short_descriptions) -> ours; the first fits.
_KINDS = (
    ("submodule", words.SUBMODULE),
    ("binary", words.BINARY),
    ("file/directory", words.FILE_DIRECTORY),
    ("distinct modes", words.MODE),
    ("modify/delete", words.MODIFY_DELETE),
    ("rename/rename", words.RENAME_RENAME),
    ("rename/delete", words.RENAME_DELETE),
    ("rename collides", words.RENAME_ADD),
    ("directory rename", words.DIRECTORY_RENAME),
    ("contents", words.CONTENT),
)
_DELETED = (words.MODIFY_DELETE, words.RENAME_DELETE)
_BETWEEN = 3
_LINK, _SYMLINK = "160000", "120000"
_FILES = ("100644", "100755")
# A clash that says where it comes from wins over one that follows from it.
_RANK = {kind: place for place, kind in enumerate((*dict(_KINDS).values(), words.ADD_ADD, words.OTHER))}


def clashes(answer: MergeAnswer, names: Mapping[str, str]) -> tuple[Clash, ...]:
    """The paths of a conflicted merge, sorted. names: commit that was merged -> what to call it in a path that
    git made up (``new~<commit>``).

    git 2.39 also prints "file/directory" where one side put a directory in a file's place, the other left the file
    alone, and a renamed file elsewhere is merged by content: then that file is gone, nothing is unmerged, and git
    prints it in clean merges too. So this message counts only with entries of its own.
    """
    stages: dict[str, list[StageEntry]] = {}
    for entry in answer.entries:
        stages.setdefault(entry.path, []).append(entry)
    kinds: dict[str, str] = {}
    for message in answer.messages:
        kind = _kind(message.kind)
        if not kind:
            continue
        own = [path for path in message.paths if path in stages]
        if not own and kind != words.FILE_DIRECTORY:
            own = list(message.paths[:1])
        for path in own:
            if path not in kinds or _RANK[kind] < _RANK[kinds[path]]:
                kinds[path] = kind
    found = []
    for path in sorted({*stages, *kinds}):
        entries = stages.get(path, [])
        kind = kinds.get(path) or _by_stages(entries)
        if kind == words.CONTENT:
            kind = _by_stages(entries)
        shown = _renamed(path, names)
        gone = _gone(entries) if kind in _DELETED else ""
        found.append(words.Clash(shown, kind, nature_of(shown), gone=gone))
    return tuple(found)


def _kind(said: str) -> str:
    if "CONFLICT" not in said:
        return ""
    return next((kind for part, kind in _KINDS if part in said), words.OTHER)


def _by_stages(entries: Sequence[StageEntry]) -> str:
    """What the higher stages alone tell (git-read-tree(1), "3-WAY MERGE")."""
    stages = {entry.stage for entry in entries}
    modes = {entry.mode for entry in entries}
    if _LINK in modes:
        return words.SUBMODULE
    if stages == {2, 3}:
        return words.ADD_ADD
    if stages == {1, 2} or stages == {1, 3}:
        return words.MODIFY_DELETE
    if stages == {1, 2, 3}:
        return words.CONTENT if len({mode[:3] for mode in modes}) == 1 else words.MODE
    return words.RENAME_RENAME if stages == {1} else words.OTHER


def _gone(entries: Sequence[StageEntry]) -> str:
    """Which side has the file no more: the one without a stage."""
    stages = {entry.stage for entry in entries}
    return "" if {2, 3} <= stages or not stages & {2, 3} else "theirs" if 2 in stages else "ours"


def _renamed(path: str, names: Mapping[str, str]) -> str:
    """``new~<commit>`` under the branch's name, as `git merge` calls it: with ``_`` for a slash."""
    head, tilde, tail = path.rpartition("~")
    sha, slash, rest = tail.partition("/")
    if tilde and sha.partition("_")[0] in names:
        known, under, number = sha.partition("_")
        return f"{head}~{names[known].replace('/', '_')}{under}{number}{slash}{rest}"
    return path


def blobs_of(answer: MergeAnswer, path: str) -> tuple[str, str, str] | None:
    """(base, ours, theirs) of a path whose lines clash, "" for no base; None where it is not about lines."""
    found = {
        entry.stage: entry.oid for entry in answer.entries if entry.path == path and entry.mode in _FILES
    }
    if 2 not in found or 3 not in found:
        return None
    return found.get(1, ""), found[2], found[3]


def spans(ours: Sequence[Edit], theirs: Sequence[Edit]) -> tuple[tuple[Span, Span, Span], ...]:
    """Where two edit scripts of one file touch: (lines on our side, on theirs, of the base) of each place.

    Changes that touch through each other are one place, and so are places with at most three lines between
    them that nobody changed, as in git's xdl_do_merge and xdl_simplify_non_conflicts. A place at which both
    sides made the same change is none. git leaves out of a place what both sides have in common at its ends.
    """
    found: list[tuple[Span, Span, Span]] = []
    alone = True  # whether something that isn't a conflict stands between the last place and this one
    i = j = 0
    while i < len(ours) and j < len(theirs):
        if ours[i].old[1] + 1 < theirs[j].old[0]:
            i, alone = i + 1, True
        elif theirs[j].old[1] + 1 < ours[i].old[0]:
            j, alone = j + 1, True
        else:
            next_i, next_j, low, high = _together(ours, theirs, i, j)
            mine, its = ours[i:next_i], theirs[j:next_j]
            i, j = next_i, next_j
            if [(e.old, e.text) for e in mine] == [(e.old, e.text) for e in its]:
                alone = True
                continue
            place = _side(mine, low, high), _side(its, low, high), (low, high)
            if not alone and place[0][0] - found[-1][0][1] - 1 <= _BETWEEN:
                before = found.pop()
                mine_too, its_too, base = ((old[0], new[1]) for old, new in zip(before, place))
                place = mine_too, its_too, base
            found.append(place)
            alone = False
    return tuple(found)


def carried(places: Sequence[Span], edits: Sequence[Edit]) -> tuple[Span, ...]:
    """Lines of one text as lines of another, by the edit script from the one to the other."""
    return tuple(_carried(place, edits) for place in places)


def _carried(place: Span, edits: Sequence[Edit]) -> Span:
    """What was edited away stands where its edit stands; an empty place stays empty."""
    first, last = _line(place[0], edits, 0), _line(place[1], edits, 1)
    return (first, first - 1) if place[1] < place[0] else (first, max(last, first - 1))


def _line(line: int, edits: Sequence[Edit], end: int) -> int:
    """One line in the other text. end: 0, 1: which end of an edit stands for a line inside of it."""
    apart = 0
    for edit in edits:
        if edit.old[0] <= line <= edit.old[1]:
            return edit.new[end]
        if edit.old[1] < line:
            apart = edit.new[1] - edit.old[1]
    return line + apart


def _together(ours: Sequence[Edit], theirs: Sequence[Edit], i: int, j: int) -> tuple[int, int, int, int]:
    """The edits that touch through each other from these two on: where they end in both scripts, and the
    lines of the base from the first to the last."""
    low, high = min(ours[i].old[0], theirs[j].old[0]), max(ours[i].old[1], theirs[j].old[1])
    i, j = i + 1, j + 1
    while True:
        if i < len(ours) and ours[i].old[0] <= high + 1:
            high, i = max(high, ours[i].old[1]), i + 1
        elif j < len(theirs) and theirs[j].old[0] <= high + 1:
            high, j = max(high, theirs[j].old[1]), j + 1
        else:
            return i, j, low, high


def _side(edits: Sequence[Edit], low: int, high: int) -> Span:
    """The lines of one side that stand for lines low to high of the base."""
    first, last = edits[0], edits[-1]
    return first.new[0] - (first.old[0] - low), last.new[1] + (high - last.old[1])


def hunks(text: bytes, most: int = 400) -> tuple[Hunk, ...]:
    """The places between conflict markers that git left in a file, at most this many lines of each side.

    The markers are known by the commits' ids behind them, so that what only looks like one is none.
    """
    found: list[Hunk] = []
    ours: list[str] = []
    theirs: list[str] = []
    side: list[str] | None = None
    size = 0
    for raw in text.split(b"\n"):
        line = raw.rstrip(b"\r")
        if side is None:
            size = _marker(line, b"<")
            if size:
                ours, theirs = [], []
                side = ours
        elif line == b"=" * size and side is ours:
            side = theirs
        elif _marker(line, b">") == size:
            found.append(Hunk(tuple(ours[:most]), tuple(theirs[:most])))
            side = None
        else:
            side.append(line.decode("utf-8", "surrogateescape"))
    return tuple(found)


def _marker(line: bytes, sign: bytes) -> int:
    """How many signs a marker of a trial merge begins with; 0 if the line is none."""
    bare = line.lstrip(sign)
    size = len(line) - len(bare)
    label = bare[1:].split(b":")[0]
    return size if size and bare[:1] == b" " and len(label) in (40, 64) and label.isalnum() else 0
