"""What would be sent to GitHub, in which order, and what each step changes in a team's own words."""

from __future__ import annotations

from gitflowguard.model.finding import Unknown
from gitflowguard.model.jsonvalue import Document
from gitflowguard.model.protection import Classic, Ruleset
from gitflowguard.model.record import Record

CREATE = "create-ruleset"
UPDATE = "update-ruleset"
DELETE = "delete-ruleset"
SETTINGS = "change-settings"
PROTECT = "protect-branch"  # classic protection: the whole document is put
UNPROTECT = "unprotect-branch"
ACTIONS = (CREATE, UPDATE, DELETE, SETTINGS, PROTECT, UNPROTECT)


class SettingChange(Record):
    """One thing that a step changes.

    about: a branch, a kind of branch (``release/<version>``), "tags", or "the repository".
    says: without a full stop: ``1 → 2 approvals``, ``force pushes are no longer possible``.
    before, after: the two values alone, for a table; "" where there is none.
    weaker: whether less is refused afterwards.
    """

    about: str
    says: str
    before: str = ""
    after: str = ""
    weaker: bool = False


class PlanStep(Record):
    """One request that changes something.

    action: one of ACTIONS. subject: the ruleset's name, the branch, or the repository.
    id: of the ruleset that is updated or deleted, else 0.
    ruleset: what is created, or all that an updated one holds afterwards. Where its ``bypass`` is Unknown, the key is
        left out of the request, so that GitHub keeps what it has.
    classic: the whole document that is put. settings: GitHub's key -> value, only what changes.
    before, after: both states as documents with sorted keys, for a diff; {} where there is nothing.
    changes: may be empty for the first half of a change that is made in two steps; ``note`` then says so.
    """

    action: str
    subject: str
    changes: tuple[SettingChange, ...] = ()
    id: int = 0
    ruleset: Ruleset | None = None
    classic: Classic | None = None
    settings: tuple[tuple[str, bool | str], ...] = ()
    before: Document = {}
    after: Document = {}
    note: str = ""


class ProtectionPlan(Record):
    """Every step for one repository, in the order in which they are safe.

    fingerprint: of the live state that it was made from (protection.fingerprint).
    level: ``rulesets`` or ``classic``; "" where it can't be determined.
    notes: what is left as it is, and why: rules that others put into our rulesets, a branch that is not there yet.
    unknown: what this token is not shown; never the same as "off".
    """

    repository: str
    fingerprint: str
    level: str
    steps: tuple[PlanStep, ...] = ()
    notes: tuple[str, ...] = ()
    unknown: tuple[Unknown, ...] = ()

    @property
    def archived(self) -> bool:
        """Whether nothing was compared, because nobody can change anything in the repository."""
        return not self.level and not self.unknown

    @property
    def changes(self) -> tuple[SettingChange, ...]:
        """Every change of every step, in order."""
        return tuple(change for step in self.steps for change in step.changes)
