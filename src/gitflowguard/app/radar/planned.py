"""What `radar check` is asked: paths, a diff, or the JSON that a coding assistant hands to its hooks.

Light: an editor or an assistant asks before each edit. A path may be in another work tree than the current one, so the
repository is found from the path, from files alone.
"""

from __future__ import annotations

import os

from gitflowguard.cachefile import read
from gitflowguard.model.record import Record
from gitflowguard.radar.alignment import Alignment
from gitflowguard.radar.edits import PlannedEdit
from gitflowguard.repo.git import Git, GitError
from gitflowguard.repo.place import Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gitflowguard.radar.edits import Span

    Lines = tuple[Span, ...]

# Who asks; it decides in which form the answer is (report.radar.edits). HOOK: an assistant's, at another moment.
PERSON, PROGRAM, PRE_TOOL_USE, BEFORE_TOOL = "person", "program", "PreToolUse", "BeforeTool"
HOOK = "hook"
_MOST_BYTES = 4 << 20
_HEAD, _RENAMED = b"diff --git ", b"rename from "
_PREFIXES = ("a/", "b/", "c/", "i/", "o/", "w/")


class BadInput(Exception):
    """What stands on standard input can't be read; the text says why."""


class EditQuestion(Record):
    """What is asked. asker: PERSON, or whose JSON it was. edits: their paths as they were given; relative to `cwd`."""

    asker: str
    edits: tuple[PlannedEdit, ...]
    cwd: str = ""


def from_stdin(data: bytes, wanted: Iterable[str] = ()) -> EditQuestion:
    """The edits of a diff or of a JSON object. wanted: only these paths, if there are any. Raises BadInput.

    A diff names files from the top of the work tree, as git does; JSON from its ``cwd``, else from the current folder.
    """
    text = data.decode("utf-8", "surrogateescape")
    if text.lstrip()[:1] == "{":
        question = _from_json(text)
    else:
        here = place_of(os.curdir)
        top = here[0].top if here is not None else os.getcwd()
        question = EditQuestion(PERSON, tuple(_from_diff(data, top)), top)
    names = {os.path.realpath(path) for path in wanted}
    if not names:
        return question
    left = (one for one in question.edits if os.path.realpath(os.path.join(question.cwd, one.path)) in names)
    return question._replace(edits=tuple(left))


def _from_json(text: str) -> EditQuestion:
    import json

    try:
        asked = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise BadInput(f"standard input isn't JSON: {problem}") from None
    cwd = asked.get("cwd")
    cwd = cwd if isinstance(cwd, str) else ""
    if "\0" in cwd:
        raise BadInput("cwd on standard input isn't a path")
    event, tool = asked.get("hook_event_name"), asked.get("tool_input")
    if event is None and tool is None:
        return EditQuestion(PROGRAM, _own(asked), cwd)
    asker = event if event in (PRE_TOOL_USE, BEFORE_TOOL) else HOOK
    edit = _of_tool(tool, cwd) if isinstance(tool, dict) else None
    return EditQuestion(asker, (edit,) if edit is not None else (), cwd)


def _own(asked: Mapping[str, object]) -> tuple[PlannedEdit, ...]:
    """Our own form: ``{"path": "app.py", "lines": [[3, 5]]}``, or a list of these as ``edits``."""
    rows = asked.get("edits", [asked])
    if not isinstance(rows, list) or not rows:
        raise BadInput("standard input has neither path nor edits")
    return tuple(_own_edit(row) for row in rows)


def _own_edit(row: object) -> PlannedEdit:
    path = row.get("path") if isinstance(row, dict) else None
    if not isinstance(row, dict) or not isinstance(path, str) or not path or "\0" in path:
        raise BadInput("an edit on standard input has no path")
    lines = row.get("lines")
    if lines is None:
        return PlannedEdit(path)
    if not isinstance(lines, list) or not all(map(_is_span, lines)):
        raise BadInput(f"lines of {path} must be a list of [first, last] pairs, from 1")
    return PlannedEdit(path, tuple((first, last) for first, last in lines))


def _is_span(pair: object) -> bool:
    if not isinstance(pair, list) or len(pair) != 2 or not all(type(one) is int for one in pair):
        return False
    return bool(pair[0] >= 1 and pair[1] >= pair[0] - 1)


def _of_tool(tool: Mapping[str, object], cwd: str) -> PlannedEdit | None:
    """The edit that a tool of an assistant is about to make; None for a tool that edits no file."""
    path = tool.get("file_path")
    if not isinstance(path, str) or not path or "\0" in path:
        return None
    here = read(os.path.join(cwd, path), _MOST_BYTES, links=True)
    content = tool.get("content")
    if isinstance(content, str):
        new = content.encode("utf-8", "surrogateescape")
        return PlannedEdit(path, _between(here, new), new)
    rows = tool.get("edits", [tool])
    found: list[Span] = []
    for row in rows if isinstance(rows, list) else []:
        old = row.get("old_string") if isinstance(row, dict) else None
        spans = _places(here, old, bool(row.get("replace_all"))) if isinstance(old, str) and old else ()
        if not spans:
            return PlannedEdit(path)
        found += spans
    return PlannedEdit(path, tuple(found) or None)


def _between(here: bytes, new: bytes) -> Lines:
    return tuple(Alignment(here.split(b"\n"), new.split(b"\n")).old_spans)


def _places(here: bytes, old: str, every: bool) -> Lines:
    """The lines in which a text stands."""
    wanted, found, at = old.encode("utf-8", "surrogateescape"), [], 0
    while (at := here.find(wanted, at)) >= 0:
        first = here.count(b"\n", 0, at) + 1
        found.append((first, first + wanted.rstrip(b"\n").count(b"\n")))
        at += len(wanted)
        if not every:
            break
    return tuple(found)


def _from_diff(data: bytes, top: str) -> list[PlannedEdit]:
    """The edits of a unified diff, also one that has been made already. Raises BadInput for anything else.

    Nothing at all is the diff of a clean work tree. A file without a hunk (binary, renamed, another mode) is edited
    as a whole.
    """
    files: dict[str, list[list[bytes]]] = {}
    heads: list[str] = []
    names = ["", ""]
    hunks: list[list[bytes]] = []
    left = [0, 0]
    for line in data.split(b"\n"):
        if any(left) and line[:1] in (b" ", b"-", b"+", b"\\", b""):
            hunks[-1].append(line)
            left[0] -= line[:1] in (b" ", b"-", b"")
            left[1] -= line[:1] in (b" ", b"+", b"")
        elif line.startswith(_HEAD):
            heads.append(_headed(line[len(_HEAD) :]))
        elif line.startswith(_RENAMED):
            heads[-1:] = [_named(line[len(_RENAMED) :])]
        elif line.startswith((b"--- ", b"+++ ")):
            names[line[:1] == b"+"] = _named(line[4:])
            if line[:1] == b"+":
                heads[-1:] = []  # it has hunks
        elif line.startswith(b"@@ "):
            path = _path(*names)
            hunks = files.setdefault(path, [])
            hunks.append([line])
            left = [count for _, count in _ranges(line)]
    if not files and not heads and data.strip():
        raise BadInput("standard input is neither a JSON object nor a diff")
    return [
        *(
            PlannedEdit(path, _edited(os.path.join(top, path), hunks))
            for path, hunks in files.items()
            if path
        ),
        *(PlannedEdit(path) for path in heads if path),
    ]


def _headed(words: bytes) -> str:
    """The path in ``diff --git a/f b/f``, "" where the two differ: a rename names them again below (git-diff(1))."""
    half = len(words) // 2
    old, new = _named(words[:half]), _named(words[half + 1 :])
    return _path(old, new) if old[2:] == new[2:] else ""


def _named(word: bytes) -> str:
    """A name of a diff's head, without the time behind a tab, and without C quotes (git-diff(1), core.quotePath)."""
    word = word.partition(b"\t")[0].rstrip(b"\r")
    if word[:1] == b'"' and word[-1:] == b'"':
        word = word[1:-1].decode("unicode_escape", "surrogateescape").encode("latin-1", "replace")
    return os.fsdecode(word)


def _path(old: str, new: str) -> str:
    """The path of a file in a diff, without the prefixes that git puts before it."""
    one = old if new == os.devnull else new
    other = new if one == old else old
    if one[:2] in _PREFIXES and (other in (os.devnull, "") or other[:2] in _PREFIXES):
        return one[2:]
    return one


def _ranges(head: bytes) -> tuple[tuple[int, int], tuple[int, int]]:
    """(first line, count) on both sides of ``@@ -3,2 +3,4 @@``. Raises BadInput."""
    words = head.split(b" ")
    try:
        old, new = (side[1:].partition(b",") for side in words[1:3])
        return (int(old[0]), int(old[2] or 1)), (int(new[0]), int(new[2] or 1))
    except ValueError:
        raise BadInput(f"a hunk that can't be read: {head[:40]!r}") from None


def _edited(full: str, hunks: list[list[bytes]]) -> Lines:
    """The lines of the file as it lies that the hunks are about: those of the new side if they are in it already."""
    here = read(full, _MOST_BYTES, links=True).split(b"\n")
    done = all(_holds(here, hunk, 1, b"+") for hunk in hunks)
    return tuple(span for hunk in hunks for span in _spans(hunk, 1 if done else 0))


def _holds(here: list[bytes], hunk: list[bytes], side: int, mark: bytes) -> bool:
    """Whether the file has a side of a hunk, where it should be, and the hunk brings something on that side."""
    first, count = _ranges(hunk[0])[side]
    rows = [line[1:] for line in hunk[1:] if line[:1] in (mark, b" ", b"")]
    if not any(line[:1] == mark for line in hunk[1:]):
        return not _holds(here, hunk, 0, b"-")
    return here[first - 1 : first - 1 + count] == rows[:count]


def _spans(hunk: list[bytes], side: int) -> list[Span]:
    """The changed lines on one side of a hunk, without its context; a place between two lines is (n, n - 1)."""
    own, other = (b"+", b"-") if side else (b"-", b"+")
    first, count = _ranges(hunk[0])[side]
    at = first + (count == 0)
    found: list[Span] = []
    start: int | None = None
    for line in (*hunk[1:], b" "):
        if line[:1] == b"\\":
            continue
        if line[:1] in (own, other):
            start = at if start is None else start
            at += line[:1] == own
        else:
            if start is not None:
                found.append((start, at - 1))
            start = None
            at += 1
    return found


def place_of(path: str) -> tuple[Place, str] | None:
    """The repository in whose work tree a path lies, and the path from its top; None outside of any.

    A submodule's folder is a path of the repository around it, for whoever doesn't stand in it.
    """
    full = os.path.abspath(path)
    folder = os.path.realpath(os.path.dirname(full))
    full = os.path.join(folder, os.path.basename(full))
    top = top_of(full if os.path.isdir(full) and not os.path.islink(full) else folder)
    if top == full and _is_submodule(full):
        top = top_of(folder) or top
    if not top:
        return None
    inner = os.path.relpath(full, top)
    return _place(top), "" if inner == "." else inner


def top_of(folder: str) -> str:
    """The work tree that the folder is in, "" for none."""
    while not os.path.lexists(os.path.join(folder, ".git")):
        if os.path.dirname(folder) == folder:
            return ""
        folder = os.path.dirname(folder)
    return folder


def _is_submodule(top: str) -> bool:
    """Whether the work tree, seen from outside, is one of a submodule, whose .git names a repository of its own."""
    stands = os.path.realpath(os.curdir)
    if os.path.commonpath((stands, top)) == top or not os.path.isfile(os.path.join(top, ".git")):
        return False
    git_dir = _git_dir(top)
    return bool(git_dir) and not os.path.lexists(os.path.join(git_dir, "commondir"))


def _git_dir(top: str) -> str:
    """The repository that a .git file names (gitrepository-layout(5)), "" where it names none."""
    line = os.fsdecode(read(os.path.join(top, ".git"), 4096)).strip()
    return os.path.join(top, line.removeprefix("gitdir: ")) if line.startswith("gitdir: ") else ""


def _place(top: str) -> Place:
    """The repository of a work tree (gitrepository-layout(5)); what is odd is asked of git. Raises GitError."""
    dot = os.path.join(top, ".git")
    if "GIT_DIR" not in os.environ:
        if os.path.isfile(os.path.join(dot, "HEAD")) and not os.path.exists(os.path.join(dot, "commondir")):
            return Place(top, dot, dot)
        git_dir = _git_dir(top)
        common = os.fsdecode(read(os.path.join(git_dir, "commondir"), 4096)).strip() if git_dir else ""
        if common:
            return Place(top, os.path.normpath(git_dir), os.path.normpath(os.path.join(git_dir, common)))
    try:
        return Git(top).place()
    except GitError:
        raise GitError("not a git repository") from None
