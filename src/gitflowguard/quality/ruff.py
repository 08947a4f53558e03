"""ruff check: its JSON list of findings."""

from __future__ import annotations

import json
import posixpath
import re

from gitflowguard.model.check import LINT
from gitflowguard.quality.adapter import (
    GarbledOutput,
    Partly,
    Prepared,
    Remark,
    ToolAnswer,
    last_line,
    option,
    without,
    own_name,
)
from gitflowguard.quality.catalogue import BROKEN, PYTHON_FILES, ToolSpec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from gitflowguard.model.check import Tool
    from gitflowguard.quality.adapter import ToolExit

TOOL = ToolSpec(
    name="ruff",
    family=LINT,
    files=(*PYTHON_FILES, "*.ipynb"),
    program="ruff",
    dist="ruff",
    oldest="0.5",
    pinned="0.17.6",
    configs=(".ruff.toml", "ruff.toml", "pyproject.toml"),
    nested=True,
    neighbours=True,
    hard=(*BROKEN, "invalid-syntax"),
    signs=((".ruff.toml", ""), ("ruff.toml", ""), ("pyproject.toml", "tool.ruff")),
    ids=("ruff-check",),
)
_FLAGS = (
    "--exit-zero", "-e", "--statistics", "--quiet", "-q", "--silent", "-s", "--fix", "--diff", "--show-fixes",
    "--exit-non-zero-on-fix",
)  # fmt: skip
# No file has this name.
NOTHING = ".gitflowguard-nothing"
# What it logs under --verbose, in the same words from 0.5 on.
_IGNORED = re.compile(r"^.*Ignored path via `[^`]*`: \"(.*)\"$", re.MULTILINE)
_COUNT = re.compile(r"\b(?:Checked|Formatted) (\d+) files in")
_NONE = "No Python files found under the given path(s)"


def has_section(name: str, data: bytes) -> bool:
    """ruff.toml and .ruff.toml are ruff's alone; pyproject.toml needs a table for it (ruff's docs, "Configuring")."""
    return name != "pyproject.toml" or re.search(rb"^\s*\[tool\.ruff\b", data, re.MULTILINE) is not None


def prepare(config: tuple[str, bytes] | None, tool: Tool, refuse: bool) -> Prepared:
    """No cache, and no configuration but the repository's."""
    noqa = ("--ignore-noqa",) if refuse else ()
    return Prepared(
        (
            "check",
            "--output-format=json",
            "--no-cache",
            "--no-fix",
            "--force-exclude",
            *everything(config, tool.args),
            "--verbose",
            *noqa,
            *without(tool.args, _FLAGS, ("--output-format", "--output-file", "-o")),
        ),
        alone(config),
    )


def alone(config: tuple[str, bytes] | None) -> tuple[tuple[str, bytes], ...]:
    """ruff finds the nearest configuration of each file by itself. An empty one at the root, where there is none, ends
    its search above the repository; the versions of Python in pyproject.toml count beside it.

    Source: docs.astral.sh/ruff/configuration, "Config file discovery".
    """
    return () if config else ((".ruff.toml", b""),)


def everything(config: tuple[str, bytes] | None, args: tuple[str, ...]) -> tuple[str, ...]:
    """The option that keeps ruff from leaving out what it always does: dist/, .tox/, venv/ and more, which nobody has
    configured (docs.astral.sh/ruff/settings, exclude). extend-exclude counts as ever.

    A configuration that extends another may have its words there, so it counts as one that has them.
    """
    table = settings(*config) if config else {}
    if "exclude" in table or "extend" in table or option(args, "--exclude", "--config"):
        return ()
    return (f"--exclude={NOTHING}",)


def settings(path: str, data: bytes) -> dict[str, Any]:
    """ruff's settings in a file of either form; {} where they can't be read."""
    import tomllib

    try:
        table = tomllib.loads(data.decode())
        own = table["tool"]["ruff"] if posixpath.basename(path) == "pyproject.toml" else table
    except (ValueError, RecursionError, KeyError, TypeError):
        return {}
    return own if isinstance(own, dict) else {}


def read(ended: ToolExit, files: tuple[str, ...]) -> ToolAnswer:
    """Exit code 0 without, 1 with findings, 2 for an error of its own."""
    if ended.code not in (0, 1):
        raise GarbledOutput(f"ruff ended with exit code {ended.code}: {last_line(ended.err)}")
    try:
        remarks = [_remark(one, files) for one in json.loads(ended.out)]
    except (RecursionError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise GarbledOutput(f"can't read ruff's report: {type(problem).__name__}") from None
    if bool(remarks) is not bool(ended.code):
        raise GarbledOutput("ruff's output and its exit code contradict each other")
    failed = re.findall(
        r"^error: Failed to \w+ (.*?): (.*)$", ended.err.decode("utf-8", "surrogateescape"), re.MULTILINE
    )
    unchecked = tuple((own_name(path, files), f"ruff cannot read it: {why}") for path, why in failed)
    return ToolAnswer(tuple(remarks), unchecked, left_out(ended.err, files))


def left_out(log: bytes, files: tuple[str, ...]) -> tuple[str, ...]:
    """The files that its configuration excludes, by its own log; raises Garbled where its count does not agree."""
    said = log.decode("utf-8", "surrogateescape")
    counts = _COUNT.findall(said)
    if not counts and _NONE not in said:
        raise GarbledOutput(f"ruff didn't report how many files it checked: {last_line(log)}")
    if not counts or counts[-1] == "0":
        return files
    ignored = _IGNORED.findall(said)
    left = tuple(name for name in files if any(_under(name, path) for path in ignored))
    if int(counts[-1]) + len(left) != len(files):
        raise Partly("ruff didn't check all files")
    return left


def _under(name: str, path: str) -> bool:
    """Whether a file is the ignored path, or lies below it; the log has whole paths."""
    parts = name.removeprefix("./").split("/")
    return any(path.endswith("/" + "/".join(parts[:count])) for count in range(1, len(parts) + 1))


def _remark(one: dict[str, Any], files: tuple[str, ...]) -> Remark:
    start, end = one["location"], one["end_location"]
    path = own_name(str(one["filename"]), files)
    if path not in files:
        raise ValueError("a file that was not given")
    return Remark(
        path=path,
        code=str(one.get("code") or "invalid-syntax"),
        says=str(one["message"]),
        line=int(start["row"]),
        column=int(start["column"]),
        end=int(end["row"]),
    )
