"""``--branches`` says of each branch what coverage.py says, which watches every line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import CodeType

import coverage
import pytest
from coverage.python import PythonFileReporter

from tests import branches
from tests.budget import sampled

ROOT = Path(__file__).parents[2]
SOURCE = '''\
"""All forms of a branch that Python has."""
from __future__ import annotations
TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
def fork(x):
    if x > 3:
        return "big"
    elif x > 1:
        x += 1
    else:
        x -= 1
    if (
        x
        and x > 0
    ):
        @str
        def inner():
            """With a decorator on its line."""
        x = 9
    return x
def loop(x):
    for one in range(x):
        if one == 2:
            break
        if one == 1:
            continue
    else:
        x = -x
    while x > 0:
        x -= 1
        with open(__file__) as file:
            if x == 3:
                return file
    while True:
        for one in ():
            x = 5
        if x:
            break
        return None
def choice(x):
    match x:
        case 1 | 2:
            pass
        case [a, b] if a == b:
            x = a
        case str():
            x = 4
    match x:
        case {"a": 1}:
            return 2
        case _:
            return 3
def trial(x):
    try:
        return 1 // x
    except ZeroDivisionError:
        if x == 0:
            return 5
    except (TypeError,
            ValueError):
        return 6
    except OverflowError:
        return 7
    finally:
        if x:
            x = 1
    if x:  # pragma: no cover
        x = 2
class Shape:
    if fork(1):
        area = [one for one in (1, 2) if one > 1]
    for name in ("a",):
        size = lambda self: 1 if self else 2
'''
CALLS = [f"fork({x})" for x in (0, 1, 2, 4)] + [f"loop({x})" for x in (0, 1, 2, 3, 9)]
CALLS += [f"choice({x})" for x in ("1", "(1, 1)", "(1, 2)", "'x'", "{'a': 1}", "None")]
CALLS += [f"trial({x})" for x in ("1", "0", "'x'")]
Missed = dict[int, list[int]]


def watched(path: Path, call: str) -> Missed:
    """The missed branches by coverage.py itself."""
    measured = coverage.Coverage(data_file=None, branch=True, include=[str(path)], config_file=False)
    measured.start()
    try:
        run(compile(path.read_text(), str(path), "exec"), path, call)
    finally:
        measured.stop()
    return measured._analyze(str(path)).missing_branch_arcs()


def noted(path: Path, call: str) -> Missed:
    """The missed branches by the notes."""
    code, outcomes = branches.compiled(path.read_bytes(), str(path))
    notes = bytearray(len(outcomes))
    run(code, path, call, notes)
    seen = {outcome for outcome, taken in zip(outcomes, notes, strict=True) if taken}
    measured = coverage.Coverage(data_file=None, branch=True, config_file=False)
    reporter = branches.reading(str(path), measured)
    measured.get_data().add_arcs({str(path): branches.arcs(reporter, seen)})
    return measured._analyze(str(path)).missing_branch_arcs()


def run(code: CodeType, path: Path, call: str, notes: bytearray | None = None) -> None:
    names = {"__file__": str(path), "__name__": "shapes", branches.NOTES: notes}
    exec(code, names)
    exec(call, names)


@pytest.mark.parametrize("call", sampled(CALLS, every=2))
def test_the_same_branches_are_missed(tmp_path: Path, call: str) -> None:
    """Whatever is called.

    Every other call is slow: coverage counts the same of them.
    """
    path = tmp_path / "shapes.py"
    path.write_text(SOURCE)
    missed = watched(path, call)
    assert missed and noted(path, call) == missed


def test_what_is_kept_of_a_source_is_for_that_source(tmp_path: Path) -> None:
    """Asked for once; another source, another question and a file that was cut off are asked for again."""
    path = tmp_path / "shapes.py"
    asked: list[bytes] = []

    def kept(what: str, data: bytes) -> bytes:
        def make() -> bytes:
            asked.append(data)
            return b"of " + data

        return branches.kept(str(path), what, data, make)

    assert [kept("one", data) for data in (b"a", b"a", b"b", b"a")] == [b"of a", b"of a", b"of b", b"of a"]
    assert kept("two", b"a") == b"of a" and asked == [b"a", b"b", b"a", b"a"]
    for place in (tmp_path / "__pycache__").iterdir():
        place.write_bytes(place.read_bytes()[:20])
    assert kept("two", b"a") == b"of a" and len(asked) == 5


def test_what_is_kept_says_the_same(tmp_path: Path) -> None:
    """Of the branches and of what coverage.py reads, in the run after the one that kept it."""
    path = tmp_path / "shapes.py"
    path.write_text(SOURCE)
    measured = coverage.Coverage(data_file=None, branch=True, config_file=False)
    first, second = (branches.reading(str(path), measured) for _ in range(2))
    assert first.arcs() == second.arcs() == PythonFileReporter(str(path), measured).arcs()
    assert first.exit_counts() == second.exit_counts() and first.no_branch_lines() == second.no_branch_lines()
    assert first.lines() == second.lines() and first.excluded_lines() == second.excluded_lines() != set()
    seen = []
    for _ in range(2):
        loader = branches.Loader("shapes", str(path))
        branches.Loader.seen.pop(str(path), None)
        seen.append((loader.get_code("shapes"), branches.Loader.seen.pop(str(path))[0]))
    assert seen[0] == seen[1] and len(seen[0][1]) > 20


def test_a_traceback_names_the_lines_of_the_source(tmp_path: Path) -> None:
    """A note moves no line."""
    path = tmp_path / "shapes.py"
    path.write_text(SOURCE)
    with pytest.raises(TypeError) as raised:
        run(branches.compiled(path.read_bytes(), str(path))[0], path, "fork('x')", bytearray(99))
    assert raised.traceback[-1].lineno == SOURCE.splitlines().index("    if x > 3:")


@pytest.mark.slow
def test_a_run_writes_what_its_workers_saw(tmp_path: Path) -> None:
    """The tests of one small module, in two workers; every file of the package is in the data.

    Slow: what is counted is proved by test_the_same_branches_are_missed.
    """
    data = tmp_path / "data"
    words = (sys.executable, "-m", "pytest", branches.OPTION, "-n", "2", "tests/model/test_giturl.py")
    done = subprocess.run(
        words,
        cwd=ROOT,
        env={**os.environ, "COVERAGE_FILE": str(data)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    measured = coverage.Coverage(data_file=str(data))
    measured.load()
    files = set(measured.get_data().measured_files())
    assert files == {str(path) for path in branches.package().rglob("*.py")}
    assert not measured._analyze(str(branches.package() / "model/giturl.py")).missing_branch_arcs()
    assert measured._analyze(str(branches.package() / "gate/junit.py")).missing_branch_arcs()
    shape = measured._analyze(str(branches.package() / "gate/junit.py")).numbers
    sums = json.loads((tmp_path / branches.SUMS).read_text())
    assert sums[str(branches.package() / "gate/junit.py")] == [shape.n_executed_branches, shape.n_branches]
    assert sums.keys() == files
