"""Who answers for a program that a policy names: a protected branch of the team's remote, or the user of this clone.

A policy comes with a branch, and a branch may be a stranger's. So what a policy's entry runs beside the tools' own
code (model.check.Tool.vouched, model.flow.Flow.drivers, model.ownrule.OwnRule.vouched) has to stand in the policy on a
protected branch too. The names of these branches and of the remote come from the team's default branch, never from the
policy in question. Where nothing asks for a program, nothing is read.
"""

from __future__ import annotations

import os

from gitflowguard.app.policy.load import NotHere, at_tip, lines_of, root_of
from gitflowguard.model.check import Check
from gitflowguard.model.finding import Unknown
from gitflowguard.model.names import HEADS, REMOTES
from gitflowguard.model.record import Record
from gitflowguard.policy.errors import PolicyError
from gitflowguard.policy.presets import DEVELOP_NAMES, MAIN_NAMES
from gitflowguard.quality.foreign import asks, digest, entry, may_run, settings_of
from gitflowguard.quality.requirements import extras, installed_for, key
from gitflowguard.repo import holding
from gitflowguard.repo.git import GitError
from gitflowguard.repo.remotes import PARENT
from gitflowguard.repo.ruleprogram import on_disk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gitflowguard.app.policy.file import Source
    from gitflowguard.model.check import Tool
    from gitflowguard.model.facts import Refs
    from gitflowguard.model.flow import Flow
    from gitflowguard.model.ownrule import OwnRule
    from gitflowguard.repo.git import Git, Place

    Read = Callable[[Place, Source], Flow]

TEAM = "origin"
# Set by the user in this clone; git never takes a configuration from a repository (git(1), "Security").
SETTING = "gitflowguard.trust"


class Line(Record):
    """A protected branch that holds a policy. flow: what that policy means. tip: its commit. name: the branch."""

    flow: Flow
    tip: str
    name: str = ""


def vouched(git: Git, place: Place, refs: Refs, flow: Flow, read: Read, base: str = "") -> Flow:
    """The flow, with a mark on each tool, merge driver and rule of its own that somebody answers for.

    read: a policy's text to its flow; raises PolicyError. NeedsCompiling passes through. base: the branch of a pull
    request, whose programs count before the integration branch's.
    """
    if not asks(flow):
        return flow
    lines = tuple(_lines(git, place, refs, read))
    own = _Own(git)
    tools = tuple(
        (
            tool._replace(vouched=_held(git, place, tool, lines) or own.has(token(place.top, tool)))
            if entry(tool)
            else tool
        )
        for tool in flow.tools
    )
    drivers = tuple(
        name
        for name in flow.merge_drivers
        if any(name in line.flow.merge_drivers for line in lines) or own.has(driver_token(name))
    )
    order = (base, flow.integration)
    first = tuple(
        sorted(lines, key=lambda line: order.index(line.name) if line.name in order else len(order))
    )
    rules = tuple(_vouched_rule(place, rule, first, own) for rule in flow.own)
    return flow._replace(tools=tools, drivers=drivers, own=rules)


def _vouched_rule(place: Place, rule: OwnRule, lines: tuple[Line, ...], own: _Own) -> OwnRule:
    """The rule with who answers for it: the first line that names the same program, whose files then run."""
    held = next((line.tip for line in lines if any(rule.entry == one.entry for one in line.flow.own)), "")
    mine = "" if held else rule_token(place.top, rule)
    return rule._replace(held=held, vouched=bool(held) or bool(mine) and own.has(mine))


def rule_token(top: str, rule: OwnRule) -> str:
    """What the user's setting calls a rule's program, together with its files in the work tree; "" for too many."""
    try:
        files = on_disk(top, rule.run) if top and rule.run else {}
    except (GitError, OSError):
        return ""
    parts = tuple(part for path, file in sorted(files.items()) for part in (os.fsencode(path), file.data))
    return digest(rule.entry, parts)


def unvouched_rule(rule: OwnRule, top: str) -> Unknown:
    """That a rule of a policy did not run, and what changes that."""
    what = "a package" if rule.plugin else "a program"
    says = (
        f"this branch's policy names {what} for it that the team's protected branches don't have, so it did not run. "
        "To run it, merge this policy there, or trust it in this clone"
    )
    mine = rule_token(top, rule)
    return Unknown(says, (command(mine),) if mine else ())


def token(top: str, tool: Tool) -> str:
    """What the user's setting calls a tool's entry, together with the program if that lies in the work tree."""
    return digest(entry(tool), tuple(data for _, data in _program(top, tool)))


def driver_token(name: str) -> str:
    """What the user's setting calls a merge driver."""
    return digest(("merge-driver", name))


def command(token: str) -> tuple[str, ...]:
    """The command by which the user of this clone answers for an entry."""
    return ("git", "config", "--add", SETTING, token)


def strange(
    git: Git, place: Place, refs: Refs, packages: tuple[str, ...], commit: str, read: Read
) -> tuple[str, ...]:
    """Those of the packages that nobody answers for: a wheel's code runs in whatever Python it is installed into.

    A package that the policy on a protected branch names is the team's, in any version; so is each that the policy at
    a commit of such a branch's own history names (commit, "" for the work tree's policy): a base may have moved on.
    """
    if not packages:
        return ()
    lines = tuple(_lines(git, place, refs, read))
    known = {key(one) for line in lines for one in extras(installed_for(line.flow))}
    own = _Own(git)
    found = tuple(one for one in packages if key(one) not in known and not own.has(package_token(one)))
    tips = tuple(dict.fromkeys(line.tip for line in lines))
    return () if found and commit and _passed(git, tips, commit) else found


def package_token(package: str) -> str:
    """What the user's setting calls a package."""
    return digest(("package", package))


def _passed(git: Git, tips: tuple[str, ...], commit: str) -> bool:
    """Whether one of the branches has stood at the commit, by its first parents."""
    if not tips:
        return False
    out = git.call("rev-list", "--first-parent", "--end-of-options", *tips).out
    return commit in out.decode("ascii", "replace").split()


def unvouched(branch: str, family: str, tool: Tool, top: str) -> Check:
    """That a tool did not run, and what changes that."""
    what = "a program" if tool.run else "plugins" if tool.plugins else "arguments that can load code"
    says = (
        f"Can't determine what {tool.name} reports: this branch's policy names {what} for it that the team's protected "
        "branches don't have, so it did not run. To run it, merge this policy there, or trust it in this clone"
    )
    return Check(branch, tool.name, family, unchecked=Unknown(says, (command(token(top, tool)),)))


class _Own:
    """What the user of this clone answers for; read once, and only where it is asked."""

    def __init__(self, git: Git) -> None:
        self.git = git
        self._known: frozenset[str] | None = None

    def has(self, token: str) -> bool:
        if self._known is None:
            self._known = frozenset(value for _, value in self.git.config_all(r"^gitflowguard\.trust$"))
        return token in self._known


def _held(git: Git, place: Place, tool: Tool, lines: tuple[Line, ...]) -> bool:
    """Whether a line has the same entry, and the same program where that is a file of the repository."""
    wanted = entry(tool)
    files = _program(place.top, tool)
    return any(
        _same(git, place, line, files)
        for line in lines
        if any(one.name == tool.name and entry(one) == wanted for one in line.flow.tools)
    )


def _same(git: Git, place: Place, line: Line, files: tuple[tuple[str, bytes], ...]) -> bool:
    """Whether the files in the work tree are the line's. One that git doesn't track came with no branch."""
    try:
        there = git.blobs(tuple(f"{line.tip}:{path}" for path, _ in files))
    except GitError:
        return False
    other = tuple(path for (path, data), held in zip(files, there) if held != data)
    return len(there) == len(files) and (not other or not holding.tracked(place.top, other))


def _program(top: str, tool: Tool) -> tuple[tuple[str, bytes], ...]:
    """(path, content) of the program, if the entry names a file of the work tree; behind links, of both paths. And of
    the configuration that runs code when the program reads it."""
    if not (top and tool.run):
        return ()
    found = dict(_settings(top, tool))
    if "/" not in tool.run[0]:
        return tuple(found.items())
    for file in (os.path.join(top, tool.run[0]), os.path.realpath(os.path.join(top, tool.run[0]))):
        path = os.path.relpath(file, top if file.startswith(top + os.sep) else os.path.realpath(top))
        path = path.replace(os.sep, "/")
        if path.startswith("../"):
            continue
        try:
            with open(file, "rb") as opened:
                found[path] = opened.read()
        except OSError:
            continue  # not there, and so not run
    return tuple(found.items())


def _settings(top: str, tool: Tool) -> Iterator[tuple[str, bytes]]:
    """The files at the root of the work tree that run code when the program reads them."""
    try:
        names = tuple(sorted(os.listdir(top)))
    except OSError:
        return
    for name in settings_of(tool, names):
        file = os.path.join(top, name)
        if os.path.isfile(file) and not os.path.isabs(name):
            with open(file, "rb") as opened:
                data = opened.read()
            if may_run(tool, name, data):
                yield name, data


def _lines(git: Git, place: Place, refs: Refs, read: Read) -> Iterator[Line]:
    """The protected branches that hold a policy: the team's default branch, and those that its policy names.

    Where the default branch has no policy yet, the usual names count. A repository without a remote has its own
    branches; nobody else's policy came there by itself.
    """
    prefix, tips = _team(refs)
    root = root_of(place, prefix, tips.__contains__)
    first = _line(git, place, prefix, root, tips, read)
    if first is None:
        usual = (next((name for name in names if name in tips), "") for names in (DEVELOP_NAMES, MAIN_NAMES))
        yield from _each(git, place, prefix, usual, tips, read)
        return
    yield first
    yield from _each(git, place, prefix, (name for name in lines_of(first.flow) if name != root), tips, read)
    home = f"{REMOTES}{first.flow.remote}/"
    if prefix not in (home, HEADS):
        yield from _each(git, place, home, lines_of(first.flow), _of(refs, first.flow.remote), read)


def _team(refs: Refs) -> tuple[str, dict[str, str]]:
    """(prefix of its refs, tip by branch) of the team's remote; of this repository where it has no remote."""
    names = dict.fromkeys(remote for remote, _ in refs.remotes)
    if not names:
        return HEADS, dict(refs.heads)
    only = next(iter(names)) if len(names) == 1 else ""
    remote = next((name for name in (TEAM, PARENT) if name in names), only)
    return f"{REMOTES}{remote}/", _of(refs, remote)


def _of(refs: Refs, remote: str) -> dict[str, str]:
    """Tip by branch of a remote, also of one whose own name holds a slash."""
    found = {}
    for (home, name), sha in refs.remotes.items():
        full = f"{home}/{name}"
        if remote and full.startswith(remote + "/"):
            found[full[len(remote) + 1 :]] = sha
    return found


def _each(
    git: Git,
    place: Place,
    prefix: str,
    names: Iterator[str] | tuple[str, ...],
    tips: dict[str, str],
    read: Read,
) -> Iterator[Line]:
    for name in names:
        line = _line(git, place, prefix, name, tips, read)
        if line is not None:
            yield line


def _line(git: Git, place: Place, prefix: str, name: str, tips: dict[str, str], read: Read) -> Line | None:
    """One branch's policy; None where it has none that can be read here."""
    if name not in tips:
        return None
    try:
        source = at_tip(git, place, prefix + name, tips[name])
        return Line(read(place, source), tips[name], name) if source is not None else None
    except (NotHere, PolicyError, GitError):
        return None
