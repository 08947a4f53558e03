"""Whether the workflow on GitHub installs what the policy's tools need: else no pull request could be merged."""

from __future__ import annotations

from gitflowguard.app.quality.install import difference
from gitflowguard.forge import errors
from gitflowguard.forge.errors import ForgeError
from gitflowguard.forge.port import Forge
from gitflowguard.model.flow import Flow
from gitflowguard.quality.requirements import installed_for
from gitflowguard.report.workflow import FILE

_SAID = (errors.PLAN, errors.PERMISSION)


def workflow_notes(forge: Forge, flow: Flow, name: str) -> tuple[str, ...]:
    """At most one sentence; asks for nothing where the policy names no tool. Raises ForgeError."""
    if not installed_for(flow):
        return ()
    try:
        text = forge.file(name, FILE)
    except ForgeError as problem:
        if problem.kind not in _SAID:
            raise
        return (f"couldn't check what {FILE} installs for the policy's tools: {problem}",)
    says = difference(flow, text) if text is not None else ""
    if not says:
        return ()
    return (
        f"on the default branch, {says}: pull requests end with exit code 3; gitflowguard init --ci github",
    )
