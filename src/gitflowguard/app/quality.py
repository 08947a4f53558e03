"""Which contents each tool has to look at, and what it is known to have passed. Light: every commit does this.

A content that every tool has passed before, under the same configuration, costs one
look into the store; only the rest goes to app.qualityrun, which lays files out and
starts tools.
"""

from __future__ import annotations

import os
import sys

from gitflowguard.model.check import FAMILIES, HARD, NONE, Check
from gitflowguard.model.finding import Unknown
from gitflowguard.model.record import Record
from gitflowguard.quality import foreign, key
from gitflowguard.quality.catalogue import BY_NAME, agreed, known, seen
from gitflowguard.repo import contents, holding
from gitflowguard.tooling.environments import within
from gitflowguard.tooling.find import find
from gitflowguard.tooling.store import Store, secret_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from gitflowguard.model.check import Quality, Tool
    from gitflowguard.model.flow import Flow
    from gitflowguard.quality.catalogue import Known
    from gitflowguard.repo.addedlines import Changes
    from gitflowguard.repo.contents import Entry, Places
    from gitflowguard.repo.git import Git, Place
    from gitflowguard.tooling.find import Surroundings
    from gitflowguard.tooling.found import Found

    Configs = tuple[tuple[str, str], ...]
    Tell = Callable[[Mapping[str, tuple[int, int]]], None]

# Where a project keeps its environment in the work tree; code of the repository if git tracks it.
ENVIRONMENTS = (".venv", "venv", "env")
_NAMED = ("VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT", "CONDA_PREFIX")
# Added to the count of hidden findings that the store keeps with a pass: the tool's own configuration leaves
# the file out. A pass in the eyes of the team, but one that is told.
EXCLUDED = 1_000_000


class Asked(Record):
    """What is to be looked at.

    entries: the contents. branch: whose bar applies. families: of tools that may speak.
    commit: whose configuration applies, "" for the index. texts: contents that git does not have, by oid.
    everything: all contents beside them, asked only where a tool needs them.
    added: asked only where something was found: what the change did to the lines of files (path -> blob);
        None: all lines count.
    frozen: asked only where something was found: takes checks and texts, leaves out what is frozen.
    project: whether the project's own environment may be used. cached: whether the store is.
    tell: is given (files done, files in all) by tool while tools run; None: nobody watches.
    """

    entries: tuple[Entry, ...]
    branch: str
    everything: Callable[[], tuple[Entry, ...]]
    families: tuple[str, ...] = FAMILIES
    commit: str = ""
    texts: Mapping[str, bytes] | None = None
    added: Callable[[Place, Mapping[str, str]], Changes] | None = None
    frozen: Callable[[tuple[Check, ...], Mapping[str, bytes]], tuple[Check, ...]] | None = None
    project: bool = True
    cached: bool = True
    tell: Tell | None = None


class Group(Record):
    """Contents that one tool looks at under one configuration. beside: paths of empty files for import sorters.

    led: by directory, the files (path, blob) that may configure the formatter that the tool follows, nearest first;
    empty where it follows none.
    """

    tool: Tool
    known: Known
    found: Found
    entries: tuple[Entry, ...]
    configs: tuple[tuple[str, str], ...]
    setup: bytes
    beside: tuple[str, ...] = ()
    led: Mapping[str, Configs] = {}


class Looked(Record):
    """What came of it. looked: how many (tool, file) pairs there were. tools: (name, version, whose).

    unvouched: one for each tool that did not run because nobody answers for what its entry runs (app.trust). They
    are no part of the checks: where a person works on such a policy they don't block (hookquality.told).
    """

    checks: tuple[Check, ...] = ()
    notes: tuple[str, ...] = ()
    tools: tuple[tuple[str, str, str], ...] = ()
    looked: int = 0
    unvouched: tuple[Check, ...] = ()

    def whole(self) -> Looked:
        """The same where each tool has to speak: one that did not run has left its files unchecked."""
        return self._replace(checks=(*self.checks, *self.unvouched), unvouched=())


def look(git: Git, place: Place, flow: Flow, asked: Asked, environ: Mapping[str, str]) -> Looked:
    """Looks at all that is asked; raises GitError where git cannot answer."""
    bar = flow.bar(asked.branch)
    tools = _chosen(flow, bar, asked.families)
    if bar == NONE or not tools or not asked.entries:
        return Looked()
    groups, found, problems = groups_of(git, place, tools, asked, bar, flow.quality, environ)
    store = Store(os.path.join(place.common, "gitflowguard", "passed"), secret_of(place.common, environ))
    missed, marks = _missed(groups, store, asked)
    if missed and not asked.commit and _left_behind(place, missed, environ):
        groups, found, problems = groups_of(git, place, tools, asked, bar, flow.quality, environ, disk=True)
        missed, marks = _missed(groups, store, asked)
    barred = {tool.name for tool in tools if _barred(tool)}
    checks = tuple(problem for problem in problems if problem.tool not in barred)
    unvouched = tuple(problem for problem in problems if problem.tool in barred)
    notes: tuple[str, ...] = ()
    if missed:
        # By name, so that the way where all is passed stays light.
        heavy = __import__("gitflowguard.app.qualityrun", fromlist=["run"])
        more, notes, counted = heavy.run(git, place, flow, asked, tuple(missed), store, environ)
        checks += more
        marks += counted
    told = tuple((one.name, one.version, one.whose) for one in found if one.program)
    looked = sum(len(group.entries) for group in groups)
    return Looked(checks, (*notes, *_counted(marks)), told, looked, unvouched)


def _missed(groups: Sequence[Group], store: Store, asked: Asked) -> tuple[list[Group], list[tuple[str, int]]]:
    """(what no tool is known to have passed, marks of the rest)."""
    missed: list[Group] = []
    marks: list[tuple[str, int]] = []
    for group in groups:
        items = items_of(group)
        counts = store.passed(group.setup, items) if asked.cached else [None] * len(items)
        marks += [(group.tool.name, count) for count in counts if count]
        if None in counts:
            rest = group.entries if group.known.whole else _still(group.entries, counts)
            missed.append(group._replace(entries=rest))
    return missed, marks


def _left_behind(place: Place, groups: Sequence[Group], environ: Mapping[str, str]) -> bool:
    """Whether a tool would run from an environment that HEAD has and the index does not: `git rm --cached` leaves
    the programs on the disk. Asked only where a tool is to run: git needs three processes for it.
    """
    own = any(place.top and within(group.found.program, place.top) for group in groups)
    return own and bool(holding.tracked(place.top, _environments(place.top, environ)))


def ahead(git: Git, place: Place, flow: Flow, branch: str, environ: Mapping[str, str]) -> None:
    """Lets git begin with what `look` will be asked of the index, with tools of every family."""
    bar = flow.bar(branch)
    tools = _chosen(flow, bar, FAMILIES) if bar != NONE else ()
    if tools:
        contents.configs_ahead(git, _places(place, tools, environ))


def _chosen(flow: Flow, bar: str, families: Collection[str]) -> tuple[Tool, ...]:
    """The tools that may speak."""
    return tuple(
        tool
        for tool in agreed(flow.tools)
        if known(tool).family in families and (bar != HARD or known(tool).hard)
    )


def groups_of(
    git: Git,
    place: Place,
    tools: tuple[Tool, ...],
    asked: Asked,
    bar: str,
    quality: Quality,
    environ: Mapping[str, str],
    disk: bool = False,
) -> tuple[list[Group], list[Found], list[Check]]:
    """Each tool with the contents that share a configuration; and a Check for each tool that cannot be run.

    disk: ask the index and HEAD of the work tree which environments git tracks, and not the index alone.
    """
    every: tuple[Entry, ...] = ()
    entries = {tool.name: _entries(tool, asked.entries) for tool in tools}
    places = _places(place, tools, environ)
    tools = tuple(tool for tool in tools if entries[tool.name])
    if not tools:
        return [], [], []
    if any(known(tool).whole or known(tool).neighbours for tool in tools):
        every = asked.everything()
        entries |= {tool.name: _all(tool, asked.entries, every) for tool in tools if known(tool).whole}
    if asked.commit:
        names = {name for tool in tools for name in _names(tool, entries[tool.name])}
        places = places._replace(names=tuple(sorted(names)))
    configs, tracked = contents.configs(git, places, asked.commit)
    if disk or asked.commit and asked.project:
        # Of the disk, not of the commit that is judged: another branch may be checked out.
        tracked = frozenset(holding.tracked(place.top, places.folders) if place.top else ())
    elsewhere = holding.Holding(place.top)
    groups: list[Group] = []
    everyone: list[Found] = []
    problems: list[Check] = []
    own = os.path.dirname(sys.executable)
    surroundings: Surroundings = {}
    for tool in tools:
        row = known(tool)
        if _barred(tool):
            problems.append(_unvouched(asked.branch, row, tool, place.top))
            continue
        found = find(
            tool, row, place.top, place.common, environ, own, tracked, asked.project, surroundings, elsewhere
        )
        everyone.append(found)
        if found.problem:
            problems.append(_problem(asked.branch, tool, row, found))
            continue
        beside = contents.skeleton(every) if row.neighbours else ()
        extra = bar.encode() if bar == HARD else b""
        for files, group in _by_config(row, entries[tool.name], configs):
            setup = key.setup(
                tool, row, found.mark, group, quality.suppressions == "refuse", extra + _joined(beside)
            )
            led = _above_each(_rows(tool)[-1], files, configs) if tool.leader else {}
            groups.append(Group(tool, row, found, files, group, setup, beside, led))
    return groups, everyone, problems


def _places(place: Place, tools: tuple[Tool, ...], environ: Mapping[str, str]) -> Places:
    """Where in the index the tools' configuration may lie: at the root, or in every directory if nearer ones count."""
    rows = [row for tool in tools for row in _rows(tool)]
    root = {name for row in rows for name in row.configs}
    nested = {name for row in rows if row.nested for name in row.configs}
    folders = _environments(place.top, environ)
    return contents.Places(tuple(sorted(root - nested)), tuple(sorted(nested)), folders)


def _rows(tool: Tool) -> tuple[Known, ...]:
    """What is known of the tool, then of the formatter that it follows."""
    return (known(tool), BY_NAME[tool.leader[0]]) if tool.leader else (known(tool),)


def _environments(top: str, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Directories of the work tree that may be an environment, from its root: the usual names, and named ones."""
    named = (os.path.relpath(os.path.join(top, environ[name]), top) for name in _NAMED if environ.get(name))
    return tuple(
        dict.fromkeys((*ENVIRONMENTS, *(path for path in named if path.split(os.sep)[0] not in (".", ".."))))
    )


def _joined(paths: Sequence[str]) -> bytes:
    return "\0".join(paths).encode("utf-8", "surrogateescape")


def _entries(tool: Tool, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The contents that the tool looks at."""
    wanted = seen(tool, (entry.path for entry in entries))
    return tuple(entry for entry in entries if entry.path in wanted)


def _all(tool: Tool, entries: tuple[Entry, ...], every: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """All contents of its kind, for a tool that judges files together; the asked ones in their place."""
    return _entries(tool, tuple({entry.path: entry for entry in (*every, *entries)}.values()))


def _names(tool: Tool, entries: tuple[Entry, ...]) -> list[str]:
    """Paths that may hold the tool's configuration: at the root, and above each file where a nearer one counts."""
    rows = _rows(tool)
    found = [name for row in rows for name in row.configs]
    nested = [name for row in rows if row.nested for name in row.configs]
    if nested:
        for folder in {folder for entry in entries for folder in _above(entry.path)}:
            found += [f"{folder}/{name}" for name in nested]
    return found


def _above(path: str) -> list[str]:
    """The directories above a path, the nearest first, without the root."""
    found = []
    while "/" in path:
        path = path.rpartition("/")[0]
        found.append(path)
    return found


def _by_config(
    row: Known, entries: tuple[Entry, ...], configs: Mapping[str, str]
) -> list[tuple[tuple[Entry, ...], Configs]]:
    """The contents by the configuration files that stand above them, nearest first."""
    if not row.nested:
        own = tuple((name, configs[name]) for name in row.configs if name in configs)
        return [(entries, own)]
    folders = _above_each(row, entries, configs)
    groups: dict[Configs, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(folders[entry.path.rpartition("/")[0]], []).append(entry)
    return [(tuple(files), group) for group, files in groups.items()]


def _above_each(row: Known, entries: tuple[Entry, ...], configs: Mapping[str, str]) -> dict[str, Configs]:
    """By directory of an entry: the configuration files that stand above it, nearest first."""
    folders: dict[str, Configs] = {}
    for entry in entries:
        folder = entry.path.rpartition("/")[0]
        if folder not in folders:
            above = [*_above(entry.path), ""]
            names = (f"{one}/{name}" if one else name for one in above for name in row.configs)
            folders[folder] = tuple((name, configs[name]) for name in names if name in configs)
    return folders


def items_of(group: Group) -> list[tuple[str, str]]:
    """What is looked up in the store: (path part, content) pairs; one for all where the tool judges them together."""
    if group.known.whole:
        return [("", key.together((entry.path, entry.oid) for entry in group.entries))]
    if group.led:
        led = ((entry, group.led[entry.path.rpartition("/")[0]]) for entry in group.entries)
        return [(key.part(group.known, entry.path, configs), entry.oid) for entry, configs in led]
    return [(key.part(group.known, entry.path), entry.oid) for entry in group.entries]


def _still(entries: tuple[Entry, ...], counts: Sequence[int | None]) -> tuple[Entry, ...]:
    return tuple(entry for entry, count in zip(entries, counts) if count is None)


def _barred(tool: Tool) -> bool:
    """Whether the tool's entry runs other code than its own, and nobody answers for it."""
    return bool(foreign.entry(tool)) and not tool.vouched


def _unvouched(branch: str, row: Known, tool: Tool, top: str) -> Check:
    """By name, because no commit of a policy without such entries needs it."""
    heavy = __import__("gitflowguard.app.trust", fromlist=["unvouched"])
    found: Check = heavy.unvouched(branch, row.family, tool, top)
    return found


def _problem(branch: str, tool: Tool, row: Known, found: Found) -> Check:
    """A tool that cannot be run has looked at nothing."""
    return Check(branch, tool.name, row.family, unchecked=Unknown(found.problem, found.mend))


def _counted(marks: Sequence[tuple[str, int]]) -> tuple[str, ...]:
    """A sentence that counts the comments by which findings are hidden, and one for what configurations leave out."""
    hidden: dict[str, int] = {}
    left: dict[str, int] = {}
    for name, mark in marks:
        out, count = divmod(mark, EXCLUDED)
        hidden[name] = hidden.get(name, 0) + count
        left[name] = left.get(name, 0) + out
    said = []
    if any(hidden.values()):
        counts = ", ".join(f"{count} of {name}" for name, count in hidden.items() if count)
        said.append(f"findings that comments in the checked files hide: {counts}")
    if any(left.values()):
        counts = ", ".join(f"{count} by {name}" for name, count in left.items() if count)
        said.append(f"files that the tools' own configuration leaves out: {counts}")
    return tuple(said)
