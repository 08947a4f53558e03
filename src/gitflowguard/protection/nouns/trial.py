"""What was promised of a step, and what happened when it was taken for real."""

from __future__ import annotations

from gitflowguard.model.record import Record

NOT_TRIED = "not tried"


class Attempt(Record):
    """One request whose no is an answer. ok: whether it was done. number: of what it made, 0 for nothing."""

    ok: bool
    status: int
    says: str = ""
    number: int = 0


class Trial(Record):
    """One row of a self-test.

    does: the step. promised, happened: in words that are compared (``yes``, ``no``); ``happened`` may be NOT_TRIED.
    row: the open question that it answers (``S1``), "" for none. says: GitHub's own words, or why it was not tried.
    """

    does: str
    promised: str
    happened: str
    row: str = ""
    says: str = ""

    @property
    def differs(self) -> bool:
        """Whether something else happened than was promised."""
        return self.happened not in (self.promised, NOT_TRIED)


class SelftestResult(Record):
    """repository: the scratch one. trials: in the order in which they were tried. end: what became of it."""

    repository: str
    trials: tuple[Trial, ...]
    end: str = ""

    @property
    def differing(self) -> int:
        """How many rows differ."""
        return sum(one.differs for one in self.trials)
