"""What stands beside the flow and may stop it: classic protection, rules of others in our rulesets, settings."""

from __future__ import annotations

from collections.abc import Iterator

from gitflowguard.model.finding import Unknown
from gitflowguard.model.flow import Flow
from gitflowguard.model.guarded import UNREACHABLE, Guarded
from gitflowguard.model.protection import Live
from gitflowguard.protection.compile import Desired, is_base
from gitflowguard.protection.nouns.plan import ProtectionPlan

APPLY = ("gitflowguard", "protect", "apply")


def blocking(flow: Flow, desired: Desired, live: Live, made: ProtectionPlan) -> Iterator[Guarded]:
    """What no single step shows."""
    if isinstance(live.rulesets, Unknown) and made.level != "classic":
        yield Guarded("the repository", UNREACHABLE, unknown=live.rulesets)
    yield from _twice(flow, live, made.level)
    yield from _foreign(made)
    yield from _merge_commits(desired, live)


def _twice(flow: Flow, live: Live, level: str) -> Iterator[Guarded]:
    """Classic protection beside rulesets: a merge has to satisfy both."""
    if isinstance(live.classic, Unknown) or level != "rulesets":
        return
    bases = {kind.fixed for kind in flow.kinds if kind.fixed and is_base(kind, flow)}
    for classic in live.classic:
        # One that stops the flow is reported by the steps that it stops.
        hard = classic.document.get("lock_branch") or classic.document.get("required_linear_history")
        if classic.branch in bases and not hard:
            who = classic.branch
            says = f"{who} has classic protection beside its rulesets; both hold, each with its own bypass"
            yield Guarded(who, UNREACHABLE, says, advice=True)


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
