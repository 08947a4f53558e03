"""The flow of a policy, played through: who can take which step, and what stops everybody else."""

from __future__ import annotations

from gitflowguard.model.record import Record

# Who can take a step.
EVERYBODY, SOME, NOBODY, UNKNOWN = "everybody", "some", "nobody", "unknown"
# What the policy wants of a step: NEEDED, the flow goes on by it; USUAL, GitHub or a robot does so by itself; TIDY,
# what is finished goes away by it; SEEN, it was done here; BLOCKED, nobody should.
NEEDED, USUAL, TIDY, SEEN, BLOCKED = "needed", "usual", "tidy", "seen", "blocked"


class Stop(Record):
    """What stops a step. says: a sentence without a full stop. ruleset, rule: which one, "" for a setting."""

    says: str
    ruleset: str = ""
    rule: str = ""


class PlayedStep(Record):
    """One step as it would end.

    verb, subject: ``start`` and ``release/1.0``; together they are what is done. wanted, can: above.
    who: for SOME, those who can, as ``ada``, ``role:admin`` or ``team:release``.
    stops: what stops everybody else. needs: what has to hold for those who can.
    why: for UNKNOWN, what was not read.
    """

    verb: str
    subject: str
    wanted: str
    can: str
    who: tuple[str, ...] = ()
    stops: tuple[Stop, ...] = ()
    needs: tuple[str, ...] = ()
    why: str = ""

    @property
    def as_wanted(self) -> bool:
        """Whether it ends as the policy wants it."""
        return self.can == NOBODY if self.wanted == BLOCKED else self.can == EVERYBODY
