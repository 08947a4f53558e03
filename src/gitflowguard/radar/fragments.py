"""One file an entry of a changelog: which tool a repository has for it, and a branch's text without its entries.

The files are put together at a release. Sources: towncrier's "Configuration Reference", scriv's "Configuration",
changie's "Configuration", the README of @changesets/cli, reno's "Usage".
"""

from __future__ import annotations

from gitflowguard.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gitflowguard.radar.changes import Edit

# Folders that tools look in by themselves, and teams without a tool use, too.
FOLDERS = ("newsfragments", "changelog.d", "changes", ".changes", ".changeset", "docs/newsfragments")
# Where nothing of the kind is there.
_NEW = "changes"
CONFIGS = (
    "towncrier.toml",
    "pyproject.toml",
    "changelog.d/scriv.ini",
    "setup.cfg",
    "tox.ini",
    ".changie.yaml",
    ".changie.yml",
    ".changeset/config.json",
    "reno.yaml",
    "releasenotes/config.yaml",
)


class FragmentTool(Record):
    """Where an entry's file goes. command: of the tool that makes one, "" where none is configured. used: whether the
    repository has the folder, or the tool's configuration."""

    folder: str
    command: str = ""
    used: bool = False


def tool_of(files: Mapping[str, bytes], folder: str) -> FragmentTool:
    """The tool that a target has.

    files: those of CONFIGS that are there. folder: one of FOLDERS that is there, "" if none is.
    """
    for path in CONFIGS:
        for reader in _READERS[path.rpartition("/")[2]] if path in files else ():
            found = reader(files[path])
            if found is not None:
                return found
    return FragmentTool(folder or _NEW, used=bool(folder))


def without_entries(base: bytes, new: bytes, script: Sequence[Edit]) -> tuple[bytes, bytes]:
    """(the new text without the lines that it only adds, these lines). script: from base to new."""
    old, its = _lines(base), _lines(new)
    left: list[bytes] = []
    added: list[bytes] = []
    at = 0
    for edit in script:
        first, last = edit.old
        left += old[at : first - 1]
        at = max(last, first - 1)
        (added if last < first else left).extend(its[edit.new[0] - 1 : edit.new[1]])
    return b"".join((*left, *old[at:])), b"".join(added)


def _lines(data: bytes) -> list[bytes]:
    """Each with its line break."""
    rows = [row + b"\n" for row in data.split(b"\n")]
    last = rows.pop()[:-1]
    return [*rows, last] if last else rows


def _toml(data: bytes) -> Mapping[str, object]:
    import tomllib

    try:
        tool = tomllib.loads(data.decode("utf-8-sig")).get("tool")
    except (ValueError, RecursionError):
        return {}
    return tool if isinstance(tool, dict) else {}


def _towncrier(data: bytes) -> FragmentTool | None:
    table = _toml(data).get("towncrier")
    if not isinstance(table, dict):
        return None
    folder, package = table.get("directory"), table.get("package")
    if not _is_name(folder):
        inner = str(package).replace(".", "/") if _is_name(package) else ""
        above = table.get("package_dir") if _is_name(table.get("package_dir")) and inner else ""
        folder = "/".join(part for part in (above, inner, "newsfragments") if part and part != ".")
    return _found(str(folder), "towncrier create")


def _scriv_toml(data: bytes) -> FragmentTool | None:
    table = _toml(data).get("scriv")
    if not isinstance(table, dict):
        return None
    folder = table.get("fragment_directory")
    return _found(str(folder) if _is_name(folder) else "changelog.d", "scriv create")


def _scriv_ini(data: bytes) -> FragmentTool | None:
    """scriv.ini, setup.cfg and tox.ini have it in a section [scriv] or [tool.scriv]."""
    inside, found = False, None
    for line in data.decode("utf-8", "replace").splitlines():
        if line.startswith("["):
            inside = line.strip() in ("[scriv]", "[tool.scriv]")
            found = found or ("changelog.d" if inside else None)
        elif inside and line.partition("=")[0].strip() == "fragment_directory":
            found = line.partition("=")[2].strip() or found
    return _found(found, "scriv create") if found else None


def _changie(data: bytes) -> FragmentTool | None:
    home, inner = _scalar(data, "changesDir") or ".changes", _scalar(data, "unreleasedDir") or "unreleased"
    return _found(f"{home}/{inner}", "changie new")


def _changesets(_: bytes) -> FragmentTool | None:
    return _found(".changeset", "npx changeset add")


def _reno(data: bytes) -> FragmentTool | None:
    return _found(f"{_scalar(data, 'notesdir') or 'releasenotes/notes'}", "reno new SLUG")


def _scalar(data: bytes, key: str) -> str:
    """A plain value at the top of a YAML file, "" where there is none in this form."""
    for line in data.decode("utf-8", "replace").splitlines():
        name, colon, value = line.partition(":")
        if colon and name == key:
            return value.partition(" #")[0].strip().strip("'\"")
    return ""


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip("./"))


def _found(folder: str, command: str) -> FragmentTool | None:
    """Without a folder outside the repository, which nobody writes to."""
    parts = [part for part in folder.split("/") if part not in ("", ".")]
    if not parts or ".." in parts or folder.startswith("/"):
        return None
    return FragmentTool("/".join(parts), command, True)


_READERS: dict[str, tuple[Callable[[bytes], FragmentTool | None], ...]] = {
    "towncrier.toml": (_towncrier,),
    "pyproject.toml": (_towncrier, _scriv_toml),
    "scriv.ini": (_scriv_ini,),
    "setup.cfg": (_scriv_ini,),
    "tox.ini": (_scriv_ini,),
    ".changie.yaml": (_changie,),
    ".changie.yml": (_changie,),
    "config.json": (_changesets,),
    "reno.yaml": (_reno,),
    "config.yaml": (_reno,),
}
