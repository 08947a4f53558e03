"""Takes one step of the flow in a scratch repository, and says beforehand what `simulate` promises of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitflowguard.model.checkname import check_name
from gitflowguard.model.protection import METHODS
from gitflowguard.model.record import Record
from gitflowguard.protection.effective import TAG
from gitflowguard.protection.flowsteps import CHANGE, DELETE, PUSH_PAST, START, FlowStep
from gitflowguard.protection.nouns.trial import NOT_TRIED, Attempt, Trial
from gitflowguard.protection.simulate import NO, answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.forge.github.scratch import ScratchRepository
    from gitflowguard.model.flow import Flow
    from gitflowguard.protection.play import Stage
    from gitflowguard.protection.simulate import SimulatedAction


class Ground(Record):
    """Where the steps are taken.

    flow: the policy as it was applied. first: the first commit. login: who tries. actors: every name of theirs.
    stage: what GitHub has, once the policy is applied; None before.
    """

    scratch: ScratchRepository
    flow: Flow
    first: str
    login: str
    stage: Stage | None = None
    actors: tuple[str, ...] = ()


def promised(question: SimulatedAction, ground: Ground) -> str:
    """``yes`` or ``no``, by the engine behind `simulate`."""
    stage = ground.stage
    assert stage is not None  # the policy is applied  # nosec B101
    asked = question._replace(actors=ground.actors, author=ground.login)
    found = answer(
        asked, stage.rulesets, ground.flow, stage.settings, stage.default_branch, crowd=stage.crowd
    )
    return "no" if found.verdict == NO else "yes"


def row(does: str, promise: str, attempt: Attempt | None, why: str = "", question: str = "") -> Trial:
    """One row; without an attempt: why there was none."""
    if attempt is None:
        return Trial(does, promise, NOT_TRIED, question, why)
    return Trial(does, promise, "yes" if attempt.ok else "no", question, attempt.says)


def tried(step: FlowStep, ground: Ground) -> Trial:
    """Makes, pushes to, rewrites, moves or deletes."""
    scratch, asked = ground.scratch, step.asked
    does, promise = f"{step.verb} {step.subject}", promised(asked, ground)
    ref = f"{'tags' if asked.target == TAG else 'heads'}/{asked.name}"
    if step.verb == START:
        there = bool(scratch.tip(ref))
        return row(does, promise, None if there else scratch.create(ref, ground.first), "it is there already")
    tip = scratch.tip(ref)
    if not tip:
        return row(does, promise, None, "it isn't there")
    if step.verb == DELETE:
        return row(does, promise, scratch.remove(ref))
    forward = step.verb in (CHANGE, PUSH_PAST)
    new = scratch.commit(tip) if forward else scratch.commit(ground.first)
    return row(does, promise, scratch.move(ref, new, force=not forward))


def merged(step: FlowStep, ground: Ground) -> Iterator[Trial]:
    """A pull request, by each way of merging: those that the policy doesn't want first, then one that it does."""
    scratch, base, head = ground.scratch, step.asked.name, step.asked.head
    does = f"merge {step.subject} {step.verb.removeprefix('merge ')}"
    number, sha, why = opened(ground, head, base) if head else (0, "", "a fork needs a second account")
    methods = (*(method for method in METHODS if method not in step.methods), *step.methods[:1])
    if number:
        unchecked = step.asked._replace(method=methods[-1], approvals=0, green=())
        yield row(
            f"{does} without its check", promised(unchecked, ground), scratch.merge(number, methods[-1])
        )
    check = check_name(ground.flow, base)
    green = scratch.report(sha, check) if number else None
    for method in methods:
        asked = step.asked._replace(method=method, approvals=0, green=(check,))
        promise = promised(asked, ground)
        if green is None or not green.ok:
            yield row(f"{does} by {method}", promise, None, why or "its check couldn't be reported")
        else:
            yield row(f"{does} by {method}", promise, scratch.merge(number, method))


def opened(ground: Ground, head: str, base: str) -> tuple[int, str, str]:
    """A pull request with something new: its number and head, or 0 and why there is none."""
    scratch = ground.scratch
    if head == base:
        return 0, "", "a branch isn't merged into itself"
    tip = scratch.tip(f"heads/{base}")
    if not tip:
        return 0, "", f"{base} isn't there"
    kind = ground.flow.kind_of(head)
    line = kind is not None and kind.protected
    if not line:
        if scratch.tip(f"heads/{head}") and not scratch.remove(f"heads/{head}").ok:
            return 0, "", f"{head} couldn't be made anew"
        made = scratch.create(f"heads/{head}", scratch.commit(tip))
        if not made.ok:
            return 0, "", made.says
    pull = scratch.pull(head, base)
    return pull.number if pull.ok else 0, scratch.tip(f"heads/{head}"), pull.says
