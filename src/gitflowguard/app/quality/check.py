"""`gitflowguard quality`: the tools on the index, a range, the whole tree or files as they lie on the disk."""

from __future__ import annotations

import os

from gitflowguard.app.policy.opening import flow_of, open_repository
from gitflowguard.app.policy.trust import vouched
from gitflowguard.app.quality.asked import QualityRequest, QualityResult
from gitflowguard.app.quality.chosen import chosen
from gitflowguard.app.quality.look import ahead, look
from gitflowguard.app.quality.narrow import blind as is_blind
from gitflowguard.app.quality.narrow import excused
from gitflowguard.engine import evaluate
from gitflowguard.model.check import FAMILIES, Tool
from gitflowguard.model.facts import View
from gitflowguard.model.finding import Report
from gitflowguard.model.moment import AT_FILES, moment_of
from gitflowguard.model.names import listed
from gitflowguard.model.nearname import did_you_mean
from gitflowguard.model.record import Record
from gitflowguard.quality.catalogue import NAMES, agreed
from gitflowguard.repo import contents
from gitflowguard.repo.fitting import seen_here
from gitflowguard.repo.git import REFS, Git, GitError
from gitflowguard.repo.state import read_state
from gitflowguard.repo.versions import require
from gitflowguard.rules import registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitflowguard.app.quality.asked import ToolProgress
    from gitflowguard.model.facts import Refs
    from gitflowguard.model.flow import Flow
    from gitflowguard.model.rule import Rule
    from gitflowguard.repo.git import Place


class QualitySelection(Record):
    """What a person asked for. At most one of everything, base with head, paths; none: what is staged.

    head: "" is HEAD. tools, families: () is all. config: the commit whose
    configuration applies, "" the range's own or the index's. new_only: None as in
    the policy. from_index: take the paths' contents from the index, as a hook framework means them.
    frozen: whether the baseline counts. project: whether the project's environment may be used.
    """

    everything: bool = False
    base: str = ""
    head: str = ""
    paths: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    families: tuple[str, ...] = FAMILIES
    config: str = ""
    new_only: bool = False
    cached: bool = True
    from_index: bool = False
    frozen: bool = True
    project: bool = True


class QualityVerdict(Record):
    """The verdict. rules: those that could speak. blind: whether a file could not be looked at."""

    report: Report
    policy: str
    rules: tuple[Rule, ...]
    tools: tuple[tuple[str, str, str], ...]
    blind: bool
    looked: QualityResult


class QualityPlace(Record):
    """Where a question is asked."""

    git: Git
    place: Place
    flow: Flow
    refs: Refs
    policy: str
    note: str = ""


def scene(git: Git | None = None, commit: str = "") -> QualityPlace:
    """The repository, with the tools of its policy, or what it has configured where the policy names none.

    commit: whose files say what is configured, "" for the index. note: a sentence about where the tools come from,
    "" where they are the policy's.
    """
    git = git or Git()
    git.ahead("version")
    git.ahead(*REFS)
    require(git.version())
    opened = open_repository(git)
    place, refs, flow, policy = opened.place, opened.refs, opened.flow, opened.policy
    note = ""
    if not flow.tools:
        commit = contents.resolved(git, commit) if commit else "" if place.top else "HEAD"
        tools, note = chosen(git, place, policy, commit)
        flow = flow._replace(tools=tools)
    flow = vouched(git, place, refs, flow, flow_of)
    return QualityPlace(
        git=git,
        place=place,
        flow=flow._replace(tools=agreed(flow.tools)),
        refs=refs,
        policy=policy,
        note=note,
    )


def quality(
    wanted: QualitySelection,
    silenced: Mapping[str, str],
    environ: Mapping[str, str] | None = None,
    git: Git | None = None,
    progress: ToolProgress | None = None,
) -> QualityVerdict:
    """Judges what is asked; raises GitError, PolicyError and UnknownTool.

    git: where something was asked ahead. progress: as in QualityRequest.
    """
    git = git or Git()
    try:
        return _quality(wanted, silenced, os.environ if environ is None else environ, git, progress)
    finally:
        git.settle()


def _quality(
    wanted: QualitySelection,
    silenced: Mapping[str, str],
    env: Mapping[str, str],
    git: Git,
    progress: ToolProgress | None,
) -> QualityVerdict:
    here = scene(git, wanted.config)
    flow = named(here.flow, wanted.tools)
    if not wanted.project:
        # Their code would come from the change that is being judged, whoever has configured them.
        flow = flow._replace(tools=tuple(tool._replace(plugins=False) for tool in flow.tools))
    here = here._replace(flow=flow)
    if not (wanted.base or wanted.config):
        ahead(git, flow, here.refs.head)
    asked = question(here, wanted)._replace(progress=progress)
    looked = look(here.git, here.place, flow, asked, env).whole() if asked.entries else QualityResult()
    notes = (here.note, *looked.notes) if here.note and not wanted.tools else looked.notes
    view = View(flow, here.refs, ())
    rules = registry.active(flow, moment_of(AT_FILES))
    report = excused(evaluate(rules, looked.checks, view, silenced, notes), silenced)
    report = seen_here(report._replace(judged=looked.looked), here.place)
    return QualityVerdict(
        report=report,
        policy=here.policy,
        rules=rules,
        tools=looked.tools,
        blind=is_blind(report, flow, rules),
        looked=looked,
    )


def named(flow: Flow, names: tuple[str, ...]) -> Flow:
    """Only the tools that were asked for by name: those of the flow, or any that is known. Raises UnknownTool."""
    if not names:
        return flow
    own = tuple(tool.name for tool in flow.tools)
    for name in names:
        if name not in own and name not in NAMES:
            words = tuple(dict.fromkeys((*own, *NAMES)))
            says = did_you_mean(name, words) or f"; there are {listed(words, 'and')}"
            raise UnknownTool(f"--tool: there is no tool {name!r}{says}")
    tools = agreed((*flow.tools, *(Tool(name) for name in names if name not in own)))
    by_name = {tool.name: tool for tool in tools}
    return flow._replace(tools=tuple(by_name[name] for name in dict.fromkeys(names)))


class UnknownTool(Exception):
    """A tool that the policy does not have; the text says which it has."""


def question(here: QualityPlace, wanted: QualitySelection) -> QualityRequest:
    """What is to be looked at."""
    git, branch = here.git, here.refs.head
    if not here.place.top and not wanted.base:
        raise GitError(
            "this isn't a work tree (a bare repository, or a git directory); name a range: --from and --to"
        )
    config = contents.resolved(git, wanted.config) if wanted.config else ""
    base, head, texts = "", "", None
    if wanted.base:
        head = contents.resolved(git, wanted.head or "HEAD")
        base = contents.start_of(git, contents.resolved(git, wanted.base), head)
        entries = contents.between(git, base, head)
    elif wanted.paths and not wanted.from_index:
        entries, texts = contents.on_disk(git, here.place, wanted.paths)
    elif wanted.paths:
        entries = contents.listed(git, wanted.paths)
    elif wanted.everything:
        entries = contents.everything(git)
    else:
        entries = contents.staged(git, read_state(here.place).heads)
    return QualityRequest(
        entries=entries,
        branch=branch,
        families=wanted.families,
        base=base,
        head=head,
        commit=config or head,
        texts=texts,
        new_only=wanted.new_only or (here.flow.quality.new_only and not (wanted.everything or wanted.paths)),
        baseline=wanted.frozen,
        project=wanted.project,
        cached=wanted.cached,
    )
