"""`check`: what the hooks would say now, of the branch, the index and the next push."""

from __future__ import annotations

import time

from gitflowguard.app.artefacts import facts as artefacts
from gitflowguard.app.policy.file import two_at
from gitflowguard.app.policy.load import line_of
from gitflowguard.app.policy.nearfile import absent
from gitflowguard.app.policy.opening import flow_of, open_repository
from gitflowguard.app.policy.trust import vouched
from gitflowguard.engine import evaluate, is_blind
from gitflowguard.hook.speech import BARE, RunNote
from gitflowguard.model import lineage
from gitflowguard.model.event import Event, Update
from gitflowguard.model.facts import Branch, Commit, View
from gitflowguard.model.finding import Report
from gitflowguard.model.flow import remembering
from gitflowguard.model.moment import (
    AT_CHECK,
    AT_SURVEY,
    PRE_COMMIT,
    PRE_PUSH,
    moment_of,
)
from gitflowguard.model.names import HEADS
from gitflowguard.model.record import Record
from gitflowguard.process import ProcessError
from gitflowguard.repo import gather, pushes
from gitflowguard.repo.fitting import fit
from gitflowguard.repo.git import Git, GitError
from gitflowguard.repo.graph import AllGit, GraphHistory
from gitflowguard.repo.read import GitHistory
from gitflowguard.repo.remotes import at_home
from gitflowguard.repo.standing import GitStanding
from gitflowguard.repo.state import current_state
from gitflowguard.repo.versions import require
from gitflowguard.rules import registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitflowguard.model.facts import Fact
    from gitflowguard.model.flow import Flow
    from gitflowguard.model.rule import Rule


class Checked(Record):
    """report: the verdict. policy: its file, "" if a preset is assumed.

    rules: those that could speak. blind: whether a rule that would refuse could
    not be determined. unmerged: of a push event (app.hooks.event), whether the branch received no merge at all.
    """

    report: Report
    policy: str
    rules: tuple[Rule, ...]
    blind: bool
    unmerged: bool = False


def check(
    silenced: Mapping[str, str], everything: bool = False, now: float | None = None, folder: str = ""
) -> Checked:
    """Judges the present state; everything: each local branch too, with the rules of good housekeeping.

    now: seconds since the epoch, for the age of branches. folder: in the repository, "" for the current one.
    Raises PolicyError and GitError.
    """
    git = AllGit(folder) if everything else Git(folder)
    require(git.version())
    place, refs, flow, source = opened = open_repository(git)
    refs = at_home(git, refs, flow)
    # Of many branches each question is asked: they are answered from one reading of the graph.
    flow = remembering(flow) if everything else flow
    history = GraphHistory(git, place, refs) if isinstance(git, AllGit) else GitHistory(git, place, refs)
    view = View(flow, refs, lineage.lines(flow, refs))
    at = moment_of(AT_SURVEY if everything else AT_CHECK)
    scene = gather.Scene(
        git=git, place=place, history=history, view=view, state=current_state(git, place), at=at
    )
    facts, notes = _facts(scene)
    if artefacts.wanted(flow):
        facts += _blobs(scene)
    far: frozenset[str] = frozenset()
    if source is not None and source.other:
        notes.append(two_at(line_of(source)))
    if source is None:
        notes.append(f"{absent(place.top)[0]}; the preset {flow.preset} is assumed")
    if everything:
        facts, far = _everywhere(scene, facts, time.time() if now is None else now)
    rules = registry.active(flow, at)
    if flow.own:
        flow, rules = _with_own(scene, rules, facts)
    said = tuple(dict.fromkeys(notes))
    report = evaluate(rules, facts, view, silenced, said, lambda: GitStanding(git, scene.history, view))
    if far:
        report = report._replace(skipped=tuple(gap for gap in report.skipped if gap.ref not in far))
    report = fit(report, place, refs)
    return Checked(report, opened.policy, rules, is_blind(report, rules, flow))


def _with_own(
    scene: gather.Scene, rules: tuple[Rule, ...], facts: list[Fact]
) -> tuple[Flow, tuple[Rule, ...]]:
    """The policy with who answers for its programs, and the rules with the answers of the team's own."""
    from gitflowguard.app.own.ask import OwnScene, asked

    git, place, view = scene.git, scene.place, scene.view
    flow = vouched(git, place, view.refs, view.flow, flow_of)
    own = asked(OwnScene(git, place, view._replace(flow=flow), scene.at), rules, facts)
    return flow, own.rules


def _facts(scene: gather.Scene) -> tuple[list[Fact], list[str]]:
    """The commit that could be made now, and the push that could follow."""
    refs = scene.view.refs
    # Nobody commits in a bare repository: it has no index (gitrepository-layout(5)), and its HEAD is what a clone
    # checks out (git-clone(1)).
    bare = gather.Gathered(
        notes=(RunNote(BARE, "this repository is bare, so there isn't a commit to check"),)
    )
    found = gather.commit(scene, Event(PRE_COMMIT, committing=False)) if scene.place.top else bare
    # A message that is not written yet isn't a gap in what can be determined now.
    facts = [fact._replace(message="") if isinstance(fact, Commit) else fact for fact in found.facts]
    push = pushes.push(scene, Event(PRE_PUSH, updates=_updates(scene), remote=refs.upstream))
    return [*facts, *push.facts], [note.says for note in (*found.notes, *push.notes)]


def _blobs(scene: gather.Scene) -> list[Fact]:
    """The new contents of both."""
    from gitflowguard.app.artefacts.moment import gathered

    staged = gathered(scene, Event(PRE_COMMIT)) if scene.place.top else ()
    remote = scene.view.refs.upstream
    return [*staged, *gathered(scene, Event(PRE_PUSH, updates=_updates(scene), remote=remote))]


def _updates(scene: gather.Scene) -> tuple[Update, ...]:
    """The current branch, and every branch that is ahead of its twin on the remote; one that is behind has no push."""
    refs, history = scene.view.refs, scene.history
    updates = []
    for name, tip in refs.heads.items():
        twin = refs.remotes.get((refs.upstream, name))
        ahead = twin is not None and twin != tip and bool(history.own(tip, (twin,)))
        if ahead or (twin is None and name == refs.head and refs.remotes):
            updates.append(Update(HEADS + name, tip, HEADS + name, twin or ""))
    return tuple(updates)


def _everywhere(scene: gather.Scene, facts: list[Fact], now: float) -> tuple[list[Fact], frozenset[str]]:
    """The facts, then those of every branch of the team; and the names of those that are on its remote only."""
    from gitflowguard.app.policy import (
        branchfacts,  # the graph of all branches, which no other check reads
    )

    flow = scene.view.flow
    seen = branchfacts.read_all(scene.git, scene.place, flow.remote)
    names = branchfacts.team(seen.refs, branchfacts.strangers(scene.git, flow.remote))
    view = View(remembering(flow), seen.refs, scene.view.trunks)
    found, far = branchfacts.facts_of(seen, view, names, now)
    return [*facts, *_with_landed(scene, found, int(now))], far


def _with_landed(scene: gather.Scene, facts: list[Fact], now: int) -> list[Fact]:
    """The branches with the targets that hold their work by other commits, as the radar and `status` say it."""
    open_ones = {one.about for one in facts if isinstance(one, Branch) and one.used is True and _is_open(one)}
    if not open_ones:
        return facts
    from gitflowguard.app.radar.landed import landed  # merges are tried, which no other check does

    try:
        there = landed(scene.git, scene.place, scene.view.flow, now)
    except (GitError, ProcessError):
        return facts  # advice only, and the radar says what is wrong
    return [
        (one._replace(landed=there.get(one.about, ())) if isinstance(one, Branch) and _is_open(one) else one)
        for one in facts
    ]


def _is_open(branch: Branch) -> bool:
    """Whether its only target lacks its commits. Where there are two, as for a release, each has to get them."""
    return isinstance(branch.merged, tuple) and len(branch.merged) == 1 and not branch.merged[0][1]
