"""Open pull requests as the radar's branches: each on its own base, at the commit that its forge names.

A clone knows branches, and fetched copies of pull requests that ended long ago. Which are open, and where each is to
land, only the forge knows. What this clone lacks isn't fetched by itself: it is unknown, with the command that brings
it.
"""

from __future__ import annotations

from gitflowguard.app.radar.aims import (
    Aim,
    Aims,
    Open,
    RadarSelection,
    matches_name,
    named_branches,
    unmatched_globs,
)
from gitflowguard.model.finding import Unknown
from gitflowguard.model.flow import remembering
from gitflowguard.model.names import REMOTES, plural
from gitflowguard.model.record import Record
from gitflowguard.radar.nouns import UNTOLD, Contact, PullLabel, RadarTarget
from gitflowguard.repo.branchfetch import fetch_all, fetches_some
from gitflowguard.repo.git import Git, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from gitflowguard.model.finding import Argv
    from gitflowguard.model.flow import Flow
    from gitflowguard.model.proposal import OpenPulls, PullRequest


class PullAims(Record):
    """aims: the pull requests whose commits are here, by base. unseen: those that can't be judged, with the reason.

    targets: the bases of these that this clone doesn't have.
    """

    aims: Aims
    unseen: tuple[Contact, ...] = ()
    targets: tuple[RadarTarget, ...] = ()


def pull_aims(
    git: Git, flow: Flow, found: OpenPulls, wanted: RadarSelection, fetch: tuple[Argv, ...] = ()
) -> PullAims:
    """Sorts what the forge lists. Raises GitError, and WrongName for a glob that is probably mistyped.

    fetch: what brings the heads that aren't here; () for git's own command.
    """
    flow = remembering(flow)
    remote = wanted.remote or flow.remote
    notes = unmatched_globs(flow, [pull_name(one) for one in found.pulls], wanted.branches)
    chosen = _chosen(found, wanted)
    named = named_branches(git, remote, "")
    bases = _bases(git, remote, chosen, named)
    dates = _dates(git, [sha for one in chosen for sha in (one.head_sha, one.base_sha)])
    lost = [one for one in chosen if one.base in bases and one.head_sha not in dates]
    gone = [one for one in chosen if one.base not in bases]
    why = Unknown("its head isn't in this clone", fetch or _bring(lost, remote))
    unseen = (
        *(_unseen(flow, one, why) for one in lost),
        *(_unseen(flow, one, no_base) for one, no_base in zip(gone, _no_base(git, gone, remote))),
    )
    every = tuple(
        Aim(
            bases[name],
            _newest(_open(flow, one, dates, named) for one in chosen if one.base == name and one not in lost),
        )
        for name in _in_order(flow, bases)
    )
    names = tuple(one.name for aim in every for one in aim.branches)
    notes = (*notes, *_partial(found), *_behind(chosen, bases, dates, remote))
    targets = {one.base: RadarTarget(one.base, f"{remote}/{one.base}", one.base_sha) for one in gone}
    return PullAims(Aims(every, len(chosen), 0, notes, names), unseen, tuple(targets.values()))


def _chosen(found: OpenPulls, wanted: RadarSelection) -> list[PullRequest]:
    return [
        one for one in found.pulls if not wanted.branches or matches_name(pull_name(one), wanted.branches)
    ]


def absent_heads(git: Git, found: OpenPulls, wanted: RadarSelection) -> tuple[str, ...]:
    """The remote's refs of the pull requests whose head isn't in this clone."""
    chosen = _chosen(found, wanted)
    dates = _dates(git, (one.head_sha for one in chosen))
    return _heads(one for one in chosen if one.head_sha not in dates)


def _heads(pulls: Iterable[PullRequest]) -> tuple[str, ...]:
    return tuple(f"refs/pull/{number}/head" for number in sorted(one.number for one in pulls))


def _bases(
    git: Git, remote: str, chosen: Iterable[PullRequest], named: Mapping[str, Open]
) -> dict[str, RadarTarget]:
    """Where each base stands: on the remote, for that is where a pull request lands; else here."""
    found = {}
    for name in dict.fromkeys(one.base for one in chosen):
        tip = git.commit_of(f"{REMOTES}{remote}/{name}")
        if tip:
            found[name] = RadarTarget(name, f"{remote}/{name}", tip)
        elif name in named:
            found[name] = RadarTarget(name, named[name].ref, named[name].tip)
    return found


def _partial(found: OpenPulls) -> tuple[str, ...]:
    """A note where the forge has more open pull requests than were asked for."""
    if found.whole:
        return ()
    return (
        f"{plural(len(found.pulls), 'open pull request')} were read, and there are more; --max reads more",
    )


def _behind(
    chosen: Iterable[PullRequest], bases: Mapping[str, RadarTarget], dates: Mapping[str, int], remote: str
) -> Iterator[str]:
    """A note for each base of which the forge has commits that this clone lacks."""
    for name in dict.fromkeys(one.base for one in chosen if one.base in bases and one.base_sha not in dates):
        yield f"GitHub has commits of {name} that this clone lacks; to get them: git fetch {remote}"


def pull_name(one: PullRequest) -> str:
    """``feature/login``; of a fork ``zoe:patch-1``, as GitHub labels it, which no branch can be called."""
    return f"{one.owner or f'#{one.number}'}:{one.head}" if one.fork else one.head


def label_of(one: PullRequest) -> PullLabel:
    """What a report says of it."""
    return PullLabel(
        number=one.number,
        title=one.title,
        author=one.author,
        head=one.head,
        owner=one.owner,
        draft=one.draft,
        fork=one.fork,
    )


def _open(flow: Flow, one: PullRequest, dates: Mapping[str, int], named: Mapping[str, Open]) -> Open:
    there = named.get(one.head) if not one.fork else None
    ref = f"refs/pull/{one.number}/head" if one.fork else one.head_sha
    return Open(
        name=pull_name(one),
        ref=there.ref if there is not None and there.tip == one.head_sha else ref,
        tip=one.head_sha,
        kind=_kind(flow, one),
        author=one.author,
        when=dates[one.head_sha],
        pull=label_of(one),
    )


def _kind(flow: Flow, one: PullRequest) -> str:
    """The id of its kind; a fork's branch may be called anything."""
    kind = None if one.fork else flow.kind_of(one.head)
    return kind.id if kind is not None else ""


def _unseen(flow: Flow, one: PullRequest, why: Unknown) -> Contact:
    return Contact(
        branch=pull_name(one),
        ref=one.head_sha,
        tip=one.head_sha,
        kind=_kind(flow, one),
        target=one.base,
        state=UNTOLD,
        why=why,
        author=one.author,
        pull=label_of(one),
    )


def _bring(lost: Iterable[PullRequest], remote: str) -> tuple[Argv, ...]:
    """The one git command that brings the heads of all. It writes no branch."""
    refs = _heads(lost)
    return (("git", "fetch", remote, *refs),) if refs else ()


def _no_base(git: Git, gone: Sequence[PullRequest], remote: str) -> Iterator[Unknown]:
    """Why nothing is known of each. In a clone that fetches only some branches a plain fetch brings no other one."""
    steps = fetch_all(remote) if gone and fetches_some(git, remote) else (("git", "fetch", remote),)
    return (Unknown(f"this clone doesn't have {one.base}", steps) for one in gone)


def _dates(git: Git, commits: Iterable[str]) -> dict[str, int]:
    """Commit -> its date, for those that are here."""
    stdin = "".join(f"{sha}\n" for sha in dict.fromkeys(commits))
    if not stdin:
        return {}
    words = ("log", "--no-walk=unsorted", "--ignore-missing", "-z", "--format=%H %ct", "--stdin")
    rows = text(git.call(*words, stdin=stdin.encode()).out).split("\0")
    return {sha: int(when) for sha, when in (row.split() for row in rows if row)}


def _newest(found: Iterable[Open]) -> tuple[Open, ...]:
    return tuple(sorted(found, key=lambda one: (-one.when, one.name)))


def _in_order(flow: Flow, names: Iterable[str]) -> list[str]:
    """The lines of the policy first, as everywhere; then the others by name."""
    lines = (flow.integration, flow.production)
    return sorted(names, key=lambda name: (lines.index(name) if name in lines else len(lines), name))
