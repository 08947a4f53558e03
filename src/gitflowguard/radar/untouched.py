"""Whether a change of the target leaves a branch as it was: no path of one meets a path of the other. Pure.

*Meets* is the word of the lemma (docs/architecture.md, "What the radar need not merge"): one path, or one below the
other.
"""

from __future__ import annotations

from gitflowguard.radar.changes import TREE, above

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitflowguard.radar.changes import Changes, PathChange


class MovedPaths:
    """The paths that changed on the target, and the directories above them."""

    def __init__(self, paths: Iterable[str]) -> None:
        self.paths = frozenset(paths)
        self.above = frozenset(folder for path in self.paths for folder in above(path))

    def meets(self, paths: Iterable[str]) -> bool:
        """Whether one of the paths is among them, above one of them, or below one of them."""
        return any(
            path in self.paths or path in self.above or not self.paths.isdisjoint(above(path))
            for path in paths
        )


def empties(changed: Changes) -> bool:
    """Whether a directory is gone: then git may take new files below it to where the others went."""
    return any(map(emptied, changed.values()))


def emptied(change: PathChange) -> bool:
    """Whether it is a directory that is gone."""
    return change.gone and change.mode == TREE
