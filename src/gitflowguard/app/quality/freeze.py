"""`gitflowguard baseline`: all findings of today, written down."""

from __future__ import annotations

import os

from gitflowguard.app.quality.asked import QualityRequest
from gitflowguard.app.quality.baseline import NAME, write
from gitflowguard.app.quality.check import scene
from gitflowguard.app.quality.look import look
from gitflowguard.model.check import FULL
from gitflowguard.model.record import Record
from gitflowguard.repo import contents
from gitflowguard.repo.files import put
from gitflowguard.repo.git import GitError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.app.quality.asked import ToolProgress


class Frozen(Record):
    """What was found. unchecked: sentences about files that no tool could look at.

    written: whether the file was written, or would be. note: where the tools come from, or that there are none.
    """

    path: str
    findings: int
    files: int
    unchecked: tuple[str, ...] = ()
    written: bool = False
    note: str = ""


def freeze(dry_run: bool = False, progress: ToolProgress | None = None) -> Frozen:
    """Looks at every tracked file, and writes the baseline into the work tree. Raises GitError, PolicyError.

    Where there is nothing to freeze, nothing is written; a baseline that is there becomes empty then. progress:
    as in QualityRequest.
    """
    here = scene()
    if not here.place.top:
        raise GitError(
            "this isn't a work tree (a bare repository, or a git directory), so there is no place for the baseline"
        )
    if not here.flow.tools:
        return Frozen(NAME, 0, 0, note=here.note)
    # What is known hangs on no branch's bar: the file holds for every branch that it comes to.
    kinds = tuple(kind._replace(quality=FULL) for kind in here.flow.kinds)
    here = here._replace(flow=here.flow._replace(kinds=kinds))
    entries = contents.everything(here.git)
    asked = QualityRequest(entries, here.refs.head, baseline=False, progress=progress)
    looked = look(here.git, here.place, here.flow, asked, os.environ).whole()
    found = tuple(check for check in looked.checks if check.unchecked is None)
    by_path = {entry.path: entry.oid for entry in entries}
    paths = {check.path for check in found}
    texts = contents.texts(here.git, None, tuple({by_path[path] for path in paths}), 1 << 24)
    own = {path: data for path in paths if isinstance(data := texts.get(by_path[path]), bytes)}
    path = os.path.join(here.place.top, NAME)
    worth = bool(found) or os.path.exists(path)
    if worth and not dry_run:
        put(path, write(found, own))
    told = tuple(check.unchecked.reason for check in looked.checks if check.unchecked is not None)
    return Frozen(
        path=NAME,
        findings=len(found),
        files=len(paths),
        unchecked=tuple(dict.fromkeys(told)),
        written=worth,
        note=here.note,
    )
