"""Answers of `git cat-file --batch` (git-cat-file(1), BATCH OUTPUT)."""

from __future__ import annotations

from gitflowguard.repo.git import text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_NONE = (b" missing\n", b" ambiguous\n")


def contents_of(data: bytes, specs: Sequence[str]) -> list[tuple[str, str, bytes]]:
    """(object id, type, content) of each object that was asked for; ("", "", b"") where there is none.

    A name that isn't an object's, or is of several, is repeated, and may hold a line break. A submodule's commit, which
    is in another repository, is "<id> submodule" since git 2.51.
    """
    found: list[tuple[str, str, bytes]] = []
    at = 0
    for spec in specs:
        name = spec.encode("utf-8", "surrogateescape")
        none = next((word for word in _NONE if data.startswith(name + word, at)), b"")
        if none:
            found.append(("", "", b""))
            at += len(name + none)
            continue
        end = data.index(b"\n", at)
        if data.endswith(b" submodule", at, end):
            found.append(("", "", b""))
            at = end + 1
            continue
        oid, kind, size = data[at:end].split(b" ")
        found.append((text(oid), text(kind), data[end + 1 : end + 1 + int(size)]))
        at = end + int(size) + 2
    return found
