"""`doctor`: is the guard truly on? Each line with the command that repairs it."""

from __future__ import annotations

import os
import stat

from gitflowguard.app.ci.tell import check_ci
from gitflowguard.app.policy.file import Source
from gitflowguard.app.policy.load import assumed, here
from gitflowguard.app.policy.nearfile import absent
from gitflowguard.app.policy.opening import lock_of
from gitflowguard.app.quality.install import check_tools
from gitflowguard.app.setup.defaultbranch import check_default
from gitflowguard.app.setup.doctorhooks import check_hooks, check_starts
from gitflowguard.app.setup.doctorown import check_own
from gitflowguard.app.setup.doctorshared import check_shared
from gitflowguard.app.setup.workflow import ASKED, CURRENT, OUTDATED, workflow_state
from gitflowguard.model.adoptionfiles import mentions_extends
from gitflowguard.model.facts import Refs
from gitflowguard.model.finding import Argv
from gitflowguard.model.flow import Flow
from gitflowguard.model.names import plural, short
from gitflowguard.model.record import Record
from gitflowguard.policy.errors import PolicyError
from gitflowguard.policy.parse import parse
from gitflowguard.quality.catalogue import NAMES as TOOLS
from gitflowguard.repo.branchfetch import fetches_some
from gitflowguard.repo.git import Git, GitError, Place
from gitflowguard.repo.hookfiles import HooksPath, find_hooks, place_of
from gitflowguard.repo.journal import FOLDER
from gitflowguard.repo.read import read_refs
from gitflowguard.repo.restore import SKIPS, count_skips
from gitflowguard.repo.shim import STRICT
from gitflowguard.repo.versions import MINIMUM, parse_git_version
from gitflowguard.report.workflow import FILE
from gitflowguard.rules.registry import CODES, NAMES

OK = "ok"
WARNING = "warning"
BAD = "bad"


_VALID = " is valid"


class DoctorCheck(Record):
    """One line. status: OK, WARNING or BAD. says: without a full stop. mend: the command that repairs it."""

    name: str
    status: str
    says: str
    mend: Argv = ()


def examine(git: Git) -> tuple[DoctorCheck, ...]:
    """Everything, in the order in which to repair it; raises GitError where it cannot look at all."""
    version = git.version()
    place = git.place()
    if not place.top:
        raise GitError("this repository has no work tree, so no client hook runs in it")
    refs = read_refs(git, place=place)
    policy, flow = _policy(git, place, refs)
    hooks = find_hooks(git, place)
    owner = _owner(hooks)
    # Of a policy that can't be read, or isn't there, nothing is known.
    default = (DoctorCheck(*row) for row in check_default(git, flow) if policy.status == OK)
    # A policy that can't be read may name other branches, or none.
    lines = _lines(git, flow, refs, policy) if policy.status != BAD else []
    checks = [_git(version), policy, *lines, *default, owner]
    if owner.status != BAD:
        checks += [DoctorCheck(*row) for row in (*check_hooks(hooks, place.top), *check_starts(hooks))]
        checks += [_strict(hooks), *_writable(hooks)]
    shared = (DoctorCheck(*row) for row in check_shared(git, place, hooks, flow))
    tools = (DoctorCheck(*row) for row in (*check_tools(place.top, flow), *check_ci(git, place.top, flow)))
    own = (DoctorCheck(*row) for row in check_own(place.top, flow))
    return (*checks, *shared, *_workflow(place, flow), *tools, *own, *_shallow(place), _skips(place))


def _git(version: str) -> DoctorCheck:
    found = parse_git_version(version)
    need = ".".join(map(str, MINIMUM))
    if found is None or found < MINIMUM:
        return DoctorCheck("git", BAD, f"{version}; {need} or newer is needed", ("git", "--version"))
    return DoctorCheck("git", OK, version)


def _policy(git: Git, place: Place, refs: Refs) -> tuple[DoctorCheck, Flow]:
    """The policy that the hooks would use, and its flow; the assumed one where it cannot be read."""
    source = None
    try:
        source = here(git, place, refs)
        if source is None:
            says, mend = absent(place.top)
            command = mend[0] if mend else ("gitflowguard", "init")
            return DoctorCheck("policy", WARNING, f"{says}; the preset gitflow is assumed", command), assumed(
                refs
            )
        flow = parse(source.data, source.path, NAMES, CODES, tools=TOOLS).flow
        return DoctorCheck("policy", OK, source.path + _VALID + _extends(source)), flow
    except PolicyError as problem:
        more = len(problem.problems) - 1
        says = problem.problems[0].text + (f" (and {plural(more, 'more problem')})" if more else "")
        word = "update" if source is not None and _unlocked(source) else "validate"
        return DoctorCheck("policy", BAD, says, ("gitflowguard", "config", word)), assumed(refs)


def _unlocked(source: Source) -> bool:
    """Whether the policy extends another one that isn't locked yet."""
    try:
        return mentions_extends(source.data) and lock_of(source) is None
    except PolicyError:
        return False


def _extends(source: Source) -> str:
    """What the policy extends; `config update --check` asks whether that has changed, which takes a server."""
    lock = lock_of(source)
    return f"; it extends {lock.upstream.text}, locked to {short(lock.commit)}" if lock is not None else ""


def _lines(git: Git, flow: Flow, refs: Refs, policy: DoctorCheck) -> list[DoctorCheck]:
    """The two long-lived branches."""
    found = []
    for what, name in (("production", flow.production), ("integration", flow.integration)):
        if refs.tips(name):
            found.append(DoctorCheck(what, OK, f"{refs.shown(name)} is there"))
        elif not refs.branches():
            found.append(DoctorCheck(what, WARNING, f"{name} is not there yet: the repository has no commit"))
        elif fetches_some(git, flow.remote):
            says = f"can't determine whether {name} is on {flow.remote}: this clone fetches only some of its branches"
            bring = f"+refs/heads/{name}:refs/remotes/{flow.remote}/{name}"
            found.append(DoctorCheck(what, WARNING, says, ("git", "fetch", flow.remote, bring)))
        else:
            found.append(_missing(what, name, policy))
    return found


def _missing(what: str, name: str, policy: DoctorCheck) -> DoctorCheck:
    """A long-lived branch that isn't there. `init` makes an integration branch, and overrules no policy file."""
    says = f"there is no branch {name}"
    if what == "integration":
        return DoctorCheck(what, BAD, says, ("gitflowguard", "init"))
    if policy.status != OK:
        return DoctorCheck(what, BAD, says, ("gitflowguard", "init", "--main", "NAME"))
    file = policy.says.partition(_VALID)[0]
    return DoctorCheck(
        what, BAD, f"{says}; if it has another name now, write that into {file} at kinds, main, name"
    )


def _owner(hooks: HooksPath) -> DoctorCheck:
    """Who decides where git looks for hooks."""
    if hooks.owner == "git":
        return DoctorCheck("hooks path", OK, "nobody else owns it")
    where = f"core.hooksPath ({hooks.scope}) is {hooks.setting or 'empty'}"
    if hooks.owner == "outside":
        says = f"{where}, outside this repository: hooks in .git/hooks do not run"
        return DoctorCheck(
            "hooks path", BAD, says, ("git", "config", "--local", "core.hooksPath", hooks.default)
        )
    whose = "husky owns it" if hooks.owner == "husky" else "inside this repository"
    return DoctorCheck("hooks path", OK, f"{where}: {whose}")


def _workflow(place: Place, flow: Flow) -> tuple[DoctorCheck, ...]:
    """Whether the checks on pull requests have the names that the policy gives them; nothing where there is no file.

    A name that is out of date is a required check that never reports.
    """
    state = workflow_state(place.top, flow)
    if state not in (CURRENT, OUTDATED):
        return ()
    mend = ("gitflowguard", "init", "--ci", ASKED) if state == OUTDATED else ()
    return (DoctorCheck("workflow", WARNING if mend else OK, f"{FILE} is {state}", mend),)


def _strict(hooks: HooksPath) -> DoctorCheck:
    if place_of(hooks.directory, STRICT).runs:
        return DoctorCheck("strict", OK, f"on: {STRICT} sees fast-forwards and moved branches too")
    return DoctorCheck(
        "strict", OK, "off: fast-forwards are seen when they are pushed (gitflowguard init --strict)"
    )


def _writable(hooks: HooksPath) -> list[DoctorCheck]:
    """A directory that others may write to is a program that others may change."""
    try:
        mode = os.stat(hooks.directory).st_mode
    except OSError:
        return []
    if not mode & (stat.S_IWGRP | stat.S_IWOTH):
        return []
    who = "everybody" if mode & stat.S_IWOTH else "its group"
    mend = ("chmod", "go-w", hooks.directory)
    return [DoctorCheck("permissions", WARNING, f"{who} may write to {hooks.directory}", mend)]


def _shallow(place: Place) -> list[DoctorCheck]:
    if not os.path.exists(os.path.join(place.common, "shallow")):
        return []
    says = "this clone is shallow: can't determine where branches were cut and what is merged"
    return [DoctorCheck("history", WARNING, says, ("git", "fetch", "--unshallow"))]


def _skips(place: Place) -> DoctorCheck:
    count = count_skips(place.common)
    if not count:
        return DoctorCheck("skips", OK, "no rule was skipped in this clone")
    log = os.path.join(place.common, FOLDER, SKIPS)
    return DoctorCheck("skips", WARNING, f"{plural(count, 'rule')} skipped in this clone", ("cat", log))
