"""What a rule says, and what the engine makes of it."""

from __future__ import annotations

from gitflowguard.model.record import Record

ERROR = "error"
WARNING = "warning"
IGNORE = "ignore"
SEVERITIES = (ERROR, WARNING, IGNORE)

Argv = tuple[str, ...]


class Unknown(Record):
    """A fact that could not be had. Never a pass, never a violation.

    reason: a clause that ends "can't be determined: …", in the user's words.
    mend: commands after which it can be determined, if there are any.
    """

    reason: str
    mend: tuple[Argv, ...] = ()


class Finding(Record):
    """One thing that is wrong, in the user's own words.

    says: one sentence without a full stop; branch names, never a pattern.
    mend: the exact commands that fix it, run in order; each an argv.
    ref: the branch, tag or full ref it is about. commit: full id or "".
    path, line, column: a file of the repository (from 1; 0 is "the whole file", "the whole line").
    tool, rule: the program that found it and its own code for it, both "" for a rule of ours.
    advice: True caps the severity at ``warning`` whatever the policy says.
    """

    says: str
    mend: tuple[Argv, ...] = ()
    ref: str = ""
    commit: str = ""
    path: str = ""
    line: int = 0
    advice: bool = False
    column: int = 0
    tool: str = ""
    rule: str = ""


class Violation(Record):
    """A finding under its rule's name and the severity that the policy gives it.

    adopted: whether it is about a branch that was there before the policy (model.standing).
    topic: what the rule's findings are about (model.adoption).
    """

    code: str
    name: str
    severity: str
    finding: Finding
    adopted: bool = False
    topic: str = ""


class Skipped(Record):
    """A rule that couldn't determine its result, with the reason.

    proof: whether the gap itself blocks, because the rule asks for a proof (model.moment.PROOF).
    """

    code: str
    name: str
    ref: str
    unknown: Unknown
    proof: bool = False


class Silenced(Record):
    """A violation that the user switched off for this one command, with their reason."""

    violation: Violation
    reason: str


class Report(Record):
    """What the engine found; the order is that of the facts, then of the codes.

    judged: how many (rule, fact) pairs were checked.
    ran: the names of the rules that checked at least one fact.
    notes: sentences about the run itself, such as "detached HEAD: no branch to judge".
    """

    violations: tuple[Violation, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    silenced: tuple[Silenced, ...] = ()
    judged: int = 0
    notes: tuple[str, ...] = ()
    ran: tuple[str, ...] = ()

    @property
    def errors(self) -> tuple[Violation, ...]:
        """The violations that fail the run."""
        return tuple(v for v in self.violations if v.severity == ERROR)

    @property
    def warnings(self) -> tuple[Violation, ...]:
        """The violations that are only shown."""
        return tuple(v for v in self.violations if v.severity == WARNING)
