"""What a merge brings into a tool's view: a file that no tool looks at, edited while the base gave it another name.

The merge takes the edit over to the new name, where it is seen for the first time. So its content is looked at under
that name too, all of it: nothing of it was looked at before.
"""

from __future__ import annotations

from gitflowguard.model.flow import Flow
from gitflowguard.quality.catalogue import agreed, seen
from gitflowguard.repo import contents
from gitflowguard.repo.git import Git


def coming(
    git: Git, flow: Flow, base: str, head: str, entries: tuple[contents.IndexEntry, ...]
) -> tuple[contents.IndexEntry, ...]:
    """The contents of the head that a merge moves into view, each under its name at the base."""
    held = {entry.path: entry for entry in entries}
    moved = contents.renamed(git, contents.range_start(git, base, head), base, held)
    return tuple(held[was]._replace(path=now) for was, (now, _) in moved.items() if _enters(flow, was, now))


def _enters(flow: Flow, was: str, now: str) -> bool:
    """Whether a tool looks at the new name and not at the old one. A name without an ending may be a program's."""
    views = [seen(tool, (was, now)) for tool in agreed(flow.tools)]
    program = "." not in now.rpartition("/")[2] and not any(was in view for view in views)
    return program or any(now in view and was not in view for view in views)
