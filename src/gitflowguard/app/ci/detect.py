"""Which project a repository holds, where, and by which manager it is installed."""

from __future__ import annotations

import os
from collections.abc import Iterator

from gitflowguard.app.ci import manifest
from gitflowguard.app.ci.manifest import (
    ENVIRONMENTS,
    POETRY_LOCK,
    PYPROJECT,
    REQUIREMENTS,
    UV_LOCK,
    Manifests,
    manifests,
)
from gitflowguard.app.ci.pythons import is_python, ordered
from gitflowguard.app.ci.setupfiles import SETUP_PY
from gitflowguard.model.names import listed
from gitflowguard.model.project import CONDA, MANAGERS, PIP, POETRY, UV, Project
from gitflowguard.model.record import Record
from gitflowguard.repo.files import SetupError
from gitflowguard.repo.git import Git, text
from gitflowguard.repo.toolsigns import signs

_MANIFESTS = (UV_LOCK, POETRY_LOCK, *ENVIRONMENTS, *REQUIREMENTS, PYPROJECT, SETUP_PY)
_LOCKS = {UV: (UV_LOCK, "uv lock"), POETRY: (POETRY_LOCK, "poetry lock")}


class CiOptions(Record):
    """What the user says, "" and () to go by the files. directory: from the top, ``.`` for the top itself."""

    manager: str = ""
    pythons: tuple[str, ...] = ()
    directory: str = ""

    def words(self) -> tuple[str, ...]:
        """As options of the command."""
        said = [word for one in self.pythons for word in ("--python", one)]
        said = [*(("--tool", self.manager) if self.manager else ()), *said]
        return (*said, *(("--directory", self.directory) if self.directory else ()))


def detect_project(git: Git, top: str, asked: CiOptions) -> Project:
    """What the options leave open is read from the work tree.

    Raises SetupError where there is no project, more than one, or no lock file for a manager that has one.
    """
    wrong = [one for one in asked.pythons if not is_python(one)]
    if wrong:
        raise SetupError(f"--python {wrong[0]}: give a minor version of Python 3, such as 3.12")
    directory = _directory(git, top, asked)
    found = manifests(os.path.join(top, directory))
    manager = asked.manager or _manager(found)
    _locked(found, manager)
    pythons, evidence = manifest.pythons_of(found)
    if asked.pythons:
        pythons, evidence = ordered(asked.pythons), "--python"
    files = _files(found, manager)
    lock = _LOCKS.get(manager, ("",))[0]
    return Project(
        manager=manager,
        directory=directory,
        pythons=pythons,
        evidence=evidence,
        files=files,
        sources=manifest.sources_of(found, files) if manager == PIP else (),
        hashed=manager == PIP and manifest.is_hashed(found, files),
        package=manager == PIP and _is_package(found),
        needs=manifest.needs_of(found, lock, files),
        configs=tuple((sign.tool, sign.where) for sign in signs(top) if sign.where),
    )


def _directory(git: Git, top: str, asked: CiOptions) -> str:
    """From the top: where the option says, else the top, else the one directory with a manifest that git tracks."""
    if asked.directory:
        path = os.path.normpath(asked.directory).replace(os.sep, "/")
        if path.startswith(("/", "../")) or path == ".." or not _safe(path):
            raise SetupError(f"--directory {asked.directory}: give a directory inside the repository")
        if not os.path.isdir(os.path.join(top, path)):
            raise SetupError(f"--directory {asked.directory}: there is no such directory in the repository")
        return "" if path == "." else path
    if any(os.path.isfile(os.path.join(top, name)) for name in _MANIFESTS):
        return ""
    names = tuple(f":(glob)**/{name}" for name in _MANIFESTS)
    listing = ("ls-files", "-z", "--cached", "--others", "--exclude-standard")
    out = text(git.call(*listing, "--", *names, magic=True).out)
    there = sorted({_home(path) for path in out.split("\0")[:-1]})
    if len(there) == 1:
        if not _safe(there[0]):
            raise SetupError(
                f"a workflow can't name the directory {there[0]}; rename it, then run this again"
            )
        return there[0]
    if there:
        shown = listed(tuple(there[:5]), "and") + (f" and {len(there) - 5} more" if len(there) > 5 else "")
        raise SetupError(
            f"several directories hold a Python project: {shown}; say which: --directory {there[0]}"
        )
    raise SetupError(
        "found no Python project: no uv.lock, poetry.lock, environment.yml, requirements.txt, pyproject.toml "
        "or setup.py; create one, then run this again"
    )


def _home(path: str) -> str:
    """The project's directory of a manifest: ``requirements/base.txt`` belongs to the directory above."""
    nested = [name for name in REQUIREMENTS if "/" in name and f"/{path}".endswith(f"/{name}")]
    return path[: -len(nested[0])].rstrip("/") if nested else path.rpartition("/")[0]


def _safe(path: str) -> bool:
    """Whether the path can stand in a workflow, where GitHub would take ``${{`` for an expression."""
    return path.isprintable() and "${{" not in path and not path.startswith("-")


def _manager(found: Manifests) -> str:
    """The one that the files speak for; raises SetupError where they speak for two."""
    locks = [manager for manager, (name, _) in _LOCKS.items() if name in found.names]
    conda = [name for name in ENVIRONMENTS if name in found.names]
    pip = [name for name in REQUIREMENTS if name in found.names]
    if pip and conda and not any(os.path.basename(pip[0]) in found.text(name) for name in conda):
        locks = locks or [PIP]
    there = [*locks, *((CONDA,) if conda else ())]
    if len(there) > 1:
        raise SetupError(
            f"the project has files of {listed(tuple(there), 'and')}; say which: --tool {there[0]}"
        )
    if there:
        return str(there[0])
    return PIP if pip else next(_declared(found), PIP)


def _declared(found: Manifests) -> Iterator[str]:
    """By pyproject.toml alone."""
    if found.has("tool", "uv"):
        yield UV
    if found.has("tool", "poetry"):
        yield POETRY


def _locked(found: Manifests, manager: str) -> None:
    """Raises SetupError where the manager has nothing to install from."""
    if manager not in MANAGERS:
        raise SetupError(f"--tool {manager}: give one of {listed(MANAGERS, 'or')}")
    name, command = _LOCKS.get(manager, ("", ""))
    if name and name not in found.names:
        says = f"there is no {name}, so a job can't install what you tested; create it: {command}"
        # A library without a lock file is pip's to install from what it declares.
        other = "; or let pip install it: gitflowguard ci --tool pip" if _is_package(found) else ""
        raise SetupError(says + other)
    if manager == CONDA and not any(one in found.names for one in ENVIRONMENTS):
        raise SetupError(
            f"there is no {ENVIRONMENTS[0]}; create it: conda env export --from-history > environment.yml"
        )
    if manager == PIP and not (_files(found, PIP) or _is_package(found)):
        raise SetupError(
            "there is no requirements.txt, and no pyproject.toml, setup.cfg or setup.py names a project to install"
        )


def _files(found: Manifests, manager: str) -> tuple[str, ...]:
    if manager == CONDA:
        return tuple(name for name in ENVIRONMENTS if name in found.names)[:1]
    return manifest.requirement_files(found) if manager == PIP else (_LOCKS[manager][0],)


def _is_package(found: Manifests) -> bool:
    """Whether pip can build the project: without a build table it would try setuptools on any folder."""
    named = found.has("project") or found.has("tool", "poetry") or manifest.is_named_in_cfg(found)
    return (named and found.has("build-system")) or SETUP_PY in found.names
