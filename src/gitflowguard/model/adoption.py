"""What was there when a team adopted gitflowguard, and which findings are milder for it.

The record is written once, by `init`: a date and the ids of the branches. It never grows.
"""

from __future__ import annotations

from gitflowguard.model.record import Record

ID_DIGITS = 8
# What a rule's findings may be about (model.rule.Rule.topic): the name of one branch, the version in it, where it was
# cut from, that it is still open, or where it may go. What a protected line keeps from everybody (direct commits,
# rewriting, deletion), and what files hold, is never milder, so such rules have no topic.
NAME, VERSION, ORIGIN, OPEN, WAY = "name", "version", "origin", "open", "way"
TOPICS = (NAME, VERSION, ORIGIN, OPEN, WAY)


class Adoption(Record):
    """The record in the policy.

    date: the day of adoption, ``2026-11-29``; "" where there is no record.
    branches: ids of the branches that were there, with a space between two.
    """

    date: str = ""
    branches: str = ""

    def lists(self, branch: str) -> bool:
        """Whether the record holds the branch."""
        return bool(self.branches) and branch_id(branch) in self.branches.split(" ")

    def among(self, branches: tuple[str, ...]) -> tuple[str, ...]:
        """Those of the branches that the record holds."""
        ids = frozenset(self.branches.split(" "))
        return tuple(name for name in branches if branch_id(name) in ids)


def branch_id(branch: str) -> str:
    """The id of a branch's full name: the first 8 hex digits of its SHA-256."""
    from hashlib import sha256  # 2 ms, and only a name that would be blocked needs it

    return sha256(branch.encode("utf-8", "surrogateescape")).hexdigest()[:ID_DIGITS]
