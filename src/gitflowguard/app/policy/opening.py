"""Open a repository for a command: where it lies, its refs, and its policy.

The policy comes from its compiled form where there is one, else it is compiled now.
"""

from __future__ import annotations

from gitflowguard.app.policy.file import Source
from gitflowguard.app.policy.cache import NeedsCompiling, read_compiled
from gitflowguard.app.policy.load import assumed, here
from gitflowguard.model.adoptionfiles import mentions_extends
from gitflowguard.model.facts import Refs
from gitflowguard.model.flow import Flow
from gitflowguard.model.record import Record
from gitflowguard.repo.git import Place
from gitflowguard.repo.read import of_team, read_refs
from gitflowguard.repo.state import find_place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from gitflowguard.model.extends import PolicyLock
    from gitflowguard.repo.git import Git


class OpenRepository(Record):
    """A repository as a command sees it.

    refs: with the policy's remote as the team's. source: where the policy was found, None if it is assumed.
    """

    place: Place
    refs: Refs
    flow: Flow
    source: Source | None

    @property
    def policy(self) -> str:
        """The policy's file, "" if it is assumed."""
        return self.source.path if self.source is not None else ""


def flow_of(place: Place, source: Source) -> Flow:
    """What a policy's text means, from the compiled form where there is one. Raises PolicyError."""
    try:
        return read_compiled(place, source)
    except NeedsCompiling:
        from gitflowguard.app.policy.compiling import (
            compile_policy,  # the YAML reader and the schema: 50 ms
        )

        return compile_policy(place, source)


def open_repository(git: Git, read: Callable[[Place, Source], Flow] = flow_of) -> OpenRepository:
    """Reads what every command begins with. read: what a policy's text means. Raises GitError and PolicyError."""
    place = find_place(git)
    refs = read_refs(git, place=place)
    source = here(git, place, refs)
    flow = read(place, source) if source is not None else assumed(refs)
    return OpenRepository(place, of_team(refs, flow), flow, source)


def load_flow(git: Git, place: Place, refs: Refs) -> tuple[Flow, str]:
    """The policy of this work tree and the file that it came from ("" if assumed)."""
    source = here(git, place, refs)
    return flow_at(place, refs, source), source.path if source is not None else ""


def flow_at(place: Place, refs: Refs, source: Source | None) -> Flow:
    """What a policy's text means; without one the preset gitflow, with the branches that are there."""
    return flow_of(place, source) if source is not None else assumed(refs)


def lock_of(source: Source | None) -> PolicyLock | None:
    """What a policy extends, as it is locked; None where it extends nothing, or isn't locked. Raises PolicyError."""
    if source is None or not mentions_extends(source.data):
        return None
    from gitflowguard.model.extends import parted
    from gitflowguard.policy.extends import extends_of  # reads the text anew, which only commands do

    text, beside = parted(source.data)
    found = extends_of(text, source.path, beside)
    return found.lock if found is not None else None
