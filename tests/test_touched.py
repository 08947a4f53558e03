"""`make test FAST=1`: which tests a change touches, and that time ends a run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tools import touched

ROOT = Path(__file__).parent.parent
SOURCES = {
    "src/pkg/__init__.py": "",
    "src/pkg/low.py": "",
    "src/pkg/mid.py": "def late() -> None:\n    from pkg.low import x\n",
    "src/pkg/top.py": "import pkg.mid\n",
    "src/pkg/other.py": "",
    "tests/help.py": "from pkg import other\n",
    "src/pkg/checks/named.py": "",
    "tests/checks/test_checks.py": "",
    "tests/test_low.py": "from pkg import low\n",
    "tests/test_top.py": "import pkg.top\n",
    "tests/test_other.py": "from tests.help import x\n",
    "tests/docs/test_pages.py": "",
}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("src/pkg/low.py", ["tests/test_low.py", "tests/test_top.py"]),
        ("src/pkg/top.py", ["tests/test_top.py"]),
        ("src/pkg/other.py", ["tests/test_other.py"]),
        ("src/pkg/checks/named.py", ["tests/checks/test_checks.py"]),
        ("tests/test_low.py", ["tests/test_low.py"]),
        ("src/pkg/template.html", ["tests/test_low.py", "tests/test_top.py", "tests/test_other.py"]),
        ("tests/rules/page.md", ["tests/test_low.py", "tests/test_other.py", "tests/test_top.py"]),
        ("docs/page.md", ["tests/docs/test_pages.py"]),
        ("README.md", []),
    ],
)
def test_tests_that_reach_a_change_nearest_first(path: str, expected: list[str]) -> None:
    assert touched.nearest([path], SOURCES) == expected


@pytest.mark.slow
def test_this_repository_is_read_whole() -> None:
    """A module of the light path reaches the tests of hooks through the helper that installs them.

    Slow: how a module reaches a test is proved on a small tree by test_tests_that_reach_a_change_nearest_first.
    """
    found = touched.nearest(["src/gitflowguard/hookmain.py"], touched.sources())
    assert "tests/test_budget.py" in found and "tests/e2e/test_table.py" in found


def test_no_test_begins_after_the_time(tmp_path: Path) -> None:
    argv = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:randomly",
        "--until",
        "1",
        "-rs",
        "tests/model/test_misfit.py",
    ]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and " passed" not in done.stdout, done.stdout + done.stderr
    assert "the time is up" in done.stdout, done.stdout


@pytest.mark.parametrize(("tests", "gate", "code"), [(0, 0, 0), (0, 3, 3), (1, 3, 1)])
def test_gates_run_beside_the_tests_and_count(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tests: int, gate: int, code: int
) -> None:
    """What a gate that fails has printed comes behind the tests; one that passes prints nothing."""
    monkeypatch.setattr(touched, "changed", lambda: ["README.md"])
    monkeypatch.setattr(touched, "sources", lambda: SOURCES)
    ends = "import sys; print('gate', 'says'); sys.exit({})"
    monkeypatch.setattr(touched, "gates", lambda _: [[sys.executable, "-c", ends.format(gate)]])
    monkeypatch.setattr(
        touched, "pytest", lambda *_: [sys.executable, "-c", f"import sys; sys.exit({tests})"]
    )
    assert touched.main([]) == code
    assert ("gate says" in capfd.readouterr().out) is bool(gate)


def test_the_gates_of_a_change() -> None:
    """Of Python alone; a page has none."""
    assert not list(touched.gates(["docs/page.md"]))
    assert [Path(words[0]).name for words in touched.gates(["docs/page.md", "src/x.py"])] == [
        "black",
        "flake8",
        "mypy",
        "lint-imports",
    ]
