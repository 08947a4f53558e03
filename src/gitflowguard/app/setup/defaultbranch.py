"""The remote's default branch, as far as this clone knows it, against the policy."""

from __future__ import annotations

from collections.abc import Iterator

from gitflowguard.model.finding import Argv
from gitflowguard.model.flow import Flow
from gitflowguard.model.names import REMOTES, shell
from gitflowguard.protection.defaultbranch import outside
from gitflowguard.repo.detect import default_branch
from gitflowguard.repo.files import SetupError
from gitflowguard.repo.git import Git

Row = tuple[str, str, str, Argv]


def known_default(git: Git, remote: str) -> str:
    """The remote's default branch; "" where this clone doesn't know it, or knows one that is gone meanwhile."""
    name = default_branch(git, remote)
    ref = f"{REMOTES}{remote}/{name}"
    there = (
        name and not git.call("rev-parse", "--verify", "--quiet", "--end-of-options", ref, codes=(0, 1)).code
    )
    return name if there else ""


def check_default(git: Git, flow: Flow) -> Iterator[Row]:
    """doctor's line (name, status, says, the fix); nothing where the default is unknown, or a branch of the policy."""
    says = outside(flow, known_default(git, flow.remote))
    if says:
        yield "default branch", "bad", f"{says} (as {flow.remote}/HEAD says); {_ways(flow)}", _again(flow)


def default_notes(git: Git, flow: Flow, first: bool) -> Iterator[str]:
    """init's note about it. first: whether the policy is only about to be written. Raises SetupError then."""
    says = outside(flow, known_default(git, flow.remote))
    if not says:
        return
    if first:
        raise SetupError(f"{says}; {_ways(flow)}, then run: {shell(_again(flow))}")
    yield f"{says}; {_ways(flow)}, then run: {shell(_again(flow))}"


def _ways(flow: Flow) -> str:
    """What ends it: either side may be the one that is wrong."""
    return f"name it in the policy, or make {flow.production} the default branch on the server"


def _again(flow: Flow) -> Argv:
    """Reads the remote's HEAD anew: a fetch fills it in only where there is none (git-fetch(1), followRemoteHEAD)."""
    return ("git", "remote", "set-head", flow.remote, "--auto")
