"""flake8: its findings, one a record, in a form that no file name and no message can upset."""

from __future__ import annotations

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
)
from gitflowguard.quality.catalogue import BROKEN, FORMATTERS, ToolSpec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from configparser import RawConfigParser

    from gitflowguard.model.check import Tool
    from gitflowguard.quality.adapter import ToolExit

TOOL = ToolSpec(
    name="flake8",
    family=LINT,
    files=("*.py",),
    program="flake8",
    dist="flake8",
    oldest="5.0",
    pinned="7.5.0",
    configs=("setup.cfg", "tox.ini", ".flake8"),
    hard=BROKEN,
    entry="flake8.main.cli:main",
    follows=FORMATTERS,
    signs=((".flake8", ""), ("setup.cfg", "[flake8]"), ("tox.ini", "[flake8]")),
)
# What a project's own configuration says, without what would run code of the repository or change our output.
OWN = ".gitflowguard-flake8.cfg"
NAMES = ("--config",)
PLUGINS = "flake8:local-plugins"
# What that section is called where its plug-ins may not run (foreign.harmless).
OFF = "flake8-not-loaded:local-plugins"
_RECORD, _FIELD = "\x1e", "\x1f"
_FORMAT = "\x1e%(path)s\x1f%(row)d\x1f%(col)d\x1f%(code)s\x1f%(text)s\x1f"
_OUTPUT = (
    "format", "output-file", "tee", "quiet", "verbose", "count", "statistics", "show-source", "exit-zero", "color",
    "jobs", "benchmark", "filename",
)  # fmt: skip


_NOT_RUN = "flake8's local plug-ins did not run; to let them: tools: {flake8: {plugins: true}}"
# The same on a command line, as in GitHub's workflow (actions/starter-workflows, ci/python-app.yml).
_FLAGS = (
    "--tee", "-q", "--quiet", "-v", "--verbose", "--count", "--statistics", "--show-source", "--exit-zero",
    "--benchmark", "--no-show-source",
)  # fmt: skip
_VALUED = ("--format", "--output-file", "--color", "--jobs", "-j")
# Ends the output under --benchmark: the proof of how many files were looked at (flake8/formatting/base.py,
# show_benchmarks).
_COUNT = re.compile(
    r"^[\d.]+ +seconds elapsed\n(?:\d+ +[a-z ]+ processed(?: per second)?\n)*?(\d+) +total files processed\n[^\n]*\n\Z",
    re.MULTILINE,
)


def has_section(name: str, data: bytes) -> bool:
    """As flake8 itself chooses (flake8.options.config): it passes over what does not parse, and breaks off at
    what is written twice."""
    import configparser

    try:
        parsed = _parsed(data)
    except (configparser.ParsingError, UnicodeDecodeError):
        return False
    except configparser.Error:
        return True
    return parsed is not None and ("flake8" in parsed or PLUGINS in parsed)


def prepare(config: tuple[str, bytes] | None, tool: Tool, refuse: bool) -> Prepared:
    """One process, our format; plug-ins that lie in the repository only where the policy names them."""
    import configparser

    args = [f"--format={_FORMAT}", "--jobs=1", "--color=never", "--benchmark"]
    args += without(tool.args, _FLAGS, _VALUED)
    if refuse:
        args.append("--disable-noqa")
    try:
        parsed = _parsed(config[1]) if config else None
    except configparser.Error as problem:
        why = f"{config[0] if config else ''} cannot be read: {last_line(str(problem).encode())}"
        return Prepared(tuple(args), refused=why)
    named = option(tool.args, *NAMES)
    if parsed is None:
        return Prepared(
            tuple(args) if named else (f"--config={OWN}", *args), () if named else ((OWN, b"[flake8]\n"),)
        )
    notes, needs = _plugins(parsed, tool)
    rows = []
    for section in (name for name in ("flake8", PLUGINS) if name in parsed):
        rows.append(f"[{section}]")
        for key, value in parsed[section].items():
            if section == PLUGINS or key.replace("_", "-") not in _OUTPUT:
                rows.append(f"{key} = " + value.replace("\n", "\n    "))
    data = ("\n".join(rows) + "\n").encode("utf-8", "surrogateescape")
    # A file that args name stays at its place: paths in it are meant from there.
    place, own = (config[0], ()) if named and config else (OWN, (f"--config={OWN}",))
    return Prepared((*own, *args), ((place, data),), tuple(notes), tuple(needs))


def _plugins(parsed: RawConfigParser, tool: Tool) -> tuple[list[str], list[str]]:
    """(notes, paths to lay out): plug-ins that lie in the repository are taken out, unless the policy lets them run."""
    if PLUGINS in parsed and tool.plugins:
        words = parsed[PLUGINS].get("paths", "").replace("\n", ",").split(",")
        return [], [posixpath.normpath(word.strip()) for word in words if word.strip()]
    there = parsed.remove_section(PLUGINS) or OFF in parsed
    return [_NOT_RUN] if there else [], []


def following(config: tuple[str, bytes] | None, columns: int) -> tuple[str, ...]:
    """black's line length, and without the two checks that its style is at odds with.

    black's docs, "Using Black with other tools", flake8: max-line-length = 88, extend-ignore = E203,E701.
    """
    return () if config else (f"--max-line-length={columns}", "--extend-ignore=E203,E701")


def _parsed(data: bytes) -> RawConfigParser | None:
    if b"flake8" not in data:
        return None  # the common case, without loading a parser
    import configparser

    parser = configparser.RawConfigParser()
    parser.read_string(data.decode(), "the file")
    return parser


def read(ended: ToolExit, files: tuple[str, ...]) -> ToolAnswer:
    """Exit code 0 without, 1 with findings; E902 isn't a finding but a file that could not be looked at."""
    said = ended.out.decode("utf-8", "surrogateescape")
    if ended.code not in (0, 1) or b"Traceback (most recent call last)" in ended.err:
        raise GarbledOutput(f"flake8 broke off with exit code {ended.code}: {last_line(ended.err)}")
    count = _COUNT.search(said)
    if count is None:
        raise GarbledOutput("flake8 didn't report how many files it checked")
    records = said[: count.start()].split(_RECORD)
    if records[0].strip() or bool(records[1:]) is not bool(ended.code):
        raise GarbledOutput(
            f"flake8's output and its exit code {ended.code} contradict each other: {last_line(ended.err)}"
        )
    remarks, unchecked = [], []
    for record in records[1:]:
        words = record.split(_FIELD)
        if len(words) < 6 or words[-1].strip() or not words[1].isdigit() or not words[2].isdigit():
            raise GarbledOutput("flake8 printed half a finding")
        path, row, column, code = words[:4]
        name = _own(path, files)
        if not name:
            raise GarbledOutput("flake8 reported a file that it wasn't given")
        says = _FIELD.join(words[4:-1])
        if code == "E902":
            unchecked.append((name, f"flake8 cannot read it: {says}"))
        else:
            remarks.append(Remark(name, code, says, int(row), int(column)))
    seen = int(count[1])
    if 0 < seen < len(files):
        raise Partly("flake8 didn't check all files")
    return ToolAnswer(tuple(remarks), tuple(dict.fromkeys(unchecked)), () if seen else files)


def _own(path: str, files: tuple[str, ...]) -> str:
    for name in (path, path.removeprefix("./"), "./" + path):
        if name in files:
            return name
    return ""
