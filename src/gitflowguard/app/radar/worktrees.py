"""What is said of work that isn't committed yet, beside the verdicts on it."""

from __future__ import annotations

import os

from gitflowguard.model.names import HEADS, plural

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gitflowguard.repo.uncommitted import Uncommitted

# How many files that were left out are named for each work tree.
_SHOWN = 3


def uncommitted_notes(lying: Iterable[Uncommitted]) -> tuple[str, ...]:
    """A note on each work tree that has something uncommitted, or of which nobody knows what it has."""
    return tuple(note for one in lying for note in _notes(one))


def shown(top: str) -> str:
    """A work tree as a person here would name it."""
    near = os.path.relpath(top)
    return near if len(near) < len(top) else top


def _notes(one: Uncommitted) -> Iterator[str]:
    top, branch = shown(one.place.top), one.place.branch.removeprefix(HEADS)
    if one.why is not None:
        yield f"can't determine what isn't committed yet in {top}: {one.why.reason}"
        return
    if one.files:
        on = f" on {branch}" if branch else ""
        differ = "differs" if one.files == 1 else "differ"
        yield f"{top} counts as if it were committed{on}: {plural(one.files, 'file')} {differ}"
    for path, why in one.left[:_SHOWN]:
        yield f"in {top} {path} counts as it was staged: {why}"
    if len(one.left) > _SHOWN:
        yield f"in {top} {plural(len(one.left) - _SHOWN, 'more file')} likewise"
