"""A finding about a branch that was there before the policy, or that is another repository's: what it is worth.

This is the one place where such a branch is judged more mildly. It is asked only about findings of the rules in
that have a topic (model.adoption), so that a branch with nothing wrong costs nothing.
"""

from __future__ import annotations

from gitflowguard.model.adoption import TOPICS, WAY
from gitflowguard.model.facts import Branch, Merge, Release
from gitflowguard.model.finding import ERROR, WARNING, Unknown, Violation
from gitflowguard.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from gitflowguard.model.facts import Fact
    from gitflowguard.model.flow import Flow

    class Standing(Protocol):
        """What the repository tells about a branch."""

        def excuses(self, subject: Subject, found: Violation) -> bool:
            """Whether the finding doesn't concern the branch, because that is another repository's."""
            ...

        def older(self, subject: Subject, day: str) -> bool:
            """Whether a commit of the branch's own was authored before the day; False where that isn't known."""
            ...


class Subject(Record):
    """The branch that a fact is about.

    target: where it goes, "" where the fact is about the branch alone. tip: its commit, "" if not known.
    base: a commit of the target, "" if not known.
    """

    branch: str
    target: str = ""
    tip: str = ""
    base: str = ""


def subject(fact: Fact) -> Subject:
    """The branch whose name, kind, origin or target the fact shows; of no name where there is none."""
    if isinstance(fact, Branch):
        return Subject(fact.about, fact.into, fact.tip)
    if isinstance(fact, Release):
        return Subject(fact.about, fact.into)
    if isinstance(fact, Merge):
        named = () if isinstance(fact.sources, Unknown) else fact.sources
        return Subject(named[0] if named else "", fact.about, fact.tip, fact.base)
    if type(fact).__name__ == "Pull":  # not loaded on the way of a hook
        from gitflowguard.model.source import called

        return Subject(called(fact), fact.about, fact.head_sha, fact.base_sha)  # type: ignore[union-attr,arg-type]
    return Subject("")


def weighed(found: Violation, fact: Fact, flow: Flow, standing: Standing | None) -> Violation | None:
    """The violation as it counts for the branch that the fact is about; None where it doesn't count at all."""
    if found.topic not in TOPICS:
        return found
    about = subject(fact)
    if not about.branch or flow.protected(about.branch):
        return found
    if standing is not None and standing.excuses(about, found):
        return None
    if found.severity != ERROR:
        return found._replace(adopted=flow.adoption.lists(about.branch))
    if not flow.adoption.date or not _eased(about, flow) or not _was_here(found, about, flow, standing):
        return found
    says = f"{found.finding.says}; {about.branch} was here before adoption ({flow.adoption.date})"
    # A merge that only gets a warning is there to stay: no command that takes it back.
    mend = () if about.target else found.finding.mend
    return found._replace(
        severity=WARNING, adopted=True, finding=found.finding._replace(says=says, mend=mend)
    )


def _eased(about: Subject, flow: Flow) -> bool:
    """Whether age counts where the branch goes: on no way into a line that everyday work doesn't go to.

    Anybody can give a branch an old one's name, and a commit an old date. Where work goes straight into production,
    an old name is excused there, and nothing else is.
    """
    if not about.target or not flow.protected(about.target):
        return True
    if not flow.welcomes(about.target):
        return False
    return about.target != flow.production or flow.kind_of(about.branch) is None


def _was_here(found: Violation, about: Subject, flow: Flow, standing: Standing | None) -> bool:
    """Whether the record lists the branch, or a commit of its own shows it.

    A commit's date is its author's word, which isn't enough where work doesn't go, nor for a kind that goes elsewhere.
    """
    if flow.adoption.lists(about.branch):
        return True
    if found.topic == WAY and flow.kind_of(about.branch) is not None:
        return False
    if standing is None or not flow.welcomes(about.target):
        return False
    return standing.older(about, flow.adoption.date)
