"""Open the policy of a work tree for a command: the compiled form where there is one, else compiled now."""

from __future__ import annotations

from gitflowguard.app.policy.load import NeedsCompiling, assumed, here, read_compiled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.app.policy.file import Source
    from gitflowguard.model.facts import Refs
    from gitflowguard.model.flow import Flow
    from gitflowguard.repo.git import Git, Place


def load_flow(git: Git, place: Place, refs: Refs) -> tuple[Flow, str]:
    """The policy of this work tree and the file that it came from ("" if assumed)."""
    source = here(git, place, refs)
    return (flow_of(place, source), source.path) if source is not None else (assumed(refs), "")


def flow_of(place: Place, source: Source) -> Flow:
    """What a policy's text means, from the compiled form where there is one. Raises PolicyError."""
    try:
        return read_compiled(place, source)
    except NeedsCompiling:
        from gitflowguard.app.policy.compiling import (
            compile_policy,  # the YAML reader and the schema: 50 ms
        )

        return compile_policy(place, source)
