"""Which manifests a lock file of a workspace is made from, and which lock files no tool reads because of one.

A workspace has one lock file, beside the manifest that lists its members: docs.astral.sh/uv "Using workspaces",
doc.rust-lang.org/cargo "Workspaces", docs.npmjs.com "workspaces", pnpm.io "pnpm-workspace.yaml". Poetry has none: a
project that names another one by its path locks that one's requirements, too (python-poetry.org, "path dependencies").
"""

from __future__ import annotations

import posixpath

from gitflowguard.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

# Lock file -> (the file beside it that lists the members, what each member is described by).
_NODE = ("package.json", "package.json")
_ROOTS = {
    "uv.lock": ("pyproject.toml", "pyproject.toml"),
    "poetry.lock": ("pyproject.toml", "pyproject.toml"),
    "Cargo.lock": ("Cargo.toml", "Cargo.toml"),
    "package-lock.json": _NODE,
    "npm-shrinkwrap.json": _NODE,
    "yarn.lock": _NODE,
    "bun.lock": _NODE,
    "bun.lockb": _NODE,
    "pnpm-lock.yaml": ("pnpm-workspace.yaml", "package.json"),
}


class Workspace(Record):
    """What a manifest says of others. members, excluded: globs of folders, from its own. paths: folders it names.

    listed: whether it lists members at all, which makes its folder the workspace's root.
    """

    members: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    listed: bool = False

    def has(self, folder: str) -> bool:
        """Whether a folder, from the root of the workspace, belongs to it."""
        if any(_fits(folder, glob) for glob in self.excluded):
            return False
        return folder in self.paths or any(_fits(folder, glob) for glob in self.members)


def listing_of(lock: str) -> tuple[str, str]:
    """(the file that lists members, what describes a member) of a lock file by its name; ("", "") for none."""
    return _ROOTS.get(lock, ("", ""))


def read(lock: str, data: bytes | None) -> Workspace:
    """The workspace that a root's file describes; an empty one where it describes none, or can't be read."""
    import json
    import tomllib

    text = (data or b"").decode("utf-8", "replace")
    try:
        if lock == "pnpm-lock.yaml":
            return _pnpm(text)
        found: Any = tomllib.loads(text) if listing_of(lock)[0].endswith(".toml") else json.loads(text)
    except (ValueError, RecursionError):
        return Workspace()
    how = {"uv.lock": _uv, "poetry.lock": _poetry, "Cargo.lock": _cargo}.get(lock, _node)
    return how(found) if isinstance(found, dict) else Workspace()


def members(root: str, workspace: Workspace, file: str, paths: Iterable[str]) -> tuple[str, ...]:
    """Those of a tree's paths that describe a member. root: the folder of the workspace, "" for the repository's."""
    found = []
    for path in paths:
        folder, _, name = path.rpartition("/")
        if name == file and folder != root and workspace.has(posixpath.relpath(folder or ".", root or ".")):
            found.append(path)
    return tuple(found)


def _fits(folder: str, glob: str) -> bool:
    """Whether a glob means the folder: ``*`` within a name, ``**`` for any number of folders."""
    return _parts_fit(folder.split("/"), posixpath.normpath(glob).split("/"))


def _parts_fit(folder: list[str], glob: list[str]) -> bool:
    from fnmatch import fnmatchcase

    if not glob or not folder:
        return not folder and all(part == "**" for part in glob)
    if glob[0] == "**":
        return _parts_fit(folder, glob[1:]) or _parts_fit(folder[1:], glob)
    return fnmatchcase(folder[0], glob[0]) and _parts_fit(folder[1:], glob[1:])


def _table(found: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    """A table within tables, {} where it isn't there."""
    at: Any = found
    for key in keys:
        at = at.get(key) if isinstance(at, dict) else None
    return at if isinstance(at, dict) else {}


def _words(value: Any) -> tuple[str, ...]:
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def _named(tables: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The folders that dependencies name by ``path``."""
    found = (one.get("path") for table in tables for one in table.values() if isinstance(one, dict))
    return tuple(posixpath.normpath(path) for path in found if isinstance(path, str))


def _uv(found: dict[str, Any]) -> Workspace:
    own = _table(found, "tool", "uv", "workspace")
    paths = _named([_table(found, "tool", "uv", "sources")])
    return Workspace(_words(own.get("members")), _words(own.get("exclude")), paths, bool(own))


def _poetry(found: dict[str, Any]) -> Workspace:
    tool = _table(found, "tool", "poetry")
    groups = [_table(one, "dependencies") for one in _table(tool, "group").values() if isinstance(one, dict)]
    return Workspace(paths=_named([_table(tool, "dependencies"), _table(tool, "dev-dependencies"), *groups]))


def _cargo(found: dict[str, Any]) -> Workspace:
    own = _table(found, "workspace")
    tables = [_table(found, key) for key in ("dependencies", "dev-dependencies", "build-dependencies")]
    paths = _named([*tables, _table(own, "dependencies")])
    return Workspace(_words(own.get("members")), _words(own.get("exclude")), paths, "workspace" in found)


def _node(found: dict[str, Any]) -> Workspace:
    own = found.get("workspaces")
    globs = _words(own.get("packages") if isinstance(own, dict) else own)
    return _globs(globs, own is not None)


def _pnpm(text: str) -> Workspace:
    """The list under ``packages:``, one a line, as pnpm writes it."""
    globs, within = [], False
    for line in text.split("\n"):
        word = line.partition(" #")[0].strip()
        if word and not line.startswith((" ", "-", "#")):
            within = word == "packages:"
        elif within and word.startswith("- "):
            globs.append(word[2:].strip().strip("'\""))
    return _globs(tuple(globs), bool(globs))


def _globs(globs: tuple[str, ...], listed: bool) -> Workspace:
    """A leading ``!`` leaves out."""
    return Workspace(
        members=tuple(one for one in globs if not one.startswith("!")),
        excluded=tuple(one[1:] for one in globs if one.startswith("!")),
        listed=listed,
    )
