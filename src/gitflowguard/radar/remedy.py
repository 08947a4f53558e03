"""How a foreseen conflict ends: from the conflict, the policy and what stands on what to commands, or to none.

The only place that decides it; every format, `status`, a push and `pr check` print what it says. Three things hold
for each answer, and tests execute them for each kind of conflict: the commands end the conflict, no rule speaks
while they run, and nobody resolves anything by hand on a branch that others share. Where the policy leaves no such
way, there are no commands, and the reason is said.
"""

from __future__ import annotations

from gitflowguard.model.facts import View
from gitflowguard.model.names import listed
from gitflowguard.model.record import Record
from gitflowguard.model.repair import rename
from gitflowguard.model.suggest import better_name
from gitflowguard.radar.nouns import Remedy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.facts import Refs
    from gitflowguard.model.finding import Argv
    from gitflowguard.radar.nouns import RadarTarget

    Steps = tuple[Argv, ...]


class RemedyGround(Record):
    """What an answer rests on.

    view: the policy, and every branch. adopted: whether there is a policy file; without one the preset is only
    assumed, so what it doesn't know is nobody's mistake. stand_in: the branch that takes the place of an
    integration branch which isn't here, "" if it is here. named: whether commits on a branch whose name is outside
    the policy are blocked.
    """

    view: View
    adopted: bool = True
    stand_in: str = ""
    named: bool = True


class Side(Record):
    """A branch in a conflict. ref: how to name it in a git command. tip: the commit that was merged."""

    name: str
    ref: str
    tip: str


def remedy(
    ground: RemedyGround,
    target: RadarTarget,
    comes: Side,
    there: Side | None = None,
    clean: tuple[str, ...] = (),
) -> Remedy:
    """How the conflict ends that ``comes`` meets on the target.

    there: the branch that is merged before it; None: the target as it is now. clean: names in the order in which
    they merge without a conflict, () where there is no such order.
    """
    if clean:
        reasons = [why for name in clean if (why := _no_entry(ground, target.name, name))]
        return Remedy(order=clean, why=reasons[0] if reasons else "")
    after = there.name if there is not None else ""
    why = _obstacle(ground, target.name, comes)
    if why:
        return Remedy(after=after, why=why)
    return Remedy(moves=comes.name, after=after, steps=_update(ground, target, comes))


def may_update(ground: RemedyGround, target: str, name: str) -> bool:
    """Whether the policy lets a branch take in what it is merged into. A hotfix would carry develop to main."""
    flow = ground.view.flow
    if not ground.adopted and (flow.kind_of(target) is None or target == ground.stand_in):
        return True
    return flow.may_merge(target, name) is not False


def _no_entry(ground: RemedyGround, target: str, name: str) -> str:
    """Why the policy doesn't let the branch into the target; "" where it does, and where it says nothing of it."""
    flow = ground.view.flow
    if not ground.adopted and target == ground.stand_in:
        return ""
    kind = flow.kind_of(name)
    if kind is None:
        allowed = not ground.adopted or flow.kind_of(target) is None or flow.welcomes(target)
    else:
        allowed = flow.may_merge(name, target, robot=True) is not False
    if allowed:
        return ""
    goals = tuple(flow.name_of(one) for one in kind.targets) if kind is not None else ()
    only = f"; it may be merged into {listed(goals, 'and')}" if goals else ""
    return f"the policy doesn't let {name} into {target}{only}"


def _obstacle(ground: RemedyGround, target: str, one: Side) -> str:
    """Why nobody can take the target into the branch; "" where it can be done."""
    if one.ref.startswith("refs/"):
        return f"{one.name} is a copy: the branch that it was made from has to be updated"
    why = _no_entry(ground, target, one.name)
    if why:
        return why
    flow = ground.view.flow
    if not may_update(ground, target, one.name):
        if flow.kind_of(target) is None:
            return f"the policy doesn't know {target}, so merging it into {one.name} is blocked"
        if target == ground.stand_in:
            absent = f"the policy names {flow.integration}, which isn't here"
            return f"{absent}, so merging {target} into {one.name} is blocked"
        return f"{one.name} may not take in {target}, so the conflict is resolved in its merge into {target}"
    if _misnamed(ground, one.name) and not rename(ground.view.refs, one.name, _name(ground, one.name)):
        return f"commits on {one.name} are blocked, because its name doesn't match the policy"
    return ""


def _misnamed(ground: RemedyGround, name: str) -> bool:
    """Whether a commit on the branch would be blocked for its name."""
    flow = ground.view.flow
    past = flow.adoption.date or flow.adoption.lists(name)
    return ground.adopted and ground.named and flow.kind_of(name) is None and not past


def _name(ground: RemedyGround, name: str) -> str:
    """The name under which the branch goes on."""
    return better_name(ground.view, name)


def _update(ground: RemedyGround, target: RadarTarget, one: Side) -> Steps:
    """Takes the target into the branch; the last command stops at the conflict."""
    refs = ground.view.refs
    remote = target.ref.removesuffix(f"/{target.name}") if target.ref != target.name else ""
    fetch: Steps = (("git", "fetch", remote),) if remote else ()
    better: Steps = rename(refs, one.name, _name(ground, one.name)) if _misnamed(ground, one.name) else ()
    return (*fetch, *_switch(refs, one), *better, ("git", "merge", _word(refs, target.ref)))


def _switch(refs: Refs, one: Side) -> Steps:
    """Goes to the branch, as new as the commit that was looked at."""
    here = refs.heads.get(one.name, "")
    if here:
        newer: Steps = (("git", "merge", "--ff-only", _word(refs, one.ref)),) if here != one.tip else ()
        return (("git", "switch", one.name), *newer)
    if sum(name == one.name for _, name in refs.remotes) > 1:  # git-switch(1), --guess: it must be unique
        return (("git", "switch", "-c", one.name, "--track", one.ref),)
    return (("git", "switch", one.name),)


def _word(refs: Refs, ref: str) -> str:
    """The branch as git reads it without a doubt, whatever tags there are (gitrevisions(7))."""
    if ref not in refs.tags:
        return ref
    return f"refs/heads/{ref}" if ref in refs.heads else f"refs/remotes/{ref}"
