"""Which lines a change added, by file: for a team that looks only at what is new.

Files are told apart by the order of the raw list, never by the quoted names in the patch. A file that was
moved is compared with what it was: its lines are no new ones.
"""

from __future__ import annotations

import re

from gitflowguard.repo.git import Git, text

_HUNK = re.compile(rb"^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)
_OPTIONS = (
    "--patch-with-raw", "-z", "-U0", "--inter-hunk-context=0", "--find-renames", "--no-abbrev", "--no-ext-diff",
    "--no-textconv", "--no-color", "--ignore-submodules=all",
    "--ita-invisible-in-index", "--diff-algorithm=myers", "--no-indent-heuristic",
    "--src-prefix=a/", "--dst-prefix=b/",
)  # fmt: skip
Ranges = dict[str, tuple[tuple[int, int], ...]]
EMPTY_TREES = {
    40: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    64: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}


def added(git: Git, base: str = "", head: str = "") -> Ranges:
    """Path -> (first, last) line ranges that were added, from 1, both ends included.

    head "": the index against HEAD (or against nothing, where there is no commit
    yet); else the commit ``head`` against the commit ``base``.
    """
    if head:
        out = git.call("diff-tree", "-r", *_OPTIONS, "--end-of-options", base, head).out
    else:
        against = git.commit_of("HEAD") or EMPTY_TREES[_length(git)]
        out = git.call("diff-index", "--cached", *_OPTIONS, against, "--").out
    raw, patch = _halves(out)
    patches = patch.split(b"diff --git ")[1:] if not raw else _patches(patch)
    return {path: _ranges(one) for path, one in zip(raw, patches)}


def _length(git: Git) -> int:
    return 64 if text(git.call("rev-parse", "--show-object-format").out).strip() == "sha256" else 40


def _halves(out: bytes) -> tuple[list[str], bytes]:
    """The paths of the raw list, and the patch behind it (an empty field stands between them)."""
    paths: list[str] = []
    at = 0
    while out[at : at + 1] == b":":
        middle = out.index(b"\0", at)
        status = out[at:middle].rsplit(b" ", 1)[1]
        if status.startswith((b"R", b"C")):
            middle = out.index(b"\0", middle + 1)  # the old name comes first
        end = out.index(b"\0", middle + 1)
        if not status.startswith(b"U"):
            paths.append(text(out[middle + 1 : end]))
        at = end + 1
    return paths, out[at:].removeprefix(b"\0")


def _patches(patch: bytes) -> list[bytes]:
    """One piece for each file: a line of a file's content always has a sign in front, a header has none."""
    starts = [match.start() for match in re.finditer(rb"^diff --git ", patch, re.MULTILINE)]
    return [patch[start:end] for start, end in zip(starts, [*starts[1:], len(patch)])]


def _ranges(patch: bytes) -> tuple[tuple[int, int], ...]:
    found = []
    for match in _HUNK.finditer(patch):
        first, count = int(match[1]), int(match[2] or b"1")
        if count:
            found.append((first, first + count - 1))
    return tuple(found)
