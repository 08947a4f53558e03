"""The server behind `gitflowguard mcp`: five questions, each answered by the command that people use.

A question starts that command with ``--json`` in a process of its own, so an assistant gets the answer that a person
gets: the same policy, the same exit code, the same words, escaped and without credentials. No tool leads to another
repository; paths are names of files in this one.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Annotated, Any, Literal

import anyio.to_thread
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field

from gitflowguard import __version__
from gitflowguard.app.radar.planned import place_of
from gitflowguard.cli import exits
from gitflowguard.output import safe
from gitflowguard.process import ProcessError, run, scrubbed
from gitflowguard.repo.git import GitError

# One answer fits an assistant's context; bytes of JSON, and letters of one text in it.
MOST, LONGEST = 48_000, 1_000
SECONDS = 120.0
_CUTS = (100, 50, 20, 10, 5, 2, 1)
# What could lead the command to another repository, or let it pass a rule.
_DROPPED = ("GIT_", "GITFLOWGUARD_")
# A verdict has come: nothing found, something found, something that can't be determined.
_ANSWERED = (exits.CLEAN, exits.VIOLATIONS, exits.BLIND)
_READS = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
_SAYS = (
    "gitflowguard knows this Git repository's branch policy. Ask where_to_start before you create a branch, status for "
    "all branches, radar for conflicts between open branches, check_paths before you edit files, and check before "
    "you commit or push. Findings carry the commands that fix them. Every answer is about this repository; nothing is "
    "changed."
)

Word = Annotated[str, Field(max_length=200)]
# A file and what of it is about to be edited.
FilePath = Annotated[str, Field(max_length=4_096)]
LineRange = Annotated[list[int], Field(min_length=2, max_length=2)]


class Asker:
    """Asks the commands about one repository. top: its work tree, or its Git directory where it has none."""

    def __init__(self, top: str) -> None:
        self.top = top

    async def ask(self, *words: str, given: Any = None) -> Any:
        """A command's JSON. given: its JSON on standard input. Raises ToolError with what it says where it has no
        verdict."""
        return await anyio.to_thread.run_sync(self._ask, words, given)

    def inside(self, path: str) -> str:
        """A path as it is asked. Raises ToolError for a file that isn't in the work tree of this repository."""
        try:
            found = None if "\0" in path else place_of(os.path.join(self.top, path))
        except GitError:
            found = None
        if found is None or os.path.realpath(found[0].top) != os.path.realpath(self.top):
            raise ToolError(safe(f"{path!r} isn't in the work tree of this repository"))
        return path

    def _ask(self, words: tuple[str, ...], given: Any) -> Any:
        argv = (sys.executable, "-P", "-m", "gitflowguard", "-C", self.top, *words, "--json")
        environ = {name: value for name, value in scrubbed().items() if not name.startswith(_DROPPED)}
        try:
            stdin = b"" if given is None else json.dumps(given).encode("utf-8", "replace")
            done = run(argv, stdin, environ, SECONDS)
        except ProcessError as problem:
            raise ToolError(safe(f"{words[0]}: {problem}")) from None
        said = done.err.decode("utf-8", "replace").strip()
        if done.code not in _ANSWERED or not done.out:
            raise ToolError(said[:LONGEST] or f"{words[0]} ended with exit code {done.code}")
        return json.loads(done.out)


def build(top: str) -> MCPServer[Any]:
    """The server for a repository."""
    asker = Asker(top)
    server: MCPServer[Any] = MCPServer(
        "gitflowguard", version=__version__, instructions=_SAYS, log_level="CRITICAL"
    )

    @server.tool(annotations=_READS)
    async def where_to_start() -> dict[str, Any]:
        """Where new work starts: the branch, its commit, and the commands that bring it up to date and begin."""
        found = await asker.ask("status", "--no-radar")
        return bounded({key: found[key] for key in ("start", "head", "policy", "preset", "notes")})

    @server.tool(annotations=_READS)
    async def status(
        kind: Annotated[Word, Field(description="Only branches of this kind, such as feature.")] = "",
        mine: Annotated[bool, Field(description="Only branches whose newest commit is yours.")] = False,
    ) -> dict[str, Any]:
        """Every branch: its kind, where it was cut from, what it is stacked on, where it landed, its conflicts."""
        words = (*((f"--kind={kind}",) if kind else ()), *(("--mine",) if mine else ()))
        return bounded(await asker.ask("status", *words))

    @server.tool(annotations=_READS)
    async def radar(
        target: Annotated[Word, Field(description="Only branches that merge into this one.")] = "",
        branches: Annotated[
            Word, Field(description="Only branches whose names match, such as feature/*.")
        ] = "",
    ) -> dict[str, Any]:
        """Which open branches would conflict when they are merged, at which lines, and the order that hurts least."""
        words = (
            *((f"--target={target}",) if target else ()),
            *((f"--branches={branches}",) if branches else ()),
        )
        return bounded(await asker.ask("radar", *words))

    @server.tool(annotations=_READS)
    async def check_paths(
        paths: Annotated[
            list[FilePath],
            Field(
                min_length=1, max_length=100, description="Files that you are about to edit, from the top."
            ),
        ],
        lines: Annotated[
            list[LineRange] | None,
            Field(max_length=100, description="With one file: the lines to edit, [first, last] from 1."),
        ] = None,
    ) -> dict[str, Any]:
        """Whether an edit of these files meets somebody's open work: a branch, or what lies in another work tree."""
        if lines is not None and len(paths) > 1:
            raise ToolError("lines go with one path")
        edits = [{"path": asker.inside(path), **({"lines": lines} if lines else {})} for path in paths]
        return bounded(await asker.ask("radar", "check", "--stdin", given={"edits": edits}))

    @server.tool(annotations=_READS)
    async def check(
        scope: Annotated[
            Literal["current", "all"],
            Field(description="current: this branch and the next commit; all: each branch."),
        ] = "current",
    ) -> dict[str, Any]:
        """What the hooks would say of the next commit and push: findings, each with the commands that fix it."""
        return bounded(await asker.ask("check", *(("--all",) if scope == "all" else ())))

    return server


def serve(top: str) -> None:
    """Answers on standard input and output until the client leaves."""
    build(top).run("stdio")


def bounded(found: dict[str, Any]) -> dict[str, Any]:
    """The answer, with its lists and texts cut to what fits; `left_out` then says so. Raises ToolError."""
    if _fits(found):
        return found
    for most in _CUTS:
        cut = {**_cut(found, most), "left_out": f"lists are cut to {most}; ask for less, or run the command"}
        if _fits(cut):
            return cut
    raise ToolError("the answer is too large; ask for fewer branches")


def _fits(found: dict[str, Any]) -> bool:
    # As the SDK writes it: indented, in UTF-8 (mcp/server/mcpserver/utilities/func_metadata.py, _convert_to_content).
    return len(json.dumps(found, indent=2, ensure_ascii=False).encode("utf-8", "replace")) <= MOST


def _cut(value: Any, most: int) -> Any:
    if isinstance(value, dict):
        return {key: _cut(one, most) for key, one in value.items()}
    if isinstance(value, list):
        return [_cut(one, most) for one in value[:most]]
    return f"{value[:LONGEST]}…" if isinstance(value, str) and len(value) > LONGEST else value
