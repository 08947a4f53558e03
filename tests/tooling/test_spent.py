"""The list of tests that cost more than a quick test may."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests import spent

ROOT = Path(__file__).parents[2]
DEAR = r"""
import subprocess, sys

BURN = "import os\nwhile sum(os.times()[:2]) < {most}: pass"

def test_dear():
    subprocess.run([sys.executable, "-c", BURN], check=True)

def test_cheap():
    pass
"""


def test_nothing_is_said_of_quick_tests() -> None:
    assert spent.listed({}, 2) == []


def test_the_dearest_come_first_and_the_list_is_bounded() -> None:
    found = spent.listed({f"t{number}": spent.MOST + number for number in range(1, 30)}, 30)
    assert found[0].startswith("29 of 30 tests took more than 4 s of processor time")
    assert found[1] == "   33.0 s  t29" and len(found) == 2 + spent.SHOWN and found[-1] == "  and 14 more"


@pytest.mark.slow
def test_a_child_counts_and_a_worker_tells_it(tmp_path: Path) -> None:
    """A run with a plugin of a lower bound: the test whose program burns is named, its neighbor is not.

    Slow: what is listed is proved above, and `make test` itself counts children for its own list.
    """
    (tmp_path / "test_dear.py").write_text(DEAR.format(most=0.3))
    (tmp_path / "conftest.py").write_text(
        "from tests import spent\nspent.MOST = 0.2\n\n"
        "def pytest_configure(config):\n    config.pluginmanager.register(spent.Plugin())\n"
    )
    words = (
        "-m",
        "pytest",
        "-q",
        "-n",
        "1",
        "-p",
        "no:cacheprovider",
        "-m",
        "not slow",
        "-o",
        "pythonpath=" + str(ROOT),
    )
    done = subprocess.run(
        (sys.executable, *words, "--rootdir", str(tmp_path), str(tmp_path)),
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 of 2 tests took more than 0.2 s of processor time" in done.stdout
    assert "test_dear.py::test_dear" in done.stdout.partition("1 of 2")[2] and "test_cheap" not in done.stdout
