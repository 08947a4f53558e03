"""Which branches `status` shows: of a kind, with a recent commit, one's own."""

from __future__ import annotations

from collections.abc import Collection

from gitflowguard.model.facts import Refs
from gitflowguard.model.flow import Flow
from gitflowguard.model.names import HEADS, REMOTES
from gitflowguard.model.nearname import WrongName, did_you_mean
from gitflowguard.model.record import Record
from gitflowguard.model.status import DAY
from gitflowguard.repo.graph import AllGit

UNKNOWN = "unknown"


class StatusSelection(Record):
    """local: leave out what is only on a remote. mine: only one's own. since_days: with a commit in that many days,
    0 for all. kinds: ids of kinds, or `UNKNOWN` for what matches none; none for all.
    """

    local: bool = False
    mine: bool = False
    since_days: int = 0
    kinds: tuple[str, ...] = ()


def chosen(
    git: AllGit, flow: Flow, refs: Refs, wanted: StatusSelection, now: int
) -> tuple[tuple[str, ...], int]:
    """(names of the branches, how many the options leave out). now: seconds since 1970.

    Raises WrongName for a kind that the policy lacks, and where nobody's address is known for `mine`.
    """
    names = tuple(refs.heads) if wanted.local else refs.branches()
    _check(flow, wanted.kinds)
    own = _own(git, refs) if wanted.mine else frozenset()
    found = []
    for name in names:
        tip = refs.heads.get(name) or refs.remotes.get((refs.upstream, name)) or refs.tips(name)[0]
        kind = flow.kind_of(name)
        if wanted.kinds and (kind.id if kind else UNKNOWN) not in wanted.kinds:
            continue
        if wanted.since_days and git.dated.get(tip, 0) < now - wanted.since_days * DAY:
            continue
        if wanted.mine and name not in own:
            continue
        found.append(name)
    return tuple(found), len(names) - len(found)


def _check(flow: Flow, kinds: Collection[str]) -> None:
    known = (*(kind.id for kind in flow.kinds), UNKNOWN)
    for kind in kinds:
        if kind not in known:
            near = did_you_mean(kind, known)
            raise WrongName(f"the policy has no kind {kind}: it has {', '.join(known)}{near}")


def _own(git: AllGit, refs: Refs) -> frozenset[str]:
    """Branches whose newest commit is by user.email, and the one that HEAD names."""
    address = git.config("user.email")
    if not address:
        raise WrongName("--mine needs your address: git config user.email you@example.com")
    form = "%(refname)%00%(authoremail)"
    found = {refs.head} if refs.head in refs.heads else set()
    for line in git.lines("for-each-ref", f"--format={form}", HEADS[:-1], f"{REMOTES}{refs.upstream}"):
        ref, _, author = line.partition("\0")
        if author.strip("<>").casefold() == address.casefold():
            found.add(ref.removeprefix(HEADS).removeprefix(f"{REMOTES}{refs.upstream}/"))
    return frozenset(found)
