"""What a pull request would meet: its base as it is now, and the other pull requests that are open into it.

Which are open, the forge knows; without it, or where it doesn't say, the branches that are here take their place, and
the report says so. Advice: it fails nothing.
"""

from __future__ import annotations

import time

from gitflowguard.app.radar.against import against
from gitflowguard.app.radar.aims import Aim, Open, RadarSelection, aims
from gitflowguard.app.radar.pulls import label_of, pull_aims, pull_name
from gitflowguard.app.radar.push import only_advice
from gitflowguard.app.radar.survey import ground_of
from gitflowguard.model.collision import Collision
from gitflowguard.model.finding import Unknown
from gitflowguard.model.history import SHALLOW
from gitflowguard.model.names import REMOTES, listed
from gitflowguard.model.proposal import OpenPulls, PullRequest
from gitflowguard.model.pull import Pull
from gitflowguard.model.source import called
from gitflowguard.process import ProcessError
from gitflowguard.radar.facts import collisions
from gitflowguard.radar.nouns import LANDED, PullConflicts, PullLabel, RadarTarget
from gitflowguard.repo.gather import Scene
from gitflowguard.repo.git import GitError
from gitflowguard.report import words

# Two pages of the forge's list.
MOST_PULLS = 200


def conflicts(scene: Scene, pull: Pull, found: OpenPulls | Unknown | None) -> PullConflicts:
    """Looks. found: the open pull requests, Unknown where the forge doesn't say, None where it isn't asked."""
    name = called(pull)
    if scene.history.shallow:
        return PullConflicts(name, pull.about, why=SHALLOW)
    try:
        return _compared(scene, pull, found)
    except (GitError, ProcessError, OSError) as problem:
        return PullConflicts(name, pull.about, why=Unknown(f"couldn't merge anything: {problem}"))


def facts(met: PullConflicts) -> tuple[Collision, ...]:
    """What the rules of family 7 judge; what can't be determined makes no finding here."""
    if met.radar is None:
        return ()
    return tuple(
        one._replace(advice=only_advice(one)) for one in collisions(met.radar) if one.unknown is None
    )


def notes(met: PullConflicts) -> tuple[str, ...]:
    """What could not be compared, for the formats that have no row for it."""
    said = []
    if met.why is not None:
        said.append(f"can't determine what {met.name} would conflict with: {met.why.reason}")
    if met.listing is not None:
        said.append(f"can't determine which pull requests are open: {met.listing.reason}")
    if met.unseen:
        it = "it" if len(met.unseen) == 1 else "them"
        lines = "; ".join(words.commands(met.fetch))
        said.append(
            f"not compared with {listed(met.unseen, 'and')}, because this clone lacks {it}; to get {it}: {lines}"
        )
    return tuple(said)


def _compared(scene: Scene, pull: Pull, found: OpenPulls | Unknown | None) -> PullConflicts:
    git, flow, remote = scene.git, scene.view.flow, scene.view.refs.upstream
    tip = git.commit_of(f"{REMOTES}{remote}/{pull.about}")
    target = RadarTarget(pull.about, f"{remote}/{pull.about}" if tip else pull.about, tip or pull.base_sha)
    mine = _mine(scene, pull)
    base = PullConflicts(mine.name, pull.about)
    if isinstance(found, OpenPulls):
        others = tuple(one for one in found.pulls if one.base == pull.about and not _same(one, pull))
        seen = pull_aims(git, flow, OpenPulls(others), RadarSelection(remote=remote))
        branches = tuple(one for aim in seen.aims.aims for one in aim.branches)
        fetch = next((one.why.mend for one in seen.unseen if one.why is not None), ())
        base = base._replace(
            listed=True,
            whole=found.whole,
            unseen=tuple(one.branch for one in seen.unseen),
            fetch=fetch,
            labels={pull_name(one): label_of(one) for one in others},
        )
    else:
        branches = _branches(scene, pull, remote)
        base = base._replace(listing=found)
    ground = ground_of(flow, scene.view.refs, True, "")
    radar = against(git, scene.place, flow, Aim(target, branches), mine, ground)
    contact = next(iter(radar.contacts), None)
    landed = contact is not None and contact.state == LANDED
    return base._replace(
        radar=radar,
        others=0 if landed else len({one.tip for one in branches} - {mine.tip}),
        why=contact.why if contact is not None else None,
    )


def _same(one: PullRequest, pull: Pull) -> bool:
    """Whether a listed pull request is the one that is judged."""
    return one.number == pull.number if pull.number else (one.head, one.fork) == (pull.head, pull.fork)


def _mine(scene: Scene, pull: Pull) -> Open:
    flow, remote = scene.view.flow, scene.view.refs.upstream
    kind = None if pull.fork else flow.kind_of(pull.head)
    label = PullLabel(number=pull.number, title="", author=pull.author, head=pull.head, fork=pull.fork)
    return Open(
        name=called(pull),
        ref=f"refs/pull/{pull.number}/head" if pull.fork else f"{remote}/{pull.head}",
        tip=pull.head_sha,
        kind=kind.id if kind is not None else "",
        author=pull.author,
        when=0,
        pull=label if pull.fork else None,
    )


def _branches(scene: Scene, pull: Pull, remote: str) -> tuple[Open, ...]:
    """The branches here that land on the base, by the policy."""
    wanted = RadarSelection(remote=remote, most=MOST_PULLS)
    try:
        found = aims(scene.git, scene.view.flow, wanted, int(time.time()))
    except GitError:
        return ()  # there is no line to land on
    every = (one for aim in found.aims if aim.target.name == pull.about for one in aim.branches)
    return tuple(one for one in every if pull.fork or one.name != pull.head)
