"""Steps that set a repository up, and their undoing. A plan is data; printing it is the dry run.

Every file is old or new at any moment, and the journal that leads back is written
before the first one: after a kill a second `init` finishes and `uninstall` restores.
"""

from __future__ import annotations

import os
import shutil

from gitflowguard.model.names import plural
from gitflowguard.model.record import Record
from gitflowguard.repo.files import SetupError, State, drop, folders_to, put, read
from gitflowguard.repo.hookfiles import LEGACY, Hook, look
from gitflowguard.repo.journal import CHAIN, FOLDER, HOOK, Entry, Journal, absolute, journal_path, load, save, written
from gitflowguard.repo.shim import CHAINED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gitflowguard.repo.git import Place

    TakeOut = Callable[[bytes, tuple[str, ...]], bytes | None]

SKIPS = "skips.log"
PASSED = "gitflowguard-passed"
# lefthook sets a hook that is not its own aside under this name, and does not run it.
_ASIDE = ".old"


class Write(Record):
    """Puts a file in place. role: as in the journal. before: what the plan saw there.

    mode None: what the umask leaves of 0666. inserted: what of ``data`` is new, where the rest is the user's.
    """

    path: str
    role: str
    data: bytes
    before: State
    mode: int | None = None
    inserted: tuple[str, ...] = ()


class NewBranch(Record):
    """Makes a branch at a commit. name: checked. commit: a full id. source: the branch that stands there."""

    name: str
    commit: str
    source: str


Step = Write | NewBranch


def apply(place: Place, steps: tuple[Step, ...]) -> None:
    """Writes the journal, then takes every step in order.

    Raises SetupError if a file is no longer what the plan saw, before anything is
    written; OSError or GitError if a step fails, after which a rerun goes on.
    """
    for step in steps:
        if isinstance(step, Write) and read(step.path) != step.before:
            raise SetupError(f"{step.path} has changed meanwhile; run this again")
    save(place.common, _journal(place.common, steps))
    for step in steps:
        if isinstance(step, NewBranch):
            from gitflowguard.repo.write import create_branch  # GitPython: 86 ms

            create_branch(place, step.name, step.commit, step.source)
        else:
            for folder in folders_to(step.path):
                os.mkdir(folder)
            put(step.path, step.data, step.mode)


def _journal(common: str, steps: tuple[Step, ...]) -> Journal:
    """What was known, and what is about to be done."""
    known = load(common) or Journal()
    folders = dict.fromkeys(known.folders)
    branches = dict.fromkeys(known.branches)
    for step in steps:
        if isinstance(step, NewBranch):
            branches[step.name] = None
            continue
        before, new = step.before, State(step.data)
        known = known.added(
            Entry(
                written(common, step.path), step.role, before.data, before.mode, (new.digest,), step.inserted
            )
        )
        folders.update(dict.fromkeys(written(common, folder) for folder in folders_to(step.path)))
    return Journal(known.files, tuple(folders), tuple(branches))


class Undo(Record):
    """One step back. action: ``write``, ``move``, ``remove``, ``clear`` (a directory of ours) or ``keep``.

    says: one line for a person. path: what changes. source: where ``move`` takes it from.
    """

    action: str
    path: str
    says: str
    data: bytes = b""
    mode: int = 0
    source: str = ""


def undo_plan(place: Place, hooks: tuple[str, ...], take_out: TakeOut) -> tuple[Undo, ...]:
    """The way back from what the journal and the hook files say.

    hooks: paths where a hook of ours may lie although no journal says so.
    take_out: (bytes that the user has edited since, what we added) -> the bytes without it, or None.
    """
    journal = load(place.common) or Journal()
    steps: list[Undo] = []
    for entry in journal.files:
        path = absolute(place.common, entry.path)
        if entry.role == HOOK:
            steps.extend(_undo_hook(path, entry))
        elif entry.role != CHAIN:
            steps.extend(_undo_file(path, entry, take_out))
    done = {step.path for step in steps}
    for path in hooks:
        hook = look(path)
        if path not in done and hook.maker == "ours":
            steps.append(_unhook(hook, State(None)))
    steps.extend(_leftovers(place, journal))
    return tuple(steps)


def _undo_file(path: str, entry: Entry, take_out: TakeOut) -> Iterator[Undo]:
    """A file that is as we left it goes back; one that was edited since loses our lines at most."""
    now = read(path)
    if now == entry.before or (now.data is None and entry.data is None):
        return
    if now.data is None:
        yield Undo("keep", path, f"{path}: you removed it; it stays removed")
    elif now.digest in entry.wrote:
        yield _back(path, entry.before)
    else:
        rest = take_out(now.data, entry.inserted) if entry.inserted else None
        if rest is None:
            yield Undo("keep", path, f"{path}: edited since; kept as it is, take our part out by hand")
        else:
            yield Undo(
                "write", path, f"{path}: edited since; only our lines are taken out", rest, now.mode
            )


def _back(path: str, before: State) -> Undo:
    if before.data is None:
        return Undo("remove", path, f"remove {path}")
    return Undo("write", path, f"restore {path}", before.data, before.mode)


def _undo_hook(path: str, entry: Entry) -> Iterator[Undo]:
    """Ours may have been moved by a framework; the user's own goes back to where ours is."""
    base = path.removesuffix(LEGACY)
    places = dict.fromkeys((path, base, base + LEGACY, base + _ASIDE))
    found = [look(place) for place in places]
    ours = [hook for hook in found if State(hook.data).digest in entry.wrote and hook.maker]
    for hook in ours:
        yield _unhook(hook, entry.before, path + CHAINED)
    if ours or found[0].maker == "ours" or read(path) == entry.before:
        if not ours and found[0].maker == "ours":
            yield Undo("keep", path, f"{path}: edited since; kept, remove it by hand")
    elif not found[0].maker:
        if os.path.exists(path + CHAINED):
            yield Undo("move", path, f"restore {path}", source=path + CHAINED)
    else:
        yield Undo("keep", path, f"{path}: replaced since; kept as it is")
