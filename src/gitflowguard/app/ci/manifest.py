"""The manifests of a Python project, read for what a CI job needs; every value is text of the repository's authors."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable
from typing import Any

from gitflowguard.app.ci.pythons import (
    ASSUMED,
    allowed,
    from_classifiers,
    named,
    ordered,
)
from gitflowguard.app.ci.setupfiles import (
    SETUP_CFG,
    SETUP_PY,
    Declared,
    from_cfg,
    from_py,
)
from gitflowguard.model.project import DevNeeds
from gitflowguard.model.record import Record
from gitflowguard.repo.files import SetupError, read

Table = dict[str, Any]

PYPROJECT = "pyproject.toml"
UV_LOCK, POETRY_LOCK = "uv.lock", "poetry.lock"
ENVIRONMENTS = ("environment.yml", "environment.yaml")
REQUIREMENTS = ("requirements.txt", "requirements/requirements.txt", "requirements/base.txt")
# Beside the main file, for work on the project.
_MORE = (
    "requirements-dev.txt", "requirements-test.txt", "requirements-tests.txt", "dev-requirements.txt",
    "test-requirements.txt", "requirements/dev.txt", "requirements/test.txt", "requirements/tests.txt",
)  # fmt: skip
# Names for what tests need, the most telling first.
_NAMES = ("test", "tests", "testing", "dev", "develop", "development", "all")
_LARGEST = 32 * 1024 * 1024
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$")
_CONDA_PYTHON = re.compile(r"^\s*-\s*[\"']?python\s*([=<>!~][^\"'#\s]*(?:\s*,\s*[^\"'#\s]+)*)", re.MULTILINE)


class Manifests(Record):
    """The files of one directory. names: those that are there. table: pyproject.toml, {} if there is none."""

    directory: str
    names: frozenset[str]
    table: Table

    def text(self, name: str) -> str:
        """The file, "" if it isn't there or isn't text."""
        return _text(os.path.join(self.directory, name))

    def has(self, *keys: str) -> bool:
        """Whether pyproject.toml has the table."""
        return keys[-1] in self.at(*keys[:-1])

    def at(self, *keys: str) -> Any:
        """A value of pyproject.toml, {} where there is none."""
        value: Any = self.table
        for key in keys:
            value = value.get(key, {}) if isinstance(value, dict) else {}
        return value


def manifests(directory: str) -> Manifests:
    """Reads what lies in a directory; raises SetupError for a pyproject.toml that isn't TOML."""
    wanted = (
        PYPROJECT, UV_LOCK, POETRY_LOCK, SETUP_PY, SETUP_CFG, ".python-version", "conda-lock.yml",
        *ENVIRONMENTS, *REQUIREMENTS, *_MORE,
    )  # fmt: skip
    sources = (name.removesuffix(".txt") + ".in" for name in wanted if name.endswith(".txt"))
    names = frozenset(name for name in (*wanted, *sources) if os.path.isfile(os.path.join(directory, name)))
    try:
        table = tomllib.loads(_text(os.path.join(directory, PYPROJECT)))
    except (ValueError, RecursionError) as problem:
        raise SetupError(f"{os.path.join(directory, PYPROJECT)} isn't valid TOML: {problem}") from None
    return Manifests(directory, names, table)


def _text(path: str) -> str:
    try:
        if not os.path.isfile(path) or os.path.getsize(path) > _LARGEST:
            return ""
        return (read(path).data or b"").decode("utf-8-sig")
    except (OSError, SetupError, UnicodeDecodeError):
        return ""


def pythons_of(found: Manifests) -> tuple[tuple[str, ...], str]:
    """(the Pythons, the file that names them); the file is "" where none does."""
    bounds = found.at("project", "requires-python") or found.at("tool", "poetry", "dependencies", "python")
    listed = (*_list(found.at("project", "classifiers")), *_list(found.at("tool", "poetry", "classifiers")))
    modern = Declared(python=bounds if isinstance(bounds, str) else "", classifiers=listed)
    for name, one in {PYPROJECT: modern, **declared(found)}.items():
        if fit := _declared_pythons(one):
            return fit, name
    for name in ENVIRONMENTS:
        match = _CONDA_PYTHON.search(found.text(name))
        if match and named(match[1]):
            return named(match[1]), name
    lines = (line.strip().removeprefix("cpython-") for line in found.text(".python-version").splitlines())
    exact = ordered(one for line in lines if re.match(r"3\.\d", line) for one in named(line))
    return (exact, ".python-version") if exact else ((ASSUMED,), "")


def _declared_pythons(one: Declared) -> tuple[str, ...]:
    """Classifiers within the bounds, else all that the bounds allow, else all classifiers."""
    classified = from_classifiers(one.classifiers)
    fit = allowed(one.python, classified) if one.python and classified else ()
    return fit or (named(one.python) if one.python else ()) or classified


def is_named_in_cfg(found: Manifests) -> bool:
    """Whether setup.cfg names a project; setuptools builds it where pyproject.toml has a build table."""
    return bool(from_cfg(found.text(SETUP_CFG)).name)


def declared(found: Manifests) -> dict[str, Declared]:
    """What setuptools reads beside pyproject.toml, by file; it takes setup.cfg's word before that of setup.py."""
    return {
        name: reading(found.text(name))
        for name, reading in ((SETUP_CFG, from_cfg), (SETUP_PY, from_py))
        if name in found.names
    }


def requirement_files(found: Manifests) -> tuple[str, ...]:
    """The main requirements file, and those for work on the project that don't include it already."""
    main = next((name for name in REQUIREMENTS if name in found.names), "")
    more = tuple(name for name in _MORE if name in found.names)
    return tuple(name for name in (main, *more) if name)


def sources_of(found: Manifests, files: Iterable[str]) -> tuple[str, ...]:
    """The ``.in`` files that requirements were compiled from (pip-tools, uv pip compile).

    One that names a path, an address or an option is left out: pip can't say offline whether that is installed.
    """
    names = (name.removesuffix(".txt") + ".in" for name in files)
    return tuple(name for name in names if name in found.names and _plain(found.text(name)))


def _plain(text: str) -> bool:
    lines = (line.partition(" #")[0].strip() for line in text.splitlines())
    return all(
        re.match(r"[A-Za-z0-9]", line) and "://" not in line for line in lines if line and line[0] != "#"
    )


def is_hashed(found: Manifests, files: Iterable[str]) -> bool:
    """Whether pip is to check what it downloads (pip documentation, secure installs)."""
    return any("--hash=" in found.text(name) for name in files)


def needs_of(found: Manifests, lock: str, files: Iterable[str]) -> DevNeeds:
    """How pytest gets in: with the main dependencies, an extra or a group; else it isn't tested by itself."""
    legacy = list(declared(found).values())
    extra = _bringing(found.at("project", "optional-dependencies")) or next(
        (name for one in legacy if (name := _bringing(one.extras))), ""
    )
    group = _bringing(found.at("dependency-groups"))
    own = found.at("tool", "poetry", "group")
    poetry = {name: list(_keys(one)) for name, one in own.items()} if isinstance(own, dict) else {}
    lines = [line for name in files for line in found.text(name).splitlines()]
    listed = any(_is_pytest(line.strip().lstrip("- \"'")) for line in lines)
    always = [*_list(found.at("project", "dependencies")), *(line for one in legacy for line in one.requires)]
    if any(map(_is_pytest, always)) or (listed and not lock):
        return DevNeeds(True)
    if group or extra:
        return DevNeeds(True, () if group else (extra,), (group,) if group else ())
    if name := _bringing(poetry):
        return DevNeeds(True, (), (name,))
    older = [*_keys({"dependencies": found.at("tool", "poetry", "dev-dependencies")})]
    older += [*_keys(found.at("tool", "poetry")), *_list(found.at("tool", "uv", "dev-dependencies"))]
    if any(_is_pytest(one) for one in older):
        return DevNeeds(True)
    return DevNeeds(False)


def _keys(group: Any) -> tuple[str, ...]:
    """The packages of one of Poetry's groups."""
    own = group.get("dependencies", {}) if isinstance(group, dict) else {}
    return tuple(own) if isinstance(own, dict) else ()


def _bringing(table: Any) -> str:
    """The name, of extras or groups, whose list has pytest."""
    rows = table.items() if isinstance(table, dict) else ()
    names = [name for name, some in rows if _NAME.match(name) and any(map(_is_pytest, _list(some)))]
    return min(names, key=lambda name: _NAMES.index(name) if name in _NAMES else 99, default="")


def _list(value: Any) -> tuple[str, ...]:
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def _is_pytest(requirement: str) -> bool:
    return bool(re.match(r"pytest(?![\w.-])", requirement, re.IGNORECASE))
