"""`gitflowguard mcp` with the official SDK's own client: five tools, this repository alone, nothing changed."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import re
import shutil
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.world import World, make
from tests.install.place import picture

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/mcp.md").read_text("utf-8")
TOOLS = ("where_to_start", "status", "radar", "check_paths", "check")
MISSING = importlib.util.find_spec("mcp") is None
needs_mcp = pytest.mark.skipif(MISSING, reason="mcp isn't installed (gitflowguard[mcp])")

Talk = Callable[[Any], Awaitable[Any]]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Two branches that conflict, and a remote whose address holds a password."""
    made = make(tmp_path_factory.mktemp("mcp"), "native")
    for name in ("feature/a", "feature/b"):
        made.do("switch", "-q", "-c", name, "develop")
        made.write("same.txt", f"{name}\n")
        made.do("commit", "-q", "-m", f"Write on {name}")
    made.do("remote", "add", "far", "https://ada:hunter2@example.org/x.git")
    return made


def talk(world: World, words: Talk, cwd: Path | None = None, **env: str) -> Any:
    """What comes of a conversation with the server, configured as the page says."""
    from mcp import ClientSession, StdioServerParameters
    from mcp.client.stdio import stdio_client

    (entry,) = json.loads(re.findall(r"```json\n(.*?)```", PAGE, re.S)[0])["mcpServers"].values()

    # The client's own default is what sys.stderr was when it was first imported: in a test, some capture's.
    errors = sys.__stderr__
    assert errors is not None

    async def go() -> Any:
        program = StdioServerParameters(
            command=str(Path(sys.executable).parent / entry["command"]),
            args=entry["args"],
            cwd=cwd or world.work,
            env={**os.environ, **world.env, **env},
        )
        async with (
            stdio_client(program, errors) as (read, write),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            return await words(session)

    return asyncio.run(go())


def only_read(tools: list[Any]) -> None:
    """The page's five, each with a description and the hint that it changes nothing; one takes paths."""
    found = {tool.name: tool for tool in tools}
    assert set(found) == set(TOOLS) == set(re.findall(r"^\| `(\w+)` \|", PAGE, re.M))
    for tool in found.values():
        assert tool.description and tool.annotations.read_only_hint
        given = set(tool.input_schema.get("properties", {}))
        assert not given - {"kind", "mine", "target", "branches", "scope", "paths", "lines"}


@needs_mcp
def test_the_tools_are_the_page_s_and_each_answer_is_the_command_s(world: World) -> None:
    """One conversation asks all five; the repository is the same byte for byte, but for our own cache."""
    before = {path: one for path, one in picture(world.work).items() if "gitflowguard" not in path}

    async def words(session: Any) -> Any:
        tools = (await session.list_tools()).tools
        given = {"check_paths": {"paths": ["same.txt"], "lines": [[1, 1]]}}
        return tools, [
            (await session.call_tool(tool, given.get(tool, {}))).structured_content for tool in TOOLS
        ]

    tools, (start, status, radar, paths, check) = talk(world, words)
    only_read(tools)
    assert start["start"]["branch"] == "develop" and start["head"] == "feature/b"
    printed = json.loads(world.guard("status", "--json").text)
    assert [row["name"] for row in status["branches"]] == [row["name"] for row in printed["branches"]]
    assert {"feature/a", "feature/b"} <= set(re.findall(r"feature/\w", json.dumps(radar)))
    assert "same.txt" in json.dumps(radar)
    assert check["verdict"] == json.loads(world.guard("check", "--json").text)["verdict"]
    assert paths["verdict"] == "meets" and paths["paths"][0]["others"][0]["branch"] == "feature/a"
    assert "hunter2" not in json.dumps([start, status, radar, paths, check])
    after = {path: one for path, one in picture(world.work).items() if "gitflowguard" not in path}
    assert after == before


@needs_mcp
def test_no_path_leads_out_of_the_repository(world: World, tmp_path: Path) -> None:
    """Not by dots, not by a link, not by a repository inside; and lines go with one file."""
    other = make(tmp_path, "native")
    (world.work / "link").symlink_to(other.work)
    inner = world.work / "inner"
    world.do("init", "-q", str(inner))
    wrong = ("../x", str(other.work / "x"), "link/x", "inner/x", "a\0b")

    async def words(session: Any) -> Any:
        asked: list[dict[str, Any]] = [{"paths": ["same.txt", path]} for path in wrong]
        asked.append({"paths": ["same.txt", "b"], "lines": [[1, 1]]})
        return [await session.call_tool("check_paths", given) for given in asked]

    *outside, lines = talk(world, words)
    for path, done in zip(wrong, outside, strict=True):
        assert done.is_error and "isn't in the work tree of this repository" in done.content[0].text, path
    assert lines.is_error and "lines go with one path" in lines.content[0].text
    (world.work / "link").unlink()
    shutil.rmtree(inner)


@needs_mcp
def test_a_mistake_is_an_error_of_the_protocol_and_the_server_goes_on(world: World) -> None:
    """With the line that a person would read; an option can't be smuggled in; the next question is answered."""
    policy = world.work / ".gitflowguard.yaml"

    async def words(session: Any) -> Any:
        typed = await session.call_tool("status", {"kind": "featur"})
        smuggled = await session.call_tool("radar", {"target": "--output-file=x"})
        policy.write_text("kind: {}\n")
        broken = await session.call_tool("check", {})
        policy.unlink()
        return typed, smuggled, broken, await session.call_tool("where_to_start", {})

    typed, smuggled, broken, good = talk(world, words)
    assert typed.is_error and "featur" in typed.content[0].text
    assert smuggled.is_error and not (world.work / "x").exists()
    assert broken.is_error and "kind" in broken.content[0].text and not good.is_error


@needs_mcp
def test_no_variable_leads_to_another_repository(world: World, tmp_path: Path) -> None:
    """It answers for the one in which it was started."""
    other = make(tmp_path, "native")
    other.do("switch", "-q", "-c", "elsewhere")
    variables = {"GIT_DIR": str(other.work / ".git"), "GIT_WORK_TREE": str(other.work)}

    async def words(session: Any) -> Any:
        return await session.call_tool("where_to_start", {})

    done = talk(world, words, None, **variables)
    assert not done.is_error and done.structured_content["head"] == "feature/b"


@needs_mcp
def test_an_answer_is_bounded() -> None:
    """Lists and long texts are cut, and that is said; what is small stays as it is."""
    from mcp.server.mcpserver.exceptions import ToolError

    from gitflowguard.cli import mcpserver

    small = {"branches": [1, 2]}
    assert mcpserver.bounded(small) == small
    large = {"branches": [{"name": "x" * 5_000, "of": list(range(200))} for _ in range(300)]}
    found = mcpserver.bounded(large)
    assert len(json.dumps(found, indent=2)) <= mcpserver.MOST and "left_out" in found and found["branches"]
    with pytest.raises(ToolError):
        mcpserver.bounded({str(number): "x" * 900 for number in range(100)})


def test_without_the_part_one_line_says_how_to_add_it(world: World, tmp_path: Path) -> None:
    """And outside of a repository one line says that."""
    (tmp_path / "mcp").mkdir()
    (tmp_path / "mcp/__init__.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'mcp'\", name='mcp')\n"
    )
    path = f"import sys; sys.path.insert(0, {str(tmp_path)!r})"
    code = f"{path}; from gitflowguard.cli.main import main; sys.exit(main(['mcp']))"
    done = world.run(sys.executable, "-c", code)
    assert done.code == 3 and "answering coding assistants needs the part [mcp] of gitflowguard" in done.text
    assert "Traceback" not in done.text and re.search(
        r"help: .*gitflowguard\[mcp\]|help: .*\[mcp\]", done.text
    )


@needs_mcp
def test_outside_of_a_repository(world: World, tmp_path: Path) -> None:
    """One line, and no server."""
    done = world.guard("mcp", cwd=tmp_path)
    assert done.code == 3 and "not inside a Git repository" in done.text


def test_no_other_command_loads_the_sdk(world: World) -> None:
    """Not even the help that lists the command."""
    for words in ("--help", "rules", "check"):
        done = world.run(sys.executable, "-X", "importtime", "-m", "gitflowguard", words)
        names = {
            line.rsplit("|", 1)[1].strip().split(".")[0] for line in done.text.splitlines() if "|" in line
        }
        assert not names & {"mcp", "pydantic", "anyio"}
