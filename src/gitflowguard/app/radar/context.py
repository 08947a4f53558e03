"""What merges onto a target are made with: the scratch repository, its readers, and the target's attributes."""

from __future__ import annotations

from gitflowguard.model.record import Record
from gitflowguard.radar.screen import changes_rules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.app.radar.attributes import TargetAttributes
    from gitflowguard.app.radar.scripts import KeptScripts
    from gitflowguard.app.radar.tally import Tally
    from gitflowguard.model.finding import Argv
    from gitflowguard.radar.changes import Changes
    from gitflowguard.repo.objectreader import ObjectReader
    from gitflowguard.repo.scratch import Scratch
    from gitflowguard.repo.trial import Trials


class MergeContext(Record):
    """What a look works with. rules: the target's attributes. squash: whether the policy lets work be squash-merged.
    shallow: commits whose parents this clone does not have. places: what ObjectReader.lines remembers. fetch: the
    command that fetches what a partial clone lacks, none in another clone. edits: who remembers edit scripts for the
    screen. tally: who counts what is done.
    """

    scratch: Scratch
    reader: ObjectReader
    trials: Trials
    rules: TargetAttributes
    squash: bool = False
    shallow: frozenset[str] = frozenset()
    places: dict[str, int] | None = None
    fetch: tuple[Argv, ...] = ()
    edits: KeptScripts | None = None
    tally: Tally | None = None

    @property
    def folder(self) -> str:
        """The work tree with the target's attributes."""
        return self.rules.folder

    def attributes(self, tree: str) -> str:
        """A work tree with the attributes of a tree, for what is merged after a branch that changes them has landed."""
        return self.rules.folder_at(tree)

    def folder_of(self, tree: str, landed: Changes) -> str:
        """The work tree in which the next merge is made, after these changes to the target gave this tree."""
        return self.attributes(tree) if changes_rules(landed) else self.folder
