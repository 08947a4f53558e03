"""Which files training reads and writes, found in a work tree."""

from __future__ import annotations

import os
from collections.abc import Iterator

from gitflowguard.app.provenance.place import ModelRepository
from gitflowguard.model.paths import any_matches
from gitflowguard.model.record import Record
from gitflowguard.model.training import SUFFIX
from gitflowguard.provenance.record import MOST, Digests, TrainingRecord, read_record
from gitflowguard.repo.digests import files_in, of_file
from gitflowguard.repo.git import GitError


class Found(Record):
    """The record of an artefact: the value, or in ``flaw`` why there is none that can be read."""

    record: TrainingRecord | None
    flaw: str = ""


def record_of(opened: ModelRepository, artefact: str) -> Found:
    """What lies beside an artefact. artefact: from the top."""
    name = artefact + SUFFIX
    try:
        with open(opened.full(name), "rb") as file:
            data = file.read(MOST + 1)
    except FileNotFoundError:
        return Found(None, f"there is no {name}")
    except OSError as problem:
        return Found(None, f"{name} can't be read: {problem.strerror}")
    found = read_record(data, artefact.rpartition("/")[2])
    return Found(None, f"{name}: {found}") if isinstance(found, str) else Found(found)


def paths_of(opened: ModelRepository) -> Iterator[str]:
    """Every file of the work tree, from the top, without hidden folders and virtual environments."""
    for folder, folders, names in os.walk(opened.files):
        folders[:] = sorted(name for name in folders if not _aside(folder, name))
        for name in sorted(names):
            yield os.path.relpath(os.path.join(folder, name), opened.files).replace(os.sep, "/")


def _aside(folder: str, name: str) -> bool:
    """Whether a folder holds nothing that a team trains on."""
    return name.startswith(".") or os.path.exists(os.path.join(folder, name, "pyvenv.cfg"))


def artefacts_of(opened: ModelRepository) -> tuple[str, ...]:
    """The artefacts that are to be recorded: those that the policy names, and those that have a record. From the top.

    A pattern with a slash and without a star is one artefact, which may be a directory.
    """
    patterns = opened.flow.training.writes
    plain = {pattern for pattern in patterns if "*" not in pattern and "/" in pattern}
    found = {path for path in plain if os.path.lexists(opened.full(path))}
    open_ones = tuple(pattern for pattern in patterns if pattern not in plain)
    for path in paths_of(opened):
        if path.endswith(SUFFIX):
            found.add(path.removesuffix(SUFFIX))
        elif open_ones and any_matches(open_ones, path):
            found.add(path)
    folders = tuple(f"{path}/" for path in found)
    return tuple(sorted(path for path in found if not path.startswith(folders)))


def digests_of(opened: ModelRepository, artefact: str) -> Digests:
    """(path from the record's folder, digest) of each file of an artefact. Raises GitError where one can't be read."""
    name, full = artefact.rpartition("/")[2], opened.full(artefact)
    inner = [f"/{path}" for path in files_in(full)] if os.path.isdir(full) else [""]
    try:
        found = tuple((f"{name}{path}", of_file(f"{full}{path}")) for path in inner)
    except FileNotFoundError:
        raise GitError(f"{artefact} isn't in the work tree") from None
    except OSError as problem:
        raise GitError(f"{artefact} can't be read: {problem.strerror}") from None
    if not found:
        raise GitError(f"{artefact} is an empty directory")
    return found
