"""Whether a merge brings anything to train on."""

from __future__ import annotations

from collections.abc import Iterable

from gitflowguard.model.paths import any_matches
from gitflowguard.model.training import SUFFIX, Training


def inputs_of(changed: Iterable[str], recorded: Iterable[str], training: Training) -> tuple[str, ...]:
    """Those of the changed paths that a model is made from.

    recorded: paths of files that have a record, and so were written by a training. Neither they nor the records nor
    what the policy says that training writes can start the next training: a trainer that merges its own model would
    never stop.
    """
    written = set(recorded)
    return tuple(
        path
        for path in changed
        if path not in written
        and not path.endswith(SUFFIX)
        and not any_matches(training.writes, path)
        and (not training.reads or any_matches(training.reads, path))
    )
