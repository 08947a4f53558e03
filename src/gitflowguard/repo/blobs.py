"""Every content that an index or a range of commits brings, also one that a later commit removes again."""

from __future__ import annotations

from gitflowguard.model.record import Record
from gitflowguard.repo.git import text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitflowguard.repo.contents import IndexEntry
    from gitflowguard.repo.git import Git

_FILES = ("100644", "100755")
# Commits that one git compares with their parents, and contents that are judged at once: both bound the memory.
_CHUNK, _GROUP = 2_000, 10_000
# Bytes of contents that are in memory at once, beside one single content.
_BATCH = 16 << 20
_MANY = 64


class NewContent(Record):
    """One content at one path. commit: the oldest that brought it, "" if it is only staged."""

    path: str
    oid: str
    commit: str = ""


def of_entries(entries: Sequence[IndexEntry]) -> tuple[NewContent, ...]:
    """What is staged, or lies in a tree."""
    return tuple(NewContent(entry.path, entry.oid) for entry in entries)


def commits(git: Git, head: str, known: Sequence[str]) -> list[str]:
    """The commits that ``head`` reaches and none of ``known`` does, oldest first."""
    stdin = "".join(f"{word}\n" for word in (head, *("^" + sha for sha in known)))
    walk = ("rev-list", "--topo-order", "--ignore-missing", "--stdin")
    return git.lines(*walk, stdin=stdin.encode())[::-1]


def brought(git: Git, shas: Sequence[str]) -> Iterator[dict[str, list[tuple[str, str]]]]:
    """Commit -> (path, blob) of what it has that no parent has at that path, in groups of whole commits.

    A merge brings what differs from all of its parents (git-diff-tree(1), -c): the rest was brought by one of them.
    A group holds some thousand contents, or what one commit brings.
    """
    for at in range(0, len(shas), _CHUNK):
        group: dict[str, list[tuple[str, str]]] = {}
        count = 0
        for sha, path, oid in _changes(git, shas[at : at + _CHUNK]):
            if sha not in group:
                if count > _GROUP:
                    yield group
                    group, count = {}, 0
                group[sha] = []
            if oid:
                group[sha].append((path, oid))
                count += 1
        yield group


def _changes(git: Git, shas: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """(commit, path, blob), and (commit, "", "") once for each commit that brings anything."""
    done = git.call(
        "diff-tree", "--stdin", "-r", "-c", "--root", "--raw", "-z", "--no-renames", "--no-abbrev", "--no-ext-diff",
        "--no-textconv", "--ignore-submodules=all", stdin="".join(f"{sha}\n" for sha in shas).encode(),
    )  # fmt: skip
    commit, fields = "", iter(text(done.out).split("\0"))
    for field in fields:
        if not field:
            continue
        if field[:1] != ":":
            commit = field.strip()
            yield commit, "", ""
            continue
        path = next(fields, "")
        # ``:100644 100644 <old> <new> M``, with a colon, a mode and an id more for each further parent
        # (git-diff-tree(1), "Diff format for merges").
        parents = len(field) - len(field.lstrip(":"))
        words = field[parents:].split(" ")
        mode, new = words[parents], words[2 * parents + 1]
        if mode in _FILES and new.strip("0"):
            yield commit, path, new


def at_end(git: Git, head: str, paths: set[str]) -> dict[str, str]:
    """Path -> blob at the end of the range, of those paths that it has."""
    specs = tuple(paths) if len(paths) <= _MANY else ()
    out = git.call("ls-tree", "-r", "-z", "--full-tree", "--end-of-options", head, *specs).out
    found = {}
    for row in text(out).split("\0"):
        head_, _, path = row.partition("\t")
        if path in paths:
            found[path] = head_.split(" ")[2]
    return found


def sizes(git: Git, oids: Sequence[str]) -> dict[str, int]:
    """Blob -> bytes; one that isn't here is left out."""
    if not oids:
        return {}
    out = git.call(
        "cat-file", "--batch-check", "--buffer", stdin="".join(f"{oid}\n" for oid in oids).encode()
    ).out
    found = {}
    for row in text(out).split("\n"):
        words = row.split(" ")
        if len(words) == 3 and words[1] == "blob":
            found[words[0]] = int(words[2])
    return found


def batches(git: Git, sized: Sequence[tuple[str, int]]) -> Iterator[list[tuple[str, bytes]]]:
    """(blob, content) in groups that together fit into memory; each group is one git process."""
    group: list[str] = []
    total = 0
    for oid, size in sized:
        if group and total + size > _BATCH:
            yield _contents(git, group)
            group, total = [], 0
        group.append(oid)
        total += size
    if group:
        yield _contents(git, group)


def _contents(git: Git, oids: list[str]) -> list[tuple[str, bytes]]:
    return [(oid, data) for oid, data in zip(oids, git.blobs(tuple(oids))) if data is not None]
