"""What somebody else may do in a scratch repository: the same steps, taken with another account's token.

An account without write access is promised a no for each of them. One with write access (an organization's member, or
somebody who was invited to an empty repository of ours) is promised what `simulate` says of it. Commits are made by the
first account, so that an answer is about the branch or tag alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitflowguard.app.protect.trying import Ground, opened, promised, row
from gitflowguard.model.checkname import check_name
from gitflowguard.protection.effective import TAG
from gitflowguard.protection.flowsteps import CHANGE, DELETE, INTO, MOVE, PUSH_PAST, REWRITE, START
from gitflowguard.protection.nouns.trial import Attempt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.forge.github.scratch import ScratchRepository
    from gitflowguard.protection.flowsteps import FlowStep
    from gitflowguard.protection.nouns.trial import Trial

# What leaves the least behind comes first: one of these steps may be done although it is promised not to be.
_ORDER = (START, PUSH_PAST, CHANGE, REWRITE, INTO, MOVE, DELETE)


class Somebody:
    """The second account. other: the repository as it sees it. ground: the first one's, with the policy applied.

    actors: every name of the second account. writes: whether it may push there at all.
    """

    def __init__(self, other: ScratchRepository, ground: Ground, login: str, actors: tuple[str, ...]) -> None:
        self._other, self._first = other, ground
        self._ground = ground._replace(login=login, actors=actors)
        self.writes = ground.scratch.writes(login)
        self._merged: set[str] = set()

    def trials(self, steps: tuple[FlowStep, ...]) -> Iterator[Trial]:
        """Each step that people take; of the pull requests the first into each base."""
        for step in sorted(steps, key=_place):
            if step.verb.startswith(INTO):
                yield from self._merging(step)
            elif step.verb in _ORDER:
                yield self._row(f"{step.verb} {step.subject}", self._promise(step), *self._taken(step))

    def _promise(self, step: FlowStep) -> str:
        return promised(step.asked, self._ground) if self.writes else "no"

    def _row(self, does: str, promise: str, attempt: Attempt | None, why: str = "") -> Trial:
        return row(f"{does} as {self._ground.login}", promise, attempt, why)

    def _taken(self, step: FlowStep) -> tuple[Attempt | None, str]:
        """What became of it, or why it was not tried."""
        mine, asked = self._first.scratch, step.asked
        ref = f"{'tags' if asked.target == TAG else 'heads'}/{asked.name}"
        tip = mine.tip(ref)
        if step.verb == START:
            return (None, "it is there already") if tip else (self._other.create(ref, self._first.first), "")
        if not tip:
            return None, "it isn't there"
        if step.verb == DELETE:
            return self._other.remove(ref), ""
        forward = step.verb in (CHANGE, PUSH_PAST)
        new = mine.commit(tip if forward else self._first.first)
        return self._other.move(ref, new, force=not forward), ""

    def _merging(self, step: FlowStep) -> Iterator[Trial]:
        """A pull request of the first account's that is green, merged by the second."""
        base, head = step.asked.name, step.asked.head
        if base in self._merged or not head:
            return
        number, sha, why = opened(self._first, head, base)
        check, does = (
            check_name(self._first.flow, base),
            f"merge {step.subject} {step.verb.removeprefix('merge ')}",
        )
        if not number:
            return
        self._merged.add(base)
        green = self._first.scratch.report(sha, check)
        method = step.methods[0]
        asked = step._replace(asked=step.asked._replace(method=method, approvals=0, green=(check,)))
        attempt = self._other.merge(number, method) if green.ok else None
        yield self._row(
            f"{does} by {method}", self._promise(asked), attempt, why or "its check couldn't be reported"
        )


def _place(step: FlowStep) -> int:
    return next((n for n, verb in enumerate(_ORDER) if step.verb.startswith(verb)), len(_ORDER))
