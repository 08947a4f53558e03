"""`radar`: conflicts that have not happened yet.

Refs and policy say who is to land where (app.radar.aims); trial merges in a scratch directory say what would
conflict (app.radar.look); what is reported of it is put together here. Nothing is written to the repository but
what we keep of our own, and nothing that its configuration names is run.
"""

from __future__ import annotations

import os
import time

from gitflowguard.app.policy.load import NotHere, assumed
from gitflowguard.app.policy.opening import flow_of, load_flow
from gitflowguard.app.policy.trust import command, driver_token, vouched
from gitflowguard.app.radar.aims import RadarSelection, aims, unknown_in_order
from gitflowguard.app.radar.attributes import TargetAttributes
from gitflowguard.app.radar.context import MergeContext
from gitflowguard.app.radar.cure import cured
from gitflowguard.app.radar.kept import RadarCache, after
from gitflowguard.app.radar.known import KnownVerdicts
from gitflowguard.app.radar.look import look
from gitflowguard.app.radar.openwork import keep
from gitflowguard.app.radar.scripts import KeptScripts
from gitflowguard.app.radar.stacks import Stacks
from gitflowguard.app.radar.summary import summarize
from gitflowguard.app.radar.tally import Tally
from gitflowguard.app.radar.tips import TipCache
from gitflowguard.app.radar.verdicts import Before, BranchOnTarget, TargetVerdicts
from gitflowguard.app.radar.worktrees import uncommitted_notes
from gitflowguard.engine import evaluate
from gitflowguard.model.facts import Refs, View
from gitflowguard.model.finding import ERROR, Unknown
from gitflowguard.model.flow import remembering
from gitflowguard.model.moment import AT_RADAR, moment_of
from gitflowguard.model.names import listed, shell
from gitflowguard.model.record import Record
from gitflowguard.radar.facts import collisions
from gitflowguard.radar.nouns import STALE, UNTOLD, Radar
from gitflowguard.radar.remedy import RemedyGround
from gitflowguard.repo.branchfetch import fetch_all, some_only
from gitflowguard.repo.fetching import promisor_in
from gitflowguard.repo.git import Git, GitError
from gitflowguard.repo.mergeconfig import attribute_files, drivers, merge_rows, settings, untrusted
from gitflowguard.repo.objectreader import ObjectReader
from gitflowguard.repo.read import read_refs
from gitflowguard.repo.scratch import Scratch, objects_of
from gitflowguard.repo.state import find_place
from gitflowguard.repo.trial import Trials
from gitflowguard.repo.versions import require
from gitflowguard.rules import registry
from gitflowguard.rules.branch.unknown_branch_kind import RULE as UNKNOWN_KIND
from gitflowguard.rules.merge.squashed_merge import RULE as SQUASHED
from gitflowguard.tooling.tree import Tree, in_memory, sweep, temporary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Protocol

    from gitflowguard.app.radar.aims import Aim, Aims
    from gitflowguard.app.radar.broken import Breaker
    from gitflowguard.model.finding import Argv, Report
    from gitflowguard.model.flow import Flow
    from gitflowguard.model.proposal import OpenPulls
    from gitflowguard.model.rule import Rule
    from gitflowguard.radar.nouns import Broken, Contact, RadarTarget
    from gitflowguard.repo.git import Place
    from gitflowguard.repo.uncommitted import Uncommitted

    class SurveyProgress(Protocol):
        """Who follows the progress."""

        def tell(self, target: str, done: int, total: int, touching: int) -> None:
            """Takes a target, the comparisons done, the comparisons in all (app.radar.tally), and the pairs that will
            most likely conflict, -1 as long as that isn't known.
            """

        def end(self) -> None:
            """It is over."""


class RadarRequest(Record):
    """What is asked. order: names of branches in an order to try. texts: whether the lines between conflict
    markers are wanted. cached: whether what was found before may be used. cores: 0 for all that are free.
    seconds: how long one git may take.
    semantic: whether clean merges are looked at for broken Python; None: as the policy says. run: the words of a
    command that is tried on clean merges, `run_most` times in `run_seconds` at most.
    worktrees: whether what isn't committed yet counts.
    pulls: the open pull requests that are looked at in place of branches; None for branches. asked_by: the options that
    ask the forge for them.
    """

    wanted: RadarSelection = RadarSelection()
    order: tuple[str, ...] = ()
    texts: bool = False
    cached: bool = True
    cores: int = 0
    seconds: float = 600.0
    semantic: bool | None = None
    run: tuple[str, ...] = ()
    run_seconds: int = 300
    run_most: int = 20
    worktrees: bool = False
    pulls: OpenPulls | None = None
    asked_by: tuple[str, ...] = ()


class RadarResult(Record):
    """radar: what came of it. flow: the policy. path: its file, "" if assumed. rules: those that can speak.
    refs: of the repository. blind: whether something couldn't be determined.
    missing: objects that a partial clone lacks. place: of the repository.
    """

    radar: Radar
    flow: Flow
    path: str
    rules: tuple[Rule, ...]
    refs: Refs
    blind: bool
    missing: tuple[str, ...] = ()
    place: Place | None = None


def radar(
    question: RadarRequest, now: int, cwd: str = "", progress: SurveyProgress | None = None
) -> RadarResult:
    """Looks at all open branches. now: seconds since 1970. Raises GitError, PolicyError, WrongName."""
    git = Git(cwd)
    place = find_place(git)
    refs = read_refs(git, place=place)
    flow, path, gap = _policy(git, place, refs, question)
    flow = vouched(git, place, refs, flow, flow_of)
    room = in_memory(os.environ)
    sweep(room)
    sha256 = any(len(tip) == 64 for tip in (*refs.heads.values(), *refs.remotes.values()))
    try:
        with Tree(room) as tree:
            ground = ground_of(flow, refs, bool(path), "")
            session = RadarSession(git, place, flow, tree.root, question, ground, progress, sha256)
            lying = session.uncommitted() if question.worktrees else []
            found, unseen, targets = _asked(session, question, now, lying)
            found = found._replace(
                notes=(*found.notes, *unknown_in_order(found, question.order), *uncommitted_notes(lying))
            )
            session.ground = ground_of(flow, refs, bool(path), found.stand_in)
            with session:
                parts = [session.judge(aim) for aim in found.aims if aim.branches]
    except OSError as problem:
        raise GitError(_no_room(problem)) from None
    finally:
        if progress is not None:
            progress.end()
    whole = Radar(
        targets=(*(aim.target for aim in found.aims), *targets),
        contacts=(*(one for part in parts for one in part.contacts), *unseen),
        pairs=tuple(one for part in parts for one in part.pairs),
        twins=tuple(dict.fromkeys(one for part in parts for one in part.twins)),
        orders=tuple(one for part in parts for one in part.orders),
        broken=tuple(one for part in parts for one in part.broken),
        seen=found.seen,
        beyond=found.beyond,
        merges=sum(part.merges for part in parts),
        pairs_of=sum(part.pairs_of for part in parts),
        notes=(
            *found.notes,
            *_barred(flow),
            *_undriven(flow, session.undriven),
            *(note for part in parts for note in part.notes),
        ),
        knots=tuple(one for part in parts for one in part.knots),
        pulls=question.pulls is not None,
    )
    unclear = any(one.why is not None for one in whole.contacts) or any(one.untold for one in whole.pairs)
    if gap is not None:
        whole = whole._replace(notes=(gap.says, *whole.notes))
    blind = unclear or session.unjudged or any(one.why is not None for one in lying)
    rules = registry.active(flow, moment_of(AT_RADAR))
    return RadarResult(
        radar=whole,
        flow=flow,
        path=path,
        rules=rules,
        refs=refs,
        blind=blind,
        missing=(*session.reader.missing, *(gap.missing if gap is not None else ())),
        place=place,
    )


class _PolicyGap(Record):
    """The policy isn't in a partial clone. says: a note. missing: the objects that would show it."""

    says: str
    missing: tuple[str, ...]


def _policy(
    git: Git, place: Place, refs: Refs, question: RadarRequest
) -> tuple[Flow, str, _PolicyGap | None]:
    """The policy and its file; in a partial clone that lacks it the usual names, and what is missing."""
    try:
        return (*load_flow(git, place, refs), None)
    except NotHere as gap:
        shown = shell(_fetch_command(question)[0])
        says = (
            f"the policy on {gap.line} is not in this partial clone, so the usual names were assumed; "
            f"to fetch it: {shown}"
        )
        return assumed(refs), "", _PolicyGap(says, gap.objects(git))


def _asked(
    session: RadarSession, question: RadarRequest, now: int, lying: Iterable[Uncommitted]
) -> tuple[Aims, tuple[Contact, ...], tuple[RadarTarget, ...]]:
    """What is looked at, branches or open pull requests; then those that can't be, and their targets."""
    git, flow = session.git, session.flow
    if question.pulls is None:
        branches = aims(git, flow, question.wanted, now, lying, session.tips())
        unfetched = _unfetched(session.rows, question.wanted.remote or flow.remote)
        return branches._replace(notes=(*branches.notes, *unfetched)), (), ()
    from gitflowguard.app.radar.pulls import pull_aims

    found = pull_aims(git, flow, question.pulls, question.wanted, _fetch_command(question))
    return found.aims, found.unseen, found.targets


def _unfetched(rows: Iterable[tuple[str, str]], remote: str) -> tuple[str, ...]:
    """A note where this clone doesn't fetch every branch of the remote."""
    if not some_only([value for key, value in rows if key == f"remote.{remote}.fetch"]):
        return ()
    shown = " && ".join(map(shell, fetch_all(remote)))
    return (
        f"this clone fetches only some branches of {remote}, so others weren't looked at; to fetch them: {shown}",
    )


def _barred(flow: Flow) -> Iterator[str]:
    """The merge drivers that the policy names and nobody answers for: files of theirs are merged as text."""
    for name in flow.merge_drivers:
        if name not in flow.drivers:
            yield (
                f"the merge driver {name} did not run: this branch's policy names it, and the team's protected "
                f"branches don't. To run it, merge this policy there, or trust it in this clone: "
                f"{shell(command(driver_token(name)))}"
            )


def _undriven(flow: Flow, undriven: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """The merge drivers of conflicting files that git would run here and the policy doesn't name, each once."""
    for name, paths in undriven.items():
        if name not in flow.merge_drivers:
            own = f"merge-drivers: [{', '.join((*flow.merge_drivers, name))}]"
            shown = listed(tuple(sorted(paths)[:3]), "and")
            yield (
                f"`git merge` runs the merge driver {name} here for {shown}; the policy "
                f"doesn't name it, so the radar merged as text; to trust it, write into the policy: {own}"
            )


def _no_room(problem: OSError) -> str:
    """A full disk, above all: merges are tried in the directory for temporary files."""
    try:
        where = f" in {temporary(os.environ)}"
    except OSError:
        where = ""
    return f"no merge can be tried{where}: {problem.strerror or problem}; to use another place: set TMPDIR"


def ground_of(flow: Flow, refs: Refs, adopted: bool, stand_in: str) -> RemedyGround:
    """What remedies rest on. adopted: whether the policy is the team's own. stand_in: as in `Aims`."""
    named = flow.severity(UNKNOWN_KIND.name, UNKNOWN_KIND.default, "") == ERROR
    return RemedyGround(View(remembering(flow), refs.indexed()), adopted, stand_in, named)


def judged(seen: RadarResult) -> Report:
    """What the rules of family 7 say of it."""
    view = View(remembering(seen.flow), seen.refs)
    return evaluate(seen.rules, collisions(seen.radar), view, notes=seen.radar.notes)


class RadarSession:
    """The scratch directory and all that works in it, for every target of one run."""

    def __init__(
        self,
        git: Git,
        place: Place,
        flow: Flow,
        root: str,
        question: RadarRequest,
        ground: RemedyGround | None = None,
        progress: SurveyProgress | None = None,
        sha256: bool = False,
    ) -> None:
        self.git, self.place, self.flow, self.question = git, place, flow, question
        # Who prints no commands needs no names for them.
        self.ground = ground or RemedyGround(View(flow, Refs({}, {}, {})))
        self.stacks = Stacks(place.top or place.git_dir, place, flow, self.ground.view.refs)
        self.progress = progress
        self.undriven: dict[str, dict[str, None]] = {}
        self.tally: Tally | None = None
        self.limited = self.unjudged = False
        rows = self.rows = merge_rows(git)
        self.config = settings(rows, flow.drivers)
        self.untrusted = untrusted(rows, flow.drivers)
        shallow = _read(os.path.join(place.common, "shallow"))
        self.shallow = frozenset(shallow.decode("ascii", "replace").split())
        self.shelf = RadarCache(place, os.environ, self.config) if question.cached and not shallow else None
        self.fetch = _fetch_command(question) if promisor_in(rows) else ()
        objects = self.objects = objects_of(place, os.environ)
        if self.shelf is not None:
            objects = (*objects, self.shelf.objects)
        self.scratch = Scratch(root, objects, self.config, shallow, sha256)
        self.reader = ObjectReader(self.scratch, question.seconds)
        self.trials = Trials(self.scratch, question.cores, timeout=question.seconds)
        self.breaker = _breaker(git, place, flow, question, self.shelf)

    def tips(self) -> TipCache | None:
        """Who remembers when branches' commits were made."""
        return TipCache(self.shelf) if self.shelf is not None else None

    def __enter__(self) -> RadarSession:
        """Gits that stay for what is asked and merged in small portions."""
        self.reader.stay()
        self.trials.stay()
        return self

    def __exit__(self, *_: object) -> None:
        self.reader.end()
        self.trials.end()

    def uncommitted(self) -> list[Uncommitted]:
        """What lies in each work tree beside its commit."""
        from gitflowguard.repo.uncommitted import read_work_trees  # only where it is asked for

        return read_work_trees(self.git, self.place, self.scratch, self.objects, self.scratch.root)

    def limit(self, until: float) -> None:
        """No git works longer than until then (time.monotonic); what is not known by then counts as not checked."""
        self.limited = True
        self.reader.until = self.trials.until = until

    def judge(self, aim: Aim) -> Radar:
        """All that is to be reported of one target."""
        self.trials.touching = -1
        if self.progress is not None:
            tally = self.tally = Tally(len({one.tip for one in aim.branches}), self._follow(aim.target.name))
            self.trials.on_progress = tally.merged
        kept = self._known(aim)
        if kept.files is None:
            require(self.git.version())  # an earlier run has asked the same git
        radar, again = self._judged(aim, kept) or self._judge(aim, kept := KnownVerdicts())
        if self.shelf is not None and again != kept:
            self.shelf.save(aim.target.name, aim.target.tip, again, self.scratch, not self.limited)
        return radar

    def _known(self, aim: Aim) -> KnownVerdicts:
        """What earlier runs found of a target; where it has moved since, what that left alone."""
        if self.shelf is None:
            return KnownVerdicts()
        name, tip = aim.target.name, aim.target.tip
        kept = self.shelf.load(name, tip)
        fresh = sum(one.tip not in kept.before.stands for one in aim.branches)
        if 2 * fresh <= len(aim.branches) or self.limited:
            return kept
        old, known = self.shelf.moved(name, tip)
        if not old or known.files is None:
            return kept
        from gitflowguard.app.radar.moved import carried_over

        try:
            return carried_over(self.context(known.files, {}), old, tip, known) or kept
        except GitError:
            return kept  # what its merges made may have gone

    def _judged(self, aim: Aim, kept: KnownVerdicts) -> tuple[Radar, KnownVerdicts] | None:
        """With what was kept; None where it may have gone in part, so that all is to be found anew."""
        try:
            radar, again = self._judge(aim, kept)
        except GitError:
            if kept.files is None or self.limited:
                raise
            return None
        gone = (
            not self.limited
            and not self.fetch
            and kept.files is not None
            and any(one.why is not None for one in radar.contacts)
        )
        return None if gone else (radar, again)

    def _judge(self, aim: Aim, kept: KnownVerdicts) -> tuple[Radar, KnownVerdicts]:
        target, question = aim.target, self.question
        files, tips = kept.files, list(dict.fromkeys(one.tip for one in aim.branches))
        if files is None:
            try:
                files = self.attributes(target.tip)
            except GitError as problem:
                if not self.fetch or not self.reader.missing:
                    raise
                return self._blind(aim, tips, Unknown(str(problem), self.fetch)), kept
        places = dict(kept.places)
        scripts = KeptScripts(self.reader, self.shelf, target.name)
        context = self.context(files, places)._replace(edits=scripts)
        # The texts of conflicts are not kept, so where they are wanted what conflicts is merged again.
        clean = {tip: stand for tip, stand in kept.before.stands.items() if stand.state != STALE}
        before = Before(clean, moved=kept.before.moved) if question.texts else kept.before
        verdicts = look(context, target.tip, tips, before)
        if before.moved:
            known = {key: found for key, found in kept.clashes.items() if _same(key, verdicts, before)}
            kept = kept._replace(clashes=known)
        scripts.keep((kept.before.stands | verdicts.stands).values())
        lacked = len(self.reader.missing)
        found, notes = self.breaks(context, aim, verdicts)
        if self.fetch and len(self.reader.missing) > lacked:
            says = "some files are not in this partial clone, so merges with them weren't looked at for what breaks"
            notes = (*notes, f"{says}; to fetch them: {shell(self.fetch[0])}")
        radar, again = summarize(
            context,
            aim,
            verdicts,
            self.ground,
            self.stacks,
            kept,
            question.order,
            question.texts,
            broken=found,
        )
        self._drive(context, radar)
        knots, tried = cured(context, aim, verdicts, radar, files, kept.tried)
        radar, again = radar._replace(knots=knots, notes=(*radar.notes, *notes)), again._replace(tried=tried)
        if self.reader.missing:
            # With what a partial clone lacks there may be more to say.
            again = again._replace(clashes=kept.clashes, chain=kept.chain, patches=kept.patches)
        again = again._replace(before=after(verdicts, kept.before, True), files=files, places=places)
        if self.shelf is not None and not any(one.top for one in aim.branches):
            keep(self.place, aim, again.before.stands, self.reader, int(time.time()))
        return radar, again

    def _drive(self, context: MergeContext, radar: Radar) -> None:
        """Notes whose conflicts a merge driver might end that git would run here, and the radar didn't."""
        paths = {clash.path for one in radar.contacts for clash in one.clashes}
        paths |= {clash.path for one in radar.pairs for clash in one.clashes}
        if paths and self.untrusted:
            for path, name in drivers(self.reader, context.folder, paths).items():
                if name in self.untrusted:
                    self.undriven.setdefault(name, {})[path] = None

    def _blind(self, aim: Aim, tips: list[str], why: Unknown) -> Radar:
        """Nothing can be said of a target; its branches' trees are noted as needed as well."""
        self.reader.trees(tips)
        stands = {tip: BranchOnTarget(tip, UNTOLD, why=why) for tip in tips}
        verdicts = TargetVerdicts(
            tip=aim.target.tip,
            tree="",
            stands=stands,
            meetings={},
            squashed=frozenset(),
            merges=0,
            pairs_of=0,
        )
        return summarize(self.context({}, {}), aim, verdicts, self.ground, self.stacks)[0]

    def breaks(
        self, context: MergeContext, aim: Aim, verdicts: TargetVerdicts, only: frozenset[str] = frozenset()
    ) -> tuple[tuple[Broken, ...], tuple[str, ...]]:
        """(what is broken in clean merges, notes), as far as that was asked for. only: tips whose merges are wanted."""
        if self.breaker is None:
            return (), ()
        found = self.breaker.look(context, aim, verdicts, only)
        self.unjudged = self.unjudged or found.blind
        return found.found, found.notes

    def attributes(self, tip: str) -> dict[str, bytes]:
        trees = self.reader.trees((tip,))
        if tip not in trees:
            raise GitError("the commit of the target, or its folders, are not in this clone")
        return attribute_files(self.reader, trees[tip])

    def context(self, files: Mapping[str, bytes], places: dict[str, int]) -> MergeContext:
        """What is needed to merge onto a target that has these attributes."""
        squash = self.flow.severity(SQUASHED.name, SQUASHED.default, self.flow.integration) != ERROR
        return MergeContext(
            scratch=self.scratch,
            reader=self.reader,
            trials=self.trials,
            rules=TargetAttributes(self.scratch, self.reader, files, self.config, self.flow.drivers),
            squash=squash,
            shallow=self.shallow,
            places=places,
            fetch=self.fetch,
            tally=self.tally,
        )

    def _follow(self, target: str) -> Callable[[int, int], None]:
        def tell(done: int, total: int) -> None:
            if self.progress is not None:
                self.progress.tell(target, done, total, self.trials.touching)

        return tell


def _same(key: tuple[str, ...], verdicts: TargetVerdicts, before: Before) -> bool:
    """Whether a conflict is the one that it was where the target stood before: of two branches that were not merged
    again, or of one whose merge came to the same.
    """
    then = before.answers.get(key[0]) if not key[1] else None
    if then is None:
        return key[:2] not in verdicts.again
    now = verdicts.stands[key[0]].conflict if key[0] in verdicts.stands else None
    return now is not None and now.answer._replace(tree="") == then._replace(tree="")


def _fetch_command(question: RadarRequest) -> tuple[Argv, ...]:
    """The command that fetches what this look lacks, and looks again."""
    wanted = question.wanted
    flags = ("--semantic",) if question.semantic else ()
    options = (
        ("--target", wanted.target),
        ("--branches", wanted.branches),
        ("--remote", wanted.remote),
        ("--since", f"{wanted.since_days}d" if wanted.since_days else ""),
        ("--max", str(wanted.most) if wanted.most != RadarSelection().most else ""),
    )
    words = (word for pair in options if pair[1] for word in pair)
    return (("gitflowguard", "radar", *question.asked_by, "--fetch", *flags, *words),)


def _breaker(
    git: Git, place: Place, flow: Flow, question: RadarRequest, store: RadarCache | None
) -> Breaker | None:
    """Who looks for what is broken in clean merges; imported here, because it brings a parser that no hook needs."""
    semantic = flow.semantic if question.semantic is None else question.semantic
    if not semantic and not question.run:
        return None
    from gitflowguard.app.radar import broken

    wish = broken.BreakageOptions(semantic, question.run, question.run_seconds, question.run_most)
    return broken.Breaker(git, place, flow, os.environ, wish, store)


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""
