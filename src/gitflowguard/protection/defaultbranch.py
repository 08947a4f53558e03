"""The default branch is one of the policy's: clones, pull requests and GitHub's own buttons start with it."""

from __future__ import annotations

from collections.abc import Iterator

from gitflowguard.model.flow import Flow
from gitflowguard.model.guarded import MISSING, Guarded
from gitflowguard.model.names import listed
from gitflowguard.model.protection import Live
from gitflowguard.protection.compile import Desired


def default_branch(flow: Flow, desired: Desired, live: Live, level: str) -> Iterator[Guarded]:
    """Nothing, where it is protected, or will be once the plan is carried out."""
    wanted = desired.classic_settings if level == "classic" else desired.settings
    name = str(dict(wanted).get("default_branch") or live.repository.default_branch)
    says = outside(flow, name)
    if says:
        lines = listed(tuple(kind.fixed for kind in flow.kinds if kind.protected and kind.fixed))
        ways = (
            f"name it in the policy (kinds: {{main: {{name: {name}}}}}), or make {lines} the default "
            f"(protection: {{repository: {{default-branch: {flow.production}}}}})"
        )
        yield Guarded(name, MISSING, f"{says}, so nothing protects it; {ways}", stops=True)


def outside(flow: Flow, name: str) -> str:
    """Why a default branch is outside what the policy protects, "" if it isn't; "" also for no name."""
    kind = flow.kind_of(name) if name else None
    if not name or (kind is not None and kind.protected):
        return ""
    if kind is None:
        return f"the default branch {name} isn't a branch of the policy"
    return f"the default branch {name} is a {kind.id} branch, which the policy doesn't protect"
