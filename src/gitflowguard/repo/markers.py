"""Conflict markers that are about to be committed, or were: which files were in conflict, and what their sides were.

Contents are named by their ids, from raw diffs, trees and the index, so that neither a path (``2:x``, a newline)
nor an attribute (``-diff``, ``binary``) can hide one.
"""

from __future__ import annotations

import os

from gitflowguard.model.facts import Marker
from gitflowguard.model.markers import SIZE, left_markers, pushed_markers
from gitflowguard.model.record import Record
from gitflowguard.repo.git import text
from gitflowguard.repo.state import auto_merge, picked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gitflowguard.repo.git import Git, Place
    from gitflowguard.repo.state import OperationState

# Where lines of this form came or went. With --text: an attribute must not hide what was left in a file.
_GREP = ("--text", "-G^(<<<<<<<|>>>>>>>|[|]{7})")
_RAW = (
    "--raw",
    "-z",
    "--no-renames",
    "--no-abbrev",
    "--no-ext-diff",
    "--no-textconv",
    "--ignore-submodules=all",
)
# The extension of the index that keeps the sides of a conflict that was resolved (gitformat-index(5), "Resolve undo").
_RESOLVED = b"REUC"
_ATTRIBUTE = b"conflict-marker-size="
_FILES = ("100644", "100755", "120000")


class RawRow(Record):
    """A file of a raw diff. was, now: blobs, "" for none. The path's letters are git's own."""

    path: str
    was: tuple[str, ...]
    now: str


def staged_markers(git: Git, place: Place, state: OperationState) -> tuple[Marker, ...]:
    """The markers in the index that an operation left: a merge, rebase, cherry-pick, revert, stash or switch."""
    sides = _resolved(git, place)
    if state.operation == "commit" and not sides:
        return ()
    rows = {
        row.path: row for row in _rows(git.call("diff-index", "--cached", *_RAW, *_GREP, "HEAD", "--").out)
    }
    sizes = _sizes(git, tuple(sides)) if sides else {}
    small = tuple(path for path, size in sizes.items() if size < SIZE)
    if small:
        staged = _rows(git.call("diff-index", "--cached", *_RAW, "HEAD", "--", *small).out)
        rows.update({row.path: row for row in staged})
    if state.operation == "commit":
        rows = {path: row for path, row in rows.items() if path in sides}
    rows = {path: row for path, row in rows.items() if row.now}
    if not rows:
        return ()
    tried = auto_merge(place) if state.operation != "commit" else ""
    paths = tuple(rows)
    heads = [_at(git, head, paths) for head in (*state.heads, *picked(place))]
    made = _at(git, tried, paths) if tried else {}
    found: list[Marker] = []
    for path, row in rows.items():
        before = (*row.was, *(head[path] for head in heads if path in head), *sides.get(path, ()))
        now, merged, *olds = git.blobs((row.now, made.get(path, row.now), *before))
        if now is not None:
            shown = (merged or b"") if path in made else b"" if tried and path not in sides else None
            found += left_markers(path, now, tuple(olds), shown, sizes.get(path, SIZE))
    return tuple(found)


def marks_staged(git: Git) -> bool:
    """Whether a staged file has, or had, a line of a marker's form; a commit without one brings no marker."""
    return bool(git.call("diff-index", "--cached", *_RAW, *_GREP, "HEAD", "--").out)


def made_markers(
    git: Git,
    own: Mapping[str, tuple[str, ...]],
    messages: Callable[[tuple[str, ...]], Mapping[str, str]],
    place: Place | None = None,
) -> dict[str, tuple[Marker, ...]]:
    """Commit -> markers that it brought, for commits that are made.

    A merge brings a marker that no parent has. Of a commit with one parent its labels tell: those of a rebase,
    cherry-pick or am repeat the commit's subject, and a revert's name the commit that the message reverts.
    own: commit -> parents. messages: the whole messages of commits; asked only where there is such a line.
    place: where the attributes are that make markers shorter (gitattributes(5), conflict-marker-size).
    """
    if not own:
        return {}
    least = _least(place) if place is not None else SIZE
    stdin = "".join(f"{sha}\n" for sha in own).encode()
    done = git.call("diff-tree", "--stdin", "--root", "-r", "-m", *_RAW, *_grep(least), stdin=stdin)
    rows = _by_commit(text(done.out))
    texts = messages(tuple(rows)) if rows else {}
    paths = tuple(dict.fromkeys(path for of in rows.values() for path in of)) if least < SIZE else ()
    sizes = _sizes(git, paths) if paths else {}
    found = {sha: _brought(git, own[sha], rows[sha], texts.get(sha, ""), sizes) for sha in rows if sha in own}
    return {sha: markers for sha, markers in found.items() if markers}


def _brought(
    git: Git, parents: tuple[str, ...], rows: Mapping[str, RawRow], message: str, sizes: Mapping[str, int]
) -> tuple[Marker, ...]:
    """The markers of one commit. A merge's path counts if it differs from every parent's."""
    found: list[Marker] = []
    for path, row in rows.items():
        if not row.now or len(row.was) < len(parents):
            continue
        now, *olds = git.blobs((row.now, *row.was))
        size = min(sizes.get(path, SIZE), SIZE)
        if now is not None and parents[1:]:
            found += left_markers(path, now, tuple(olds), None, size)
        elif now is not None:
            found += pushed_markers(path, now, tuple(olds), message, size)
    return tuple(found)


def _grep(size: int) -> tuple[str, ...]:
    """Options that find lines which begin with this many signs."""
    return _GREP if size >= SIZE else ("--text", f"-G^({'<' * size}|{'>' * size}|[|]{{{size}}})")


def _least(place: Place) -> int:
    """The fewest signs that the attributes of the work tree ask for; read as text, so that it costs no git process."""
    least = SIZE
    for path in (
        os.path.join(place.top, ".gitattributes") if place.top else "",
        os.path.join(place.common, "info", "attributes"),
    ):
        try:
            with open(path, "rb") as file:
                words = file.read().split()
        except OSError:
            continue
        asked = [word[len(_ATTRIBUTE) :] for word in words if word.startswith(_ATTRIBUTE)]
        least = min([least, *(int(one) for one in asked if one.isdigit() and int(one) > 0)])
    return least


def _rows(out: bytes) -> list[RawRow]:
    """The files of a raw diff (git-diff(1), "raw output format", with -z), without links and submodules."""
    fields = text(out).split("\0")
    found = []
    for head, path in zip(fields[0::2], fields[1::2]):
        found += _row(head, path)
    return found


def _row(head: str, path: str) -> list[RawRow]:
    was_mode, mode, was, now, _ = head.lstrip(":").split(" ")
    if mode not in _FILES[:2]:
        return []
    return [RawRow(path, (was,) if was_mode in _FILES else ("",), now if now.strip("0") else "")]


def _by_commit(out: str) -> dict[str, dict[str, RawRow]]:
    """The rows of `git diff-tree --stdin -m --raw -z`: of a merge each path with its blob in every parent."""
    found: dict[str, dict[str, RawRow]] = {}
    sha = ""
    fields = iter(out.split("\0"))
    for field in fields:
        head = field.lstrip("\n")
        if not head.startswith(":"):
            sha = head.split()[0] if head.split() else sha
            head = head.partition("\n")[2].lstrip("\n")
        if head.startswith(":"):
            for row in _row(head, next(fields, "")):
                rows = found.setdefault(sha, {})
                known = rows.get(row.path)
                rows[row.path] = row if known is None else known._replace(was=(*known.was, *row.was))
    return found


def _resolved(git: Git, place: Place) -> dict[str, tuple[str, ...]]:
    """Path -> the blobs of its sides, of each conflict that was resolved by `git add` since the last switch.

    The index is asked only where it has such an extension; reading the file costs less than a git process.
    """
    for path in dict.fromkeys((os.environ.get("GIT_INDEX_FILE", ""), os.path.join(place.git_dir, "index"))):
        try:
            with open(path, "rb") as file:
                if _RESOLVED in file.read():
                    break
        except OSError:
            continue
    else:
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for row in text(git.call("ls-files", "--resolve-undo", "-z", "--full-name").out).split("\0"):
        head, tab, path = row.partition("\t")
        if tab:
            found[path] = (*found.get(path, ()), head.split(" ")[1])
    return found


def _sizes(git: Git, paths: Sequence[str]) -> dict[str, int]:
    """Path -> how many signs a marker has (gitattributes(5), conflict-marker-size), where it isn't the usual number."""
    stdin = "".join(f"{path}\0" for path in paths).encode("utf-8", "surrogateescape")
    out = text(git.call("check-attr", "-z", "--stdin", "conflict-marker-size", stdin=stdin).out)
    fields = out.split("\0")
    rows = zip(fields[0::3], fields[2::3])
    return {path: int(value) for path, value in rows if value.isdigit() and int(value) > 0}


def _at(git: Git, tree: str, paths: Sequence[str]) -> dict[str, str]:
    """Path -> its blob in a commit or tree."""
    out = text(git.call("ls-tree", "-r", "-z", "--full-tree", tree, "--", *paths).out)
    found = {}
    for row in out.split("\0"):
        head, tab, path = row.partition("\t")
        if tab and head.split(" ")[0] in _FILES:
            found[path] = head.split(" ")[2]
    return found
