"""The way back from what `init` wrote. As with its steps, the plan is data and says itself."""

from __future__ import annotations

import os
import shutil

from gitflowguard.hook.parse import CHAINED, PASSED
from gitflowguard.model.names import plural
from gitflowguard.model.record import Record
from gitflowguard.repo.files import TEMPORARY, State, drop, put, read
from gitflowguard.repo.hookfiles import ASIDE, LEGACY, Hook, kept_path, look
from gitflowguard.repo.journal import CHAIN, FOLDER, HOOK, Entry, Journal, absolute, journal_path, load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gitflowguard.repo.git import Place

    TakeOut = Callable[[bytes, tuple[str, ...]], bytes | None]

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


def undo_plan(place: Place, hooks: tuple[str, ...], take_out: TakeOut) -> tuple[Undo, ...]:
    """The way back from what the journal and the hook files say; empty if there is nothing of ours.

    hooks: paths where a hook of ours may lie although no journal says so.
    take_out: (bytes that the user has edited since, what we added) -> the bytes without it, or None.
    """
    journal = load(place.common) or Journal()
    steps: list[Undo] = []
    for entry in journal.files:
        path = absolute(place.common, entry.path)
        if entry.role == HOOK:
            steps.extend(_undo_hook(path, entry))
        elif entry.role == CHAIN:
            moved = any(step.source == path for step in steps)
            steps.extend(() if moved else _undo_chain(path, entry))
        else:
            steps.extend(_undo_file(path, entry, take_out))
    known = {step.path for step in steps}
    orphans = (look(path) for path in hooks if path not in known)
    steps.extend(_unhook(hook, State(None), kept_path(hook.path)) for hook in orphans if hook.maker == "ours")
    steps.extend(_leftovers(place, journal))
    return tuple(steps)


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


def _undo_file(path: str, entry: Entry, take_out: TakeOut) -> Iterator[Undo]:
    """A file that is as we left it goes back; one that was edited since loses our lines at most."""
    now = read(path)
    if now == entry.before or (now.data is None and entry.data is None):
        return
    if now.data is None:
        yield Undo("keep", path, f"{path}: removed since; it stays removed")
    elif now.digest in entry.wrote:
        yield _back(path, entry.before)
    else:
        rest = take_out(now.data, entry.inserted) if entry.inserted else None
        if rest is None:
            yield Undo("keep", path, f"{path}: edited since, so it is kept; take our part out by hand")
        else:
            yield Undo("write", path, f"take our lines out of {path}, edited since", rest, now.mode)


def _undo_hook(path: str, entry: Entry) -> Iterator[Undo]:
    """Ours goes, wherever a framework has moved it; the user's own takes its place."""
    base = path.removesuffix(LEGACY)
    places = dict.fromkeys((path, base, base + LEGACY, base + ASIDE))
    ours = [hook for hook in map(look, places) if hook.maker and State(hook.data).digest in entry.wrote]
    for hook in ours:
        yield _unhook(hook, entry.before, kept_path(path))
    front = look(path)
    if ours or State(front.data if front.maker else None, front.mode) == entry.before:
        return
    if front.maker:
        yield Undo("keep", path, f"{path}: edited or replaced since, so it is kept")
    elif os.path.exists(kept_path(path)):
        yield Undo("move", path, f"restore {path}", source=kept_path(path))


def _unhook(hook: Hook, before: State, kept: str) -> Undo:
    """One hook of ours: the user's kept one back in its place, else what the journal has, else nothing."""
    if hook.path.endswith(ASIDE):
        return Undo("remove", hook.path, f"remove {hook.path}")
    if os.path.exists(kept):
        return Undo("move", hook.path, f"restore {hook.path}", source=kept)
    return _back(hook.path, before)


def _undo_chain(path: str, entry: Entry) -> Iterator[Undo]:
    """A kept hook that did not go back: a copy of the one in front is of no use, any other stays."""
    kept, fronts = look(path), [look(path.removesuffix(CHAINED) + end) for end in ("", LEGACY)]
    if not kept.maker:
        return
    if State(kept.data).digest in entry.wrote and any(front.data == kept.data for front in fronts):
        yield Undo("remove", path, "")
    else:
        yield Undo("keep", path, f"{path}: your own hook of before; kept")


def _back(path: str, before: State) -> Undo:
    if before.data is None:
        return Undo("remove", path, f"remove {path}")
    return Undo("write", path, f"restore {path}", before.data, before.mode)


def _leftovers(place: Place, journal: Journal) -> Iterator[Undo]:
    """What is ours alone: unfinished temporary files, the word between two hooks, our directory."""
    for entry in journal.files:
        temporary = absolute(place.common, entry.path) + TEMPORARY
        if os.path.lexists(temporary):
            yield Undo("remove", temporary, "")
    for git_dir in (place.common, *_linked(place.common)):
        passed = os.path.join(git_dir, PASSED)
        if os.path.lexists(passed):
            yield Undo("remove", passed, "")
    for folder in reversed(journal.folders):
        yield Undo("prune", absolute(place.common, folder), "")
    folder = os.path.join(place.common, FOLDER)
    if os.path.isdir(folder) and not os.path.islink(folder):
        skips = count_skips(place.common)
        yield Undo(
            "clear",
            folder,
            f"remove {folder}" + (f", with its log of {plural(skips, 'skip')}" if skips else ""),
        )
    for name in journal.branches:
        yield Undo("keep", name, f"branch {name} stays")


def _linked(common: str) -> list[str]:
    """The git directories of the linked work trees (gitrepository-layout(5))."""
    folder = os.path.join(common, "worktrees")
    return (
        [os.path.join(folder, name) for name in sorted(os.listdir(folder))] if os.path.isdir(folder) else []
    )


def count_skips(common: str) -> int:
    """How often a rule was skipped in this clone, by its log."""
    try:
        with open(os.path.join(common, FOLDER, SKIPS), "rb") as log:
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
