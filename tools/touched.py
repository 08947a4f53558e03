"""Runs the gates and the tests that a change touches, nearest first, until 60 seconds are over: ``make test FAST=1``.

A change is what differs from the point where this branch left main, plus files that git does not know yet. The tests
that import a changed module come first, then those one import further away, and so on. A module that nobody imports,
such as a rule, is loaded by its name: there the tests of its folder come first. What the time does not allow is
reported as skipped; `make test` runs everything. The gates run beside the tests.
"""

from __future__ import annotations

import ast
import os
import subprocess  # runs git and pytest, with fixed words  # nosec B404
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
SECONDS = 40.0
# Files of tests that are read at all: reading them takes time, too.
MOST = 40
# Small tests of what any change may break: the package's contents, and what a hook may start and import.
ALWAYS = ("tests/test_manifest.py", "tests/test_budget.py")


def git(*args: str) -> list[str]:
    """The lines that git prints, none where it fails."""
    argv = ("git", *args)
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)  # nosec B603
    return done.stdout.splitlines() if done.returncode == 0 else []


def changed() -> list[str]:
    """Paths below the root that differ from where this branch left main, without deleted ones."""
    base = next(iter(git("merge-base", "HEAD", "main")), "HEAD")
    found = git("diff", "--name-only", "--relative", base)
    found += git("ls-files", "--others", "--exclude-standard")
    return sorted(path for path in set(found) if (ROOT / path).is_file())


def module_of(path: str) -> str:
    """The dotted name of a Python file below the root."""
    parts = Path(path.removeprefix("src/")).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(text: str, known: set[str]) -> Iterator[str]:
    """The known modules that a source imports, wherever the import stands."""
    for node in statements(ast.parse(text)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{one.name}" for one in node.names)]
        yield from (name for name in names if name in known)


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """All statements below; no expression holds an import, and nine nodes of ten are expressions."""
    for name in ("body", "orelse", "handlers", "cases", "finalbody"):
        for child in getattr(node, name, ()):
            yield child
            yield from statements(child)


def importers(sources: dict[str, str]) -> dict[str, set[str]]:
    """Module -> the paths of the files that import it.

    Args:
        sources: path -> text of each Python file.
    """
    modules = {module_of(path) for path in sources}
    found: dict[str, set[str]] = {name: set() for name in modules}
    for path, text in sources.items():
        for name in imported(text, modules):
            found[name].add(path)
    return found


def beside(path: str, sources: Iterable[str]) -> set[str]:
    """The Python files that a file of data belongs to: those of the nearest directory that has any."""
    folder = Path("tests", path) if path.startswith("docs/") else Path(path)
    while folder.parts:
        folder = folder.parent
        near = {one for one in sources if Path(one).parent == folder and Path(one).name != "__init__.py"}
        if near:
            return near
    return set()


def mirrored(path: str) -> str:
    """The path below tests/ in whose place the tests of a module of the package lie."""
    return Path("tests", *Path(path).parts[2:]).as_posix()


def nearest(paths: Iterable[str], sources: dict[str, str]) -> list[str]:
    """The test files that reach one of the paths by imports, those with the fewest steps first."""
    by = importers(sources)
    step: set[str] = set()
    for path in paths:
        step |= {path} if path in sources else beside(path, sources)
        if path.startswith("src/") and path in sources and not by[module_of(path)]:
            step |= beside(mirrored(path), sources)
    seen: dict[str, None] = {}
    while step:
        seen |= dict.fromkeys(sorted(step))
        step = {one for path in step for one in by[module_of(path)]} - seen.keys()
    return [path for path in seen if Path(path).name.startswith("test_")]


def sources() -> dict[str, str]:
    """Path -> text of all Python files of the package, the tests and the tools."""
    files = (path for top in ("src", "tests", "tools") for path in (ROOT / top).rglob("*.py"))
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in files}


def gates(paths: list[str]) -> Iterator[list[str]]:
    """What is run beside the tests."""
    python = [path for path in paths if path.endswith(".py")]
    if python:
        yield [str(BIN / "black"), "--check", "--quiet", *python]
        yield [str(BIN / "flake8"), *python]
        yield [str(BIN / "mypy")]
        yield [str(BIN / "lint-imports"), "--no-cache"]


def pytest(tests: list[str], until: float) -> list[str]:
    """The command that runs the tests and begins none after `until`, in seconds since the epoch."""
    return [
        *(sys.executable, "-m", "pytest", "-m", "not slow", "-p", "no:randomly"),
        *("--numprocesses", "auto", "--until", str(until)),
        *tests,
    ]


def main(argv: list[str]) -> int:
    """The exit code of the tests, else of the first gate that fails. ``--list`` prints the test files instead."""
    until = time.time() + SECONDS
    paths = changed()
    near = nearest(paths, sources())
    tests = list(dict.fromkeys((*near[:MOST], *ALWAYS)))
    if "--list" in argv:
        print("\n".join(tests))
        return 0
    print(f"{len(paths)} files changed; they touch {len(near)} files of tests", flush=True)
    if near[MOST:]:
        print(f"the {len(near) - MOST} furthest away are left to `make test`", flush=True)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    beside_them = [
        subprocess.Popen(  # nosec B603
            words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for words in gates(paths)
    ]
    code = subprocess.run(
        pytest(tests, until), cwd=ROOT, env=environment, check=False
    ).returncode  # nosec B603
    for gate in beside_them:
        said, _ = gate.communicate()
        if gate.returncode:
            print(f"{Path(str(gate.args[0])).name} fails:\n{said}", flush=True)  # type: ignore[index]
            code = code or gate.returncode
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
