"""The rules for other programs: judge a branch name, a message, a merge, a pull request or a repository.

    from gitflowguard import api

    verdict = api.branch_name("feature/login", folder="path/to/repository")
    if not verdict.ok:
        print(verdict.findings[0].says)

Each function reads one repository and changes nothing. It returns an `ApiVerdict` of plain values, and raises
`ApiError` with one line for a person where nothing can be judged. Names and fields here stay as they are within a major
version; new fields come with a default. The policy is the repository's own, else the preset gitflow, unless `policy`
gives its text.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal

    from gitflowguard.model.facts import Fact, Refs, View
    from gitflowguard.model.finding import Report, Violation
    from gitflowguard.model.flow import Flow
    from gitflowguard.model.moment import Moment
    from gitflowguard.model.rule import Rule

__all__ = [
    "ApiError",
    "ApiFinding",
    "ApiUnknown",
    "ApiVerdict",
    "branch_name",
    "merge",
    "message",
    "pull_request",
    "repository",
]


class ApiError(Exception):
    """Nothing could be judged: no repository, a broken policy, a commit that is missing. One line for a person."""


@dataclass(frozen=True)
class ApiFinding:
    """One violation of a rule.

    code, rule: `GFG101`, `unknown-branch-kind`. severity: an error blocks, a warning doesn't.
    says: one sentence. fix: commands for a POSIX shell, run in order; () where no command is certain.
    ref, commit, path, line: what it is about, "" or 0 where it isn't about one. page: the address of the rule's
    page.
    """

    code: str
    rule: str
    severity: Literal["error", "warning"]
    says: str
    fix: tuple[str, ...] = ()
    ref: str = ""
    commit: str = ""
    path: str = ""
    line: int = 0
    page: str = ""


@dataclass(frozen=True)
class ApiUnknown:
    """A rule that couldn't determine its result: neither a pass nor a violation."""

    code: str
    rule: str
    reason: str
    ref: str = ""


@dataclass(frozen=True)
class ApiVerdict:
    """What the rules found. unknown: what they couldn't determine. notes: sentences about the run itself.

    blind: whether a rule at error severity couldn't determine its result; the commands then exit with 3.
    """

    findings: tuple[ApiFinding, ...] = ()
    unknown: tuple[ApiUnknown, ...] = ()
    notes: tuple[str, ...] = ()
    blind: bool = False

    @property
    def ok(self) -> bool:
        """Whether no finding is an error. Look at `blind` as well before you let something pass."""
        return all(one.severity != "error" for one in self.findings)


def branch_name(name: str, *, folder: str = "", policy: str = "") -> ApiVerdict:
    """Judges a name as if the branch were about to be made; where it would be cut from isn't known, and is `unknown`.

    Raises ApiError.
    """
    from gitflowguard.model.facts import Branch, Release
    from gitflowguard.model.finding import Unknown
    from gitflowguard.model.moment import AT_CREATION

    def facts(flow: Flow, _: Refs) -> tuple[Fact, ...]:
        version = flow.version_of(name)
        tags = Unknown("where it would be cut isn't known")
        return (Branch(name), *((Release(name, version, tags),) if version else ()))

    return _by_names(folder, policy, AT_CREATION, facts)


def message(text: str, *, branch: str = "", folder: str = "", policy: str = "") -> ApiVerdict:
    """Judges a commit message, as git stores it, on a branch (the current one by default). Raises ApiError."""
    from gitflowguard.model.facts import Commit
    from gitflowguard.model.moment import AT_MESSAGE, MESSAGE

    def facts(_: Flow, refs: Refs) -> tuple[Fact, ...]:
        return (Commit(branch or refs.head, message=text, markers=()),)

    return _by_names(folder, policy, AT_MESSAGE, facts, lambda rule: MESSAGE in rule.needs)


def merge(source: str, target: str, *, folder: str = "", policy: str = "") -> ApiVerdict:
    """Judges by the names alone whether one branch may be merged into another. Raises ApiError.

    `pull_request` also judges the commits and merges between them.
    """
    from gitflowguard.model.facts import Merge
    from gitflowguard.model.moment import AT_PULL

    def facts(*_: object) -> tuple[Fact, ...]:
        return (Merge(target, (source,), missing=(), behind=0),)

    found = _by_names(folder, policy, AT_PULL, facts)
    # The commands of the rules begin by undoing a merge, and nothing was merged here.
    return replace(found, findings=tuple(replace(one, fix=()) for one in found.findings))


def pull_request(
    head: str,
    base: str,
    *,
    folder: str = "",
    fork: bool = False,
    author: str = "",
    quality: bool = False,
    conflicts: bool = False,
) -> ApiVerdict:
    """Judges a pull request between two branches as `gitflowguard pr check --head HEAD --base BASE` does.

    The policy is the one at the base. quality: run the policy's tools on the changed files. conflicts: look for
    conflicts with other branches. Raises ApiError.
    """

    def judged() -> ApiVerdict:
        from gitflowguard.app.pull.ends import ends
        from gitflowguard.app.pull.judge import PullOptions, judge
        from gitflowguard.hook.ci import Named
        from gitflowguard.hook.payload import EventRequest
        from gitflowguard.model.source import is_robot
        from gitflowguard.repo.git import Git

        git = Git(folder)
        pull, notes = ends(git, Named(ci="", head=head, base=base, fork=fork))
        pull = pull._replace(author=author, robot=is_robot(author, ""))
        done = judge(EventRequest(pull), {}, PullOptions(quality, conflicts), git=git, notes=notes)
        return _verdict(done.report, done.blind)

    return _guarded(judged)


def repository(folder: str = "", *, everything: bool = False) -> ApiVerdict:
    """Judges a clone as `gitflowguard check` does; with everything as `check --all`: each branch. Raises ApiError."""

    def judged() -> ApiVerdict:
        from gitflowguard.app.hooks.check import check

        done = check({}, everything, folder=folder)
        return _verdict(done.report, done.blind)

    return _guarded(judged)


def _by_names(
    folder: str,
    policy: str,
    moment: str,
    facts: Callable[[Flow, Refs], tuple[Fact, ...]],
    chosen: Callable[[Rule], bool] = lambda rule: True,
) -> ApiVerdict:
    """Judges facts that are made up of names, by the rules that may speak at a moment."""

    def judged() -> ApiVerdict:
        from gitflowguard.engine import blocking_gaps, evaluate
        from gitflowguard.model import lineage
        from gitflowguard.model.facts import View
        from gitflowguard.model.moment import moment_of
        from gitflowguard.model.ownrule import is_own
        from gitflowguard.rules import registry

        flow, refs = _opened(folder, policy)
        at = moment_of(moment)
        rules = tuple(rule for rule in registry.active(flow, at) if chosen(rule))
        found, view = facts(flow, refs), View(flow, refs, lineage.lines(flow, refs))
        if any(is_own(rule.name) for rule in rules):
            rules = _with_own(folder, view, at, rules, found)
        report = evaluate(rules, found, view)
        return _verdict(report, bool(blocking_gaps(report, rules, flow)))

    return _guarded(judged)


def _with_own(
    folder: str, view: View, at: Moment, rules: tuple[Rule, ...], facts: tuple[Fact, ...]
) -> tuple[Rule, ...]:
    """The rules with the answers of the team's own, as far as somebody answers for their programs."""
    from gitflowguard.app.own.ask import OwnScene, asked
    from gitflowguard.app.policy.opening import flow_of
    from gitflowguard.app.policy.trust import vouched
    from gitflowguard.repo.git import Git
    from gitflowguard.repo.state import find_place

    git = Git(folder)
    place = find_place(git)
    flow = vouched(git, place, view.refs, view.flow, flow_of)
    return asked(OwnScene(git, place, view._replace(flow=flow), at), rules, facts).rules


def _opened(folder: str, policy: str) -> tuple[Flow, Refs]:
    """The policy and the names of a repository."""
    from gitflowguard.app.policy.opening import open_repository
    from gitflowguard.repo.git import Git
    from gitflowguard.repo.read import of_team

    opened = open_repository(Git(folder))
    if not policy:
        return opened.flow, opened.refs
    from gitflowguard.policy.parse import parse
    from gitflowguard.quality.catalogue import NAMES as TOOLS
    from gitflowguard.rules.registry import CODES, NAMES

    flow = parse(policy.encode("utf-8"), "policy", NAMES, CODES, tools=TOOLS).flow
    return flow, of_team(opened.refs, flow)


def _guarded(judged: Callable[[], ApiVerdict]) -> ApiVerdict:
    """The verdict; whatever keeps it from being reached is one ApiError."""
    from gitflowguard.hook.payload import EventError
    from gitflowguard.model.nearname import WrongName
    from gitflowguard.policy.errors import PolicyError
    from gitflowguard.process import ProcessError
    from gitflowguard.repo.git import GitError

    try:
        return judged()
    except (GitError, PolicyError, ProcessError, EventError, WrongName) as problem:
        raise ApiError(str(problem)) from problem


def _verdict(report: Report, blind: bool) -> ApiVerdict:
    """A report as plain values."""
    unknown = tuple(ApiUnknown(one.code, one.name, one.unknown.reason, one.ref) for one in report.skipped)
    return ApiVerdict(tuple(_finding(one) for one in report.violations), unknown, report.notes, blind)


def _finding(violation: Violation) -> ApiFinding:
    from gitflowguard.model.distribution import page
    from gitflowguard.report import words

    said = violation.finding
    return ApiFinding(
        code=violation.code,
        rule=violation.name,
        severity="error" if violation.severity == "error" else "warning",
        says=said.says,
        fix=words.commands(said.mend),
        ref=said.ref,
        commit=said.commit,
        path=said.path,
        line=said.line,
        page=page(violation.name),
    )
