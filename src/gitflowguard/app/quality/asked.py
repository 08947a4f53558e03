"""What is asked of the tools, and what came of it: the values that the modules of this package share."""

from __future__ import annotations

from gitflowguard.model.check import FAMILIES, Check
from gitflowguard.model.record import Record
from gitflowguard.quality import key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Protocol

    from gitflowguard.model.check import Tool
    from gitflowguard.quality.catalogue import ToolSpec
    from gitflowguard.repo.contents import IndexEntry
    from gitflowguard.repo.surroundings import Listing
    from gitflowguard.tooling.disk import Noted
    from gitflowguard.tooling.found import FoundTool

    Configs = tuple[tuple[str, str], ...]

    class ToolProgress(Protocol):
        """Who watches while tools run."""

        def tell(self, counts: Mapping[str, tuple[int, int]]) -> None:
            """Takes (files done, files in all) by tool."""


# Added to the count of hidden findings that the store keeps with a pass: the tool's own configuration leaves
# the file out. A pass in the eyes of the team, but one that is reported.
EXCLUDED = 1_000_000


class QualityRequest(Record):
    """What is to be looked at.

    entries: the contents. branch: whose bar applies. families: of tools that may speak.
    base, head: the range that they come from. head: what lies beside them, "" for the index.
    commit: whose configuration applies, "" for the index. texts: contents that git does not have, by oid.
    new_only: whether only findings count that the range brings. arriving: contents of which every line is new.
    baseline: whether what the baseline of that commit freezes is left out.
    project: whether the project's own environment may be used. cached: whether the store is.
    progress: who watches; None: nobody does.
    stays: whether the loaded tools stay for the next commit (tooling.stay).
    """

    entries: tuple[IndexEntry, ...]
    branch: str
    families: tuple[str, ...] = FAMILIES
    base: str = ""
    head: str = ""
    commit: str = ""
    texts: Mapping[str, bytes] | None = None
    new_only: bool = False
    arriving: tuple[IndexEntry, ...] = ()
    baseline: bool = True
    project: bool = True
    cached: bool = True
    progress: ToolProgress | None = None
    stays: bool = False


class Group(Record):
    """Contents that one tool looks at under one configuration. beside: paths of empty files for import sorters.

    led: by directory, the files (path, blob) that may configure the formatter that the tool follows, nearest first;
    empty where it follows none. listing: all that lies beside the contents.
    """

    tool: Tool
    known: ToolSpec
    found: FoundTool
    entries: tuple[IndexEntry, ...]
    configs: tuple[tuple[str, str], ...]
    setup: bytes
    listing: Listing
    beside: tuple[str, ...] = ()
    led: Mapping[str, Configs] = {}

    def takes_text(self) -> bool:
        """Whether it is a program of the team's own that names no files: every text is meant."""
        return bool(self.tool.run) and not self.tool.files


class QualityResult(Record):
    """What came of it. looked: how many (tool, file) pairs there were. tools: (name, version, whose).

    unvouched: one for each tool that did not run because nobody answers for what its entry runs (app.policy.trust).
    They aren't part of the checks: where a person works on such a policy they don't block (app.hooks.quality).
    noted: what was asked of the disk to find the tools, with the answers; None where something else decided, too.
    """

    checks: tuple[Check, ...] = ()
    notes: tuple[str, ...] = ()
    tools: tuple[tuple[str, str, str], ...] = ()
    looked: int = 0
    unvouched: tuple[Check, ...] = ()
    noted: Noted | None = None

    def whole(self) -> QualityResult:
        """The same where each tool has to speak: one that did not run has left its files unchecked."""
        return self._replace(checks=(*self.checks, *self.unvouched), unvouched=())


def items_of(group: Group) -> list[tuple[str, str]]:
    """What is looked up in the store: (path part, content) pairs; one for all where the tool judges them together."""
    if group.known.whole:
        return [("", key.together((entry.path, entry.oid) for entry in group.entries))]
    if group.led:
        led = ((entry, group.led[entry.path.rpartition("/")[0]]) for entry in group.entries)
        return [(key.part(group.known, entry.path, configs), entry.oid) for entry, configs in led]
    return [(key.part(group.known, entry.path), entry.oid) for entry in group.entries]
