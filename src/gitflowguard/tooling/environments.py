"""Where a project keeps its Python environment. Only looks at names of directories."""

from __future__ import annotations

import os
import sys

from gitflowguard.tooling import disk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    Tracked = Callable[[str], bool] | Collection[str]

USUAL = (".venv", "venv")
# Where conda's installers put it unless they are configured otherwise.
_CONDA_ROOTS = ("miniforge3", "miniconda3", "anaconda3", "mambaforge", "micromamba")


def places(top: str, common: str, environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(directory, whose it is) of each environment that a project may mean, whether it exists or not.

    top: the work tree; common: its git directory. The active one first; then those in
    the work tree, or in the main one where this is a linked one; poetry's; conda's.
    """
    if active := environ.get("VIRTUAL_ENV", ""):
        yield active, "the project's, active"
    # A git directory of another name lies in no work tree (bare, submodule, --separate-git-dir).
    main = os.path.dirname(common) if os.path.basename(common) == ".git" else ""
    roots = tuple(root for root in dict.fromkeys((top, main)) if root)
    for root in roots:
        for name in dict.fromkeys((environ.get("UV_PROJECT_ENVIRONMENT", ""), *USUAL)):
            if name:
                yield os.path.join(root, name), f"the project's, {name}"
    for root in roots:
        for folder in _poetry(root, environ):
            yield folder, "the project's, poetry"
    for folder in _conda(top, environ):
        yield folder, "the project's, conda"


def committed(folder: str, top: str, common: str, tracked: Tracked) -> bool:
    """Whether git tracks an environment, or may do so: its programs are then foreign code.

    tracked: says of a path from the work tree's root whether git tracks it or anything
    below it; or the paths of which that is so.
    """
    asks = tracked if callable(tracked) else tracked.__contains__
    for base in dict.fromkeys((top, os.path.dirname(common))):
        if not base:
            continue
        plain = _below(os.path.abspath(folder), os.path.abspath(base))
        above, name = os.path.split(os.path.abspath(folder))
        unlinked = _below(os.path.join(disk.real(above), name), disk.real(base))
        real = _below(disk.real(folder), disk.real(base))
        if any(path and asks(path) for path in dict.fromkeys((plain, unlinked, real))):
            return True
        # A link to another place of the work tree, about which nobody can be asked.
        if real and real != unlinked and not callable(tracked):
            return True
        if unlinked and sys.platform in ("darwin", "win32") and name not in disk.names(above):
            return True  # git knows it under a name in other letters, if at all
    return False


def within(folder: str, top: str) -> bool:
    """Whether a directory lies in the work tree, or is it."""
    real = disk.real(top)
    return (disk.real(folder) + os.sep).startswith(real if real.endswith(os.sep) else real + os.sep)


def _below(path: str, base: str) -> str:
    """The path from the base on, with slashes; "" if it does not lie below it."""
    base = base if base.endswith(os.sep) else base + os.sep
    return path[len(base) :].replace(os.sep, "/") if path.startswith(base) else ""


def _poetry(root: str, environ: Mapping[str, str]) -> list[str]:
    """Environments that poetry keeps for a project, the newest Python first.

    poetry/utils/env/env_manager.py: <name>-<hash>-py<minor>, where the hash is the first
    eight letters of the URL-safe Base64 of the SHA-256 of the project's real path.
    """
    folder = _poetry_folder(environ)
    found = [name for name in disk.names(folder) if "-py" in name]
    if not found:
        return []
    mark = f"-{_letters(os.path.normcase(disk.real(root)))}-py"
    mine = [name for name in found if mark in name]
    return [os.path.join(folder, name) for name in sorted(mine, key=_minor, reverse=True)]


def _poetry_folder(environ: Mapping[str, str]) -> str:
    home = environ.get("HOME", "")
    if sys.platform == "darwin":
        cache = os.path.join(home, "Library", "Caches")
    else:
        cache = environ.get("XDG_CACHE_HOME") or os.path.join(home, ".cache")
    cache = environ.get("POETRY_CACHE_DIR") or os.path.join(cache, "pypoetry")
    given = environ.get("POETRY_VIRTUALENVS_PATH", "").replace("{cache-dir}", cache)
    folder = given or os.path.join(cache, "virtualenvs")
    return folder if os.path.isabs(folder) else ""


def _letters(path: str) -> str:
    """Without `hashlib` and `base64`, which a hook would pay for with its regular expressions."""
    from binascii import b2a_base64

    try:
        from _sha2 import sha256  # type: ignore[import-not-found,unused-ignore]  # Python 3.12
    except ImportError:
        from _sha256 import sha256  # type: ignore[import-not-found,unused-ignore]
    digest: bytes = sha256(os.fsencode(path)).digest()
    return b2a_base64(digest).decode()[:8].replace("+", "-").replace("/", "_")


def _minor(name: str) -> tuple[int, ...]:
    words = name.rpartition("-py")[2].split(".")
    return tuple(int(word) if word.isascii() and word.isdigit() else 0 for word in words)


def _conda(top: str, environ: Mapping[str, str]) -> Iterator[str]:
    """The active environment unless it is everybody's (base), then the one that environment.yml names."""
    active = environ.get("CONDA_PREFIX", "")
    base = environ.get("CONDA_DEFAULT_ENV") == "base" or disk.is_folder(os.path.join(active, "condabin"))
    if active and not base:
        yield active
    name = _named(top) if top else ""
    if not name:
        return
    home, program = environ.get("HOME", ""), environ.get("CONDA_EXE", "")
    roots = [os.path.dirname(os.path.dirname(program))] if program else []
    roots += [environ.get("CONDA_ROOT", ""), environ.get("MAMBA_ROOT_PREFIX", "")]
    roots += [os.path.join(home, root) for root in _CONDA_ROOTS]
    for root in dict.fromkeys(roots):
        if os.path.isabs(root):
            yield os.path.join(root, "envs", name)


def _named(top: str) -> str:
    """The environment that the project's environment.yml names; "" for what isn't a plain name."""
    for file in ("environment.yml", "environment.yaml"):
        for line in (
            disk.read(os.path.join(top, file), 1 << 16, links=True).decode("utf-8", "replace").splitlines()
        ):
            if line.startswith("name:"):
                name = line[5:].partition(" #")[0].strip().strip("\"'")
                plain = name.replace("-", "").replace("_", "").replace(".", "")
                return name if plain.isalnum() and not name.startswith(".") else ""
    return ""
