"""`model record`: writes beside each artefact what it was made from."""

from __future__ import annotations

import os
import shutil

from gitflowguard import __version__
from gitflowguard.app.provenance.files import artefacts_of, digests_of, paths_of
from gitflowguard.app.provenance.place import ModelRepository
from gitflowguard.model.adoptionfiles import POLICY_TOML, POLICY_YAML
from gitflowguard.model.paths import any_matches
from gitflowguard.model.record import Record
from gitflowguard.model.training import SUFFIX
from gitflowguard.provenance.record import CHANGES, Digests, TrainingRecord, write_record
from gitflowguard.repo.digests import differing, of_commit, of_file
from gitflowguard.repo.files import put
from gitflowguard.repo.git import GitError


class Recorded(Record):
    """One record that was written. path: of the record, from the top."""

    path: str
    artefact: str
    record: TrainingRecord


class NothingToRecord(Exception):
    """Neither an argument nor the policy names an artefact."""


def record(
    opened: ModelRepository, paths: tuple[str, ...], data: tuple[str, ...], lock: str
) -> tuple[Recorded, ...]:
    """Records the named artefacts, else those that the policy names.

    paths, data, lock: from the top; data and lock beside the policy's own. Raises GitError where something can't be
    read, before anything is written, and NothingToRecord.
    """
    artefacts = paths or tuple(path for path in artefacts_of(opened) if os.path.lexists(opened.full(path)))
    if not artefacts:
        raise NothingToRecord
    head = opened.git.commit_of("HEAD")
    if not head:
        raise GitError("HEAD has no commit yet, so there is nothing that a model could come from")
    tree = opened.git.lines("rev-parse", "--verify", "--end-of-options", f"{head}^{{tree}}")[0]
    found = differing(opened.git)
    clean, changes = _changes(opened, artefacts, found)
    reader = _InputReader(opened, head, frozenset(found or ()))
    policy = reader.digests((_policy(opened),))
    inputs = reader.digests((*_data(opened), *data))
    environment = reader.digests((lock or opened.flow.training.lock,))
    made = []
    for artefact in artefacts:
        one = TrainingRecord(
            artefact=digests_of(opened, artefact),
            commit=head,
            tree=tree,
            clean=clean,
            changes=changes[:CHANGES],
            policy=policy,
            data=inputs,
            environment=environment,
            tool=f"gitflowguard {__version__}",
        )
        made.append(Recorded(artefact + SUFFIX, artefact, one))
    for done in made:
        put(opened.full(done.path), write_record(done.record).encode("ascii"))
    return tuple(made)


def copy_out(opened: ModelRepository, done: tuple[Recorded, ...], folder: str) -> None:
    """Copies artefacts and records to a folder, under their paths from the top. Raises OSError."""
    for one in done:
        home = one.artefact.rpartition("/")[0]
        names = (f"{home}/{name}".lstrip("/") for name, _ in one.record.artefact)
        for path in (one.path, *names):
            target = os.path.join(folder, path)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            shutil.copyfile(opened.full(path), target)


def _policy(opened: ModelRepository) -> str:
    """The policy's file in the work tree, "" if there is none."""
    return opened.policy if opened.policy in (POLICY_YAML, POLICY_TOML) else ""


def _data(opened: ModelRepository) -> tuple[str, ...]:
    """The files that the policy's patterns mean."""
    patterns = opened.flow.training.data
    return tuple(path for path in paths_of(opened) if any_matches(patterns, path)) if patterns else ()


class _InputReader:
    """Digests of what training reads. dirty: the paths that differ from the commit.

    A file that doesn't differ is read from the commit: what a checkout makes of it (line ends, Git LFS) isn't what
    another checkout will make of it.
    """

    def __init__(self, opened: ModelRepository, commit: str, dirty: frozenset[str]) -> None:
        self._opened = opened
        self._commit = commit
        self._dirty = dirty

    def digests(self, paths: tuple[str, ...]) -> Digests:
        """(path, digest), sorted. Raises GitError where a file can't be read."""
        wanted = tuple(dict.fromkeys(filter(None, paths)))
        found = of_commit(
            self._opened.git, self._commit, tuple(path for path in wanted if path not in self._dirty)
        )
        for path in wanted:
            if path not in found:
                found[path] = self._of_file(path)
        return tuple(sorted(found.items()))

    def _of_file(self, path: str) -> str:
        try:
            return of_file(self._opened.full(path))
        except OSError as problem:
            raise GitError(f"{path} can't be read: {problem.strerror}") from None


def _changes(
    opened: ModelRepository, artefacts: tuple[str, ...], found: tuple[str, ...] | None
) -> tuple[bool | None, tuple[str, ...]]:
    """Whether the work tree is HEAD, apart from what training writes; and what differs. found: all that differs."""
    if found is None:
        return None, ()
    below = tuple(f"{path}/" for path in artefacts)
    left = tuple(
        path
        for path in found
        if path not in artefacts
        and not path.startswith(below)
        and not path.endswith(SUFFIX)
        and not any_matches(opened.flow.training.writes, path)
    )
    return not left, left
