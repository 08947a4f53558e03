"""The way back from what `init` wrote. As with its steps, the plan is data and says itself."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

from gitflowguard.model.event import CHAINED, CHECKED_OUT, DEFERRED, PASSED, REPLAYING
from gitflowguard.model.names import plural
from gitflowguard.model.record import Record
from gitflowguard.repo.files import TEMPORARY, FileState, drop, put, read
from gitflowguard.repo.git import Place
from gitflowguard.repo.hookfiles import ASIDE, LEGACY, Hook, kept_path, look
from gitflowguard.repo.journal import (
    CHAIN,
    FOLDER,
    HOOK,
    JournalEntry,
    SetupJournal,
    absolute,
    encoded,
    journal_path,
    load,
)
from gitflowguard.repo.place import only_file

TakeOut = Callable[[str, bytes, tuple[str, ...]], bytes | None]
Committed = Callable[[str], bytes | None]

SKIPS = "skips.log"


class Undo(Record):
    """One step back. action: ``write``, ``move``, ``remove``, ``prune`` or ``clear`` a directory, or ``keep``.

    says: one line for a person, "" if it is not worth one. path: what changes.
    source: where ``move`` takes it from.
    """

    action: str
    path: str
    says: str
    data: bytes = b""
    mode: int = 0
    source: str = ""


def undo_plan(
    place: Place, hooks: tuple[str, ...], take_out: TakeOut, committed: Committed, policy: bool
) -> tuple[Undo, ...]:
    """The way back from what the journal and the hook files say; empty if there is nothing of ours.

    hooks: paths where a hook of ours may lie although no journal says so.
    take_out: (role, bytes that the user has edited since, what we added) -> the bytes without it, or None.
    committed: path -> what the commit that is checked out has there, None for nothing.
    policy: whether what is committed goes, too. Else it is the team's: it stays, and so does its entry in the
    journal.
    """
    journal = load(place.common) or SetupJournal()
    steps: list[Undo] = []
    kept: list[JournalEntry] = []
    for entry in journal.files:
        path = absolute(place.common, entry.path)
        if not policy and entry.role not in (HOOK, CHAIN) and _is_shared(entry, committed(path)):
            kept.append(entry)
            continue
        if entry.role == HOOK:
            steps.extend(_undo_hook(path, entry))
        elif entry.role == CHAIN:
            moved = any(step.source == path for step in steps)
            steps.extend(() if moved else _undo_chain(path, entry))
        else:
            steps.extend(_undo_file(path, entry, take_out))
    known = {step.path for step in steps}
    orphans = (look(path) for path in hooks if path not in known)
    steps.extend(
        _unhook(hook, FileState(None), kept_path(hook.path)) for hook in orphans if hook.maker == "ours"
    )
    steps.extend(_traces(place, journal))
    if kept:
        left = SetupJournal(tuple(kept), journal.folders)
        steps.extend(_shrunk(place, left) if steps or journal != left else ())
        steps.extend(_stays(place, entry) for entry in kept)
    else:
        steps.extend(_clearance(place))
    steps.extend(Undo("keep", name, f"branch {name} stays") for name in journal.branches)
    return tuple(steps)


def _is_shared(entry: JournalEntry, committed: bytes | None) -> bool:
    """Whether the commit has the file as we left it or later, not as it was before us."""
    return committed is not None and _lines(committed) != _lines(entry.data)


def _lines(data: bytes | None) -> bytes | None:
    """Without the line ends that git may have changed (gitattributes(5), eol)."""
    return None if data is None else data.replace(b"\r\n", b"\n")


def _shrunk(place: Place, left: SetupJournal) -> Iterator[Undo]:
    """Our directory without all but the journal, which goes on knowing what was committed."""
    folder, journal = os.path.join(place.common, FOLDER), journal_path(place.common)
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
        path = os.path.join(folder, name)
        if path != journal:
            yield Undo("clear" if os.path.isdir(path) and not os.path.islink(path) else "remove", path, "")
    yield Undo("write", journal, "", encoded(left), 0o644)


def _stays(place: Place, entry: JournalEntry) -> Undo:
    path = absolute(place.common, entry.path)
    return Undo(
        "keep", path, f"{path}: committed, so it stays; to take it out: gitflowguard uninstall --policy"
    )


def undo(steps: tuple[Undo, ...]) -> None:
    """Takes the steps; a second run after a kill goes on, because the journal goes last."""
    for step in steps:
        if step.action == "write":
            put(step.path, step.data, step.mode)
        elif step.action == "move":
            os.replace(step.source, step.path)
        elif step.action == "remove":
            drop(step.path)
        elif step.action == "prune" and os.path.isdir(step.path) and not os.listdir(step.path):
            os.rmdir(step.path)
        elif step.action == "clear":
            _clear(step.path)


def _undo_file(path: str, entry: JournalEntry, take_out: TakeOut) -> Iterator[Undo]:
    """A file that is as we left it goes back; one that was edited since loses our lines at most."""
    now = read(path)
    if now == entry.before or (now.data is None and entry.data is None):
        return
    if now.data is None:
        yield Undo("keep", path, f"{path}: removed since; it stays removed")
    elif now.digest in entry.wrote:
        yield _back(path, entry.before)
    else:
        rest = take_out(entry.role, now.data, entry.inserted) if entry.inserted else None
        if rest is None:
            yield Undo("keep", path, f"{path}: edited since, so it is kept; take our part out by hand")
        else:
            yield Undo("write", path, f"take our lines out of {path}, edited since", rest, now.mode)


def _undo_hook(path: str, entry: JournalEntry) -> Iterator[Undo]:
    """Ours goes, wherever a framework has moved it; the user's own takes its place."""
    base = path.removesuffix(LEGACY)
    places = dict.fromkeys((path, base, base + LEGACY, base + ASIDE))
    ours = [hook for hook in map(look, places) if hook.maker and FileState(hook.data).digest in entry.wrote]
    for hook in ours:
        yield _unhook(hook, entry.before, kept_path(path))
    front = look(path)
    if ours or FileState(front.data if front.maker else None, front.mode) == entry.before:
        return
    if front.maker:
        yield Undo("keep", path, f"{path}: edited or replaced since, so it is kept")
    elif os.path.exists(kept_path(path)):
        yield Undo("move", path, f"restore {path}", source=kept_path(path))


def _unhook(hook: Hook, before: FileState, kept: str) -> Undo:
    """One hook of ours: the user's kept one back in its place, else what the journal has, else nothing."""
    if hook.path.endswith(ASIDE):
        return Undo("remove", hook.path, f"remove {hook.path}")
    if os.path.exists(kept):
        return Undo("move", hook.path, f"restore {hook.path}", source=kept)
    return _back(hook.path, before)


def _undo_chain(path: str, entry: JournalEntry) -> Iterator[Undo]:
    """A kept hook that did not go back: a copy of the one in front is of no use, any other stays."""
    kept, fronts = look(path), [look(path.removesuffix(CHAINED) + end) for end in ("", LEGACY)]
    if not kept.maker:
        return
    if FileState(kept.data).digest in entry.wrote and any(front.data == kept.data for front in fronts):
        yield Undo("remove", path, "")
    else:
        yield Undo("keep", path, f"{path}: your own hook of before; kept")


def _back(path: str, before: FileState) -> Undo:
    if before.data is None:
        return Undo("remove", path, f"remove {path}")
    return Undo("write", path, f"restore {path}", before.data, before.mode)


def _traces(place: Place, journal: SetupJournal) -> Iterator[Undo]:
    """What is ours alone: unfinished temporary files, the words between two hooks, emptied folders."""
    for entry in journal.files:
        temporary = absolute(place.common, entry.path) + TEMPORARY
        if os.path.lexists(temporary):
            yield Undo("remove", temporary, "")
    for git_dir in (place.common, *_linked(place.common)):
        for name in (PASSED, REPLAYING, CHECKED_OUT, DEFERRED):
            word = os.path.join(git_dir, name)
            if os.path.lexists(word):
                yield Undo(
                    "clear" if os.path.isdir(word) and not os.path.islink(word) else "remove", word, ""
                )
    for folder in reversed(journal.folders):
        yield Undo("prune", absolute(place.common, folder), "")


def _clearance(place: Place) -> Iterator[Undo]:
    """Our directory, with the journal."""
    folder = os.path.join(place.common, FOLDER)
    if os.path.isdir(folder) and not os.path.islink(folder):
        skips = count_skips(place.common)
        yield Undo(
            "clear",
            folder,
            f"remove {folder}" + (f", with its log of {plural(skips, 'skip')}" if skips else ""),
        )


def _linked(common: str) -> list[str]:
    """The git directories of the linked work trees (gitrepository-layout(5))."""
    folder = os.path.join(common, "worktrees")
    return (
        [os.path.join(folder, name) for name in sorted(os.listdir(folder))] if os.path.isdir(folder) else []
    )


def count_skips(common: str) -> int:
    """How often a rule was skipped in this clone, by its log."""
    try:
        with open(os.path.join(common, FOLDER, SKIPS), "rb", opener=only_file) as log:
            return sum(1 for _ in log)
    except OSError:
        return 0


def _clear(folder: str) -> None:
    """The caches, then the journal, then the log of skips: whatever a kill leaves can be gone on with."""
    last = (os.path.basename(journal_path("")), SKIPS)
    for name in sorted(os.listdir(folder), key=lambda name: last.index(name) if name in last else -1):
        path = os.path.join(folder, name)
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        else:
            drop(path)
    os.rmdir(folder)
