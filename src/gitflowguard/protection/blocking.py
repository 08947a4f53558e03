"""Rules that together let nothing through: ours, those of others, the repository's settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitflowguard.model.finding import Unknown
from gitflowguard.model.flow import Flow, Kind
from gitflowguard.model.guarded import UNREACHABLE, Guarded
from gitflowguard.model.names import listed
from gitflowguard.model.protection import METHODS, Classic, Live, Ruleset
from gitflowguard.protection.canon import ours
from gitflowguard.protection.compile import Desired, is_base, methods_into
from gitflowguard.protection.effective import (
    EffectiveRule,
    rules_for,
    strictest_methods,
)
from gitflowguard.protection.nouns.plan import UPDATE, ProtectionPlan

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEYS = ("allow_merge_commit", "allow_squash_merge", "allow_rebase_merge")
APPLY = ("gitflowguard", "protect", "apply")


def blocking(flow: Flow, desired: Desired, live: Live, made: ProtectionPlan) -> Iterator[Guarded]:
    """Every contradiction for a branch that pull requests go into, as it would be once the plan is carried out."""
    rulesets = afterwards(desired, live, made)
    repository = _repository_methods(desired, live)
    if isinstance(live.rulesets, Unknown) and made.level != "classic":
        yield Guarded("the repository", UNREACHABLE, unknown=live.rulesets)
    for kind in flow.kinds:
        if not is_base(kind, flow):
            continue
        name = kind.names[0].example(flow)
        rules = rules_for(rulesets, name, live.repository.default_branch)
        who = kind.fixed or f"{kind.id} branches"
        yield from _linear(who, kind, flow, rules)
        yield from _methods(who, kind, flow, rules, repository)
        yield from _twice(who, kind, live, made.level)
    yield from _foreign(made)
    yield from _merge_commits(desired, live)


def afterwards(desired: Desired, live: Live, made: ProtectionPlan) -> tuple[Ruleset, ...]:
    """What holds once the plan is carried out: ours, with what others put into them, and those of others."""
    there = () if isinstance(live.rulesets, Unknown) else live.rulesets
    others = tuple(one for one in there if not ours(one, live.repository.name))
    if made.level != "rulesets":
        return others
    # The last update of each wins: it is what stays.
    changed = {step.subject: step.ruleset for step in made.steps if step.action == UPDATE and step.ruleset}
    have = {one.name: one for one in there if ours(one, live.repository.name)}
    own = (changed.get(one.name) or have.get(one.name) or one for one in desired.rulesets)
    return (*own, *others)


def _repository_methods(desired: Desired, live: Live) -> tuple[str, ...]:
    """How the repository would merge; a setting that is not shown may be on."""
    wanted = dict(desired.settings)
    found = {key: wanted.get(key, live.repository.settings.get(key)) for key in _KEYS}
    return tuple(method for key, method in zip(_KEYS, METHODS) if found[key] is not False)


def _linear(who: str, kind: Kind, flow: Flow, rules: tuple[EffectiveRule, ...]) -> Iterator[Guarded]:
    """A linear history where the flow makes merge commits."""
    if "merge" not in methods_into(kind, flow):
        return
    for rule in rules:
        if rule.clause.type == "required_linear_history":
            says = (
                f"{rule.ruleset.name} wants a linear history on {who}, which forbids the merge commits that "
                f"Gitflow ends releases with"
            )
            yield Guarded(who, UNREACHABLE, says)


def _methods(
    who: str, kind: Kind, flow: Flow, rules: tuple[EffectiveRule, ...], repository: tuple[str, ...]
) -> Iterator[Guarded]:
    """Ways of merging of which no one is allowed everywhere."""
    allowed = strictest_methods(rules)
    if allowed is None:
        allowed = methods_into(kind, flow)
    if not allowed:
        names = listed(
            tuple(dict.fromkeys(r.ruleset.name for r in rules if r.clause.type == "pull_request")), "and"
        )
        yield Guarded(who, UNREACHABLE, f"{names} allow no common way of merging into {who}")
    elif not set(allowed) & set(repository):
        has = listed(repository) or "nothing"
        says = f"pull requests into {who} are merged by {listed(allowed)}, and the repository merges by {has}"
        yield Guarded(who, UNREACHABLE, says)


def _twice(who: str, kind: Kind, live: Live, level: str) -> Iterator[Guarded]:
    """Classic protection beside rulesets: a merge has to satisfy both."""
    if isinstance(live.classic, Unknown) or level != "rulesets":
        return
    for classic in live.classic:
        if classic.branch != kind.fixed:
            continue
        hard = _hard(classic)
        if hard:
            yield Guarded(who, UNREACHABLE, f"the classic protection of {who} {hard}")
        else:
            says = f"{who} has classic protection beside its rulesets; both hold, each with its own bypass"
            yield Guarded(who, UNREACHABLE, says, advice=True)


def _hard(classic: Classic) -> str:
    """What in it stops every merge of the flow."""
    if classic.document.get("lock_branch"):
        return "locks it, so that nothing can be merged"
    if classic.document.get("required_linear_history"):
        return "wants a linear history, which forbids merge commits"
    return ""


def _foreign(made: ProtectionPlan) -> Iterator[Guarded]:
    """Rules that others put into our rulesets; they stay, and may block."""
    for note in made.notes:
        if "holds the rule" in note and "required_linear_history" not in note:
            yield Guarded("the repository", UNREACHABLE, note.replace("; it stays", ""), advice=True)


def _merge_commits(desired: Desired, live: Live) -> Iterator[Guarded]:
    """Merge commits switched off for the repository now, although the policy needs them."""
    needed = dict(desired.settings).get("allow_merge_commit")
    if needed is True and live.repository.settings.get("allow_merge_commit") is False:
        says = "the repository does not allow merge commits, which Gitflow ends releases with"
        yield Guarded("the repository", UNREACHABLE, says, (APPLY,))
