"""`model check`: the reports at hand, judged by the policy at the base -> a Report.

The base is the branch that the work goes to; on a long-lived branch it is the commit before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitflowguard.app.gate.change import question
from gitflowguard.app.gate.files import ReportFolder
from gitflowguard.app.gate.gather import gather
from gitflowguard.app.policy.load import here, policy_in
from gitflowguard.app.policy.opening import flow_at
from gitflowguard.engine import blocking_gaps, evaluate
from gitflowguard.model.demand import ModelDemand, demand_of
from gitflowguard.model.facts import View
from gitflowguard.model.finding import Report
from gitflowguard.model.measure import Measure
from gitflowguard.model.moment import AT_MODEL, moment_of
from gitflowguard.model.names import HEADS, short
from gitflowguard.model.record import Record
from gitflowguard.repo.git import Git, GitError
from gitflowguard.repo.read import of_team, read_refs
from gitflowguard.repo.state import find_place
from gitflowguard.repo.unfiltered import unfiltered
from gitflowguard.repo.versions import require
from gitflowguard.rules import registry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gitflowguard.model.facts import Refs
    from gitflowguard.model.flow import Flow
    from gitflowguard.model.rule import Rule
    from gitflowguard.repo.git import Place

    # Makes the reports before they are read, and returns the directory that they are in.
    Prepare = Callable[[ModelDemand, str], str]


class GateSelection(Record):
    """What a person asked for. base: a revision, "" for the branch that the work goes to.

    reports: the directory that the reports are in, "" for the work tree. metrics, junit, predictions: files in
    place of the policy's, "" for those. server: MLflow's store in place of the policy's. repeat: how many runs there
    are, 0 for the policy's number.
    """

    base: str = ""
    reports: str = ""
    metrics: tuple[str, ...] = ()
    junit: str = ""
    predictions: str = ""
    server: str = ""
    repeat: int = 0


class GateVerdict(Record):
    """report: the verdict. measures: what was measured. blind: whether something that would block can't be determined.

    policy: where it was read. rules: those that could speak. about: the branch that the model goes to. base: the
    commit that it was compared with, "" for none.
    """

    report: Report
    measures: tuple[Measure, ...]
    blind: bool
    policy: str
    rules: tuple[Rule, ...]
    about: str
    base: str


def check_model(
    asked: GateSelection, silenced: Mapping[str, str], prepare: Prepare | None = None, git: Git | None = None
) -> GateVerdict:
    """Judges the reports of a work tree's HEAD. Raises GitError and PolicyError."""
    git = git or Git()
    require(git.version())
    place, refs = find_place(git), read_refs(git)
    head = git.commit_of("HEAD")
    if not head:
        raise GitError("there isn't a commit yet, so there is no model to judge")
    flow, _ = _policy(git, place, refs, "")
    refs = of_team(refs, flow)
    about, base = _aim(git, flow, refs, asked.base)
    flow, policy = _policy(git, place, refs, base)
    notes: tuple[str, ...] = ()
    demand = demand_of(flow)
    if demand is None and base:
        flow, policy = _policy(git, place, refs, "")
        demand = demand_of(flow)
        if demand is not None:
            notes = (f"the policy at the base {about} has no section model; the work tree's was used",)
    if demand is None:
        note = "the policy asks nothing of a model; the section model in the policy file does"
        return GateVerdict(
            report=Report(notes=(note,)),
            measures=(),
            blind=False,
            policy=policy,
            rules=(),
            about=about,
            base=base,
        )
    demand = _instead(demand, asked)
    root = prepare(demand, place.top) if prepare is not None else asked.reports or place.top
    found = gather(
        git,
        flow,
        demand,
        question(git, place, flow, about, base, head, ReportFolder(root))._replace(server=asked.server),
    )
    if git.staged() or git.call(*unfiltered(git), "diff-files", "--quiet", codes=(0, 1)).code:
        notes = (
            *notes,
            f"uncommitted changes are not part of what is judged: the commit is {short(head)}",
        )
    rules = registry.active(flow, moment_of(AT_MODEL))
    report = evaluate(rules, found.measures, View(flow, refs), silenced, (*notes, *found.notes))
    blind = bool(blocking_gaps(report, rules, flow))
    return GateVerdict(
        report=report,
        measures=found.measures,
        blind=blind,
        policy=policy,
        rules=rules,
        about=about,
        base=base,
    )


def _policy(git: Git, place: Place, refs: Refs, commit: str) -> tuple[Flow, str]:
    """The policy at a commit, of the work tree where there is none; (flow, where it was read)."""
    source = policy_in(git, commit) if commit else here(git, place, refs)
    if source is None and commit:
        source = here(git, place, refs)
    return flow_at(place, refs, source), source.path if source is not None else ""


def _instead(demand: ModelDemand, asked: GateSelection) -> ModelDemand:
    """The demand with what the caller names in place of the policy's paths; its bounds stay."""
    return demand._replace(
        metrics=asked.metrics or demand.metrics,
        junit=asked.junit or demand.junit,
        predictions=asked.predictions or demand.predictions,
        repeat=asked.repeat or demand.repeat,
    )


def _aim(git: Git, flow: Flow, refs: Refs, base: str) -> tuple[str, str]:
    """(branch that the model goes to, commit of the base, "" for none). Raises GitError."""
    if base:
        sha = git.commit_of(base)
        if not sha:
            raise GitError(
                f"there isn't a commit {base!r} here; a branch of the remote needs `git fetch` first"
            )
        name = base.removeprefix(HEADS).removeprefix(f"{refs.upstream}/")
        return name, sha
    branch = refs.head
    kind = flow.kind_of(branch) if branch else None
    if kind is not None and kind.protected:
        return branch, git.commit_of("HEAD^1")
    targets = [flow.only(name) for name in kind.targets] if kind is not None else []
    for name in (*targets, flow.integration):
        tips = refs.remotes.get((refs.upstream, name)) or refs.heads.get(name) if name else None
        if tips:
            return name, tips
    return flow.integration, ""
