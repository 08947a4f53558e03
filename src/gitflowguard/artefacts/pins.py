"""Which version of a package a project pins, read from its lock and requirements files."""

from __future__ import annotations

# The files, the strictest first.
FILES = (
    "uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "Pipfile.lock", "conda-lock.yml", "requirements.lock",
    "requirements.txt", "environment.yml", "environment.yaml", "requirements.in",
)  # fmt: skip
_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz.!+*-_"


def pinned(name: str, data: bytes, package: str) -> str:
    """The version that a file pins a package to, "" if it pins none.

    name: of the file. package: as PyPI has it, in lower case with hyphens.
    """
    text = data.decode("utf-8", "replace")
    if name.endswith((".lock", ".toml")) and name not in ("Pipfile.lock", "requirements.lock"):
        return _toml(text, package)
    if name == "Pipfile.lock":
        return _pipfile(text, package)
    if name == "conda-lock.yml":
        return _conda_lock(text, package)
    return _requirements(text, package)


def _toml(text: str, package: str) -> str:
    """``[[package]]`` tables with name and version (uv, Poetry, PDM, PEP 751)."""
    import tomllib

    try:
        found = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return ""
    rows = found.get("package") or found.get("packages")
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict) and _plain(str(row.get("name", ""))) == package:
            return str(row.get("version", ""))[:40]
    return ""


def _pipfile(text: str, package: str) -> str:
    import json

    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    for section in ("default", "develop"):
        rows = found.get(section) if isinstance(found, dict) else None
        for key, row in rows.items() if isinstance(rows, dict) else ():
            if _plain(key) == package and isinstance(row, dict):
                return str(row.get("version", "")).removeprefix("==")[:40]
    return ""


def _conda_lock(text: str, package: str) -> str:
    """Rows ``name: x`` and ``version: y`` of one entry."""
    name = ""
    for line in text.split("\n"):
        key, _, value = line.strip().removeprefix("- ").partition(": ")
        if key == "name":
            name = _plain(value.strip("'\""))
        elif key == "version" and name == package:
            return value.strip("'\" ")[:40]
    return ""


def _requirements(text: str, package: str) -> str:
    """``name==1.2`` (pip, also below ``- pip:``) and ``- name=1.2`` (conda)."""
    for line in text.split("\n"):
        words = line.split("#")[0].strip().removeprefix("- ").strip().strip("'\"").lower()
        at = words.find("=")
        if at < 0:
            continue
        name = _plain(words[:at].strip().split("[")[0])
        if name == package:
            rest = words[at:].lstrip("=").strip()
            end = next((i for i, letter in enumerate(rest) if letter not in _LETTERS), len(rest))
            return rest[:end]
    return ""


def _plain(name: str) -> str:
    """A name as PyPI compares them (packaging.python.org, "Names and normalization")."""
    return name.strip().lower().replace("_", "-").replace(".", "-")
