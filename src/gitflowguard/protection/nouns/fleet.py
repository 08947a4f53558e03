"""Which repositories of an organization are guarded, by what, and what differs: one row for each."""

from __future__ import annotations

from gitflowguard.model.finding import Unknown
from gitflowguard.model.record import Record


class FleetRepository(Record):
    """A repository in an organization's list."""

    name: str
    archived: bool = False
    fork: bool = False


class FleetRow(Record):
    """What one repository has on its default branch. A value that couldn't be read is Unknown.

    policy: the file, "" for none. digest: of its text, 8 hex digits. extends: as the policy writes it. locked: the
    commit that it is locked to, "" for none. problem: why the policy can't be used, "" if it can.
    workflow: the version or ref that the check's workflow runs, "" without that workflow. hooks: the same of the entry
    in pre-commit's file.
    steps: what `protect apply` would send, 0 in sync. required: whether the production branch requires our check.
    differs: what sets it apart, in words; empty for a repository that is guarded like the others.
    """

    name: str
    policy: str | Unknown = ""
    digest: str = ""
    extends: str = ""
    locked: str = ""
    problem: str = ""
    workflow: str | Unknown = ""
    hooks: str | Unknown = ""
    steps: int | Unknown = 0
    required: bool | Unknown = False
    differs: tuple[str, ...] = ()

    @property
    def guarded(self) -> bool:
        """Whether it has a policy that can be used."""
        return bool(self.policy) and not isinstance(self.policy, Unknown) and not self.problem

    @property
    def unknown(self) -> tuple[str, ...]:
        """What couldn't be read, each reason once."""
        values = (self.policy, self.workflow, self.hooks, self.steps, self.required)
        return tuple(dict.fromkeys(one.reason for one in values if isinstance(one, Unknown)))


class Fleet(Record):
    """All rows, in the order of the list. archived, forks: how many were left out."""

    rows: tuple[FleetRow, ...]
    archived: int = 0
    forks: int = 0
