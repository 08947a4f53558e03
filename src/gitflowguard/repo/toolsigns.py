"""Which format, lint and security tools a project uses, by the files that it keeps for them.

Only `init` reads this. What cannot be read is no sign: a person adds the tool by hand then.
"""

from __future__ import annotations

import os
import re
import stat
import tomllib

from gitflowguard.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

PYPROJECT = "pyproject.toml"
# Files that are there for one tool only, in the order in which a person is told of them.
_OWN = (
    ("isort", (".isort.cfg",)),
    ("flake8", (".flake8",)),
    ("ruff", (".ruff.toml", "ruff.toml")),
    ("bandit", (".bandit", "bandit.yaml", "bandit.yml")),
    ("mypy", ("mypy.ini", ".mypy.ini")),
)
# Files that several tools share, and the first line of each one's part.
_SHARED = (
    ("isort", "setup.cfg", "[isort]"),
    ("isort", "setup.cfg", "[tool:isort]"),
    ("isort", "tox.ini", "[isort]"),
    ("flake8", "setup.cfg", "[flake8]"),
    ("flake8", "tox.ini", "[flake8]"),
    ("mypy", "setup.cfg", "[mypy]"),
)
_TABLES = ("black", "isort", "ruff", "bandit", "mypy")  # [tool.<name>] of pyproject.toml
# Frameworks that keep their hooks as entries with an id.
HOOK_FILES = (".pre-commit-config.yaml", "prek.toml")
_IDS = {
    "black": "black",
    "black-jupyter": "black",
    "isort": "isort",
    "flake8": "flake8",
    "ruff": "ruff",
    "ruff-check": "ruff",
    "ruff-format": "ruff-format",
    "bandit": "bandit",
    "mypy": "mypy",
    "nbstripout": "nbstripout",
    "picklescan": "picklescan",
}
_ID = re.compile(r"""(?<![\w-])id["']?[ \t]*[:=][ \t]*["']?([\w-]+)""")
_COMMENT = re.compile(r"(^|\s)#.*")
_ORDER = ("black", "isort", "ruff-format", "flake8", "ruff", "mypy", "nbstripout", "bandit", "picklescan")
_LIMIT = 1024 * 1024
_SEEN = 20_000  # directory entries that are looked at for a Python file


class Sign(Record):
    """One tool that the project uses.

    where: the file with its settings, "" if there is none. hook: the framework's file that already runs it, or "".
    """

    tool: str
    where: str = ""
    hook: str = ""


def signs(top: str) -> tuple[Sign, ...]:
    """The tools, each once, format before lint before security. top: the work tree's root."""
    where: dict[str, str] = {}
    for tool, file in (*_own(top), *_tables(top), *_sections(top)):
        where.setdefault(tool, file)
    hook: dict[str, str] = {}
    for file in HOOK_FILES:
        for tool in _hooked(_text(top, file)):
            hook.setdefault(tool, file)
    return tuple(
        Sign(tool, where.get(tool, ""), hook.get(tool, ""))
        for tool in _ORDER
        if tool in where or tool in hook
    )


def has_python(top: str) -> bool:
    """Whether a Python file lies in the tree; virtual environments and hidden directories do not count."""
    folders = [top]
    seen = 0
    while folders and seen < _SEEN:
        entries = _entries(folders.pop(0))
        names = {entry.name for entry in entries}
        seen += len(entries)
        if "pyvenv.cfg" in names:
            continue
        if any(entry.name.endswith(".py") and entry.is_file(follow_symlinks=False) for entry in entries):
            return True
        folders += [
            entry.path
            for entry in entries
            if entry.name[0] != "." and entry.name != "node_modules" and entry.is_dir(follow_symlinks=False)
        ]
    return False


def _entries(folder: str) -> list[os.DirEntry[str]]:
    """What lies in a directory, in the order of the names."""
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=lambda entry: entry.name)
    except OSError:
        return []


def _own(top: str) -> Iterator[tuple[str, str]]:
    for tool, files in _OWN:
        for file in files:
            if os.path.isfile(os.path.join(top, file)):
                yield tool, file
                if tool == "ruff" and _formats(_toml(top, file)):
                    yield "ruff-format", file


def _tables(top: str) -> Iterator[tuple[str, str]]:
    """``[tool.black]`` and its like."""
    tables: Any = _toml(top, PYPROJECT).get("tool")
    for tool in _TABLES if isinstance(tables, dict) else ():
        if isinstance(tables.get(tool), dict):
            yield tool, PYPROJECT
            if tool == "ruff" and _formats(tables[tool]):
                yield "ruff-format", PYPROJECT


def _formats(table: dict[str, Any]) -> bool:
    """Whether ruff's settings say how it is to format."""
    return "format" in table


def _sections(top: str) -> Iterator[tuple[str, str]]:
    """``[flake8]`` in a file of several tools."""
    for file in dict.fromkeys(file for _, file, _ in _SHARED):
        lines = [line.rstrip() for line in _text(top, file).splitlines()]
        for tool, where, head in _SHARED:
            if where == file and head in lines:
                yield tool, file


def _hooked(text: str) -> Iterator[str]:
    """The tools whose own hooks a framework's file names."""
    for line in text.splitlines():
        for name in _ID.findall(_COMMENT.sub("", line)):
            if name in _IDS:
                yield _IDS[name]


def _toml(top: str, file: str) -> dict[str, Any]:
    """A TOML file's tables; none where it cannot be read."""
    try:
        return tomllib.loads(_text(top, file))
    except (ValueError, RecursionError):
        return {}


def _text(top: str, file: str) -> str:
    """A file's text, "" where it is no ordinary file of an ordinary size."""
    try:
        # A FIFO must not make us wait.
        handle = os.open(os.path.join(top, file), os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return ""
    with os.fdopen(handle, "rb") as opened:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or found.st_size > _LIMIT:
            return ""
        return opened.read(_LIMIT).decode("utf-8", "replace")
