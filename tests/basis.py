"""Base repositories: built once in a process, copied for each test.

Most tests begin with the same few repositories, and each takes a dozen git processes to build (35 ms of CPU; 320 ms
with ``pre-commit install``). A copy takes 3 ms. The key of a base is its recipe and all that git reads around
it, so a test with other settings never gets a base of somebody else's.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests import oracle

# These name a place of the test or of the process. They do not change what git builds.
_PLACES = ("GIT_EXEC_PATH",)
_bases: dict[tuple[object, ...], Path] = {}


def copied(recipe: tuple[object, ...], place: Path, build: Callable[[Path], None]) -> None:
    """Fill the directory `place` with what `build` makes, from a copy where this process has built it before.

    Args:
        recipe: what distinguishes this base from all others; `build` must depend on nothing else.
        place: an absolute path. It may exist, and is made where it does not.
        build: gets the directory to fill. What it writes may name that directory in git's configuration.
    """
    key = (*recipe, _surroundings())
    if key not in _bases:
        _bases[key] = Path(_shelf(), str(len(_bases)))
        _bases[key].mkdir()
        try:
            build(_bases[key])
        except BaseException:
            shutil.rmtree(_bases.pop(key))
            raise
    base = _bases[key]
    shutil.copytree(base, place, symlinks=True, dirs_exist_ok=True)
    for repository in _repositories(place):
        _settle(repository, base, place)


def _surroundings() -> tuple[object, ...]:
    """The user's configuration and git's variables, which shape what is built."""
    config = Path(os.environ["HOME"], ".gitconfig")
    variables = sorted(
        item for item in os.environ.items() if item[0].startswith("GIT_") and item[0] not in _PLACES
    )
    return (config.read_bytes() if config.exists() else b"", tuple(variables))


def _shelf() -> str:
    """A directory of this process, removed at its end."""
    global _folder
    if not _folder:
        _folder = tempfile.mkdtemp(prefix="gitflowguard-bases-")
        atexit.register(shutil.rmtree, _folder, ignore_errors=True)
    return _folder


_folder = ""


def _repositories(place: Path) -> list[Path]:
    """The git directories here and one level below: of work trees, and bare ones."""
    found = []
    for child in (place, *place.iterdir()):
        found += [folder for folder in (child, child / ".git") if (folder / "HEAD").is_file()]
    return found


def _settle(repository: Path, base: Path, place: Path) -> None:
    """Let the copy name itself instead of its base, and let its index know the copied files."""
    config = repository / "config"
    text = config.read_text()
    if str(base) in text:
        config.write_text(text.replace(str(base), str(place)))
    if (repository / "index").exists():
        argv = ("git", "-c", "core.hooksPath=/dev/null", "update-index", "-q", "--refresh")
        subprocess.run(argv, cwd=repository.parent, env=oracle.unrecorded(), check=True)
