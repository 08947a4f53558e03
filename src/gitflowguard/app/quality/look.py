"""Which contents each tool has to look at, and what it is known to have passed. Light: every commit does this.

A content that every tool has passed before, under the same configuration, costs one
look into the store; only the rest goes to app.quality.run, which lays files out and
starts tools.
"""

from __future__ import annotations

import os

from gitflowguard.app.quality.asked import (
    EXCLUDED,
    Group,
    QualityRequest,
    QualityResult,
    items_of,
)
from gitflowguard.app.quality.groups import (
    environments,
    groups_of,
    is_barred,
)
from gitflowguard.model.check import FAMILIES, HARD, NONE
from gitflowguard.quality.catalogue import agreed, known
from gitflowguard.repo import holding, surroundings
from gitflowguard.tooling import disk
from gitflowguard.tooling.environments import within
from gitflowguard.tooling.store import Store, secret_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from gitflowguard.model.check import Tool
    from gitflowguard.model.flow import Flow
    from gitflowguard.repo.contents import IndexEntry
    from gitflowguard.repo.git import Git, Place

    Configs = tuple[tuple[str, str], ...]


def look(
    git: Git, place: Place, flow: Flow, asked: QualityRequest, environ: Mapping[str, str]
) -> QualityResult:
    """Looks at all that is asked; raises GitError where git cannot answer."""
    bar = flow.bar(asked.branch)
    tools = _chosen(flow, bar, asked.families)
    if bar == NONE or not tools or not asked.entries:
        return QualityResult()
    asks = disk.note()
    try:
        groups, found, problems = groups_of(git, place, tools, asked, bar, flow.quality, environ)
    finally:
        disk.leave()
    store = Store(os.path.join(place.common, "gitflowguard", "passed"), secret_of(place.common, environ))
    missed, marks = _missed(groups, store, asked)
    if missed and not asked.commit and _left_behind(place, missed, environ):
        asks.whole = False
        groups, found, problems = groups_of(git, place, tools, asked, bar, flow.quality, environ, disk=True)
        missed, marks = _missed(groups, store, asked)
    barred = {tool.name for tool in tools if is_barred(tool)}
    checks = tuple(problem for problem in problems if problem.tool not in barred)
    unvouched = tuple(problem for problem in problems if problem.tool in barred)
    notes: tuple[str, ...] = ()
    if missed:
        # Here, so that the way where all is passed stays light.
        from gitflowguard.app.quality.run import run

        more, notes, counted = run(git, place, flow, asked, tuple(missed), store, environ)
        checks += more
        marks += counted
    told = tuple((one.name, one.version, one.whose) for one in found if one.program)
    looked = sum(len(group.entries) for group in groups)
    return QualityResult(
        checks=checks,
        notes=(*notes, *_counted(marks)),
        tools=told,
        looked=looked,
        unvouched=unvouched,
        # Without a set-up nobody knows what would change a tool's answers (quality.key.setup).
        noted=asks.answers if asks.whole and all(group.setup for group in groups) else None,
    )


def _missed(
    groups: Sequence[Group], store: Store, asked: QualityRequest
) -> tuple[list[Group], list[tuple[str, int]]]:
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
    return own and bool(holding.tracked(place.top, environments(place.top, environ)))


def ahead(git: Git, flow: Flow, branch: str) -> None:
    """Lets git begin with what `look` will be asked of the index, with tools of every family."""
    bar = flow.bar(branch)
    tools = _chosen(flow, bar, FAMILIES) if bar != NONE else ()
    if tools:
        surroundings.ahead(git)


def _chosen(flow: Flow, bar: str, families: Collection[str]) -> tuple[Tool, ...]:
    """The tools that may speak."""
    return tuple(
        tool
        for tool in agreed(flow.tools)
        if known(tool).family in families and (bar != HARD or known(tool).hard)
    )


def _still(entries: tuple[IndexEntry, ...], counts: Sequence[int | None]) -> tuple[IndexEntry, ...]:
    return tuple(entry for entry, count in zip(entries, counts) if count is None)


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
