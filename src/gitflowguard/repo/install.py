"""Steps that set a repository up. A plan is data; printing it is the dry run.

Every file is old or new at any moment, and the journal that leads back is written
before the first one: after a kill a second `init` finishes and `uninstall` restores.
"""

from __future__ import annotations

import os

from gitflowguard.model.record import Record
from gitflowguard.repo.files import FileState, SetupError, folders_to, put, read
from gitflowguard.repo.git import Place
from gitflowguard.repo.journal import JournalEntry, SetupJournal, load, save, written


class FileWrite(Record):
    """Puts a file in place. role: as in the journal. before: what the plan saw there.

    mode None: what the umask leaves of 0666. inserted: what of ``data`` is new, where the rest is the user's.
    """

    path: str
    role: str
    data: bytes
    before: FileState
    mode: int | None = None
    inserted: tuple[str, ...] = ()


class NewBranch(Record):
    """Makes a branch at a commit. name: checked. commit: a full id. source: the branch that stands there."""

    name: str
    commit: str
    source: str


Step = FileWrite | NewBranch


def apply(place: Place, steps: tuple[Step, ...]) -> None:
    """Writes the journal, then takes every step in order.

    Raises SetupError if a file is no longer what the plan saw, before anything is
    written; OSError or GitError if a step fails, after which a rerun goes on.
    """
    for step in steps:
        if isinstance(step, FileWrite) and read(step.path) != step.before:
            raise SetupError(f"{step.path} has changed meanwhile; run this again")
    save(place.common, _journal(place.common, steps))
    for step in steps:
        if isinstance(step, NewBranch):
            from gitflowguard.repo.write import create_branch  # GitPython: 80 ms (docs/architecture.md)

            create_branch(place, step.name, step.commit, step.source)
        else:
            for folder in folders_to(step.path):
                os.mkdir(folder)
            put(step.path, step.data, step.mode)


def _journal(common: str, steps: tuple[Step, ...]) -> SetupJournal:
    """What was known, and what is about to be done."""
    known = load(common) or SetupJournal()
    folders = dict.fromkeys(known.folders)
    branches = dict.fromkeys(known.branches)
    for step in steps:
        if isinstance(step, NewBranch):
            branches[step.name] = None
            continue
        before, new = step.before, FileState(step.data)
        known = known.added(
            JournalEntry(
                written(common, step.path), step.role, before.data, before.mode, (new.digest,), step.inserted
            )
        )
        folders.update(dict.fromkeys(written(common, folder) for folder in folders_to(step.path)))
    return SetupJournal(known.files, tuple(folders), tuple(branches))
