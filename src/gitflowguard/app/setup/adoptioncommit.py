"""Which files of a work tree carry our part, and which of them still have to be committed."""

from __future__ import annotations

import os

from gitflowguard.app.setup import precommit
from gitflowguard.model.adoptionfiles import (
    ATTRIBUTES,
    CI,
    FILES,
    FRAMEWORK,
    HUSKY,
    LEFTHOOK,
    LOCK,
    POLICY,
    POLICY_YAML,
    WORKFLOW,
    has_table,
    role_of,
)
from gitflowguard.model.moment import STAGES
from gitflowguard.model.record import Record
from gitflowguard.policy.extends import read_lock
from gitflowguard.repo.files import FileState, SetupError, read
from gitflowguard.repo.git import Git, Place
from gitflowguard.repo.hookfiles import COMMAND, HooksPath, husky_scripts
from gitflowguard.repo.journal import load, written
from gitflowguard.repo.worktree import tracked, untracked
from gitflowguard.report.ci.mark import is_ours
from gitflowguard.report.workflow import MARK


class Unshared(Record):
    """Paths from the top of the work tree.

    ready: those that one commit brings in. mixed: those that hold other changes of the user's as well.
    ignored: those that git ignores.
    """

    ready: tuple[str, ...] = ()
    mixed: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


def carries(path: str, data: bytes) -> bool:
    """Whether a file of the list (model.adoptionfiles) holds our part."""
    role = role_of(path)
    if role == POLICY:
        return path == POLICY_YAML or has_table(data)
    if role == FRAMEWORK:
        return bool(precommit.ids_in(data.decode("utf-8", "replace")))
    if role == WORKFLOW:
        return data.startswith(MARK.encode())
    if role == LOCK:
        return not isinstance(read_lock(data), str)
    if role == CI:
        return is_ours(data)
    return role in (HUSKY, LEFTHOOK) and COMMAND.encode() in data


def present(top: str, hooks: HooksPath) -> dict[str, bytes]:
    """Every file of the list that is in the work tree and holds our part: path -> content."""
    paths = [path for role, some in FILES.items() if role != ATTRIBUTES for path in some]
    if hooks.owner == "husky":  # in a monorepo it lies in a package
        folder = os.path.relpath(husky_scripts(hooks), top).replace(os.sep, "/")
        paths += [f"{folder}/{stage}" for stage in STAGES if folder.partition("/")[0] != ".."]
    found = {}
    for path in dict.fromkeys(paths):
        try:
            data = read(os.path.join(top, path)).data
        except (SetupError, OSError):
            continue
        if data is not None and carries(path, data):
            found[path] = data
    return found


def unshared(place: Place, hooks: HooksPath, commit: str) -> Unshared:
    """What the list holds here and the commit does not. commit: HEAD's, "" in a repository without one."""
    here = present(place.top, hooks)
    paths = tuple(here)
    git = Git(place.top)
    old = git.blobs(tuple(f"{commit}:{path}" for path in paths)) if commit and paths else [None] * len(paths)
    new = tuple(path for path, data in zip(paths, old) if data is None or not carries(path, data))
    if not new:
        return Unshared()
    known = tracked(git, new) | untracked(git)
    asked = known.intersection(new)  # what git ignores can't be committed, whoever wrote it
    mixed = tuple(path for path, data in zip(paths, old) if path in asked and _mixed(place, path, here, data))
    ready = tuple(path for path in new if path in known and path not in mixed)
    return Unshared(ready, mixed, tuple(path for path in new if path not in known))


def _mixed(place: Place, path: str, here: dict[str, bytes], committed: bytes | None) -> bool:
    """Whether a file that we only added lines to had, or has got, changes of the user's besides."""
    journal = load(place.common)
    entry = journal.entry(written(place.common, os.path.join(place.top, path))) if journal else None
    if entry is None or not entry.inserted:
        return False
    edited = FileState(here[path]).digest not in entry.wrote
    if not edited and _lines(entry.data) == _lines(committed):
        return False
    # On another branch the file is another one, which got the same lines.
    rest = _lines(here[path]) or b""
    for piece in entry.inserted:
        rest = rest.replace(_lines(piece.encode()) or b"", b"", 1)
    return rest != _lines(committed)


def _lines(data: bytes | None) -> bytes | None:
    """Without the line ends that git may have changed (gitattributes(5), eol)."""
    return None if data is None else data.replace(b"\r\n", b"\n")
