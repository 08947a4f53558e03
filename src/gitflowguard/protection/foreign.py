"""Rulesets of others that stop the flow: a queue that squashes, branches that nobody may change or create."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitflowguard.model.finding import Unknown
from gitflowguard.model.guarded import UNREACHABLE, Guarded
from gitflowguard.model.names import listed
from gitflowguard.protection.canon import ours
from gitflowguard.protection.compile import is_base, methods_into
from gitflowguard.protection.effective import rules_for
from gitflowguard.protection.words import actor_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.flow import Flow, Kind
    from gitflowguard.model.protection import Live, Ruleset


def foreign(flow: Flow, live: Live) -> Iterator[Guarded]:
    """What they stop: merges for each base, creation for all kinds of branches at once."""
    there = () if isinstance(live.rulesets, Unknown) else live.rulesets
    others = tuple(one for one in there if not ours(one, live.repository.name))
    closed: dict[str, tuple[Ruleset, list[str]]] = {}
    for kind in flow.kinds:
        name, who = kind.names[0].example(flow), kind.fixed or f"{kind.id} branches"
        for rule in rules_for(others, name, live.repository.default_branch):
            if rule.clause.type == "merge_queue" and is_base(kind, flow):
                yield from _queue(who, kind, flow, rule.ruleset, rule.clause.parameters.get("merge_method"))
            elif rule.clause.type == "update" and is_base(kind, flow):
                yield _closed(who, rule.ruleset, f"change {who}", "so that nothing can be merged")
            elif rule.clause.type == "creation" and not kind.fixed:
                closed.setdefault(rule.ruleset.name, (rule.ruleset, []))[1].append(kind.id)
    for ruleset, kinds in closed.values():
        who = f"{listed(tuple(kinds), 'and')} branches"
        yield _closed(who, ruleset, f"create {who}", "so that none can be started")


def _queue(who: str, kind: Kind, flow: Flow, ruleset: Ruleset, method: object) -> Iterator[Guarded]:
    """A merge queue merges in its own way, whatever a pull request's author chooses."""
    way = str(method or "MERGE").lower()
    if way not in methods_into(kind, flow):
        wanted = listed(methods_into(kind, flow))
        says = f"the merge queue of {ruleset.name} merges into {who} by {way}, and the policy wants {wanted}"
        yield Guarded(who, UNREACHABLE, says)


def _closed(who: str, ruleset: Ruleset, what: str, end: str) -> Guarded:
    """A rule that leaves something to those who may bypass: an error where there is nobody."""
    if isinstance(ruleset.bypass, Unknown):
        why = f"{ruleset.name} lets only some {what}, and who that is: {ruleset.bypass.reason}"
        return Guarded(who, UNREACHABLE, unknown=Unknown(why))
    if not ruleset.bypass:
        return Guarded(who, UNREACHABLE, f"{ruleset.name} lets nobody {what}, {end}")
    names = listed(tuple(actor_words(actor) for actor in ruleset.bypass), "and")
    return Guarded(who, UNREACHABLE, f"{ruleset.name} lets only {names} {what}", advice=True)
