"""Counts which branches of the package the tests take: ``pytest --branches`` writes them to .coverage.

coverage.py watches every line of every program by ``sys.settrace``, and Python is up to three times slower under it:
a quarter of the whole suite's time. Here each branch of the package notes by itself that it was taken, in one
assignment that its module is compiled with; nothing else is slowed down. What a branch is, and which ones do not
count, is still coverage.py's own reading of the source, and so is the sum. Reading takes six seconds, so a process of
its own does it while the tests wait for their programs, and sums when it gets what was taken. What is compiled and
read of a source lies beside its byte code for the next run, until the source is another one. Only branches
are measured: for lines, `pytest --cov` is coverage.py itself. tests/tooling/test_branches.py compares the two.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import json
import marshal
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import cache_from_source
from pathlib import Path
from types import CodeType, ModuleType
from typing import TypeVar

import coverage
import pytest
from coverage.python import PythonFileReporter
from coverage.results import analysis_from_file_reporter

PACKAGE = "gitflowguard"
# The name, in each measured module, of its notes: a byte for each outcome of each branch.
NOTES = "__branches__"
OPTION = "--branches"
# For tools/coverage_gate.py: path -> how many of its branches were taken, and how many it has.
SUMS = ".branches.json"
_WORKERS = "GFG_BRANCHES"
# A branch's line, the first and the last line of its body, and whether the body was entered or passed by.
Outcome = tuple[int, int, int, bool]
Node = TypeVar("Node", ast.Name, ast.Constant, ast.Subscript, ast.Assign, ast.MatchAs)
# Where a statement holds others (ast's grammar).
_BLOCKS = ("body", "orelse", "handlers", "cases", "finalbody")


class Probes(ast.NodeVisitor):
    """Puts a note in front of each way that a branch can go, into the tree that it visits."""

    def __init__(self) -> None:
        self.outcomes: dict[Outcome, int] = {}

    def generic_visit(self, node: ast.AST) -> None:
        """Visit statements alone: no expression holds a branch that counts, and nine nodes of ten are expressions."""
        for name in _BLOCKS:
            for child in getattr(node, name, ()):
                self.visit(child)

    def visit_If(self, node: ast.If) -> None:
        """``if`` and ``elif``."""
        self._fork(node)

    def visit_While(self, node: ast.While) -> None:
        """The turn, and the end; no end after ``break``."""
        self._fork(node)

    def visit_For(self, node: ast.For) -> None:
        """The turn, and the end; no end after ``break``."""
        self._fork(node)

    def _fork(self, node: ast.If | ast.For | ast.While) -> None:
        into = entered(node.lineno, node.body)
        self.generic_visit(node)
        node.body = [self._note(into), *node.body]
        node.orelse = [*self._passed([into]), *node.orelse]

    def visit_Match(self, node: ast.Match) -> None:
        """A case that is reached says that those before it did not match."""
        into = [entered(case.pattern.lineno, case.body) for case in node.cases]
        self.generic_visit(node)
        for index, case in enumerate(node.cases):
            case.body = [*self._passed(into[:index]), self._note(into[index]), *case.body]
        last = node.cases[-1]
        if last.guard is not None or not _matches_all(last.pattern):
            every = _at(node.lineno, ast.MatchAs())
            node.cases.append(ast.match_case(every, body=self._passed(into)))

    def visit_Try(self, node: ast.Try) -> None:
        """A handler that is reached says that those before it did not match."""
        into = [entered(handler.lineno, handler.body) for handler in node.handlers]
        self.generic_visit(node)
        for index, handler in enumerate(node.handlers):
            handler.body = [*self._passed(into[:index]), self._note(into[index]), *handler.body]

    def _passed(self, into: Sequence[Outcome]) -> list[ast.stmt]:
        return [self._note((line, begin, end, False)) for line, begin, end, _ in into]

    def _note(self, outcome: Outcome) -> ast.stmt:
        index = self.outcomes.setdefault(outcome, len(self.outcomes))
        line = outcome[0]
        notes = _at(line, ast.Name(NOTES, ast.Load()))
        place = _at(line, ast.Subscript(notes, _at(line, ast.Constant(index)), ast.Store()))
        return _at(line, ast.Assign([place], _at(line, ast.Constant(1))))


def _at(line: int, node: Node) -> Node:
    """Place a node of a note on a line. `ast.fix_missing_locations` would walk the whole module."""
    node.lineno = node.end_lineno = line
    node.col_offset = node.end_col_offset = 0
    return node


def entered(line: int, body: Sequence[ast.stmt]) -> Outcome:
    """The outcome of the branch at `line` that leads into `body`."""
    first, last = body[0], body[-1]
    begin = min([first.lineno, *(one.lineno for one in getattr(first, "decorator_list", []))])
    return line, begin, last.end_lineno or last.lineno, True


def _matches_all(pattern: ast.pattern) -> bool:
    while isinstance(pattern, ast.MatchOr):
        pattern = pattern.patterns[-1]
    return isinstance(pattern, ast.MatchAs) and pattern.pattern is None


def compiled(data: bytes, path: str) -> tuple[CodeType, list[Outcome]]:
    """The code of a module that notes its branches, and what each note means."""
    probes = Probes()
    tree = ast.parse(data)
    probes.visit(tree)
    return compile(tree, path, "exec", dont_inherit=True), list(probes.outcomes)


def kept(path: str, what: str, data: bytes, make: Callable[[], bytes]) -> bytes:
    """What `make` says of a source, or what it said in an earlier run.

    Args:
        path: of the source. A traceback names it, so it counts for what is kept as the source does.
        what: a word for what is kept, of letters and digits; part of the file's name, as an optimization is (PEP 488).
        data: all that `make` reads besides this file, Python and coverage.py.
    """
    place = cache_from_source(path, optimization=what)
    key = hashlib.sha256(b"\0".join((_own(), path.encode(), data))).digest()
    try:
        found = Path(place).read_bytes()
    except OSError:
        found = b""
    if found.startswith(key):
        return found[len(key) :]
    made = make()
    if not sys.dont_write_bytecode:
        written = Path(f"{place}.{os.getpid()}")
        try:
            written.parent.mkdir(exist_ok=True)
            written.write_bytes(key + made)
            written.replace(place)
        except OSError:
            pass  # the next run makes it again
    return made


@functools.cache
def _own() -> bytes:
    """What all that is kept depends on."""
    versions = (sys.version, coverage.__version__)
    return hashlib.sha256(Path(__file__).read_bytes() + repr(versions).encode()).digest()


class Loader(SourceFileLoader):
    """Loads a module whose branches note that they were taken."""

    seen: dict[str, tuple[list[Outcome], bytearray]] = {}

    def get_code(self, fullname: str) -> CodeType:
        """Not the byte code that Python keeps: that is the product's own."""
        path = self.get_filename(fullname)
        data = self.get_data(path)
        words = kept(path, "branches", data, lambda: marshal.dumps(compiled(data, path)))
        code: CodeType
        code, outcomes = marshal.loads(words)
        self.seen.setdefault(path, (outcomes, bytearray(len(outcomes))))
        return code

    def exec_module(self, module: ModuleType) -> None:
        """Hands the module its notes; all modules of one file write to the same ones."""
        code = self.get_code(module.__name__)
        module.__dict__[NOTES] = self.seen[self.get_filename(module.__name__)][1]
        exec(code, module.__dict__)


class Finder(MetaPathFinder):
    """Finds the package's modules where Python would, for the loader above."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """None for what is not ours."""
        if name.partition(".")[0] != PACKAGE:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = Loader(spec.loader.name, spec.loader.path)
        return spec


class Plugin:
    """In each worker the notes; in the process that started them the sum."""

    def __init__(self) -> None:
        self.taken: dict[str, set[Outcome]] = {}
        self.sum: subprocess.Popen[str] | None = None

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Let the source be read meanwhile."""
        if not hasattr(session.config, "workerinput"):
            words = (sys.executable, "-m", "tests.branches")
            root = Path(__file__).parents[1]
            self.sum = subprocess.Popen(words, stdin=subprocess.PIPE, text=True, cwd=root)

    def pytest_testnodedown(self, node: object) -> None:
        """A worker has ended and hands over what it noted."""
        self._add(getattr(node, "workeroutput", {}).get(NOTES, {}))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A worker hands over; the process that started all of them, or was the only one, has it summed."""
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[NOTES] = noted()
            return
        self._add(noted())
        assert self.sum is not None
        self.sum.communicate(json.dumps({path: list(taken) for path, taken in self.taken.items()}))
        assert self.sum.returncode == 0

    def _add(self, notes: dict[str, list[Outcome]]) -> None:
        for path, outcomes in notes.items():
            self.taken.setdefault(path, set()).update(map(_outcome, outcomes))


def begin() -> None:
    """Measure where it is asked for: here on the command line, in a worker by the process that starts it.

    Called before anything imports the package, and so before pytest has read its options.
    """
    if OPTION in sys.argv:
        os.environ[_WORKERS] = "1"
    if os.environ.get(_WORKERS):
        sys.meta_path.insert(0, Finder())


def noted() -> dict[str, list[Outcome]]:
    """Path -> the outcomes that were seen in this process."""
    return {
        path: [outcome for outcome, seen in zip(outcomes, notes, strict=True) if seen]
        for path, (outcomes, notes) in Loader.seen.items()
    }


def main() -> int:
    """Read the source, then from standard input what was taken, and write .coverage and the sums."""
    os.nice(19)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the run, which then says what it has
    measured = coverage.Coverage()
    read = {str(path): reading(str(path), measured) for path in package().rglob("*.py")}
    words = sys.stdin.read()
    if words:  # else the run was ended before its end
        taken = {path: set(map(_outcome, outcomes)) for path, outcomes in json.loads(words).items()}
        write(taken, read, measured)
    return 0


def reading(path: str, measured: coverage.Coverage) -> PythonFileReporter:
    """What coverage.py reads of a file; the other questions to it cost nothing then."""
    reporter = PythonFileReporter(path, measured)
    excluded = repr(measured.config.exclude_list).encode()

    def read() -> bytes:
        reporter.arcs()
        reporter.parser._ast_root = None  # all was asked of it
        return pickle.dumps(reporter.parser)

    reporter._parser = pickle.loads(kept(path, "reading", excluded + Path(path).read_bytes(), read))
    return reporter


def write(
    taken: dict[str, set[Outcome]], read: dict[str, PythonFileReporter], measured: coverage.Coverage
) -> None:
    """Write .coverage, with every file of the package, the ones that no test imports too, and beside it the sums."""
    data = measured.get_data()
    data.erase()
    data.add_arcs({path: arcs(read[path], outcomes) for path, outcomes in taken.items()})
    data.touch_files(list(read))
    data.write()
    sums = {}
    for path, reporter in read.items():
        numbers = analysis_from_file_reporter(data, 0, reporter, path).numbers
        sums[path] = (numbers.n_executed_branches, numbers.n_branches)
    Path(data.data_filename()).with_name(SUMS).write_text(json.dumps(sums))


def package() -> Path:
    """The directory of the measured package."""
    spec = PathFinder.find_spec(PACKAGE)
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent


def arcs(reporter: PythonFileReporter, outcomes: set[Outcome]) -> list[tuple[int, int]]:
    """The seen outcomes of a file in coverage's terms: from line, to line."""
    return [pair for pair in reporter.parser.arcs() if _seen(pair, outcomes)]


def _outcome(words: Sequence[int]) -> Outcome:
    """What a worker sent; a tuple stays one on its way, whatever the channel makes of it."""
    line, begin, end, into = words
    return line, begin, end, bool(into)


def _seen(arc: tuple[int, int], outcomes: set[Outcome]) -> bool:
    """One arc from a branch's line leads into its body; the other one passes it by."""
    at, to = arc
    return any(line == at and (begin <= to <= end) == into for line, begin, end, into in outcomes)


if __name__ == "__main__":
    sys.exit(main())
