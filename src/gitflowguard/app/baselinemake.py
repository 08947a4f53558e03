"""`gitflowguard baseline`: all findings of today, written down."""

from __future__ import annotations

import os

from gitflowguard.app.baseline import NAME, write
from gitflowguard.app.quality import Asked, look
from gitflowguard.app.qualitycheck import scene
from gitflowguard.model.check import FULL
from gitflowguard.model.record import Record
from gitflowguard.repo import contents
from gitflowguard.repo.files import put
from gitflowguard.repo.git import GitError


class Frozen(Record):
    """What was written. unchecked: sentences about files that no tool could look at."""

    path: str
    findings: int
    files: int
    unchecked: tuple[str, ...] = ()


def freeze(dry_run: bool = False) -> Frozen:
    """Looks at every tracked file, and writes the baseline into the work tree. Raises GitError, PolicyError."""
    here = scene()
    if not here.place.top:
        raise GitError(
            "this is no work tree (a bare repository, or a git directory), so there is no place for the baseline"
        )
    # What is known hangs on no branch's bar: the file holds for every branch that it comes to.
    kinds = tuple(kind._replace(quality=FULL) for kind in here.flow.kinds)
    here = here._replace(flow=here.flow._replace(kinds=kinds))
    entries = contents.everything(here.git)
    asked = Asked(entries, here.refs.head, lambda: entries)
    looked = look(here.git, here.place, here.flow, asked, os.environ)
    found = tuple(check for check in looked.checks if check.unchecked is None)
    by_path = {entry.path: entry.oid for entry in entries}
    paths = {check.path for check in found}
    texts = contents.texts(here.git, None, tuple({by_path[path] for path in paths}), 1 << 24)
    own = {path: data for path in paths if isinstance(data := texts.get(by_path[path]), bytes)}
    if not dry_run:
        put(os.path.join(here.place.top, NAME), write(found, own))
    told = tuple(check.unchecked.reason for check in looked.checks if check.unchecked is not None)
    return Frozen(NAME, len(found), len(paths), tuple(dict.fromkeys(told)))
