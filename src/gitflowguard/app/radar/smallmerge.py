"""Merges of trees that hold nothing but the files which decide."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gitflowguard.radar.changes import Changes
    from gitflowguard.repo.scratch import Scratch


def three(scratch: Scratch, base: str, ours: str, theirs: str) -> tuple[str, str]:
    """Commits that make a merge of three trees."""
    root = scratch.commit(base)
    return scratch.commit(ours, root), scratch.commit(theirs, root)


def small_sides(
    scratch: Scratch, here: Mapping[str, tuple[str, str]], changed: Changes, paths: Iterable[str]
) -> tuple[str, str]:
    """The commits to merge. here: path -> (mode, object id) on the side that something comes to; changed: from the
    merge base to what comes."""
    wanted = list(paths)
    old = {path: (changed[path].mode, changed[path].oid) for path in wanted if not changed[path].added}
    theirs = {path: (changed[path].new_mode, changed[path].new_oid) for path in wanted}
    ours = {path: here[path] for path in wanted}
    return three(scratch, scratch.tree(old), scratch.tree(ours), scratch.tree(theirs))
