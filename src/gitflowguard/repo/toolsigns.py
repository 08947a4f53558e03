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
from gitflowguard.quality.catalogue import KNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from gitflowguard.quality.catalogue import ToolSpec

    # The text of a file at the root, None where there is none.
    Reader = Callable[[str], str | None]

# Frameworks that keep their hooks as entries with an id.
HOOK_FILES = (".pre-commit-config.yaml", "prek.toml")
_IDS = {name: row.name for row in KNOWN for name in (row.name, *row.ids)}
# Every file that is asked for.
FILES = tuple(dict.fromkeys((*(file for row in KNOWN for file, _ in row.signs), *HOOK_FILES)))
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
    texts = {file: read(file) for file in FILES}
    tables = {file: _toml(text) for file, text in texts.items() if file.endswith(".toml")}
    hook: dict[str, str] = {}
    for file in HOOK_FILES:
        for tool in _hooked(texts[file] or ""):
            hook.setdefault(tool, file)
    found = (Sign(row.name, _where(row, texts, tables), hook.get(row.name, "")) for row in KNOWN)
    return tuple(sign for sign in found if sign.where or sign.hook)


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


def _where(row: ToolSpec, texts: Mapping[str, str | None], tables: Mapping[str, dict[str, Any]]) -> str:
    """The first file that shows that a project uses the tool; "" if there is none."""
    for file, part in row.signs:
        text = texts[file]
        if text is None:
            continue
        if not part or (part in _lines(text) if part.startswith("[") else _has_table(tables[file], part)):
            return file
    return ""


def _lines(text: str) -> set[str]:
    return {line.rstrip() for line in text.splitlines()}


def _has_table(tables: Any, path: str) -> bool:
    """Whether there is a table of this dotted name."""
    for name in path.split("."):
        tables = tables.get(name) if isinstance(tables, dict) else None
    return isinstance(tables, dict)


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
