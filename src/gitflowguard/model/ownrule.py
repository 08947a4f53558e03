"""A rule of the team's own, as the policy has it: a program, or an installed package's. Light: hooks read it.

The entry is the rule's row in the table of rules (rules.registry): what it reads, what it needs and when it speaks are
data, so a hook knows without starting anything whether to, and what to gather for it.
"""

from __future__ import annotations

from gitflowguard.model.moment import (
    ARRIVING,
    AT_CHECK,
    AT_COMMIT,
    AT_MERGE,
    AT_MESSAGE,
    AT_PREPARE,
    AT_PULL,
    AT_PUSH,
    AT_SURVEY,
    CLOCK,
    FORGE,
    IDENTITY,
    MESSAGE,
    OPERATION,
    SHARED,
    SURVEY,
)
from gitflowguard.model.record import Record

# No rule of ours has a slash in its name, and every code of ours begins with GFG.
PREFIX = "x/"
# How a policy names the fact that a rule reads, and the class of that fact.
READS = {
    "branch": "Branch",
    "commit": "Commit",
    "identity": "Authorship",
    "merge": "Merge",
    "push": "RefUpdate",
    "pull": "Pull",
    "release": "Release",
}
# A branch that was just made and a ref that moves have other things to wait for than somebody's program.
OWN_MOMENTS = (AT_COMMIT, AT_MERGE, AT_PREPARE, AT_MESSAGE, AT_PUSH, AT_CHECK, AT_SURVEY, AT_PULL)
OWN_NEEDS = (MESSAGE, IDENTITY, ARRIVING, OPERATION, SHARED, SURVEY, CLOCK, FORGE)
SECONDS, MOST_SECONDS = 5, 60
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


class OwnRule(Record):
    """One rule.

    name: ``x/…``, which is its code, too. run: argv of a program; no file is appended. plugin: the distribution whose
    entry point in the group ``gitflowguard.rules`` is called as the name without ``x/``. One of the two is set.
    reads: a key of READS. needs: of OWN_NEEDS. moments: of OWN_MOMENTS, () for all that have what it reads and needs.
    package: ``name==version`` of what a job on pull requests installs for it, "" for nothing.
    seconds: how long it may take at one moment. about: one sentence for `explain` and reports.
    vouched: whether somebody answers for its code (app.policy.trust); no key of the policy. held: the commit of the
    line that answers, whose files the program is made of; "" where the user of this clone answers for the work tree's.
    """

    name: str
    run: tuple[str, ...] = ()
    plugin: str = ""
    reads: str = "commit"
    needs: tuple[str, ...] = ()
    moments: tuple[str, ...] = ()
    seconds: int = SECONDS
    about: str = ""
    package: str = ""
    vouched: bool = False
    held: str = ""

    @property
    def entry(self) -> tuple[str, ...]:
        """What of it decides which code runs."""
        return (
            ("rule", self.name, "plugin", self.plugin)
            if self.plugin
            else ("rule", self.name, "run", *self.run)
        )


def is_own(name: str) -> bool:
    """Whether a word has the form of such a rule's name: x/issue-key."""
    word = name.removeprefix(PREFIX)
    return word != name and bool(word) and set(word) <= _LETTERS and word[0] != "-" and len(word) <= 50


def row_of(rule: OwnRule, family: str, default: str) -> tuple[str, ...]:
    """The rule's row in the table of rules. family: of the fact that it reads."""
    needs = dict.fromkeys((*rule.needs, *((IDENTITY,) if rule.reads == "identity" else ())))
    return (rule.name, family, rule.name, default, " ".join(needs), " ".join(rule.moments or OWN_MOMENTS))


def manual_of(rule: OwnRule) -> str:
    """Its manual, in the form of the other rules'."""
    about = rule.about.rstrip(".") or "A rule of this repository's own"
    program = f"the package {rule.plugin}" if rule.plugin else " ".join(rule.run)
    when = " ".join(rule.moments) if rule.moments else "every moment that has what it reads"
    needs = f" It needs: {' '.join(rule.needs)}." if rule.needs else ""
    return (
        f"{about}.\n\nWhat it checks\n\nThe policy names this rule. {program} judges each {rule.reads} at: {when}."
        f"{needs}\n\nHow to fix it\n\nFollow its message. If the rule itself fails, its message says so.\n"
    )
