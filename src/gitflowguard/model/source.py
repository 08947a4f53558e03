"""What the head of a pull request counts as: by its repository, its branch and its actor, never by its name alone.

A line is a line only in the team's repository. A fork's ``develop`` is a stranger's branch, and a person's
``renovate/x`` is work like any other.
"""

from __future__ import annotations

from gitflowguard.model.flow import ASIDE, ROBOT, Flow, Kind
from gitflowguard.model.template import Template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.pull import Pull

# GitHub's logins hold no brackets (docs.github.com, "Username considerations"), so only an App's ends like this.
_APP = "[bot]"
# Any workflow of anybody who may push acts under this name.
ANYBODY = "github-actions[bot]"
# What counts where the policy has no kind for everyday work: it goes nowhere.
_NOWHERE = Kind("work", (Template("**"),))


def is_robot(login: str, said: object = "") -> bool:
    """Whether a login is a program's. said: the type of account that GitHub gives it (``User``, ``Bot``)."""
    return said == "Bot" or login.endswith(_APP)


def robots(pull: Pull, flow: Flow) -> bool:
    """Whether a robot opened the pull request: by its forge's word, or by the policy's list."""
    kind, author = flow.kind(ROBOT), pull.author.lower()
    if kind is not None and author and author in (login.lower() for login in kind.authors):
        return True
    return pull.robot and author != ANYBODY


def called(pull: Pull) -> str:
    """The head as findings call it. A fork's has a space in it, so that it can't be taken for a branch of ours."""
    return f"{pull.head} of a fork" if pull.fork else pull.head


def inside(pull: Pull, flow: Flow) -> str:
    """The head as findings about merges inside it call it.

    An old name that matches no branch type may be excused on the way into production. What it holds isn't, so it
    counts as work there.
    """
    name = called(pull)
    return f"the branch {name}" if pull.about == flow.production and counted(pull, flow) is None else name


def counted(pull: Pull, flow: Flow) -> Kind | None:
    """The kind that the head counts as; None for a branch of the team's that fits no kind.

    A fork's branch of a kind of work keeps that kind; of any other name it is everyday work, and so is the branch of
    a robot's kind that no robot is known to have opened.
    """
    kind = flow.kind_of(pull.head)
    if pull.fork:
        kept = kind is not None and not kind.protected and bool(kind.targets) and kind.id not in ASIDE
        if kept and kind is not None and (kind.tag is None or flow.version_of(pull.head)):
            return kind  # one with a version is judged by foreign-source
        return flow.work or _NOWHERE
    if kind is not None and kind.id == ROBOT and not robots(pull, flow):
        return flow.work or _NOWHERE
    return kind


def may_enter(pull: Pull, flow: Flow) -> bool | None:
    """Whether the head may be merged into the base, as `Flow.may_merge` says of two branches of the team's."""
    into, out = flow.kind_of(pull.about), counted(pull, flow)
    if pull.head == pull.about and not pull.fork:
        return True
    if into is None:
        return None
    return out is not None and flow.joins(out, into, robots(pull, flow))


def robot_named(pull: Pull, flow: Flow) -> bool:
    """Whether the head has a robot's name, with which a robot might enter the base."""
    kind, into = flow.kind(ROBOT), flow.kind_of(pull.about)
    named = kind is not None and any(name.match(pull.head, flow) is not None for name in kind.names)
    return named and into is not None and kind is not None and flow.joins(kind, into, robot=True)


def judging(flow: Flow, pull: Pull) -> Flow:
    """The flow in which the head has the kind that it counts as, under the name that findings give it."""
    kind, name, within = counted(pull, flow), called(pull), inside(pull, flow)
    made = (pull.branch or pull.head) if robots(pull, flow) and not pull.fork else ""
    if kind == flow.kind_of(name) and not made and within == name:
        return flow

    class Judging(Flow):
        """A flow that knows whose one branch is."""

        def kind_of(self, branch: str) -> Kind | None:
            if branch == name:
                return kind
            return flow.work if branch == within else flow.kind_of(branch)

        def near_kind(self, branch: str) -> Kind | None:
            return kind if branch == name and kind is not None else flow.near_kind(branch)

        def may_merge(self, source: str, target: str, robot: bool = False) -> bool | None:
            return Flow.may_merge(self, source, target, robot or (bool(made) and source == made))

    return Judging(*flow)
