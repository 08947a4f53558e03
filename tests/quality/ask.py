"""Asks a real tool in the manner of its adapter, in this process: what it answers is what the adapter reads."""

from __future__ import annotations

import importlib
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

from gitflowguard.model.check import Tool
from gitflowguard.quality.adapter import Prepared, ToolAnswer, ToolExit
from gitflowguard.quality.catalogue import known
from tests.e2e.world import BIN


def adapter(name: str) -> ModuleType:
    """The module of a tool of this name."""
    return importlib.import_module(f"gitflowguard.quality.{name.replace('-', '_')}")


def ask(
    root: Path,
    tool: Tool | str,
    files: Mapping[str, str | bytes],
    config: tuple[str, str] | None = None,
    refuse: bool = False,
) -> ToolAnswer:
    """The answer on these files, laid out in a directory with the configuration and what the adapter asks for."""
    row = Tool(tool) if isinstance(tool, str) else tool
    module = adapter(row.name)
    chosen = (config[0], config[1].encode()) if config else None
    prepared: Prepared = module.prepare(chosen, row, refuse)
    if chosen:
        assert module.has_section(
            chosen[0].rpartition("/")[2], chosen[1]
        ), "the configuration is none of the tool's"
    for name, data in (*files.items(), *([chosen] if chosen else ()), *prepared.files):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
    argv = (str(BIN / known(row).program), *prepared.args, *files)
    done = subprocess.run(argv, cwd=root, capture_output=True, check=False, timeout=120)
    answer: ToolAnswer = module.read(ToolExit(done.returncode, done.stdout, done.stderr), tuple(files))
    return answer
