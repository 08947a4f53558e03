"""bandit: its JSON report, in which files that it could not parse stand under "errors" although it exits with 0."""

from __future__ import annotations

import json

from gitflowguard.model.check import SECURITY
from gitflowguard.quality.adapter import (
    GarbledOutput,
    Prepared,
    Remark,
    ToolAnswer,
    has_table,
    option,
    without,
)
from gitflowguard.quality.catalogue import ToolSpec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from gitflowguard.model.check import Tool
    from gitflowguard.quality.adapter import ToolExit

TOOL = ToolSpec(
    name="bandit",
    family=SECURITY,
    files=("*.py",),
    program="bandit",
    dist="bandit",
    oldest="1.7.5",
    pinned="1.9.4",
    configs=(".bandit", "bandit.yaml", "bandit.yml", "pyproject.toml"),
    entry="bandit.cli.main:main",
    signs=(
        (".bandit", ""),
        ("bandit.yaml", ""),
        ("bandit.yml", ""),
        ("pyproject.toml", "tool.bandit"),
    ),
)
NO_CONFIG = ".gitflowguard-bandit.ini"
NAMES = ("-c", "--configfile", "--ini")
_BORDERS = str.maketrans("[]'\",=", "      ")
_PLACES = ("./", "/", "*/")
_FLAGS = ("--exit-zero", "--recursive", "-r", "--verbose", "-v", "--debug", "-d", "--silent", "--quiet", "-q")


def has_section(name: str, data: bytes) -> bool:
    """.bandit is an INI file, pyproject.toml has a table, the YAML files are bandit's alone."""
    if name.startswith("bandit."):
        return bool(data.strip())
    if b"bandit" not in data:
        return False
    if name == ".bandit":
        return _options(data) is not None
    if name == "pyproject.toml":
        return has_table(data, "bandit")
    return False


def _options(data: bytes) -> Mapping[str, str] | None:
    """The options of an INI file; None where it has no section for bandit."""
    import configparser

    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(data.decode("utf-8", "surrogateescape"))
    except (configparser.Error, ValueError):
        return None
    return parser["bandit"] if "bandit" in parser else None


def prepare(config: tuple[str, bytes] | None, tool: Tool, refuse: bool) -> Prepared:
    """JSON, and always one configuration that we name, so that none is found by itself."""
    args = ["--format=json", "--quiet", *(("--ignore-nosec",) if refuse else ())]
    args += without(tool.args, _FLAGS, ("--format", "-f", "--output", "-o", "--msg-template"))
    ini = config is not None and config[0].endswith(".bandit")
    if not (ini and config is not None and (_options(config[1]) or {}).get("exclude")) and not _excludes(
        args
    ):
        # Else bandit leaves out what it always does: CVS/, .tox/, __pycache__/ and more (bandit/core/constants.py,
        # EXCLUDE), which nobody has configured.
        args.append("--exclude=")
    prefix = "./" if _by_place(config[1] if config else b"", args) else ""
    if option(tool.args, *NAMES):
        other = () if option(tool.args, "--ini") else ("--ini", NO_CONFIG)
        return Prepared((*args, *other), ((NO_CONFIG, b"[bandit]\n"),), prefix=prefix)
    if ini and config is not None:
        return Prepared((*args, "--ini", config[0]), prefix=prefix)
    files = ((NO_CONFIG, b"[bandit]\n"),)
    own = ("--configfile", config[0]) if config else ()
    return Prepared((*args, *own, "--ini", NO_CONFIG), files, prefix=prefix)


def _by_place(data: bytes, args: Iterable[str]) -> bool:
    """Whether something is left out in words that fit names as ``bandit -r .`` has them: ``./tests``, ``/tests``,
    ``*/tests/*`` (bandit 1.9, bandit.core.manager._is_file_included). Without such words names are as a person
    gives them."""
    words = data.decode("utf-8", "replace").translate(_BORDERS).split()
    given = [one for word in args for one in word.translate(_BORDERS).split()]
    return any(word.startswith(_PLACES) for word in (*words, *given))


def _excludes(args: Iterable[str]) -> bool:
    """Whether the policy's own options leave something out."""
    return any(word.startswith(("-x", "--exclude")) for word in args)


def read(ended: ToolExit, files: tuple[str, ...]) -> ToolAnswer:
    """Exit code 0 without, 1 with findings. A file counts as looked at if its metrics are there."""
    if ended.code not in (0, 1):
        raise GarbledOutput(f"bandit ended with exit code {ended.code}")
    try:
        report = json.loads(ended.out)
        metrics, results, errors = report["metrics"], report["results"], report["errors"]
        remarks = [_remark(one, files) for one in results]
        failed = {_own(one["filename"], files): str(one["reason"]) for one in errors}
        seen = {_own(name, files): row for name, row in metrics.items() if name != "_totals"}
        hidden = tuple((name, int(row["nosec"]) + int(row["skipped_tests"])) for name, row in seen.items())
    except (RecursionError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise GarbledOutput(f"can't read bandit's report: {type(problem).__name__}") from None
    if bool(remarks) is not bool(ended.code):
        raise GarbledOutput("bandit's output and its exit code contradict each other")
    unchecked = tuple((name, f"bandit cannot read it: {why}") for name, why in failed.items())
    excluded = tuple(name for name in files if name not in seen and name not in failed)
    return ToolAnswer(
        tuple(remarks), unchecked, excluded, tuple(pair for pair in hidden if pair[0] not in failed)
    )


def _remark(one: dict[str, Any], files: tuple[str, ...]) -> Remark:
    last = max(one.get("line_range") or [one["line_number"]])
    return Remark(
        path=_own(one["filename"], files),
        code=str(one["test_id"]),
        says=str(one["issue_text"]),
        line=int(one["line_number"]),
        column=int(one.get("col_offset", -1)) + 1,
        end=int(last),
    )


def _own(path: str, files: tuple[str, ...]) -> str:
    """The name as we gave it; ValueError for a file that we did not give."""
    for name in (path, path.removeprefix("./"), "./" + path):
        if name in files:
            return name
    raise ValueError("a file that was not given")
