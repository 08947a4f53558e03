"""The second front end, beside cli/: one hook from its arguments to its exit code.

Started by hookmain. It imports nothing heavy; a policy that has
no compiled form yet is handed to the full program once (app.policy.compiling), found
by name so that this path stays light. Enforcement fails closed: whatever keeps
us from looking refuses the operation and says so. Advice (post-checkout) fails
open.
"""

from __future__ import annotations

import os
import sys

from gitflowguard import __version__
from gitflowguard.app.hooks import judge as hook
from gitflowguard.app.policy.cache import NeedsCompiling, folder
from gitflowguard.model.event import (
    CHAINED,
    FILL,
    REPLAYING,
    SkipError,
    parse,
    parse_skip,
)
from gitflowguard.model.exits import (
    BLIND,
    BUG,
    CLEAN,
    INTERRUPTED,
    USAGE,
    VIOLATIONS,
)
from gitflowguard.model.moment import (
    ADVICE,
    ALL_STAGES,
    BEFORE_A_COMMIT,
    COMMIT_MSG,
    POST_CHECKOUT,
    PRE_COMMIT,
    PRE_REBASE,
    PREPARE_COMMIT_MSG,
    QUALITY,
    STRICT,
    moment_at,
)
from gitflowguard.model.ownrule import is_own
from gitflowguard.model.record import Record
from gitflowguard.policy.errors import PolicyError
from gitflowguard.process import ProcessError, pass_through
from gitflowguard.repo import deadline
from gitflowguard.repo.git import Git, GitError, Place
from gitflowguard.repo.later import keep_folder, leave_word, take_word, write_word
from gitflowguard.repo.read import forget_checked_out, note_checked_out
from gitflowguard.repo.unprotected import note_unprotected
from gitflowguard.rules import registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from gitflowguard.app.hooks.judge import OpenedHook
    from gitflowguard.app.policy.file import Source
    from gitflowguard.model.event import Event
    from gitflowguard.model.finding import Report
    from gitflowguard.model.flow import Flow
    from gitflowguard.repo.kept import Snapshot
    from gitflowguard.tooling.disk import Noted

    Compiled = dict[bytes, Flow | PolicyError]

# Stops two frameworks that each call the other's saved hook from going round for ever.
GUARD = "GITFLOWGUARD_CHAIN"
# What PYTHONPATH was before the shim took it away from us (repo.shim); a hook that was here before may need it.
_SAVED = "GITFLOWGUARD_PYTHONPATH"
# A second hook of the same git command blocks for what the first one has printed.
_AGAIN = "gitflowguard: blocked for the reason above\n"
# A push has two, the remote's and the work tree's, and more where those of the remote's lines can't be read
# (app.policy.load). Beyond, they come from a file that is being written.
_POLICIES = 16
# What undoes an operation that prepare-commit-msg refused; git leaves it in progress (builtin/merge.c, abort_commit).
_STOPPED = ("cherry-pick", "revert", "merge")


class HookStart(Record):
    """How things were before anything was read of them. world: what a verdict on a branch depends on (repo.kept).
    commit: what one on a commit under tools depends on (app.hooks.repeating). None: nobody looked.
    """

    world: Snapshot | None = None
    commit: Noted | None = None


UNSEEN = HookStart()


def main(
    argv: list[str] | None = None,
    git: Git | None = None,
    seen: Snapshot | None = None,
    begun: Noted | None = None,
) -> int:
    """Judges one hook and returns its exit code.

    git: where something was asked ahead. seen: the world before anything was read of it (repo.kept).
    begun: likewise, where tools may look at a commit (app.hooks.repeating).
    """
    words = list(sys.argv[1:] if argv is None else argv)
    stage, script, parent, args = _arguments(words)
    if stage not in (*ALL_STAGES, QUALITY, FILL):
        return _say(f"there is no stage {stage!r}; stages are {', '.join(ALL_STAGES)}", USAGE)
    try:
        other = {QUALITY: _files, FILL: _fill}.get(stage)
        return (
            other(args)
            if other
            else _timed(stage, script, parent, args, git or Git(), HookStart(seen, begun))
        )
    except KeyboardInterrupt:
        return INTERRUPTED
    except deadline.TimeUp as problem:
        says = f"couldn't finish checking, so nothing was judged: {problem}"
        code = _say(f"{says}\n  help: gitflowguard check", BLIND)
    except SystemExit as leave:  # SIGTERM or SIGHUP while tools ran (tooling.interrupt)
        return leave.code if isinstance(leave.code, int) else BUG
    except SkipError as problem:
        code = _say(str(problem), USAGE)
    except PolicyError as problem:
        code = _say(f"the policy cannot be read, so nothing was judged\n{problem}", USAGE)
    except (GitError, ProcessError) as problem:
        code = _say(f"couldn't check, so nothing was judged: {problem}", BLIND)
    except Exception as problem:  # the one boundary: a hook never shows a traceback
        code = _unexpected(problem)
    return _advised(stage, code)


def _unexpected(problem: Exception) -> int:
    """What the machine doesn't allow, or a bug. hookmain reports a broken installation: it stands outside of it."""
    from gitflowguard.installation import bug, cause

    if cause(problem):
        raise problem
    if isinstance(problem, OSError):
        return _say(f"couldn't check, so nothing was judged: {problem}", BLIND)
    try:
        path = os.path.join(folder(_place()), "error.log")
    except (OSError, GitError):
        path = ""
    return _say(bug(problem, path), BUG)


def _advised(stage: str, code: int) -> int:
    """The exit code of a stage that only advises is 0."""
    return CLEAN if stage in ADVICE else code


def _arguments(words: list[str]) -> tuple[str, str, int, tuple[str, ...]]:
    """STAGE [--hook FILE [--git PID] --] ARGS; what stands in brackets comes from our own shims, of any version."""
    stage, script, parent = words[0] if words else "", "", os.getppid()
    rest = words[1:]
    if rest[:1] == ["--hook"] and rest[2:3] in (["--git"], ["--"]):
        script, rest = rest[1], rest[2:]
        if rest[:1] == ["--git"] and "".join(rest[1:2]).isdecimal():
            parent, rest = int(rest[1]), rest[2:]
        rest = rest[1:]
    return stage, script, parent, tuple(rest)


def _timed(
    stage: str, script: str, parent: int, args: tuple[str, ...], git: Git, seen: HookStart = UNSEEN
) -> int:
    """One hook of git's, which has to end; then the hook that was here before ours, which takes the time it takes."""
    stdin = b""
    if moment_at(stage).stdin and sys.stdin is not None and not sys.stdin.isatty():
        stdin = sys.stdin.buffer.read()
    deadline.start()
    try:
        code = _run(stage, parent, args, stdin, git, seen)
    finally:
        deadline.stop()
    return code or _chained(script, stage, args, stdin)


def _run(
    stage: str, parent: int, args: tuple[str, ...], stdin: bytes, git: Git, seen: HookStart = UNSEEN
) -> int:
    """One hook, or for commit-msg two: with it what pre-commit of the same git left to it."""
    opened = None
    if stage == COMMIT_MSG and take_word(parent):
        code, opened = _judged(PRE_COMMIT, 0, (), b"", git, None, seen)
        if code != CLEAN:
            return code
    return _judged(stage, parent, args, stdin, git, opened, seen)[0]


def _judged(
    stage: str,
    parent: int,
    args: tuple[str, ...],
    stdin: bytes,
    git: Git,
    opened: OpenedHook | None = None,
    seen: HookStart = UNSEEN,
) -> tuple[int, OpenedHook | None]:
    """(exit code, what the next hook of the same commit can go on with).

    parent: the git whose next hooks wait for a word, 0 if none does. opened: by the hook before.
    seen: the world before anything was read of it.
    """
    if stage == POST_CHECKOUT and len(args) > 2 and args[2] != "1":
        return CLEAN, None  # files were checked out, not a branch (githooks(5), "post-checkout")
    if stage == STRICT and args[:1] != ("prepared",):
        return CLEAN, None
    try:
        event = parse(stage, args, stdin, os.environ)
    except ValueError:
        says = f"{stage}: the input is not what git sends (githooks(5)); nothing was judged"
        return _say(says, USAGE), None
    silenced = parse_skip(os.environ.get("GITFLOWGUARD_SKIP", ""), registry.NAMES, registry.CODES)
    outcome = _judge(lambda compiled: hook.judge(event, silenced, git, compiled, opened))
    code = _tell(stage, outcome)
    if silenced:
        _remember(outcome, stage, args)
    if code == CLEAN:
        _leave_words(stage, outcome, parent)
        _note_unprotected(stage, outcome)
        _keep(seen, stage, args, event, outcome)
    if stage == PRE_COMMIT and outcome.opened is not None:
        keep_folder(outcome.place, outcome.messages and not outcome.tooled)
    if outcome.new:
        _note_base(outcome)
        if not (silenced or _speaks(outcome.report)):
            note_checked_out(outcome.place, outcome.refs.head)
    return code, outcome.opened


def _note_unprotected(stage: str, outcome: hook.HookResult) -> None:
    """Notes a branch that the work tree's policy leaves unprotected, for pre-rebase's shim."""
    opened = outcome.opened
    if stage not in (PRE_COMMIT, PRE_REBASE, POST_CHECKOUT) or opened is None or not opened.policy:
        return
    branch = opened.refs.head
    if branch and ":" not in opened.policy and not opened.flow.protected(branch):
        note_unprotected(opened.place, branch)


def _keep(seen: HookStart, stage: str, args: tuple[str, ...], event: Event, outcome: hook.HookResult) -> None:
    """Keeps the verdict on a branch that there was nothing to find about (repo.kept). args: as git gave them."""
    if seen.world is not None and outcome.quiet and outcome.branch is not None:
        from gitflowguard.app.hooks.keeping import keep

        keep(seen.world, stage, args, event.updates, outcome)
    if seen.commit is not None and outcome.quiet and outcome.noted is not None:
        from gitflowguard.app.hooks import repeating

        repeating.keep(seen.commit, sys.argv, outcome)


def _files(args: tuple[str, ...]) -> int:
    """``quality [--family NAME] FILES``: what the tools say of them."""
    from gitflowguard.app.hooks import files as filesquality
    from gitflowguard.model.check import FAMILIES

    families: tuple[str, ...] = FAMILIES
    if args[:1] == ("--family",):
        families, args = args[1:2], args[2:]
    if not set(families) <= set(FAMILIES):
        return _say(f"--family is one of {', '.join(FAMILIES)}", USAGE)
    silenced = parse_skip(os.environ.get("GITFLOWGUARD_SKIP", ""), registry.NAMES, registry.CODES)
    outcome = _judge(lambda compiled: filesquality.judge(args, families, silenced, compiled))
    code = _tell(QUALITY, outcome)
    if outcome.report.silenced:
        _remember(outcome, QUALITY, ())
    return code


def _remember(outcome: hook.HookResult, stage: str, args: tuple[str, ...]) -> None:
    """Writes the skips of a run to the log."""
    from gitflowguard.app.hooks.skips import remember

    remember(outcome.place, stage, outcome.report.silenced, args)


def _fill(args: tuple[str, ...]) -> int:
    """``fill REMOTE BRANCH COMMIT …``: looks at what was pushed, behind the push."""
    from gitflowguard.app.hooks.filling import fill

    fill(args)
    return CLEAN


def _judge(judge: Callable[[Compiled], hook.HookResult]) -> hook.HookResult:
    """Judges, after compiling what has no compiled form yet: the remote's policy, the work tree's, or both."""
    compiled: Compiled = {}
    for _ in range(_POLICIES):
        try:
            return judge(compiled)
        except NeedsCompiling as miss:
            compiled[miss.source.data] = _compile(miss.source)
    raise GitError("the policy changes faster than it can be read")


def _compile(source: Source) -> Flow | PolicyError:
    """The policy's flow, or what is wrong with it: whether that matters is for hook.judge to say."""
    import site

    site.main()  # -S kept the installed packages out of sight (python(1))
    from gitflowguard.app.policy.compiling import compile_policy

    place = _place()
    forget_checked_out(place)
    try:
        return compile_policy(place, source)
    except PolicyError as problem:
        return problem


def _place() -> Place:
    from gitflowguard.repo.state import find_place

    return find_place(Git())


def _tell(stage: str, outcome: hook.HookResult) -> int:
    """Prints what there is to say; returns the verdict as an exit code."""
    report = outcome.report
    if not _speaks(report):
        return CLEAN
    from gitflowguard.app.hooks.once import fresh
    from gitflowguard.output import tell
    from gitflowguard.report.about import About
    from gitflowguard.report.colour import colour
    from gitflowguard.report.escape import Escaped
    from gitflowguard.report.text import render

    about = About(
        __version__,
        outcome.policy,
        colour=colour("auto", os.environ, sys.stderr.isatty()),
        quiet=True,
        tools=outcome.tools,
    )
    left = fresh(folder(outcome.place), report)
    again = left != report and not left.errors and not left.skipped
    text = render(left, about)
    if text:
        tell(Escaped(text))
    if report.errors and stage not in ADVICE:
        tell(_how_to_stop(stage, outcome) + (_AGAIN if again else _how_to_skip(report)))
        return VIOLATIONS
    if outcome.blind:
        own = all(is_own(one.name) for one in report.skipped if one.proof)
        what = "A rule that couldn't judge" if own else "A file that couldn't be checked"
        tell(_AGAIN if again else f"{what} blocks.\n" + _how_to_skip(report))
        return BLIND
    return CLEAN


def _speaks(report: Report) -> bool:
    """Whether there is anything to print."""
    return bool(report.violations or report.skipped or report.silenced or report.notes)


def _how_to_stop(stage: str, outcome: hook.HookResult) -> str:
    """After prepare-commit-msg git leaves a cherry-pick, revert or merge half done: how to leave it."""
    if stage != PREPARE_COMMIT_MSG:
        return ""
    from gitflowguard.repo.state import read_state

    verb = read_state(outcome.place).operation
    if verb not in _STOPPED or any(("git", verb, "--abort") in v.finding.mend for v in outcome.report.errors):
        return ""
    return f"The {verb} is still in progress; to leave it: git {verb} --abort\n"


def _how_to_skip(report: Report) -> str:
    """Names the audited way round, once, for the rules that refused."""
    rules = dict.fromkeys(violation.name for violation in report.errors)
    rules.update(dict.fromkeys(one.name for one in report.skipped if one.proof))
    skips = "; ".join(f"{rule}: why" for rule in rules)
    return f'To override once, give a reason: GITFLOWGUARD_SKIP="{skips}" git …\n'


def _say(text: str, code: int) -> int:
    """Says it on standard error, where git shows a hook's words."""
    from gitflowguard.output import say

    say(text)
    return code


def _leave_words(stage: str, outcome: hook.HookResult, parent: int) -> None:
    """Tells the next hooks of this same git, which has this process id, what is known (repo.preamble)."""
    if parent and (outcome.clean_replay or stage == PRE_REBASE):
        write_word(outcome.place, REPLAYING, b"%d\n" % parent)
    if not parent or stage not in BEFORE_A_COMMIT:
        return
    leave_word(outcome.place, parent, not outcome.messages)


def _note_base(outcome: hook.HookResult) -> None:
    """Notes where a new branch was cut from, in AVH's key; a help for later, never truth."""
    from gitflowguard.repo.note import note_base

    try:
        note_base(Git(), outcome.place, outcome.refs)
    except GitError:
        pass


def _chained(script: str, stage: str, args: tuple[str, ...], stdin: bytes) -> int:
    """Runs the hook that was here before ours, with the same arguments and the same input."""
    # pre-commit and prek move ours to <hook>.legacy (pre_commit/commands/install_uninstall.py, _hook_paths); the kept
    # hook stays where it was.
    path = script.removesuffix(".legacy") + CHAINED
    guard = os.path.abspath(path)
    if not script or os.environ.get(GUARD) == guard or not os.access(path, os.X_OK):
        return CLEAN
    if os.sep not in path:
        path = os.path.join(os.curdir, path)
    environ = {**os.environ, GUARD: guard}
    if _SAVED in environ:
        environ["PYTHONPATH"] = environ.pop(_SAVED)
    return pass_through((path, *args), stdin if moment_at(stage).stdin else None, environ)
