"""Runs a linter on the files that it has not passed as they are: ``tools/passed.py SETTINGS PROGRAM... -- PATH...``

For linters that judge each file by itself. flake8 and bandit keep no results, and on all files they take as long as
every other gate together. What passed is known by the file's path and content, the linter's settings and words, and
everything that is installed; a difference in any of these asks the linter again. A run that finds something is
never remembered. `make clean` forgets all.
"""

from __future__ import annotations

import hashlib
import os
import subprocess  # runs the linter that the Makefile names  # nosec B404
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import distributions
from pathlib import Path

# The results of each linter, a line each.
STORE = Path("build/passed")


def sources(paths: Iterable[str]) -> Iterator[Path]:
    """The Python files that a linter finds below these paths, without hidden directories."""
    for path in paths:
        for folder, below, names in os.walk(path):
            below[:] = sorted(one for one in below if not one.startswith("."))
            yield from (Path(folder, name) for name in sorted(names) if name.endswith(".py"))


def surroundings(settings: Path, program: list[str]) -> bytes:
    """All that decides on a verdict besides the file."""
    installed = sorted(f"{one.name}=={one.version}" for one in distributions())
    words = repr((sys.version, program[1:], installed)).encode()
    return hashlib.sha256(words + settings.read_bytes()).digest()


def main(argv: list[str]) -> int:
    """The exit code of the linter, 0 where it has passed everything before."""
    cut = argv.index("--")
    settings, program, paths = Path(argv[0]), argv[1:cut], argv[cut + 1 :]
    around = surroundings(settings, program)
    keys = {}
    for path in sources(paths):
        keys[str(path)] = hashlib.sha256(around + os.fsencode(path) + b"\0" + path.read_bytes()).hexdigest()
    store = STORE / Path(program[0]).name
    passed = set(store.read_text().split()) if store.exists() else set()
    asked = [path for path, key in keys.items() if key not in passed]
    code = subprocess.run([*program, *asked], check=False).returncode if asked else 0  # nosec B603
    if code == 0 and asked:
        store.parent.mkdir(parents=True, exist_ok=True)
        written = store.with_suffix(f".{os.getpid()}")
        written.write_text("\n".join(keys.values()))
        written.replace(store)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
