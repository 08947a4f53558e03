"""Keeps the verdict on a branch, where what follows from it for the next commits is certain (repo.kept).

Only of a branch that everything is known of: unprotected, of a kind that carries no version and may be there many
times, cut from a parent that the policy names, by its reflog and by the graph, on no other branch. From such a branch
one commit with one parent more leads to such a branch: the argument is in docs/architecture.md, "A kept verdict".
"""

from __future__ import annotations

from gitflowguard.app.policy.file import find
from gitflowguard.model.credentials import anonymous
from gitflowguard.model.facts import Origin
from gitflowguard.model.moment import (
    ARRIVING,
    AT_COMMIT,
    AT_MESSAGE,
    AT_PREPARE,
    AT_PUSH,
    MARKERS,
    MESSAGE,
    OPERATION,
    RADAR,
    SHARED,
    moment_at,
    moment_of,
)
from gitflowguard.model.names import HEADS
from gitflowguard.repo import kept
from gitflowguard.rules import registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.app.hooks.judge import HookResult, OpenedHook
    from gitflowguard.model.event import Update
    from gitflowguard.model.facts import Branch
    from gitflowguard.repo.kept import KeptVerdict, Snapshot

# What the rules that a kept verdict stands for may need; another need is another question to the world.
NEEDS = {ARRIVING, MARKERS, MESSAGE, OPERATION, RADAR, SHARED}
# The moments of the hooks that a kept verdict silences.
MOMENTS = (AT_COMMIT, AT_PREPARE, AT_MESSAGE, AT_PUSH)
# Facts that are never made of such a branch, or that are gathered only where `tooled` says so.
_ABSENT = ("release", "merge", "quality", "artefact")


def keep(
    seen: Snapshot, stage: str, args: tuple[str, ...], updates: tuple[Update, ...], outcome: HookResult
) -> None:
    """Keeps what a hook found, if it found nothing. args, updates: of a push, as git gave them."""
    opened, branch = outcome.opened, outcome.branch
    if opened is None or branch is None or not outcome.quiet or outcome.tooled or opened.flow.own:
        return  # of what a rule of the team's own depends on nothing is known
    at = moment_at(stage)
    found = _verdict(opened, branch, outcome.fill)
    if found is None or branch.about != seen.branch or not _understood(opened):
        return
    if at.name == AT_PUSH:
        found = _pushed(found, seen, args, updates, opened)
    if found is not None and kept.snapshot(opened.place, seen.branch, seen.remote) == seen:
        kept.write(opened.place, seen, found)


def _verdict(opened: OpenedHook, branch: Branch, fill: bool) -> KeptVerdict | None:
    """The verdict on the branch; None where nothing follows from it."""
    flow, history = opened.flow, opened.history
    kind = flow.kind_of(branch.about)
    if kind is None or kind.protected or not kind.parallel or flow.version_of(branch.about):
        return None
    cut = history.cut(branch.about)
    if branch.stacks != () or not isinstance(branch.origin, Origin) or cut is None or not cut.commit:
        return None
    parents = {one.id for line in branch.origin.lines if (one := flow.kind_of(line)) is not None}
    if not parents.intersection(kind.parents):
        return None
    from gitflowguard.model.history import tips_of, trunks
    from gitflowguard.model.facts import View

    own = history.own(branch.tip, tips_of(opened.refs, trunks(View(flow, opened.refs), branch.about)))
    chain = kept.chain_of(own, branch.tip)
    if not chain or cut.commit in own:
        return None
    return kept.KeptVerdict(
        branch=branch.about,
        tip=branch.tip,
        remote=flow.remote,
        chain=chain,
        fill=fill,
        worded=opened.messages,
    )


def _understood(opened: OpenedHook) -> bool:
    """Whether the rules that a kept verdict stands for ask nothing beyond what a snapshot holds.

    Not only those of the hook that keeps it: what one hook keeps silences the others, too.
    """
    return all(
        set(registry.needs_of(row)) <= NEEDS
        for name in MOMENTS
        for row in registry.speaking(opened.flow, moment_of(name))
        if row[1] not in _ABSENT
    )


def _pushed(
    found: KeptVerdict,
    seen: Snapshot,
    args: tuple[str, ...],
    updates: tuple[Update, ...],
    opened: OpenedHook,
) -> KeptVerdict | None:
    """The verdict on a push of the checked-out branch to the team's remote, by the policy that judges commits."""
    here = find(opened.place.top)
    ref = HEADS + found.branch
    if len(updates) != 1 or len(args) != 2 or here is None or here.data != opened.text:
        return None
    (update,) = updates
    if (update.local, update.remote, update.new) != (ref, ref, found.tip) or opened.refs.head != found.branch:
        return None
    if args[0] != seen.remote or not args[1] or anonymous(args[1]) != args[1] or "\n" in args[1]:
        return None
    olds = kept.olds_of(found.chain, found.tip, update.old)
    return found._replace(url=args[1], olds=olds)
