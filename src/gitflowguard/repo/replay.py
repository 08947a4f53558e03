"""What a cherry-pick or a revert in progress would be as a command, read from the files that git keeps for it."""

from __future__ import annotations

from gitflowguard.model.facts import Repetition
from gitflowguard.repo.state import read_note, reverted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.repo.git import Git
    from gitflowguard.repo.place import Place
    from gitflowguard.repo.state import OperationState


def replay(git: Git, place: Place, state: OperationState) -> Repetition:
    """What it repeats: a series as git lists it, or the one commit."""
    todo = [line.split() for line in read_note(place, "sequencer/todo").split("\n")]
    series = tuple(words[1] for words in todo if len(words) > 1 and words[0] in ("pick", "revert"))
    message = read_note(place, "MERGE_MSG")
    if len(series) > 1 or len(state.heads) != 1:
        return Repetition(series, state.subject)
    back = _mainline(git, state, message)
    named = f"(cherry picked from commit {state.heads[0]})" in message
    flags = ("-x",) if named and state.operation == "cherry-pick" else ()
    return Repetition((*flags, *back, *state.heads) if back is not None else (), state.subject)


def _mainline(git: Git, state: OperationState, message: str) -> tuple[str, ...] | None:
    """``-m 2`` for a merge, () for a commit with one parent; None where nothing says which parent it was."""
    parents = git.parent_ids(state.heads[0])
    if len(parents) < 2:
        return ()
    note = reverted(message) if state.operation == "revert" else None
    return ("-m", str(parents.index(note[1]) + 1)) if note is not None and note[1] in parents else None
