"""Group contents by tool and by the configuration that applies to them."""

from __future__ import annotations

import os
import sys

from gitflowguard.app.quality.asked import Group, QualityRequest
from gitflowguard.app.quality.scripts import scripts
from gitflowguard.model.check import HARD, Check
from gitflowguard.model.finding import Unknown
from gitflowguard.quality import foreign, key
from gitflowguard.quality.catalogue import BY_NAME, known, seen
from gitflowguard.repo import contents, holding, surroundings
from gitflowguard.tooling import disk as tooldisk
from gitflowguard.tooling.find import find

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from gitflowguard.app.quality.asked import Configs
    from gitflowguard.model.check import Quality, Tool
    from gitflowguard.quality.catalogue import ToolSpec
    from gitflowguard.repo.contents import IndexEntry, Places
    from gitflowguard.repo.git import Git, Place
    from gitflowguard.repo.surroundings import Listing
    from gitflowguard.tooling.find import Surroundings
    from gitflowguard.tooling.found import FoundTool


# Where a project keeps its environment in the work tree; code of the repository if git tracks it.
ENVIRONMENTS = (".venv", "venv", "env")


_NAMED = ("VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT", "CONDA_PREFIX")


def groups_of(
    git: Git,
    place: Place,
    tools: tuple[Tool, ...],
    asked: QualityRequest,
    bar: str,
    quality: Quality,
    environ: Mapping[str, str],
    disk: bool = False,
) -> tuple[list[Group], list[FoundTool], list[Check]]:
    """Each tool with the contents that share a configuration; and a Check for each tool that cannot be run.

    disk: ask the index and HEAD of the work tree which environments git tracks, and not the index alone.
    """
    every: tuple[IndexEntry, ...] = ()
    programs = scripts(git, asked, asked.entries)
    entries = {tool.name: _entries(tool, asked.entries, programs) for tool in tools}
    places = places_of(place, tools, environ)
    tools = tuple(tool for tool in tools if entries[tool.name])
    if not tools:
        return [], [], []
    listing = surroundings.listing(git, asked.commit)
    if any(known(tool).whole or known(tool).neighbours for tool in tools):
        every = contents.everything(git, asked.head) if asked.commit else listing.entries()
        entries |= {tool.name: _all(tool, asked.entries, every) for tool in tools if known(tool).whole}
    configs, tracked = listing.found(places)
    if disk or asked.commit and asked.project:
        # Of the disk, not of the commit that is judged: another branch may be checked out.
        tooldisk.unnoted()
        tracked = frozenset(holding.tracked(place.top, places.folders) if place.top else ())
    tracks = _tracks(place.top, places.folders, tracked)
    elsewhere = _elsewhere(place.top)
    groups: list[Group] = []
    everyone: list[FoundTool] = []
    problems: list[Check] = []
    own = os.path.dirname(sys.executable)
    seen_at: Surroundings = {}
    for tool in tools:
        row = known(tool)
        if is_barred(tool):
            problems.append(_unvouched(asked.branch, row, tool, place.top))
            continue
        found = find(
            tool, row, place.top, place.common, environ, own, tracks, asked.project, seen_at, elsewhere
        )
        everyone.append(found)
        if found.problem:
            problems.append(_problem(asked.branch, tool, row, found))
            continue
        beside = contents.modules(every) if row.neighbours or is_sorting(found) else ()
        extra = (bar.encode() if bar == HARD else b"") + _seen(git, tool, asked, listing) + _joined(beside)
        for files, group in _by_config(row, entries[tool.name], configs):
            setup = key.setup(tool, row, found.mark, group, quality.suppressions == "refuse", extra)
            led = _above_each(_rows(tool)[-1], files, configs) if tool.leader else {}
            groups.append(
                Group(
                    tool=tool,
                    known=row,
                    found=found,
                    entries=files,
                    configs=group,
                    setup=setup,
                    beside=beside,
                    led=led,
                    listing=listing,
                )
            )
    return groups, everyone, problems


def _tracks(top: str, folders: Sequence[str], tracked: Collection[str]) -> Callable[[str], bool]:
    """Says of a folder of the work tree whether git tracks it. One that was not asked for together with the others
    (a variable's relative path below the root, a manager's own place, where a link leads) is asked for by itself.
    """

    def says(folder: str) -> bool:
        if folder in tracked or folder in folders:
            return folder in tracked
        tooldisk.unnoted()
        return bool(holding.tracked(top, (folder,)))

    return says


def _elsewhere(top: str) -> Callable[[str], bool]:
    """Says of a folder whether git tracks it in another work tree than this one."""
    holds = holding.Holding(top)

    def says(folder: str) -> bool:
        above = (os.path.dirname(os.path.abspath(folder)), os.path.dirname(tooldisk.real(folder)))
        if above != (os.path.abspath(top), tooldisk.real(top)):
            tooldisk.unnoted()  # what is checked out around it may change
        return holds(folder)

    return says


def places_of(place: Place, tools: tuple[Tool, ...], environ: Mapping[str, str]) -> Places:
    """Where in the index the tools' configuration may lie: at the root, or in every directory if nearer ones count."""
    rows = [row for tool in tools for row in _rows(tool)]
    root = {name for row in rows for name in row.configs}
    nested = {name for row in rows if row.nested for name in row.configs}
    folders = environments(place.top, environ)
    return contents.Places(tuple(sorted(root - nested)), tuple(sorted(nested)), folders)


def is_sorting(found: FoundTool) -> bool:
    """Whether a plug-in of flake8 sorts imports, for which it has to know the project's own modules."""
    return "flake8_isort" in found.mark or "flake8-isort" in found.mark


def _seen(git: Git, tool: Tool, asked: QualityRequest, listing: Listing) -> bytes:
    """What stands for all that is laid out beside the contents: a program of the team's own is given everything."""
    if not tool.run:
        return listing.digest + key.together(listing.named(tool.args)).encode()
    if not asked.texts and not asked.commit:
        return listing.whole
    others = (*asked.entries, *(contents.everything(git, asked.head) if asked.commit else ()))
    return listing.whole + key.together((entry.path, entry.oid) for entry in others).encode()


def _rows(tool: Tool) -> tuple[ToolSpec, ...]:
    """What is known of the tool, then of the formatter that it follows."""
    return (known(tool), BY_NAME[tool.leader[0]]) if tool.leader else (known(tool),)


def environments(top: str, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Directories of the work tree that may be an environment, from its root: the usual names, and named ones."""
    named = (os.path.relpath(os.path.join(top, environ[name]), top) for name in _NAMED if environ.get(name))
    return tuple(
        dict.fromkeys((*ENVIRONMENTS, *(path for path in named if path.split(os.sep)[0] not in (".", ".."))))
    )


def _joined(paths: Sequence[str]) -> bytes:
    return "\0".join(paths).encode("utf-8", "surrogateescape")


def _entries(
    tool: Tool, entries: tuple[IndexEntry, ...], scripts: frozenset[str] = frozenset()
) -> tuple[IndexEntry, ...]:
    """The contents that the tool looks at. scripts: paths of Python programs whose names don't tell."""
    wanted = seen(tool, (entry.path for entry in entries), scripts)
    return tuple(entry for entry in entries if entry.path in wanted)


def _all(
    tool: Tool, entries: tuple[IndexEntry, ...], every: tuple[IndexEntry, ...]
) -> tuple[IndexEntry, ...]:
    """All contents of its kind, for a tool that judges files together; the asked ones in their place."""
    return _entries(tool, tuple({entry.path: entry for entry in (*every, *entries)}.values()))


def _above(path: str) -> list[str]:
    """The directories above a path, the nearest first, without the root."""
    found = []
    while "/" in path:
        path = path.rpartition("/")[0]
        found.append(path)
    return found


def _by_config(
    row: ToolSpec, entries: tuple[IndexEntry, ...], configs: Mapping[str, str]
) -> list[tuple[tuple[IndexEntry, ...], Configs]]:
    """The contents by the configuration files that stand above them, nearest first."""
    if not row.nested:
        own = tuple((name, configs[name]) for name in row.configs if name in configs)
        return [(entries, own)]
    folders = _above_each(row, entries, configs)
    groups: dict[Configs, list[IndexEntry]] = {}
    for entry in entries:
        groups.setdefault(folders[entry.path.rpartition("/")[0]], []).append(entry)
    return [(tuple(files), group) for group, files in groups.items()]


def _above_each(
    row: ToolSpec, entries: tuple[IndexEntry, ...], configs: Mapping[str, str]
) -> dict[str, Configs]:
    """By directory of an entry: the configuration files that stand above it, nearest first."""
    folders: dict[str, Configs] = {}
    for entry in entries:
        folder = entry.path.rpartition("/")[0]
        if folder not in folders:
            above = [*_above(entry.path), ""]
            names = (f"{one}/{name}" if one else name for one in above for name in row.configs)
            folders[folder] = tuple((name, configs[name]) for name in names if name in configs)
    return folders


def is_barred(tool: Tool) -> bool:
    """Whether the tool's entry runs other code than its own, and nobody answers for it."""
    return bool(foreign.entry(tool)) and not tool.vouched


def _unvouched(branch: str, row: ToolSpec, tool: Tool, top: str) -> Check:
    # Here, because no commit of a policy without such entries needs it.
    from gitflowguard.app.policy.trust import unvouched

    return unvouched(branch, row.family, tool, top)


def _problem(branch: str, tool: Tool, row: ToolSpec, found: FoundTool) -> Check:
    """A tool that cannot be run has looked at nothing."""
    return Check(branch, tool.name, row.family, unchecked=Unknown(found.problem, found.mend))
