"""What the required check on a pull request is called.

One name for each class of base: a check belongs to a commit, not to a pull request, so a green ``gitflow (develop)``
must not let the same commit into main (research: statuses belong to the SHA).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.flow import Flow, Kind

OTHER = "other"


def check_name(flow: Flow, base: str) -> str:
    """The name of the check for pull requests into the branch: ``gitflow (main)``, ``gitflow (other)``."""
    return check_into(flow, flow.kind_of(base))


def check_into(flow: Flow, kind: Kind | None) -> str:
    """The same for any branch of a kind; None is a branch of no kind."""
    is_base = kind is not None and any(kind.id in other.targets for other in flow.kinds)
    return f"gitflow ({kind.id if kind is not None and is_base else OTHER})"
