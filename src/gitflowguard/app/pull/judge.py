"""`pr check`: a pull request from its base and its head -> a Report, by the policy at its base.

Enforcement, so it fails closed: what cannot be read isn't a pass. Nothing of the head is executed; it is
read as objects of git.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gitflowguard.app.artefacts import facts as artefacts
from gitflowguard.app.artefacts.build import Where
from gitflowguard.app.policy.opening import flow_of, lock_of
from gitflowguard.app.policy.trust import vouched
from gitflowguard.app.pull.policies import is_policy, left_by, policy_of
from gitflowguard.app.pull import conflicts as meeting
from gitflowguard.app.pull.ends import judged, missing
from gitflowguard.app.records import arriving
from gitflowguard.engine import evaluate, is_blind
from gitflowguard.model.checkname import check_name, job_name
from gitflowguard.model.facts import View
from gitflowguard.model.finding import Report, Unknown
from gitflowguard.model.history import SHALLOW, lines, tips_of, trunks
from gitflowguard.model.moment import AT_PULL, RADAR, moment_of
from gitflowguard.model.names import short
from gitflowguard.model.record import Record
from gitflowguard.model.source import called, judging
from gitflowguard.repo import gather, pulls
from gitflowguard.repo.git import Git, GitError
from gitflowguard.repo.read import of_team, read_refs
from gitflowguard.repo.remotes import at_home
from gitflowguard.repo.standing import PullStanding
from gitflowguard.repo.state import find_place, read_state
from gitflowguard.repo.versions import require
from gitflowguard.repo.watched import touched
from gitflowguard.rules import registry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gitflowguard.hook.payload import EventRequest
    from gitflowguard.model.extends import PolicyLock
    from gitflowguard.model.facts import Fact, Refs
    from gitflowguard.model.flow import Flow
    from gitflowguard.model.measure import Measure
    from gitflowguard.model.proposal import OpenPulls
    from gitflowguard.model.pull import Pull
    from gitflowguard.model.rule import Rule
    from gitflowguard.radar.nouns import PullConflicts
    from gitflowguard.repo.git import Place

    # Completes a pull request with what only its forge knows: verdicts, owners, mergeability.
    Fill = Callable[[Pull, Flow], Pull]


class Judged(Record):
    """report: the verdict. policy: where it was read, "" if a preset is assumed. rules: those that could speak.

    blind: whether something that would refuse couldn't be determined. pull: what was judged, None if nothing.
    tools: (name, version, whose) of the tools that looked. check: the name of the base's check.
    measures: what the reports say of the model. lock: what the policy extends, as it is locked; None for nothing.
    conflicts: what it would meet, None where that wasn't looked for.
    """

    report: Report
    policy: str
    rules: tuple[Rule, ...]
    blind: bool
    pull: Pull | None
    tools: tuple[tuple[str, str, str], ...] = ()
    check: str = ""
    measures: tuple[Measure, ...] = ()
    lock: PolicyLock | None = None
    conflicts: PullConflicts | None = None


class PullOptions(Record):
    """What is to be looked at beside the history. reports: the directory of the model's reports, "" for none."""

    quality: bool = True
    radar: bool = True
    reports: str = ""


def judge(
    asked: EventRequest,
    silenced: Mapping[str, str],
    wanted: PullOptions = PullOptions(),
    fill: Fill | None = None,
    git: Git | None = None,
    notes: tuple[str, ...] = (),
    listed: Callable[[], OpenPulls | Unknown] | None = None,
) -> Judged:
    """Judges what an event, or a person, asks; raises GitError and PolicyError.

    listed: asks the forge which pull requests are open, once and only where that is wanted.
    """
    if asked.pull is None:
        return Judged(Report(notes=(asked.nothing,)), "", (), False, None)
    git = git or Git()
    require(git.version())
    place, pull = find_place(git), asked.pull
    refs = read_refs(git, place=place)
    _present(git, pull, refs.upstream)
    source, flow, doubts = policy_of(git, place, refs, pull)
    notes = (*notes, *doubts)
    if asked.group and flow.kind_of(pull.about) is None:
        raise GitError(
            f"{pull.about} doesn't match any branch type in the policy, so what merges into it can't be judged"
        )
    refs = at_home(git, of_team(refs, flow), flow)
    scene, pull = _scene(git, place, flow, refs, pull, asked.group)
    # The base counts as what the event says it is: one of the team's branches, at this commit.
    flow = vouched(git, place, scene.view.refs, flow, flow_of, pull.about)
    scene = scene._replace(view=scene.view._replace(flow=flow))
    if fill is not None:
        pull = fill(pull, flow)
    scene = scene._replace(view=scene.view._replace(flow=judging(flow, pull)))
    notes = (judged(pull, asked.group), *notes)
    found = (
        pulls.group(scene, pull.about, pull.base_sha, pull.head_sha)
        if asked.group
        else pulls.pull(scene, pull)
    )
    facts: tuple[Fact, ...] = found.facts
    if asked.group:
        facts = _unnamed(facts)
    notes = (*notes, *(note.says for note in found.notes))
    tools: tuple[tuple[str, str, str], ...] = ()
    if wanted.quality and flow.tools:
        checks, more, tools = _quality(scene, pull)
        facts, notes = (*facts, *checks), (*notes, *more)
    facts = (*facts, *_blobs(scene, pull))
    met = _radar(scene, pull, listed) if wanted.radar and not asked.group else None
    if met is not None:
        facts, notes = (*facts, *meeting.facts(met)), (*notes, *meeting.notes(met))
    measures, more = _gate(scene, pull, wanted.reports)
    facts, notes = (*facts, *measures, *_records(scene, pull)), (*notes, *more)
    rules = _with_own(scene, registry.active(flow, scene.at), facts)
    report = evaluate(rules, facts, scene.view, silenced, tuple(dict.fromkeys(notes)), _standing(scene, pull))
    if not report.errors:
        _named(flow, pull.about)
    policy = source.path if source is not None else ""
    return Judged(
        report=report,
        policy=policy,
        rules=rules,
        blind=is_blind(report, rules, scene.view.flow),
        pull=pull,
        tools=tools,
        check=check_name(flow, pull.about),
        measures=measures,
        lock=lock_of(source),
        conflicts=met,
    )


def _with_own(scene: gather.Scene, rules: tuple[Rule, ...], facts: tuple[Fact, ...]) -> tuple[Rule, ...]:
    """The rules with the answers of the team's own."""
    if not scene.view.flow.own:
        return rules
    from gitflowguard.app.own.ask import OwnScene, asked

    return asked(OwnScene(scene.git, scene.place, scene.view, scene.at), rules, facts).rules


def _unnamed(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """The facts of a merge group: its own name is GitHub's; only the base is to be known."""
    from gitflowguard.model.facts import Branch

    return tuple(fact for fact in facts if not isinstance(fact, Branch))


def _standing(scene: gather.Scene, pull: Pull) -> Callable[[], PullStanding]:
    """What answers whose branch the head is."""
    return lambda: PullStanding(scene.git, scene.history, scene.view, called(pull) if pull.fork else "")


def _named(flow: Flow, base: str) -> None:
    """GitHub's expressions know no letter case, so a job for a base ``Main`` is called as the one for main: its pass
    would stand for main. Raises GitError.
    """
    wanted, called = check_name(flow, base), job_name(flow, base)
    if wanted != called:
        says = (
            f"{base} differs from a branch of the policy in letter case alone, so its check would be {called}"
        )
        raise GitError(f"{says}, which stands for that branch; rename {base}")


def _present(git: Git, pull: Pull, remote: str) -> None:
    """Both commits have to be here: the ones that were named, and no others. Raises GitError."""
    sides = (("base", pull.about, pull.base_sha), ("head", pull.head, pull.head_sha))
    lost = [side for side in sides if git.commit_of(side[2]) != side[2]]
    if lost:
        ref = f"refs/pull/{pull.number}/head" if pull.number else pull.head_sha
        words = [f"the commit {short(sha)} of the {what} {name}" for what, name, sha in lost]
        raise GitError(missing(git, words, remote, ref if lost[-1][0] == "head" else ""))


def _scene(
    git: Git, place: Place, flow: Flow, refs: Refs, pull: Pull, group: bool
) -> tuple[gather.Scene, Pull]:
    """The repository as the pull request sees it: what the remote has, base and head where they are judged."""
    up = refs.upstream
    now = refs.remotes.get((up, pull.about)) or refs.heads.get(pull.about, pull.base_sha)
    heads = {name: sha for name, sha in refs.heads.items() if (up, name) not in refs.remotes}
    # A line is a line only on the team's remote; where the clone has none of that name, nothing tells which it is.
    team = {key: sha for key, sha in refs.remotes.items() if key[0] == up} or refs.remotes
    remotes = {key: sha for key, sha in team.items() if key[1] != pull.about}
    heads.pop(pull.about, None)
    remotes[up, pull.about] = pull.base_sha
    placed = {pull.about: pull.base_sha}
    if pull.fork:
        heads = {name: sha for name, sha in heads.items() if sha != pull.head_sha}  # fetched to be judged
    if not (pull.fork or group):
        heads.pop(pull.head, None)
        remotes = {key: sha for key, sha in remotes.items() if key[1] != pull.head}
        remotes[up, pull.head] = placed[pull.head] = pull.head_sha
    seen = refs._replace(heads=heads, remotes=remotes, lookup=None).indexed()
    history = pulls.PullHistory(git, place, seen, placed, called(pull) if pull.fork else "")
    view = View(flow, seen, lines(flow, seen))
    start = history.own(pull.base_sha, (pull.head_sha,)) if not history.shallow else {}
    behind: int | Unknown = SHALLOW if history.shallow else len(start)
    kind = flow.kind_of(pull.about)
    strict = kind is not None and flow.protection.guard(kind.id).up_to_date is True
    changed = touched(git, pull.base_sha, pull.head_sha, flow)
    pull = pull._replace(
        behind=behind,
        up_to_date=strict,
        moved=pull.moved or now != pull.base_sha,
        policy=changed.enforcing,
        unreadable=left_by(git, place, pull) if is_policy(changed.enforcing) else "",
        settings=changed.settings,
    )
    history.keep_messages = True
    scene = gather.Scene(
        git=git, place=place, history=history, view=view, state=read_state(place), at=moment_of(AT_PULL)
    )
    return scene, pull


def _quality(
    scene: gather.Scene, pull: Pull
) -> tuple[tuple[Fact, ...], tuple[str, ...], tuple[tuple[str, str, str], ...]]:
    """What the tools say of the changed files: configured as at the base, with nothing of the project's own code."""
    from gitflowguard.app.quality.asked import QualityRequest
    from gitflowguard.app.quality.coming import coming
    from gitflowguard.app.quality.look import look
    from gitflowguard.repo import contents

    git, flow = scene.git, scene.view.flow
    flow = flow._replace(tools=tuple(tool._replace(plugins=False) for tool in flow.tools))
    start = contents.start_of(git, pull.base_sha, pull.head_sha)
    entries = contents.between(git, start, pull.head_sha)
    if not entries:
        return (), (), ()
    arriving = coming(git, flow, pull.base_sha, pull.head_sha, entries)
    asked = QualityRequest(
        entries=(*entries, *arriving),
        branch=called(pull),
        base=start,
        head=pull.head_sha,
        commit=pull.base_sha,
        new_only=flow.quality.new_only,
        arriving=arriving,
        project=False,
    )
    looked = look(git, scene.place, flow, asked, os.environ).whole()
    return looked.checks, looked.notes, looked.tools


def _blobs(scene: gather.Scene, pull: Pull) -> tuple[Fact, ...]:
    """Every new content of the range, also one that a later commit removes: a merge keeps it for ever.

    What a long-lived branch holds already was judged on its way there. In a shallow clone the branch's own fact says
    that nothing can be determined.
    """
    if scene.history.shallow or not artefacts.wanted(scene.view.flow):
        return ()
    known = tips_of(scene.view.refs, trunks(scene.view, "" if pull.fork else pull.head))
    known = tuple(dict.fromkeys((*known, pull.base_sha)))
    # What lands there is judged by how strict the base is; a branch that is never merged may be milder.
    where = Where(pull.about, pull.base_sha, pull.head_sha)
    return artefacts.range_facts(scene.git, scene.place, scene.view.flow, where, known, os.environ).facts


def _gate(scene: gather.Scene, pull: Pull, reports: str) -> tuple[tuple[Measure, ...], tuple[str, ...]]:
    """What the reports say of the model, asked as the base's policy asks; the numbers are the head's own claim."""
    if not scene.view.flow.model:
        return (), ()
    from gitflowguard.app.gate.change import question
    from gitflowguard.app.gate.files import ReportFolder
    from gitflowguard.app.gate.gather import gather as measure
    from gitflowguard.model.demand import demand_of

    demand = demand_of(scene.view.flow)
    if demand is None:
        return (), ()
    # What DVC's lock answers for may be read from the commit itself; any other committed report may be an old one.
    locked = demand.dvc and not demand.junit
    shelf = ReportFolder(reports) if reports else ReportFolder(commit=pull.head_sha) if locked else None
    asked = question(scene.git, scene.place, scene.view.flow, pull.about, pull.base_sha, pull.head_sha, shelf)
    found = measure(scene.git, scene.view.flow, demand, asked)
    return found.measures, found.notes


def _records(scene: gather.Scene, pull: Pull) -> tuple[Fact, ...]:
    """The models that would land on the production branch, beside their records, which the head has as well."""
    if not arriving.wanted(scene.view.flow, pull.about):
        return ()
    where = Where(pull.about, pull.base_sha, pull.head_sha)
    return arriving.facts(scene.git, scene.place, scene.view, where, (pull.base_sha,))


def _radar(
    scene: gather.Scene, pull: Pull, listed: Callable[[], OpenPulls | Unknown] | None
) -> PullConflicts | None:
    """What the head would meet, where a rule wants to know."""
    if not registry.wanted(scene.view.flow, scene.at, RADAR):
        return None
    return meeting.conflicts(scene, pull, listed() if listed is not None else None)
