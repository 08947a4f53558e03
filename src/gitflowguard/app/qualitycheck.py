"""`gitflowguard quality`: the tools on the index, a range, the whole tree or files as they lie on the disk."""

from __future__ import annotations

import os

from gitflowguard.app.check import load_flow
from gitflowguard.app.hookquality import excused, narrowed
from gitflowguard.app.hookquality import blind as is_blind
from gitflowguard.app.quality import Asked, Looked, ahead, look
from gitflowguard.engine import evaluate
from gitflowguard.model.check import FAMILIES
from gitflowguard.model.facts import View
from gitflowguard.model.finding import Report
from gitflowguard.model.record import Record
from gitflowguard.quality.catalogue import USUAL
from gitflowguard.repo import contents
from gitflowguard.repo.git import REFS, Git, GitError
from gitflowguard.repo.read import homed, read_refs
from gitflowguard.repo.state import find_place, read_state
from gitflowguard.repo.versions import require
from gitflowguard.rules import registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitflowguard.model.facts import Refs
    from gitflowguard.model.flow import Flow
    from gitflowguard.model.rule import Rule
    from gitflowguard.repo.git import Place


class Wanted(Record):
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


class Done(Record):
    """The verdict. rules: those that could speak. blind: whether a file could not be looked at."""

    report: Report
    policy: str
    rules: tuple[Rule, ...]
    tools: tuple[tuple[str, str, str], ...]
    blind: bool
    looked: Looked


class Scene(Record):
    """Where a question is asked."""

    git: Git
    place: Place
    flow: Flow
    refs: Refs
    policy: str


def scene(git: Git | None = None) -> Scene:
    """The repository, with the tools of its policy, or the usual three where it names none."""
    git = git or Git()
    git.ahead("version")
    git.ahead(*REFS)
    require(git.version())
    place = find_place(git)
    refs = read_refs(git)
    flow, policy = load_flow(git, place, refs)
    refs = homed(refs._replace(upstream=flow.remote), flow.remote)
    if not flow.tools:
        flow = flow._replace(tools=USUAL)
    return Scene(git, place, flow, refs, policy)


def quality(
    wanted: Wanted,
    silenced: Mapping[str, str],
    environ: Mapping[str, str] | None = None,
    git: Git | None = None,
) -> Done:
    """Judges what is asked; raises GitError and PolicyError. git: where something was asked ahead."""
    git = git or Git()
    try:
        return _quality(wanted, silenced, os.environ if environ is None else environ, git)
    finally:
        git.settle()


def _quality(wanted: Wanted, silenced: Mapping[str, str], env: Mapping[str, str], git: Git) -> Done:
    here = scene(git)
    flow = _named(here.flow, wanted.tools)
    if not wanted.project:
        # Their code would come from the change that is being judged, whoever has configured them.
        flow = flow._replace(tools=tuple(tool._replace(plugins=False) for tool in flow.tools))
    here = here._replace(flow=flow)
    if not (wanted.base or wanted.config):
        ahead(git, here.place, flow, here.refs.head, env)
    asked, base = question(here, wanted)
    looked = look(here.git, here.place, flow, asked, env) if asked.entries else Looked()
    view = View(flow, here.refs, ())
    rules = tuple(rule for rule in registry.load(("quality",)) if flow.active(rule.name, rule.default))
    report = excused(evaluate(rules, looked.checks, view, silenced, looked.notes), silenced)
    report = report._replace(judged=looked.looked)
    return Done(report, here.policy, rules, looked.tools, is_blind(report, flow), looked)


def _named(flow: Flow, names: tuple[str, ...]) -> Flow:
    """Only the tools that were asked for by name."""
    if not names:
        return flow
    known = {tool.name: tool for tool in (*USUAL, *flow.tools)}
    for name in names:
        if name not in known:
            words = ", ".join(known)
            raise UnknownTool(f"--tool: the policy has no tool {name!r}; there are {words}")
    return flow._replace(tools=tuple(known[name] for name in dict.fromkeys(names)))


class UnknownTool(Exception):
    """A tool that the policy does not have; the text says which it has."""


def question(here: Scene, wanted: Wanted) -> tuple[Asked, str]:
    """What is to be looked at, and the commit that a range starts from ("" for none)."""
    git, branch = here.git, here.refs.head
    if not here.place.top and not wanted.base:
        raise GitError(
            "this is no work tree (a bare repository, or a git directory); name a range: --from and --to"
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

    def everything() -> tuple[contents.Entry, ...]:
        return contents.tree(git, head) if head else contents.everything(git)

    asked = Asked(
        entries,
        branch,
        everything,
        wanted.families,
        config or head,
        texts,
        project=wanted.project,
        cached=wanted.cached,
    )
    lines = wanted.new_only or (here.flow.quality.new_only and not (wanted.everything or wanted.paths))
    asked = narrowed(git, here.flow, asked, base, head, lines)
    return (asked if wanted.frozen else asked._replace(frozen=None)), base
