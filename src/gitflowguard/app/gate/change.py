"""What a change is to the gate: the policy's section at the base, the paths that it touches, and the question."""

from __future__ import annotations

from gitflowguard.app.gate.files import ReportFolder
from gitflowguard.app.gate.question import GateQuestion
from gitflowguard.app.policy.load import policy_in
from gitflowguard.app.policy.opening import flow_of
from gitflowguard.model.flow import Flow
from gitflowguard.policy.errors import PolicyError
from gitflowguard.repo import contents
from gitflowguard.repo.git import Git, Place, text


def question(
    git: Git, place: Place, flow: Flow, about: str, base: str, head: str, shelf: ReportFolder | None
) -> GateQuestion:
    """The question about a change. flow: of the base. Raises GitError."""
    return GateQuestion(
        about=about,
        base=base,
        head=head,
        shelf=shelf,
        changed=touched_paths(git, base, head) if base else None,
        moved=bool(base) and _moved(git, place, flow, head),
        store=shelf.root if shelf is not None else "",
    )


def touched_paths(git: Git, base: str, head: str) -> tuple[str, ...]:
    """Every path that differs between where the two left each other and the head; a deleted one too."""
    start = contents.range_start(git, base, head)
    words = ("diff-tree", "-r", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--no-textconv")
    out = text(git.call(*words, "--end-of-options", start.commit, head).out)
    return tuple(path for path in out.split("\0") if path and start.has(path))


def _moved(git: Git, place: Place, flow: Flow, head: str) -> bool:
    """Whether the head's policy asks something else of the model; one that can't be read does."""
    try:
        source = policy_in(git, head)
        return source is None or flow_of(place, source).model != flow.model
    except PolicyError:
        return True
