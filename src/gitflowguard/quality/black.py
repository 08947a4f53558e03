"""black: what it would change, and proof for each file that it looked."""

from __future__ import annotations

import re

from gitflowguard.model.check import FORMAT
from gitflowguard.quality.adapter import (
    GarbledOutput,
    Prepared,
    Remark,
    ToolAnswer,
    last_line,
    number,
    has_table,
    option,
    own_name,
)
from gitflowguard.quality.catalogue import PYTHON_FILES, ToolSpec
from gitflowguard.quality.hunks import changed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from gitflowguard.model.check import Tool
    from gitflowguard.quality.adapter import ToolExit

TOOL = ToolSpec(
    name="black",
    family=FORMAT,
    files=PYTHON_FILES,
    program="black",
    dist="black",
    oldest="22.1",
    pinned="26.10.1",
    configs=("pyproject.toml",),
    nested=True,
    entry="black:patched_main",
    fixes=True,
    signs=(("pyproject.toml", "tool.black"),),
    ids=("black-jupyter",),
)
# Given where the project configures nothing: black would look for a configuration of the user's else (black/files.py,
# find_user_pyproject_toml).
NO_CONFIG = ".gitflowguard-black.toml"
# Options that name a configuration.
NAMES = ("--config",)
# Read even without a table for black: the versions of Python that a project supports decide what black may write
# (black/files.py, infer_target_version).
ANYWAY = ("pyproject.toml",)
_LINES = (
    ("changed", re.compile(r"^would reformat (.*)$", re.MULTILINE)),
    ("same", re.compile(r"^(.*) already well formatted, good job\.$", re.MULTILINE)),
    ("excluded", re.compile(r"^(.*) ignored: matches the --force-exclude regular expression$", re.MULTILINE)),
)
# The second form is 26.10's for code that it cannot parse: a place instead of words.
_FAILED = re.compile(
    r"^error: cannot format (?P<path>.*?): (?P<why>.*)$"
    r"|^(?:error: )?(?P<how>cannot parse\b[^:\n]*): (?P<file>.*):(?P<place>\d+:\d+)$",
    re.MULTILINE,
)
# black's default (black's docs, "The basics", --line-length).
COLUMNS = 88
_SILENT = "black didn't report that it checked the file"
_JUPYTER = "Jupyter dependencies are not installed"


def has_section(name: str, data: bytes) -> bool:
    """Whether this pyproject.toml configures black; one that isn't TOML is black's own to complain of."""
    return b"black" in data and has_table(data, "black")


def prepare(config: tuple[str, bytes] | None, tool: Tool, refuse: bool) -> Prepared:
    """Looks only, and says of each file that it did; black itself has no switch against ``# fmt: off``."""
    args = ("--check", "--diff", "--verbose", "--no-color")
    if option(tool.args, *NAMES):
        return Prepared((*args, *tool.args))
    path = config[0] if config else NO_CONFIG
    return Prepared((*args, "--config", path, *tool.args), () if config else ((NO_CONFIG, b""),))


def columns(config: tuple[str, bytes] | None, args: tuple[str, ...], files: Mapping[str, bytes]) -> int:
    """Its line length: an option goes before the table, in which - and _ are the same."""
    given = number(option(args, "--line-length", "-l"))
    return given or number(_table(config[1] if config else b"").get("line_length")) or COLUMNS


def _table(data: bytes) -> dict[str, Any]:
    """``[tool.black]`` with its keys as black reads them (black.parse_pyproject_toml); {} where it can't be read."""
    import tomllib

    try:
        table = tomllib.loads(data.decode()).get("tool", {}).get("black", {})
        return {key.replace("--", "").replace("-", "_"): value for key, value in table.items()}
    except (ValueError, RecursionError, AttributeError):
        return {}


def read(ended: ToolExit, files: tuple[str, ...]) -> ToolAnswer:
    """Exit codes: 0 all well, 1 something to change, 123 something went wrong (black's docs, "Usage")."""
    if ended.code not in (0, 1, 123):
        raise GarbledOutput(f"black ended with exit code {ended.code}: {last_line(ended.err)}")
    said = ended.err.decode("utf-8", "surrogateescape")
    found: dict[str, set[str]] = {
        name: {own_name(path, files) for path in pattern.findall(said)} for name, pattern in _LINES
    }
    failed = {
        own_name(one["path"] or one["file"], files): one["why"] or f"{one['how']} at {one['place']}"
        for one in _FAILED.finditer(said)
    }
    if len(files) == 1:
        _alone(files[0], ended.code, said, found, failed)
    if ended.code == 1 and found["changed"].isdisjoint(files):
        raise GarbledOutput(f"black didn't run: {last_line(ended.err)}")
    hunks = changed(ended.out.decode("utf-8", "surrogateescape"))
    remarks, unchecked, excluded = [], [], []
    for path in files:
        if path in failed:
            unchecked.append((path, f"black cannot format it: {failed[path]}"))
        elif path in found["changed"]:
            places = (
                hunks.get(path) or (next(iter(hunks.values()), ()) if len(files) == 1 else ()) or ((0, 0),)
            )
            remarks += [
                Remark(path=path, code="", says="would reformat this file", line=first, column=0, end=last)
                for first, last in places
            ]
        elif path in found["excluded"]:
            excluded.append(path)
        elif path not in found["same"]:
            jupyter = path.endswith(".ipynb") and _JUPYTER in said
            why = 'black needs its extra: pip install "black[jupyter]"' if jupyter else _SILENT
            unchecked.append((path, why))
    if ended.code == 0 and (remarks or failed):
        raise GarbledOutput("black's output and its exit code contradict each other")
    return ToolAnswer(tuple(remarks), tuple(unchecked), tuple(excluded))


def _alone(path: str, code: int, said: str, found: dict[str, set[str]], failed: dict[str, str]) -> None:
    """With one file the exit code tells; its name may be one that cannot be found again in what black prints."""
    if code == 123:
        why = ("\n" + said).rpartition("\nerror: ")[2].partition("\n\n")[0]
        failed.setdefault(path, " ".join(why.split())[:200] or "it gave no reason")
    elif code == 1 and "would reformat " in said:
        found["changed"].add(path)
    elif code == 0 and " ignored: matches the --force-exclude regular expression\n" in said:
        found["excluded"].add(path)
    elif code == 0 and " already well formatted, good job.\n" in said:
        found["same"].add(path)
