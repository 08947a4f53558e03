"""What a renderer needs to know beside the report."""

from __future__ import annotations

from gitflowguard.model.adoptionfiles import POLICY_YAML
from gitflowguard.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.rule import Rule


class About(Record):
    """The run that made the report.

    version: of gitflowguard. policy_path: the policy file, relative to the root
        of the repository; SARIF points there when a finding has no file.
    rules: the rules that were chosen, for formats that list them (may be empty
        for ``text``, so that a hook need not load them).
    colour: whether ANSI colors may be used (``text`` only).
    quiet: say nothing when all is well, as a hook should (``text`` only).
    tools: (name, version, whose) of each tool that looked; version "" if unknown.
    most: how many findings of tools ``text`` lists, 0 for all; ``listing``: the
        command that shows all of them.
    blind: whether the run fails because something can't be determined, where
        that is decided (`pr check`); None: as far as the report itself tells.
    insert: Markdown that follows the counts: the model's table. row: Markdown behind that: what
        a pull request would conflict with.
    """

    version: str
    policy_path: str = POLICY_YAML
    rules: tuple[Rule, ...] = ()
    colour: bool = False
    quiet: bool = False
    tools: tuple[tuple[str, str, str], ...] = ()
    most: int = 50
    listing: str = "gitflowguard quality --json"
    blind: bool | None = None
    insert: str = ""
    row: str = ""
