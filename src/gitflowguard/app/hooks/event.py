"""`check --event`: a push that has happened -> a Report. Was what the branch received legal?

The policy is the one that the branch had before the push: whoever pushed couldn't write there. What was pushed is
judged as a push of it is, commit by commit, with every new content.
"""

from __future__ import annotations

import os

from gitflowguard.app.artefacts import facts as artefacts
from gitflowguard.app.artefacts.build import Where
from gitflowguard.app.hooks.check import Checked
from gitflowguard.app.policy.load import policy_in
from gitflowguard.app.policy.opening import flow_at, flow_of
from gitflowguard.app.records import arriving
from gitflowguard.engine import evaluate, is_blind
from gitflowguard.model.event import Event, Update
from gitflowguard.model.facts import Merge, RefUpdate, View
from gitflowguard.model.history import lines, tips_of, trunks
from gitflowguard.model.moment import AT_PUSH, PRE_PUSH, moment_of
from gitflowguard.model.names import HEADS, short
from gitflowguard.model.ownrule import is_own
from gitflowguard.repo import gather, pulls, pushes
from gitflowguard.repo.git import Git, GitError
from gitflowguard.repo.read import of_team, read_refs
from gitflowguard.repo.standing import PullStanding
from gitflowguard.repo.state import find_place, read_state
from gitflowguard.repo.versions import require
from gitflowguard.rules import registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitflowguard.hook.payload import Pushed
    from gitflowguard.model.facts import Fact, Refs
    from gitflowguard.model.flow import Flow
    from gitflowguard.model.rule import Rule
    from gitflowguard.repo.git import Place


def judge(asked: Pushed, silenced: Mapping[str, str], git: Git | None = None) -> Checked:
    """Judges what a branch received. Raises GitError and PolicyError."""
    git = git or Git()
    require(git.version())
    place = find_place(git)
    refs = read_refs(git, place=place)
    _judgeable(git, asked)
    source = policy_in(git, asked.before, asked.branch)
    flow = flow_at(place, refs, source)
    notes: tuple[str, ...] = (f"{asked.branch} went from {short(asked.before)} to {short(asked.after)}",)
    if source is None:
        notes = (*notes, f"{asked.branch} had no policy before the push; the preset gitflow was assumed")
    refs = of_team(refs, flow)
    scene = _scene(git, place, flow, refs, asked)
    facts = _facts(scene, asked)
    view = scene.view
    rules = tuple(rule for rule in registry.load() if flow.active(rule.name, rule.default))
    rules = (*rules, *_own(scene, facts, asked.branch))
    standing = PullStanding(scene.git, scene.history, view, "")
    report = evaluate(rules, facts, view, silenced, notes, lambda: standing)
    merged = any(isinstance(fact, Merge) and fact.about == asked.branch for fact in facts)
    unmerged = flow.protected(asked.branch) and not merged
    if unmerged:
        report = report._replace(notes=(*report.notes, f"{asked.branch} received no merge"))
    path = source.path if source is not None else ""
    return Checked(report, path, rules, is_blind(report, rules, flow), unmerged)


def _own(scene: gather.Scene, facts: tuple[Fact, ...], branch: str) -> tuple[Rule, ...]:
    """The rules of the policy's own with their answers: as at a push, from the branch as it was before."""
    if not scene.view.flow.own:
        return ()
    from gitflowguard.app.own.ask import OwnScene, asked
    from gitflowguard.app.policy.trust import vouched

    git, place, view, at = scene.git, scene.place, scene.view, moment_of(AT_PUSH)
    flow = vouched(git, place, view.refs, view.flow, flow_of, branch)
    rules = tuple(rule for rule in registry.active(flow, at) if is_own(rule.name))
    return asked(OwnScene(git, place, view._replace(flow=flow), at), rules, facts).rules


def _judgeable(git: Git, asked: Pushed) -> None:
    """Both ends have to be there, and here. Raises GitError, whose exit code says that nothing was determined."""
    if not asked.branch:
        raise GitError(f"{asked.ref} isn't a branch, so there is no merge to judge")
    if not asked.after:
        raise GitError(f"{asked.branch} was deleted, so there is no merge to judge")
    if not asked.before:
        raise GitError(
            f"{asked.branch} was created by this push, so there is no state before it to compare with"
        )
    for what, sha in (("before", asked.before), ("after", asked.after)):
        if git.commit_of(sha) != sha:
            hint = (
                " (in the workflow: fetch-depth: 0 for actions/checkout)"
                if os.environ.get("GITHUB_ACTIONS")
                else ""
            )
            raise GitError(
                f"this clone lacks the commit {short(sha)}, {asked.branch} {what} the push; to get it: "
                f"git fetch --unshallow{hint}"
                if os.path.exists(os.path.join(find_place(git).common, "shallow"))
                else f"this clone lacks the commit {short(sha)}, {asked.branch} {what} the push{hint}"
            )


def _scene(git: Git, place: Place, flow: Flow, refs: Refs, asked: Pushed) -> gather.Scene:
    """The repository as it was when the push arrived: the branch stands at its former commit, everywhere."""
    up, branch = refs.upstream, asked.branch
    heads = {
        name: sha for name, sha in refs.heads.items() if name != branch and (up, name) not in refs.remotes
    }
    remotes = {key: sha for key, sha in refs.remotes.items() if key[1] != branch}
    remotes[up, branch] = asked.before
    seen = refs._replace(heads=heads, remotes=remotes, lookup=None).indexed()
    history = pulls.PullHistory(git, place, seen, {branch: asked.before}, "")
    history.keep_messages = True
    return gather.Scene(git, place, history, View(flow, seen, lines(flow, seen)), read_state(place))


def _facts(scene: gather.Scene, asked: Pushed) -> tuple[Fact, ...]:
    """The ref's move, what it brought, and the contents."""
    update = Update("", asked.after, HEADS + asked.branch, asked.before)
    event = Event(PRE_PUSH, updates=(update,), remote=scene.view.refs.upstream)
    found: list[Fact] = []
    for fact in pushes.push(scene, event).facts:
        if isinstance(fact, RefUpdate) and asked.forced:
            # GitHub says so (docs.github.com, "Webhook events and payloads", push), whatever the commits look like.
            fact = fact._replace(keeps=False)
        if isinstance(fact, Merge):
            # A back-merge can only follow, so its absence isn't a fault of this push.
            fact = fact._replace(missing=())
        found.append(fact)
    if artefacts.wanted(scene.view.flow) and not scene.history.shallow:
        found += _blobs(scene, asked)
    if arriving.wanted(scene.view.flow, asked.branch):
        where = Where(asked.branch, asked.before, asked.after)
        found += arriving.facts(scene.git, scene.place, scene.view, where, (asked.after,))
    return tuple(found)


def _blobs(scene: gather.Scene, asked: Pushed) -> tuple[Fact, ...]:
    """Every content that the branch didn't have, nor any other line."""
    known = (asked.before, *tips_of(scene.view.refs, trunks(scene.view, asked.branch)))
    known = tuple(sha for sha in dict.fromkeys(known) if sha != asked.after)
    where = Where(asked.branch, asked.before, asked.after)
    return artefacts.range_facts(scene.git, scene.place, scene.view.flow, where, known, os.environ).facts
