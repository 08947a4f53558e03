"""Comments that hide findings: each tool's own words, counted by line, in linear time."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gitflowguard.quality.catalogue import NAMES
from gitflowguard.quality.suppress import count
from tests.budget import sampled


@pytest.mark.parametrize(
    ("tool", "text", "number"),
    [
        ("flake8", "import os  # noqa\n", 1),
        ("flake8", "import os  # noqa: F401,E501\n", 1),
        ("flake8", "import os  # NOQA:F401\n", 1),
        ("flake8", "import os  # noqa:F401 # noqa:E501\n", 1),
        ("flake8", "import os  # why  # noqa\n", 1),
        ("flake8", "import os  # noqaX\n", 1),  # flake8 takes it for one
        ("flake8", "# flake8: noqa\n", 1),
        ("flake8", "# flake8=NOQA\n", 1),
        ("flake8", "x = 1  # noqa\ny = 2\nz = 3  # noqa\n", 2),
        ("flake8", "x = 1  # noqa\r\nz = 3  # noqa\r\n", 2),
        ("flake8", "x = 1  # noqa\rz = 3  # noqa\r", 2),
        ("flake8", "noqa = 1\n", 0),
        ("flake8", "x = 1  # nothing\nnoqa = 2\n", 0),
        ("flake8", "x = 1  # nosec\n", 0),
        ("ruff", "import os  # noqa: F401\n", 1),
        ("ruff", "# ruff: noqa\n", 1),
        ("ruff", "# ruff: noqa: F401\n", 1),
        ("ruff", "# flake8: noqa\n", 1),
        ("ruff", "# ruff: disable[E501]\n# ruff: enable[E501]\n", 1),
        ("ruff", "# ruff: isort: skip_file\n", 1),
        ("black", "# fmt: off\nx=1\n# fmt: on\n", 1),
        ("black", "x=1  # fmt:skip\n", 1),
        ("black", "x=1  # noqa; fmt: skip\n", 1),
        ("black", "# yapf: disable\n", 1),
        ("black", "# format: off\n", 0),
        ("ruff-format", "# fmt: off\n", 1),
        ("bandit", "eval(x)  # nosec\n", 1),
        ("bandit", "eval(x)  #nosec B307\n", 1),
        ("bandit", "eval(x)  # why  # nosec: B307\n", 1),
        ("bandit", "nosec = 1\n", 0),
        ("isort", "import os  # isort:skip\n", 1),
        ("isort", "import os  # isort: skip\n", 1),
        ("isort", "# isort: skip_file\n", 1),
        ("isort", '"""isort:skip_file"""\n', 1),
        ("isort", "# isort: off\n", 1),
        ("isort", "# isort: split\n", 0),
        ("mypy", "x = f()  # type: ignore\n", 1),
        ("mypy", "x = f()  # type:ignore[arg-type]\n", 1),
        ("mypy", "# mypy: ignore-errors\n", 1),
        ("mypy", "x = []  # type: list[int]\n", 0),
        ("picklescan", "# noqa # nosec # type: ignore\n", 0),
        ("unheard-of", "# noqa\n", 0),
        ("", "# noqa\n", 0),
    ],
)
def test_words(tool: str, text: str, number: int) -> None:
    """By the tools' own words; a tool that has none counts none."""
    assert count(tool, text.encode()) == number


AGREED = [
    (("flake8", "--isolated"), "import os\n", "import os  # noqa\n"),
    (("flake8", "--isolated"), "import os\n", "import os  # NoQA:F401\n"),
    (("flake8", "--isolated"), "import os\n", "# flake8: noqa\nimport os\n"),
    (("black", "--check", "-q"), "x=1\n", "x=1  # fmt: skip\n"),
    (("black", "--check", "-q"), "x=1\n", "# fmt: off\nx=1\n"),
    (("bandit", "-q"), "exec(input())\n", "exec(input())  # nosec\n"),
    (("ruff", "check", "--isolated", "--no-cache"), "import os\n", "import os  # noqa\n"),
    (("ruff", "check", "--isolated", "--no-cache"), "import os\n", "# ruff: noqa\nimport os\n"),
    (("isort", "--check", "-q"), "import b\nimport a\n", "# isort: skip_file\nimport b\nimport a\n"),
    (("mypy", "--no-incremental"), "x: int = ''\n", "x: int = ''  # type: ignore\n"),
]


# Each tool but the slowest; test_words has all.
@pytest.mark.parametrize(("argv", "bad", "hidden"), sampled(AGREED, 0, 3, 5, 6, 8))
def test_the_tools_agree(tmp_path: Path, argv: tuple[str, ...], bad: str, hidden: str) -> None:
    """What makes the tool itself pass is counted."""
    program = shutil.which(argv[0], path=os.path.dirname(sys.executable))
    assert program
    codes = []
    for name, text in (("bad.py", bad), ("hidden.py", hidden)):
        (tmp_path / name).write_text(text)
        done = subprocess.run((program, *argv[1:], name), cwd=tmp_path, capture_output=True, check=False)
        codes.append(done.returncode)
    assert codes == [1, 0]
    assert count(argv[0], bad.encode()) == 0
    assert count(argv[0], hidden.encode()) == 1


HOSTILE = {
    "number signs": b"#" * 1_000_000 + b" noqa fmt: off nosec type: ignore isort: off",
    "spaces": (b"#" + b" " * 1000) * 1000,
    "nearly": b"# noq fm: type : isort " * 45_000,
    "words": b"noqa fmt: nosec isort: type: " * 35_000,
    "no line": b"\xff\0" * 500_000 + b"# noqa",
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("tool", NAMES)
def test_linear_on_a_megabyte(tool: str, name: str) -> None:
    """A megabyte of one line takes its time once: far from the minutes of a quadratic search."""
    begun = time.process_time()
    count(tool, HOSTILE[name])
    assert time.process_time() - begun < 2


@pytest.mark.parametrize("tool", NAMES)
@pytest.mark.parametrize("data", [b"", b"\0", b"#", b"\n", b"\xff\xfe#\0 \0n\0", bytes(range(256)) * 10])
def test_no_content_is_too_strange(tool: str, data: bytes) -> None:
    """Bytes that are no text hide nothing and stop nothing."""
    assert count(tool, data) == 0
