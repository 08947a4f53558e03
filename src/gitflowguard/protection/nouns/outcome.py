"""What became of one repository: what would change, what was done, what could not be looked at."""

from __future__ import annotations

from gitflowguard.model.finding import Report
from gitflowguard.model.names import plural
from gitflowguard.model.record import Record
from gitflowguard.protection.nouns.plan import PlanStep, ProtectionPlan, SettingChange
from gitflowguard.protection.nouns.played import PlayedStep

DONE = "done"
NOT_DONE = "not done"
IN_PART = "in part"
UNSURE = "unknown"

PLANNED = "plan"
APPLIED = "apply"
VERIFIED = "verify"
UNDONE = "undo"


class Deed(Record):
    """A step that was taken, or not.

    state: DONE, IN_PART (the server left something out), NOT_DONE or UNSURE.
    why: for all but DONE.
    """

    step: PlanStep
    state: str
    why: str = ""


class Reading(Record):
    """One thing that statements rest on. what: in words. why: why it wasn't read, "" if it was."""

    what: str
    why: str = ""


class RepositoryResult(Record):
    """One repository after a run.

    plan: what was planned, None where that was not possible: ``error`` says why.
    report: the findings of family 9. deeds: one for each step of an apply, in order.
    left: what still differs after an apply, or is not in force. refused: why nothing was sent although there was
        something to send; stale: whether that is because the state has moved.
    notes: sentences about the run. tier: which tier of OpenSSF Scorecard's branch protection is reached.
    skipped: what the journal said of an earlier run that had done it already.
    fits: the policy's section `protection` as the people who have write access can satisfy it, as YAML; "" where
        nothing is to be proposed.
    readings: what was read of the repository, and what was not: everything that is said rests on it.
    played: how each step of the flow would end; () where that wasn't asked.
    """

    repository: str
    plan: ProtectionPlan | None = None
    report: Report = Report()
    deeds: tuple[Deed, ...] = ()
    left: tuple[SettingChange, ...] = ()
    error: str = ""
    refused: str = ""
    notes: tuple[str, ...] = ()
    skipped: str = ""
    tier: str = ""
    stale: bool = False
    fits: str = ""
    readings: tuple[Reading, ...] = ()
    played: tuple[PlayedStep, ...] = ()

    @property
    def changes(self) -> tuple[SettingChange, ...]:
        """What the plan would change."""
        return self.plan.changes if self.plan is not None else ()

    @property
    def partly(self) -> bool:
        """Whether something was sent, and not all of it is known to be in force."""
        began = any(deed.state != NOT_DONE for deed in self.deeds)
        return began and (any(deed.state != DONE for deed in self.deeds) or bool(self.left))

    @property
    def done(self) -> bool:
        """Whether every step of an apply is in force."""
        return bool(self.deeds) and all(deed.state == DONE for deed in self.deeds) and not self.left

    @property
    def said(self) -> str:
        """What became of it, in a few words: for a list of many."""
        if self.skipped:
            return self.skipped
        if self.error:
            return self.error if self.deeds else f"couldn't check: {self.error}"
        if self.refused:
            return f"nothing was sent: {self.refused}"
        if self.partly:
            count = sum(deed.state == DONE for deed in self.deeds)
            return f"partly applied: {count} of {len(self.deeds)} steps are done"
        if self.deeds:
            return "applied" if self.done else f"nothing was changed: {self.deeds[0].why}"
        if self.plan is not None and self.plan.archived:
            return "archived, so nothing was compared"
        steps = len(self.plan.steps) if self.plan is not None else 0
        if steps or self.left:
            return (
                f"{plural(steps, 'step')} to take"
                if steps
                else f"{plural(len(self.left), 'rule')} not in force"
            )
        if self.report.errors:
            return f"nothing to change, {plural(len(self.report.errors), 'error')}"
        return "in sync"
