"""ruff format: what it would change."""

from __future__ import annotations

import posixpath
import re

from gitflowguard.model.check import FORMAT
from gitflowguard.quality.adapter import (
    GarbledOutput,
    Prepared,
    Remark,
    ToolAnswer,
    number,
    option,
    own_name,
)
from gitflowguard.quality.catalogue import PYTHON_FILES, ToolSpec
from gitflowguard.quality.hunks import changed
from gitflowguard.quality.ruff import alone, everything, has_section, left_out, settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from gitflowguard.model.check import Tool
    from gitflowguard.quality.adapter import ToolExit

TOOL = ToolSpec(
    name="ruff-format",
    family=FORMAT,
    files=(*PYTHON_FILES, "*.ipynb"),
    program="ruff",
    dist="ruff",
    oldest="0.5",
    pinned="0.17.6",
    configs=(".ruff.toml", "ruff.toml", "pyproject.toml"),
    nested=True,
    fixes=True,
    signs=((".ruff.toml", "format"), ("ruff.toml", "format"), ("pyproject.toml", "tool.ruff.format")),
)
__all__ = ["columns", "has_section", "prepare", "read"]
# ruff's default (docs.astral.sh/ruff/settings, line-length).
COLUMNS = 88
_DEEPEST = 10  # files that extend each other
_FAILED = re.compile(r"^error: Failed to (?:parse|format|read) (.*?):(?:\d+:\d+:)? (.*)$", re.MULTILINE)


def prepare(config: tuple[str, bytes] | None, tool: Tool, refuse: bool) -> Prepared:
    """Looks only."""
    every = everything(config, tool.args)
    looks = ("format", "--check", "--diff", "--no-cache", "--force-exclude", *every, "--verbose")
    return Prepared((*looks, *tool.args), alone(config))


def columns(config: tuple[str, bytes] | None, args: tuple[str, ...], files: Mapping[str, bytes]) -> int:
    """Its line length: an option goes before the file, and the file before the one that it extends."""
    given = number(option(args, "--line-length")) or number(_inline(args).get("line-length"))
    path, data = config or ("", b"")
    for _ in range(_DEEPEST):
        table = settings(path, data)
        given = given or number(table.get("line-length"))
        extends = table.get("extend")
        if given or not isinstance(extends, str):
            break
        path = posixpath.normpath(posixpath.join(posixpath.dirname(path), extends))
        data = files.get(path, b"")
    return given or COLUMNS


def _inline(args: tuple[str, ...]) -> dict[str, Any]:
    """``--config "line-length = 100"``, which may also name a file."""
    return settings("", option(args, "--config").encode())


def read(ended: ToolExit, files: tuple[str, ...]) -> ToolAnswer:
    """Exit code 0 all well, 1 something to change, 2 an error: then what it could not read is named."""
    if ended.code not in (0, 1, 2):
        raise GarbledOutput(f"ruff ended with exit code {ended.code}")
    failed = [
        (own_name(path, files), f"ruff cannot format it: {why}")
        for path, why in _FAILED.findall(_text(ended.err))
    ]
    if ended.code == 2 and not failed:
        raise GarbledOutput(f"ruff broke off: {_text(ended.err).strip().splitlines()[-1:]}")
    remarks = []
    for path, runs in changed(_text(ended.out)).items():
        name = own_name(path, files) if path in files or len(files) > 1 else files[0]
        if name not in files:
            raise GarbledOutput("ruff reported a file that it wasn't given")
        remarks += [
            Remark(path=name, code="", says="would reformat this file", line=first, column=0, end=last)
            for first, last in runs
        ]
    if (ended.code == 1) is not bool(remarks) and ended.code != 2:
        raise GarbledOutput("ruff's output and its exit code contradict each other")
    return ToolAnswer(tuple(remarks), tuple(failed), left_out(ended.err, files))


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
