"""isort: files whose imports it would sort, under one configuration that we name."""

from __future__ import annotations

import re

from gitflowguard.model.check import FORMAT
from gitflowguard.quality.adapter import (
    GarbledOutput,
    Prepared,
    Remark,
    ToolAnswer,
    option,
    own_name,
)
from gitflowguard.quality.catalogue import FORMATTERS, PYTHON_FILES, ToolSpec
from gitflowguard.quality.hunks import changed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.check import Tool
    from gitflowguard.quality.adapter import ToolExit

TOOL = ToolSpec(
    name="isort",
    family=FORMAT,
    files=PYTHON_FILES,
    program="isort",
    dist="isort",
    oldest="5.10",
    pinned="9.0.2",
    configs=(".isort.cfg", "pyproject.toml", "setup.cfg", "tox.ini", ".editorconfig"),
    neighbours=True,
    fixes=True,
    nested=True,
    entry="isort.main:main",
    follows=FORMATTERS,
    signs=(
        (".isort.cfg", ""),
        ("pyproject.toml", "tool.isort"),
        ("setup.cfg", "[isort]"),
        ("setup.cfg", "[tool:isort]"),
        ("tox.ini", "[isort]"),
    ),
)
NO_CONFIG = ".gitflowguard-isort.cfg"
NAMES = ("--settings-file", "--settings-path", "--settings", "--sp")
_WRONG = re.compile(r"^ERROR: (.*) Imports are incorrectly sorted and/or formatted\.$", re.MULTILINE)
_RIGHT = re.compile(r"^SUCCESS: (.*) Everything Looks Good!$", re.MULTILINE)
_SKIPPED = re.compile(r"^(.*) was skipped as it's listed in 'skip' setting", re.MULTILINE)
# It names those that its settings leave out, and only counts those that a comment in them does (isort/main.py; isort:
# skip_file).
_COUNT = re.compile(r"^Skipped (\d+) files$", re.MULTILINE)
# Sections of an .editorconfig that it reads beside those for Python (isort.settings, CONFIG_SECTIONS).
_FOR_EVERY_FILE = re.compile(rb"^\s*\[(?:\*|\*\*\.py|\*\.\{[^}\n]*\bpy\b[^}\n]*\})\]", re.MULTILINE)
_SKIP = re.compile(rb"^\s*skip\s*[=:]", re.MULTILINE)
# No file has this name.
NOTHING = ".gitflowguard-nothing"
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_SECTIONS = {".isort.cfg": (b"settings", b"isort"), "pyproject.toml": (b"tool.isort",)}


def has_section(name: str, data: bytes) -> bool:
    """.isort.cfg is isort's alone; the others need a section for it."""
    if name == ".editorconfig" and _FOR_EVERY_FILE.search(data):
        return True
    wanted = _SECTIONS.get(name, (b"isort", b"tool:isort", b"*.py", b"*.{py"))
    return any(re.search(rb"^\s*\[" + re.escape(word), data, re.MULTILINE) for word in wanted)


def prepare(config: tuple[str, bytes] | None, tool: Tool, refuse: bool) -> Prepared:
    """Looks only, and names each file that it was content with."""
    path = config[0] if config else NO_CONFIG
    named = option(tool.args, *NAMES)
    settings = () if named else ("--settings-file", path)
    looks = ("--check-only", "--diff", "--verbose", *settings, "--filter-files")
    # A project may have words of its own for these.
    words = ("--format-error", "{error}: {message}", "--format-success", "{success}: {message}")
    own = () if config or named else ((NO_CONFIG, b"[settings]\n"),)
    # Else isort leaves out what it always does: build/, dist/, .tox/ and more (isort/settings.py, DEFAULT_SKIP), which
    # nobody has configured.
    given = named or option(tool.args, "-s", "--skip")
    every = () if given or (config and _SKIP.search(config[1])) else ("--skip", NOTHING)
    return Prepared((*looks, *words, *every, *tool.args), own)


def following(config: tuple[str, bytes] | None, columns: int) -> tuple[str, ...]:
    """black's profile (black's docs, "Using Black with other tools", isort) and its line length.

    An .editorconfig says nothing of how imports are laid out, and black doesn't read it.
    """
    if config and config[0].rpartition("/")[2] != ".editorconfig":
        return ()
    return ("--profile=black", f"--line-length={columns}")


def read(ended: ToolExit, files: tuple[str, ...]) -> ToolAnswer:
    """Exit code 0 all well, 1 something to sort; a file of which nothing is said was left out or broke off."""
    if ended.code not in (0, 1):
        raise GarbledOutput(f"isort ended with exit code {ended.code}")
    said = _COLOUR.sub("", (ended.out + b"\n" + ended.err).decode("utf-8", "surrogateescape"))
    wrong = {own_name(path, files) for path in _WRONG.findall(said)}
    right = {own_name(path, files) for path in _RIGHT.findall(said)}
    skipped = {own_name(path, files) for path in _SKIPPED.findall(said)}
    silent = set(files) - wrong - right - skipped
    if silent and sum(map(int, _COUNT.findall(said))) == len(silent | skipped):
        skipped |= silent
    hunks = changed(_COLOUR.sub("", ended.out.decode("utf-8", "surrogateescape")))
    places = {own_name(path.removesuffix(":before"), files): runs for path, runs in hunks.items()}
    if bool(wrong) is not bool(ended.code):
        last = said.strip().rpartition("\n")[2][:200]
        raise GarbledOutput(f"isort's output and its exit code contradict each other: {last}")
    remarks, unchecked = [], []
    for path in files:
        if path in wrong:
            runs = places.get(path, ((0, 0),))
            remarks += [
                Remark(
                    path=path,
                    code="",
                    says="would sort the imports of this file",
                    line=first,
                    column=0,
                    end=last,
                )
                for first, last in runs
            ]
        elif path not in right and path not in skipped:
            unchecked.append((path, "isort didn't report that it checked the file"))
    return ToolAnswer(tuple(remarks), tuple(unchecked), tuple(path for path in files if path in skipped))
