"""Answers of `git cat-file --batch` (git-cat-file(1), BATCH OUTPUT)."""

from __future__ import annotations

from gitflowguard.repo.git import text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def contents_of(data: bytes, specs: Sequence[str]) -> list[tuple[str, str, bytes]]:
    """(object id, type, content) of each object that was asked for; ("", "", b"") where there is none."""
    found: list[tuple[str, str, bytes]] = []
    at = 0
    for spec in specs:
        missing = spec.encode("utf-8", "surrogateescape") + b" missing\n"
        if data.startswith(missing, at):
            found.append(("", "", b""))
            at += len(missing)
            continue
        end = data.index(b"\n", at)
        oid, kind, size = data[at:end].split(b" ")
        found.append((text(oid), text(kind), data[end + 1 : end + 1 + int(size)]))
        at = end + int(size) + 2
    return found
