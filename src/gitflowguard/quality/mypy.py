"""mypy: errors across all files together; its notes belong to them and are left out."""

from __future__ import annotations

import re

from gitflowguard.model.check import LINT
from gitflowguard.quality.adapter import (
    GarbledOutput,
    Prepared,
    Remark,
    ToolAnswer,
    option,
)
from gitflowguard.quality.catalogue import PYTHON_FILES, ToolSpec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.check import Tool
    from gitflowguard.quality.adapter import ToolExit

TOOL = ToolSpec(
    name="mypy",
    family=LINT,
    files=PYTHON_FILES,
    program="mypy",
    dist="mypy",
    oldest="1.0",
    pinned="2.4.1",
    configs=("mypy.ini", ".mypy.ini", "pyproject.toml", "setup.cfg"),
    hard=("syntax",),
    whole=True,
    signs=(("mypy.ini", ""), (".mypy.ini", ""), ("pyproject.toml", "tool.mypy"), ("setup.cfg", "[mypy]")),
)
NAMES = ("--config-file",)
_LINE = re.compile(r"^(.*?):(\d+)(?::(\d+))?: (error|note): (.*?)(?:  \[([a-z0-9-]+)\])?$")
_COUNT = re.compile(
    r"^(?:Success: no issues found in (\d+) source files?|Found .* \(checked (\d+) source files?\))$",
    re.MULTILINE,
)
_SECTION = {"pyproject.toml": rb"^\s*\[tool\.mypy\b", "setup.cfg": rb"^\s*\[mypy\b"}


def has_section(name: str, data: bytes) -> bool:
    """mypy.ini is mypy's alone; the others need a section for it."""
    pattern = _SECTION.get(name, rb"^\s*\[mypy\b")
    return re.search(pattern, data, re.MULTILINE) is not None


def prepare(config: tuple[str, bytes] | None, tool: Tool, refuse: bool) -> Prepared:
    """No cache on disk, places with columns, and a configuration that we name."""
    looks = (
        "--error-summary",
        "--show-column-numbers",
        "--show-error-codes",
        "--no-pretty",
        "--no-color-output",
    )
    path, data = config or ("", b"")
    own = () if option(tool.args, *NAMES) else ("--config-file", path)
    alone = ("--hide-error-context", "--no-incremental", "--cache-dir=/dev/null", *own)
    code = "" if tool.plugins else _code(path, data)
    why = f"{path} lets it run {code}; to allow that: tools: {{mypy: {{plugins: true}}}}" if code else ""
    return Prepared((*looks, *alone, *tool.args), refused=why)


def _code(path: str, data: bytes) -> str:
    """What of the repository mypy would run: a plug-in that is a file, or an interpreter at a relative path."""
    try:
        plugins, python = _settings(path, data)
    except RecursionError:  # mypy itself begins higher on the stack, so it may still read it
        return "code that can't be determined, because it is nested too deep"
    for plugin in plugins:
        if plugin.strip().partition(":")[0].endswith(".py"):
            return plugin.strip()
    return python if "/" in python and not python.startswith("/") else ""


def _settings(path: str, data: bytes) -> tuple[list[str], str]:
    """(plugins, python_executable) of a configuration; nothing of one that mypy could not read either."""
    import configparser
    import tomllib

    try:
        if path.endswith(".toml"):
            table = tomllib.loads(data.decode()).get("tool", {}).get("mypy", {})
            plugins = table.get("plugins", [])
            plugins = plugins.split(",") if isinstance(plugins, str) else [str(word) for word in plugins]
            return plugins, str(table.get("python_executable", ""))
        parser = configparser.RawConfigParser()
        parser.read_string(data.decode())
        words = parser.get("mypy", "plugins", fallback="").replace("\n", ",").split(",")
        return words, parser.get("mypy", "python_executable", fallback="").strip()
    except (configparser.Error, ValueError, AttributeError, TypeError):
        return [], ""


def read(ended: ToolExit, files: tuple[str, ...]) -> ToolAnswer:
    """Exit code 0 without, 1 with errors, 2 for what it cannot go on from: a syntax error is one with a place."""
    if ended.code not in (0, 1, 2):
        raise GarbledOutput(f"mypy ended with exit code {ended.code}")
    remarks, other = [], ""
    names = {path.removeprefix("./"): path for path in files}  # mypy leaves that away
    for line in ended.out.decode("utf-8", "surrogateescape").splitlines():
        match = _LINE.match(line)
        if match is None:
            other = other or line.strip()
        elif match[4] == "error" and match[1] in names:
            remarks.append(
                Remark(names[match[1]], match[6] or "", match[5], int(match[2]), int(match[3] or "0"))
            )
    count = _COUNT.search(ended.out.decode("utf-8", "surrogateescape"))
    if ended.code < 2 and (count is None or int(count[1] or count[2]) != len(files)):
        raise GarbledOutput(f"mypy didn't report that it checked all files: {other[:200]}")
    if ended.code == 0 and remarks or ended.code == 1 and not remarks:
        raise GarbledOutput(
            f"mypy's output and its exit code {ended.code} contradict each other: {other[:200]}"
        )
    if ended.code == 2 and not (remarks and all(one.code == "syntax" for one in remarks)):
        last = (ended.err.decode("utf-8", "replace").strip() or other).splitlines()[-1:] or [
            "it gave no reason"
        ]
        raise GarbledOutput(f"mypy could not go on: {last[0][:200]}")
    return ToolAnswer(tuple(remarks))
