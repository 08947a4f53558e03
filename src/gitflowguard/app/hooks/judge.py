"""One hook: what is about to happen -> a Report. The light path of every commit and push."""

from __future__ import annotations

from gitflowguard.app.policy.file import find, two_at
from gitflowguard.app.policy.cache import understood
from gitflowguard.app.policy.load import assumed, at_target, here, keep_lines, line_of, lines_of, on_remote
from gitflowguard.engine import blocking_gaps, evaluate
from gitflowguard.hook.speech import (
    FALLBACK,
    NO_TOOLS,
    REPAIRED,
    TWO_POLICIES,
    RunNote,
    spoken,
)
from gitflowguard.model import lineage
from gitflowguard.model.event import Event
from gitflowguard.model.facts import Branch, Refs, View
from gitflowguard.model.finding import Report
from gitflowguard.model.flow import remembering
from gitflowguard.model.history import lines
from gitflowguard.model.moment import (
    AT_COMMIT,
    AT_CREATION,
    AT_MERGE,
    AT_MESSAGE,
    AT_MOVE,
    AT_PREPARE,
    AT_PUSH,
    AT_REBASE,
    CONTENTS,
    MESSAGE,
    PRE_PUSH,
    RADAR,
    REMOTE,
    SHARED,
    TOOLS,
    moment_at,
    moment_of,
)
from gitflowguard.model.record import Record
from gitflowguard.policy.errors import PolicyError
from gitflowguard.repo import deadline, gather
from gitflowguard.repo.git import Git
from gitflowguard.repo.read import GitHistory, homed, read_refs
from gitflowguard.repo.state import current_state, find_place, replays
from gitflowguard.rules import registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from gitflowguard.app.policy.file import Source
    from gitflowguard.app.quality.asked import QualityResult
    from gitflowguard.model.facts import Fact
    from gitflowguard.model.flow import Flow
    from gitflowguard.model.moment import Moment
    from gitflowguard.model.rule import Rule
    from gitflowguard.model.standing import Standing
    from gitflowguard.repo.git import Place
    from gitflowguard.tooling.disk import Noted

    Compiled = Mapping[bytes, Flow | PolicyError]

# A remote whose lines have no policy, of which there is nothing to say.
NONE = (None, "")
# What a clone calls the repository that it was made of (git-clone(1), -o).
TEAM = "origin"
# Up to here a git process for a question and a ref is cheaper than reading the graph of all branches.
FEW = 20


class OpenedHook(Record):
    """What every judgement begins with; two hooks that are judged by one process share it.

    policy: where it was read from, "" if assumed. messages: whether a message rule is on.
    notes: about the policy. history: of the branches, as far as it was asked. text: the policy's, b"" if assumed.
    """

    place: Place
    refs: Refs
    flow: Flow
    policy: str
    messages: bool
    notes: tuple[RunNote, ...]
    history: GitHistory
    text: bytes = b""


class HookResult(Record):
    """What a hook found, and what the shim may rely on afterwards.

    report: the verdict. policy: where the policy was read from, "" if assumed.
    messages: whether a message rule is on for this policy. place: the repository.
    new: post-checkout only: whether the branch was created just now.
    tools: (name, version, whose) of the tools that looked. blind: whether a file
    could not be looked at, where that refuses.
    tooled: whether tools or readers of contents look at what is staged.
    clean_replay: whether the git above replays commits in its own process (repo.preamble).
    opened: for the next hook of the same commit, None where nothing was opened.
    quiet: whether no rule found anything, printed or not. branch: what was judged, if it was one branch.
    fill: whether the radar looks behind a push of it. noted: what was asked of the disk to find the tools, if that is
    all that their answers depend on beside the commit (app.quality.asked); None too where no tool looked at anything.
    """

    report: Report
    policy: str
    messages: bool
    place: Place
    refs: Refs
    new: bool = False
    tools: tuple[tuple[str, str, str], ...] = ()
    blind: bool = False
    tooled: bool = False
    clean_replay: bool = False
    opened: OpenedHook | None = None
    quiet: bool = False
    branch: Branch | None = None
    fill: bool = False
    noted: Noted | None = None


def judge(
    event: Event,
    silenced: Mapping[str, str],
    git: Git | None = None,
    compiled: Compiled | None = None,
    opened: OpenedHook | None = None,
) -> HookResult:
    """Judges one event. Raises PolicyError, GitError, NeedsCompiling.

    opened: what the hook before it of the same commit has read.

    compiled: policy texts that were just parsed, each with its flow or with what
    is wrong with it. NeedsCompiling is never raised for one of them, so they
    serve where the cache cannot be written, and asking again comes to an end.
    """
    git = git or Git()
    try:
        return _judge(event, silenced, git, compiled or {}, opened)
    finally:
        git.settle()


def _judge(
    event: Event, silenced: Mapping[str, str], git: Git, compiled: Compiled, known: OpenedHook | None
) -> HookResult:
    at = moment_at(event.stage)
    place = known.place if known is not None else find_place(git)
    if at.name == AT_PREPARE and _replayed(place):
        return _silent(place, clean_replay=True)
    if SHARED in at.offers:
        from gitflowguard.repo.remotes import named

        event = named(git, event)
    opened = known or _open(event, git, place, compiled)
    if opened is None:
        return _silent(place)
    refs, flow, policy, notes, messages = (
        opened.refs,
        opened.flow,
        opened.policy,
        opened.notes,
        opened.messages,
    )
    if (at.only and not messages) or _leaves(event, git, flow):
        return HookResult(Report(), policy, messages, place, refs, opened=opened)
    history = opened.history
    if len(event.updates) > FEW:
        flow = remembering(flow)
    asks = bool(flow.tools) and TOOLS in at.offers and event.stage in flow.quality.stages
    if asks or registry.own_speaks(flow, at):
        flow = _vouched(git, place, refs, flow, compiled)
    view = View(flow, refs, lines(flow, refs))
    history.keep_messages = at.walk
    scene = gather.Scene(
        git=git, place=place, history=history, view=view, state=current_state(git, place), at=at
    )
    if asks and at.staged and refs.head in refs.heads:
        _ahead(scene)
    if at.only == MESSAGE and flow.message.fix and event.args:
        from gitflowguard.repo.rewording import repair

        was, now = repair(git, event.args[0], flow.message.fix)
        notes = (*notes, RunNote(REPAIRED, f'the subject is now "{now}"')) if now != was else notes
    found = _gather(at)(scene, event)
    branches = tuple(fact for fact in found.facts if isinstance(fact, Branch))
    found = found._replace(notes=(*notes, *found.notes))
    report, looked, blind, quiet = _weigh(scene, event, silenced, found, asks)
    return HookResult(
        report=report,
        policy=policy,
        messages=messages,
        place=place,
        refs=refs,
        new=at.new,
        tools=looked.tools if looked is not None else (),
        blind=blind,
        tooled=asks or bool(flow.own) or registry.wanted(flow, at, CONTENTS),
        opened=opened,
        quiet=quiet,
        branch=branches[0] if len(branches) == 1 else None,
        fill=RADAR in at.offers and _fills(scene, event),
        noted=looked.noted if looked is not None and looked.looked else None,
    )


def _open(event: Event, git: Git, place: Place, compiled: Compiled) -> OpenedHook | None:
    """The branches and the policy; None where a new branch is asked for and there is none."""
    at = moment_at(event.stage)
    refs = read_refs(git, place=place)
    if at.new and not GitHistory(git, place, refs).fresh(refs.head):
        return None
    source, notes = _source(event, git, place, refs, compiled)
    if source is not None and source.other:
        notes = (*notes, RunNote(TWO_POLICIES, two_at(line_of(source))))
    flow = _flow(place, refs, source, compiled)
    refs = _homed(git, refs, flow, event.remote if SHARED in at.offers else "")
    messages = registry.wanted(flow, moment_of(AT_MESSAGE), MESSAGE) or bool(flow.message.fix)
    policy = source.path if source is not None else ""
    return OpenedHook(
        place=place,
        refs=refs,
        flow=flow,
        policy=policy,
        messages=messages,
        notes=notes,
        history=_history(event, git, place, refs),
        text=source.data if source is not None else b"",
    )


def _replayed(place: Place) -> bool:
    """Whether a rebase makes this commit in its own process, which it does where the pick met no conflict."""
    if not replays(place):
        return False
    from gitflowguard.repo.caller import git_above

    above = git_above()
    return above is not None and "rebase" in above.args and "commit" not in above.args


def _silent(place: Place, clean_replay: bool = False) -> HookResult:
    """The result where there is nothing to judge; a policy isn't even looked for."""
    return HookResult(
        report=Report(),
        policy="",
        messages=False,
        place=place,
        refs=Refs({}, {}, {}, "", ""),
        clean_replay=clean_replay,
    )


def pushed_flow(git: Git, place: Place, remote: str) -> View:
    """The branches, and the policy that a push to the remote is judged by. Raises as `judge` does."""
    event = Event(PRE_PUSH, (remote,), remote=remote)
    refs = read_refs(git, place=place)
    source, _ = _source(event, git, place, refs, {})
    flow = _vouched(git, place, refs, _flow(place, refs, source, {}), {})
    return View(flow, _homed(git, refs, flow, remote))


def _homed(git: Git, refs: Refs, flow: Flow, pushed: str) -> Refs:
    """The refs as the team names them, without strangers' lines. pushed: the remote of a push, "" for none."""
    refs = refs._replace(upstream=pushed or flow.remote)
    refs = homed(homed(refs, flow.remote), refs.upstream)
    if len({remote for remote, _ in refs.remotes}) > 1:
        from gitflowguard.repo.remotes import at_home

        refs = at_home(git, refs, flow, pushed)
    return refs


def _weigh(
    scene: gather.Scene, event: Event, silenced: Mapping[str, str], found: gather.Gathered, asks: bool
) -> tuple[Report, QualityResult | None, bool, bool]:
    """(report, what the tools said, whether a file that blocks could not be looked at, whether nothing was found).

    asks: whether tools run at this stage.
    """
    flow, facts, notes = scene.view.flow, found.facts, found.notes
    looked = None
    # Tools and the radar have limits of their own.
    timed = deadline.stop()
    if asks:
        from gitflowguard.app.hooks import quality as hookquality

        rules_for(scene.at, flow, facts)  # their modules, while git is at work
        looked = hookquality.inspect(scene, event)
        facts = (*facts, *looked.checks)
        notes = (*notes, *(RunNote(NO_TOOLS, text) for text in looked.notes))
    if registry.wanted(flow, scene.at, CONTENTS):
        from gitflowguard.app.artefacts import moment

        facts = (*facts, *moment.gathered(scene, event))
    if RADAR in scene.at.offers:
        from gitflowguard.app.hooks.radar import foreseen

        facts = (*facts, *foreseen(scene, event))
    rules = rules_for(scene.at, flow, facts)
    if registry.own_speaks(flow, scene.at):
        from gitflowguard.app.own.ask import OwnScene, asked

        own = asked(OwnScene(scene.git, scene.place, scene.view, scene.at), rules, facts, advice=True)
        rules, notes = own.rules, (*notes, *(RunNote(NO_TOOLS, text) for text in own.notes))
    if timed:
        deadline.start()
    report = evaluate(rules, facts, scene.view, silenced, standing=lambda: _standing(scene))
    quiet = report == Report(judged=report.judged, ran=report.ran) and not notes
    blind = False
    if report.skipped and any(one.proof for one in report.skipped):
        from gitflowguard.app.quality.narrow import blind as blinded
        from gitflowguard.app.quality.narrow import excused

        report = excused(report, silenced)
        blind = blinded(report, flow, rules)
    report = _fitted(scene, event, report)
    return (
        spoken(event.stage, report, notes, frozenset(one.name for one in blocking_gaps(report, rules, flow))),
        looked,
        blind,
        quiet,
    )


def _fills(scene: gather.Scene, event: Event) -> bool:
    """Whether the radar looks behind a push like this one."""
    from gitflowguard.app.hooks.radar import looks_behind

    return looks_behind(scene, event)


def _fitted(scene: gather.Scene, event: Event, report: Report) -> Report:
    """The report with commands for the work tree as it is; costs nothing where no command is printed."""
    if not any(one.finding.mend for one in report.violations) and not any(
        one.unknown.mend for one in report.skipped
    ):
        return report
    from gitflowguard.repo.fitting import fit

    moved = tuple(one.new for one in event.updates if one.new) if scene.at.name == AT_MOVE else ()
    return fit(report, scene.place, scene.view.refs, moved)


def _vouched(git: Git, place: Place, refs: Refs, flow: Flow, compiled: Compiled) -> Flow:
    """The flow, with what of it may run; a policy that names no program costs nothing."""
    from gitflowguard.quality.foreign import asks

    if not asks(flow):
        return flow
    from gitflowguard.app.policy.trust import vouched

    return vouched(git, place, refs, flow, lambda place, source: understood(place, source, compiled))


def _standing(scene: gather.Scene) -> Standing:
    """What answers whose branch it is; loaded with the first finding."""
    from gitflowguard.repo.standing import GitStanding

    return GitStanding(scene.git, scene.history, scene.view, SHARED not in scene.at.offers)


def _leaves(event: Event, git: Git, flow: Flow) -> bool:
    """Whether it is a push to another's repository, which has rules of its own."""
    if SHARED not in moment_at(event.stage).offers or event.remote == flow.remote:
        return False
    from gitflowguard.repo.standing import elsewhere

    return elsewhere(git, flow.remote, event.args[1] if len(event.args) > 1 else event.remote)


def _ahead(scene: gather.Scene) -> None:
    """Lets git begin with what will be asked of it before a commit, while the modules for the answers are loaded."""
    from gitflowguard.repo import contents

    refs = scene.view.refs
    contents.staged_ahead(scene.git)
    asked = lineage.walk(scene.view, refs.head, refs.heads[refs.head])
    if asked is not None:
        scene.history.ahead(*asked)
    from gitflowguard.app.hooks import quality as hookquality

    hookquality.ahead(scene.git, scene.view.flow, refs.head)


def _history(event: Event, git: Git, place: Place, refs: Refs) -> GitHistory:
    """A few refs are asked of git one by one; many are answered from one reading of all branches."""
    if len(event.updates) <= FEW:
        return GitHistory(git, place, refs)
    from gitflowguard.repo.graph import AllGit, GraphHistory

    return GraphHistory(AllGit(git.cwd), place, refs)


def _flow(place: Place, refs: Refs, source: Source | None, compiled: Compiled) -> Flow:
    if source is None:
        return assumed(refs)
    flow = understood(place, source, compiled)
    keep_lines(place, refs, source, flow)
    return flow


def _source(
    event: Event, git: Git, place: Place, refs: Refs, compiled: Compiled
) -> tuple[Source | None, tuple[RunNote, ...]]:
    """The policy, and why it is not the usual one.

    A push is judged by the policy that the remote's lines hold: its author cannot write there. Where that one can't
    be read, the one before it on that line counts, else the preset; never the work tree's, which the author has
    written. Raises NotHere where a partial clone lacks it.
    """
    if moment_at(event.stage).policy != REMOTE:
        return here(git, place, refs), ()
    source, note = _shared(event, git, place, refs, compiled)
    if source is None and not note:
        return here(git, place, refs), ()
    return source, (RunNote(FALLBACK, note),) if note else ()


def _shared(
    event: Event, git: Git, place: Place, refs: Refs, compiled: Compiled
) -> tuple[Source | None, str]:
    """(the policy on the lines of the remote that is pushed to, else on those of the team's; what is odd about it).

    A push by address, or to a remote that was never fetched, has no lines here. What the work tree calls the team's
    remote comes late: its author may have written it. Last comes the line that is pushed to, as the remote has it.
    """

    def read(source: Source) -> Flow:
        return understood(place, source, compiled)

    own = _own_policy(place, compiled)
    names = lines_of(own) if own is not None else ()
    found = on_remote(git, place, refs, event.remote, names, read)
    last = tuple(dict.fromkeys((TEAM, own.remote if own is not None else TEAM)))
    searched = dict.fromkeys((event.remote,))
    if found == NONE and event.remote not in last:
        from gitflowguard.repo.remotes import leading_to

        alike = leading_to(git, event.args[1] if len(event.args) > 1 else event.remote)
        there = dict.fromkeys((*alike, *last))
        tried = (on_remote(git, place, refs, remote, names, read) for remote in there)
        found = next((one for one in tried if one != NONE), NONE)
        searched |= there
    return found if found != NONE else (at_target(git, place, refs, event.updates, names, searched), "")


def _own_policy(place: Place, compiled: Compiled) -> Flow | None:
    """The work tree's policy, which knows what the lines are called; None where it cannot tell."""
    try:
        source = find(place.top) if place.top else None
        return understood(place, source, compiled) if source is not None else None
    except PolicyError:
        return None


def rules_for(at: Moment, flow: Flow, facts: Iterable[Fact]) -> tuple[Rule, ...]:
    """The rules that can speak at a moment of the facts at hand; others are not even imported."""
    return registry.active(flow, at, {registry.FACTS[type(fact).__name__] for fact in facts})


def _gather(at: Moment) -> Callable[[gather.Scene, Event], gather.Gathered]:
    """The gatherer of a moment; those of a push are loaded only for one."""
    if at.name in (AT_PUSH, AT_MOVE):
        from gitflowguard.repo import pushes

        return pushes.push if at.name == AT_PUSH else pushes.transaction
    return _GATHERERS[at.name]


_GATHERERS = {
    AT_COMMIT: gather.commit,
    AT_PREPARE: gather.commit,
    AT_MERGE: gather.merge,
    AT_MESSAGE: gather.message,
    AT_REBASE: gather.rebase,
    AT_CREATION: gather.created,
}
