"""`gitflowguard quality --fix`: what black, isort, ruff or nbstripout rewrites, in work tree and index."""

from __future__ import annotations

import os

from gitflowguard.app.quality import run as qualityrun
from gitflowguard.app.quality.asked import Group, QualityRequest
from gitflowguard.app.quality.check import (
    QualityPlace,
    QualitySelection,
    named,
    question,
    scene,
)
from gitflowguard.app.quality.groups import groups_of
from gitflowguard.app.quality.look import look
from gitflowguard.artefacts.notebooks import read
from gitflowguard.model.check import FAMILIES, FULL
from gitflowguard.model.names import shell
from gitflowguard.model.record import Record
from gitflowguard.quality.catalogue import known
from gitflowguard.repo import contents
from gitflowguard.repo.files import sweep
from gitflowguard.repo.fixing import apply
from gitflowguard.rules.artefact.notebook_output import RULE as OUTPUT
from gitflowguard.tooling.interrupt import interruptible
from gitflowguard.tooling.order import Result, ToolCall
from gitflowguard.tooling.run import run
from gitflowguard.tooling.tree import Tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.app.quality.asked import ToolProgress
    from gitflowguard.model.check import Quality
    from gitflowguard.repo.contents import IndexEntry

# Options by which a formatter only looks; without them it writes.
_LOOKING = ("--check", "--check-only", "--diff", "--verbose", "--verify")
# An import sorter goes before the formatter, which has the last word (docs.astral.sh/ruff/formatter, "Sorting
# imports").
_STRIPPER = "nbstripout"
_ORDER = (_STRIPPER, "isort", "ruff-format", "black")


class Fixed(Record):
    """One file. tool: what rewrote it. refused: why it was left as it is, "" if it was not."""

    path: str
    tool: str
    refused: str = ""


class Unfixed(Exception):
    """A file that could not be rewritten; the text is a clause that says why."""


def fix(wanted: QualitySelection, progress: ToolProgress | None = None) -> Iterator[Fixed]:
    """Rewrites every content that a formatter would change, one after the other; raises GitError, PolicyError and
    UnknownTool.

    A file whose unstaged edits do not go together with the change is left as it is. progress: as in QualityRequest.
    """
    here = scene()
    if wanted.paths:
        paths = {entry.path for entry in contents.on_disk(here.git, here.place, wanted.paths)[0]}
        wanted = wanted._replace(paths=tuple(sorted(paths)), from_index=True)
    tools = tuple(
        tool
        for name in _ORDER
        for tool in named(here.flow, wanted.tools).tools
        if tool.name == name and known(tool).fixes
    )
    # What must be rewritten hangs neither on the branch's bar nor on what is frozen.
    kinds = tuple(kind._replace(quality=FULL) for kind in here.flow.kinds)
    here = here._replace(flow=here.flow._replace(tools=tools, kinds=kinds))
    asked = question(here, wanted._replace(frozen=False))._replace(families=FAMILIES, progress=progress)
    if not wanted.tools and _STRIPPER not in {tool.name for tool in tools}:
        yield from _unstripped(here, asked)
    if not tools or not asked.entries:
        return
    for folder in {os.path.dirname(entry.path) for entry in asked.entries}:
        sweep(os.path.join(here.place.top, folder))
    found = look(here.git, here.place, here.flow, asked, os.environ)
    by_path: dict[str, list[str]] = {}
    for check in found.checks:
        if check.unchecked is None and check.tool not in by_path.setdefault(check.path, []):
            by_path[check.path].append(check.tool)
    entries = contents.of_paths(asked.entries)
    for path, names in sorted(by_path.items()):
        yield _fixed(here, asked, entries[path], tuple(names))


def _unstripped(here: QualityPlace, asked: QualityRequest) -> Iterator[Fixed]:
    """Notebooks with outputs, where the policy keeps outputs out and names nobody who strips them."""
    if not here.flow.active(OUTPUT.name, OUTPUT.default):
        return
    books = [entry for entry in asked.entries if entry.path.lower().endswith(".ipynb")]
    texts = contents.texts(here.git, here.place, tuple(entry.oid for entry in books), 1 << 24)
    for entry in books:
        data = texts.get(entry.oid)
        if isinstance(data, bytes) and read(data)[0]:
            near = os.path.relpath(os.path.join(here.place.top, entry.path))
            command = shell(("gitflowguard", "quality", "--fix", "--tool", _STRIPPER, "--", near))
            yield Fixed(entry.path, _STRIPPER, f"the policy doesn't name {_STRIPPER}; to strip it: {command}")


def _fixed(here: QualityPlace, asked: QualityRequest, entry: IndexEntry, names: tuple[str, ...]) -> Fixed:
    """One content, by all tools that would change it."""
    environ = qualityrun.environment(os.environ)
    alone = asked._replace(entries=(entry,))
    tools = tuple(tool for tool in here.flow.tools if tool.name in names)
    groups, _, _ = groups_of(here.git, here.place, tools, alone, FULL, here.flow.quality, os.environ)
    texts = contents.texts(here.git, here.place, (entry.oid,), 1 << 24)
    old = texts.get(entry.oid)
    said = ", ".join(names)
    if not isinstance(old, bytes):
        return Fixed(entry.path, said, "its content cannot be read")
    with interruptible(), Tree(environ) as tree:
        jobs = qualityrun.lay_out(here.git, alone, tuple(groups), texts, tree, False)

        def rewrite(data: bytes) -> bytes:
            tree.write(entry.path, data)
            for job in jobs:
                _run(job.group, job.prepared.args, entry.path, tree.root, environ, here.flow.quality)
            try:
                return tree.read(entry.path)
            except OSError:
                raise Unfixed(f"{said} left no file behind") from None

        try:
            new = rewrite(old)
            refused = f"{said} changed nothing"
            if new != old:
                refused = apply(here.git, here.place, entry.path, entry, old, new, rewrite)
        except Unfixed as problem:
            refused = str(problem)
    return Fixed(entry.path, said, refused)


def _run(
    group: Group, args: tuple[str, ...], path: str, root: str, environ: dict[str, str], limits: Quality
) -> None:
    """Lets one formatter rewrite the file; raises Unfixed unless it ended as one that has done its work.

    A formatter that breaks off may leave half a file behind, which must go nowhere.
    """
    argv = (group.found.program, *(word for word in args if word not in _LOOKING))
    order = ToolCall(
        "fix", argv, (qualityrun.named(path),), (0,), split=False,
        seconds=limits.seconds, megabytes=limits.megabytes,
    )  # fmt: skip
    for result in run((order,), root, environ, 1):
        if result.why or result.code:
            raise Unfixed(f"{group.tool.name} {result.why or _words(result)}")


def _words(result: Result) -> str:
    """How a formatter ended that did not do its work."""
    said = result.err.decode("utf-8", "replace").strip().splitlines()
    return f"ended with exit code {result.code}" + (f": {said[0][:200]}" if said else "")
