"""A rule of the team's own as a Rule: what its program answered is handed out fact by fact.

The engine stays as it is. Where no program was asked, the rule can't determine anything, which is never a pass.
"""

from __future__ import annotations

from gitflowguard.model.authorship import Authorship
from gitflowguard.model.facts import Branch, Commit, Merge, RefUpdate, Release
from gitflowguard.model.finding import ERROR, Unknown
from gitflowguard.model.moment import PROOF
from gitflowguard.model.ownrule import READS, manual_of
from gitflowguard.model.pull import Pull
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from gitflowguard.model.facts import View
    from gitflowguard.model.finding import Finding
    from gitflowguard.model.ownrule import OwnRule

    # By the identity of a fact: two facts may be equal.
    Answers = Mapping[int, tuple[Finding | Unknown, ...]]

_CLASSES = {one.__name__: one for one in (Branch, Commit, Authorship, Merge, RefUpdate, Pull, Release)}
NOT_ASKED = Unknown("its program wasn't asked here; to ask it, run: gitflowguard check")


def fact_class(rule: OwnRule) -> type[Any]:
    """The class of the facts that the rule reads."""
    return _CLASSES[READS[rule.reads]]


class OwnCheck:
    """A rule's check: what its program said of each fact, None where it wasn't asked."""

    def __init__(self, answers: Answers | None) -> None:
        self._answers = answers

    def __call__(self, fact: Any, view: View) -> Iterator[Finding | Unknown]:
        yield from (NOT_ASKED,) if self._answers is None else self._answers.get(id(fact), (NOT_ASKED,))


def rule_of(rule: OwnRule, answers: Answers | None = None) -> Rule:
    """The rule. answers: as OwnCheck takes them."""
    return Rule(
        code=rule.name,
        name=rule.name,
        reads=fact_class(rule),
        check=OwnCheck(answers),
        doc=manual_of(rule),
        default=ERROR,
        # A rule that could not judge blocks, as a tool that could not check does.
        needs=(*rule.needs, PROOF),
        moments=rule.moments,
    )
