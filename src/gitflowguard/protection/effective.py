"""Which rules hold for a name, existing or not: what ``GET rules/branches/{name}`` answers, worked out offline."""

from __future__ import annotations

from collections.abc import Iterable

from gitflowguard.model.finding import Unknown
from gitflowguard.model.names import HEADS
from gitflowguard.model.names import TAGS as TAG_REFS
from gitflowguard.model.protection import Clause, Ruleset
from gitflowguard.model.record import Record
from gitflowguard.protection.pattern import matches

BRANCH = "branch"
TAG = "tag"


class EffectiveRule(Record):
    """One rule that holds for a name, and the ruleset that it is from."""

    ruleset: Ruleset
    clause: Clause


def ref_of(name: str, target: str = BRANCH) -> str:
    """The full ref of a branch or a tag."""
    return (TAG_REFS if target == TAG else HEADS) + name


def covers_name(ruleset: Ruleset, name: str, default_branch: str = "", target: str = BRANCH) -> bool:
    """Whether the ruleset is about the name: one of its patterns, and none that leaves it out."""
    ref = ref_of(name, target)
    if ruleset.target != target or not any(matches(one, ref, default_branch) for one in ruleset.include):
        return False
    return not any(matches(one, ref, default_branch) for one in ruleset.exclude)


def rules_for(
    rulesets: Iterable[Ruleset], name: str, default_branch: str = "", target: str = BRANCH
) -> tuple[EffectiveRule, ...]:
    """Every rule in force for the name. Several of a type add up, and the strictest wins."""
    return tuple(
        EffectiveRule(ruleset, clause)
        for ruleset in rulesets
        if ruleset.enforcement == "active" and covers_name(ruleset, name, default_branch, target)
        for clause in ruleset.clauses
    )


def passes_by(ruleset: Ruleset, actors: Iterable[str], by_pull_request: bool) -> bool:
    """Whether somebody who goes by these names may bypass the ruleset. Where that is hidden, nobody is known to.

    GitHub's names of people, teams and Apps differ in more than the case of letters.
    """
    if isinstance(ruleset.bypass, Unknown):
        return False
    names = {name.lower() for name in actors}
    return any(
        actor.name.lower() in names and (actor.mode != "pull_request" or by_pull_request)
        for actor in ruleset.bypass
    )


def strictest_methods(rules: Iterable[EffectiveRule]) -> tuple[str, ...] | None:
    """The merge methods that every rule allows; None where no rule says anything."""
    found: tuple[str, ...] | None = None
    for rule in rules:
        own = rule.clause.parameters.get("allowed_merge_methods")
        if rule.clause.type == "pull_request" and own is not None:
            found = tuple(own) if found is None else tuple(word for word in found if word in own)
    return found
