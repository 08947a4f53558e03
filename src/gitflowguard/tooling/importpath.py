"""Where our own modules may come from: never from the work tree that is judged.

A hook's shim starts Python with -I, and then there is nothing to do. A console script is started with PYTHONPATH, and
``python -m`` puts the current folder first (docs.python.org, "sys.path"); a branch that is checked out could bring a
``click.py`` for us to import.
What Python imports before it reaches us is beyond us (SECURITY.md says what).
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def settle() -> None:
    """Takes the current folder, and all of the repository around it that PYTHONPATH names, out of sys.path."""
    if not sys.flags.isolated:
        sys.path[:] = without_here(sys.path, os.environ, os.getcwd())


def without_here(path: Sequence[str], environ: Mapping[str, str], here: str) -> list[str]:
    """The search path without what hangs on the current folder: relative items, the folder itself where Python put
    it first, and items of PYTHONPATH in the repository. What an installation added stays, wherever it lies.
    """
    top = _top(os.path.realpath(here))
    named = {os.path.realpath(os.path.join(here, item)) for item in _items(environ)}

    def kept(index: int, item: str) -> bool:
        if not os.path.isabs(item):
            return False
        real = os.path.realpath(item)
        if index == 0 and real == os.path.realpath(here):
            return False
        return real not in named or not (real + os.sep).startswith(top.rstrip(os.sep) + os.sep)

    return [item for index, item in enumerate(path) if kept(index, item)]


def _items(environ: Mapping[str, str]) -> list[str]:
    value = environ.get("PYTHONPATH", "")
    return value.split(os.pathsep) if value else []


def _top(here: str) -> str:
    """The root of the repository around a folder, of the outer one for a submodule (its ``.git`` is a file); the
    folder itself where there is none.
    """
    found, above = here, here
    while not os.path.isdir(os.path.join(above, ".git")):
        if os.path.lexists(os.path.join(above, ".git")):
            found = above
        higher = os.path.dirname(above)
        if higher == above:
            return found
        above = higher
    return above
