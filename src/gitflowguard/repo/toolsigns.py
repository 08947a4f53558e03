"""Which format, lint and security tools a project uses, by the files that it keeps for them.

`init` reads this for the policy that it proposes, and `quality` where the policy names no tools.
What can't be read isn't a sign: a person adds the tool by hand then.
"""

from __future__ import annotations

import os
import re
import stat
import tomllib

from gitflowguard.model.record import Record
from gitflowguard.quality.catalogue import NAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    # The text of a file at the root, None where there is none.
    Reader = Callable[[str], str | None]

PYPROJECT = "pyproject.toml"
# Files that are there for one tool only, in the order in which a person hears of them.
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
# Every file that is asked for.
FILES = tuple(
    dict.fromkeys(
        (*(file for _, files in _OWN for file in files), *(row[1] for row in _SHARED), PYPROJECT, *HOOK_FILES)
    )
)
_ID = re.compile(r"""(?<![\w-])id["']?[ \t]*[:=][ \t]*["']?([\w-]+)""")
_COMMENT = re.compile(r"(^|\s)#.*")
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
    return signs_in(lambda file: on_disk(top, file))


def signs_in(read: Reader) -> tuple[Sign, ...]:
    """The same of files that lie elsewhere; FILES are those that are asked for."""
    where: dict[str, str] = {}
    for tool, file in (*_own(read), *_tables(read), *_sections(read)):
        where.setdefault(tool, file)
    hook: dict[str, str] = {}
    for file in HOOK_FILES:
        for tool in _hooked(read(file) or ""):
            hook.setdefault(tool, file)
    return tuple(
        Sign(tool, where.get(tool, ""), hook.get(tool, "")) for tool in NAMES if tool in where or tool in hook
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


def _own(read: Reader) -> Iterator[tuple[str, str]]:
    for tool, files in _OWN:
        for file in files:
            text = read(file)
            if text is not None:
                yield tool, file
                if tool == "ruff" and _formats(_toml(text)):
                    yield "ruff-format", file


def _tables(read: Reader) -> Iterator[tuple[str, str]]:
    """``[tool.black]`` and its like."""
    tables: Any = _toml(read(PYPROJECT)).get("tool")
    for tool in _TABLES if isinstance(tables, dict) else ():
        if isinstance(tables.get(tool), dict):
            yield tool, PYPROJECT
            if tool == "ruff" and _formats(tables[tool]):
                yield "ruff-format", PYPROJECT


def _formats(table: dict[str, Any]) -> bool:
    """Whether ruff's settings say how it is to format."""
    return "format" in table


def _sections(read: Reader) -> Iterator[tuple[str, str]]:
    """``[flake8]`` in a file of several tools."""
    for file in dict.fromkeys(file for _, file, _ in _SHARED):
        lines = [line.rstrip() for line in (read(file) or "").splitlines()]
        for tool, where, head in _SHARED:
            if where == file and head in lines:
                yield tool, file


def _hooked(text: str) -> Iterator[str]:
    """The tools whose own hooks a framework's file names."""
    for line in text.splitlines():
        for name in _ID.findall(_COMMENT.sub("", line)):
            if name in _IDS:
                yield _IDS[name]


def _toml(text: str | None) -> dict[str, Any]:
    """A TOML file's tables; none where it cannot be read."""
    try:
        return tomllib.loads(text or "")
    except (ValueError, RecursionError):
        return {}


def on_disk(top: str, file: str) -> str | None:
    """A file's text, "" where it is too large to be settings; None where there is no such file."""
    return _text(top, file) if os.path.isfile(os.path.join(top, file)) else None


def _text(top: str, file: str) -> str:
    """A file's text, "" where it isn't an ordinary file of an ordinary size."""
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
