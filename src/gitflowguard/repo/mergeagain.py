"""Git's own merge of two commits, in a directory of ours that borrows the repository's objects and is gone afterwards.

It is made by the repository's settings for merges, without a work tree, attributes or anybody's driver.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from gitflowguard.model.finding import Unknown
from gitflowguard.model.record import Record
from gitflowguard.repo.git import Git
from gitflowguard.repo.mergeconfig import merge_rows, settings
from gitflowguard.repo.place import Place
from gitflowguard.repo.scratch import Scratch, objects_of
from gitflowguard.repo.trial import Trials

_SECONDS = 60.0


class MergedTree(Record):
    """git: reads the tree as well as the repository's objects. conflicts: the paths that a person has to settle."""

    git: Git
    tree: str
    conflicts: frozenset[str]


class _ScratchGit(Git):
    """git in a directory of ours, which borrows a repository's objects: none of its settings and programs run."""

    def __init__(self, scratch: Scratch) -> None:
        super().__init__()
        self._scratch = scratch

    def _env(self) -> dict[str, str]:
        return self._scratch.env

    def _argv(self, args: tuple[str, ...], magic: bool) -> tuple[str, ...]:
        return self._scratch.argv("", *args)


@contextmanager
def merged(git: Git, place: Place, one: str, other: str) -> Iterator[MergedTree | Unknown]:
    """Merges two commits; what came of it is there as long as the block runs. Unknown where git can't merge them."""
    from tempfile import TemporaryDirectory  # brings random and shutil, which only this needs

    with TemporaryDirectory(prefix="gitflowguard-") as root:
        scratch = Scratch(
            root, objects_of(place, os.environ), settings(merge_rows(git)), sha256=len(one) == 64
        )
        answer = Trials(scratch, cores=1, timeout=_SECONDS).merge("", ((one, other),))[0]
        if isinstance(answer, Unknown):
            yield answer
            return
        said = (path for said in answer.messages if "CONFLICT" in said.kind for path in said.paths)
        yield MergedTree(_ScratchGit(scratch), answer.tree, frozenset((*answer.paths, *said)))
