"""Python programs whose names don't tell: what a shebang says counts as it does for pre-commit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gitflowguard.app.quality.scripts import is_python
from gitflowguard.model.check import Tool
from gitflowguard.model.finding import Unknown
from gitflowguard.quality.catalogue import seen
from tests.quality.world import DANGEROUS, UGLY, UNUSED, guarded

SHEBANG = "#!/usr/bin/env python3\n"
SEVEN = "tools: {black: true, isort: true, flake8: true, ruff: true, ruff-format: true, bandit: true}\n"
LOOSE = "import sys, os\nimport pickle\nx = pickle.loads( sys.argv[1] )\n"


@pytest.mark.parametrize(
    ("line", "python"),
    [
        (b"#!/usr/bin/python\n", True),
        (b"#!/usr/bin/python3.12 -u\n", True),
        (b"#! /usr/bin/env python3\n", True),
        (b"#!/usr/bin/env -S python3 -I\n", True),
        (b"#!/usr/bin/env -i A=1 python3", True),
        (b"#!/bin/sh\n# python\n", False),
        (b"#!/usr/bin/env pythonic\n", False),
        (b"#!/usr/bin/env ruby python\n", False),
        (b"#!/usr/bin/env\n", False),
        (b"#!\n", False),
        (b"python\n", False),
        (b"", False),
    ],
)
def test_the_first_line_tells(line: bytes, python: bool) -> None:
    assert is_python(line) is python


def test_what_was_not_read_is_no_script() -> None:
    assert not is_python(Unknown("larger than a megabyte"))


def test_tools_take_them_unless_the_policy_names_files_or_they_are_judged_together() -> None:
    found = frozenset({"deploy"})
    paths = ("deploy", "a.py", "notes")
    assert seen(Tool("flake8"), paths, found) == {"deploy", "a.py"}
    assert seen(Tool("flake8", files=("*.py",)), paths, found) == {"a.py"}
    assert seen(Tool("flake8", exclude=("dep*",)), paths, found) == {"a.py"}
    assert seen(Tool("mypy"), paths, found) == {"a.py"}


@pytest.mark.slow
def test_each_tool_looks_at_a_script_without_an_extension(tmp_path: Path) -> None:
    """Staged, in a range, and by every file; a script of another language and a file that isn't executable are left.

    Slow: which file is a script, and which tool takes it, is proved by the two tests above, and
    test_the_commit_hook_blocks_a_script has one end to end.
    """
    world = guarded(tmp_path, policy=SEVEN)
    for name, text, executable in (
        ("bin/deploy", SHEBANG + LOOSE, True),
        ("bin/other", "#!/bin/sh\nx=( 1 )\n", True),
        ("bin/notes", SHEBANG + LOOSE, False),
    ):
        world.write(name, text)
        (world.work / name).chmod(0o755 if executable else 0o644)
    world.git("add", "bin")
    staged = _tools_by_path(world.guard("quality", "--output-format", "json").text)
    assert staged == {"bin/deploy": {"black", "isort", "flake8", "ruff", "ruff-format", "bandit"}}
    world.git("commit", "-qm", "feat: deploy", "--no-verify")
    for how in (("--all",), ("bin/deploy", "bin/other")):
        found = _tools_by_path(world.guard("quality", "--output-format", "json", *how).text)
        assert found == staged, how


def test_fix_rewrites_a_script_and_keeps_it_executable(tmp_path: Path) -> None:
    world = guarded(tmp_path, policy="tools: {black: true}\n")
    path = world.work / "deploy"
    world.write("deploy", SHEBANG + UGLY)
    path.chmod(0o755)
    world.git("add", "deploy")
    world.guard("quality", "--fix")
    assert path.read_text().startswith(SHEBANG) and "double(x)" in path.read_text()
    assert path.stat().st_mode & 0o111


def test_the_commit_hook_blocks_a_script(tmp_path: Path) -> None:
    world = guarded(tmp_path, policy="tools: {flake8: true, bandit: true}\n")
    world.write("deploy", SHEBANG + UNUSED + DANGEROUS)
    (world.work / "deploy").chmod(0o755)
    world.git("add", "deploy")
    done = world.git("commit", "-m", "feat: deploy")
    assert done.code == 1 and "deploy" in done.text and "F401" in done.text


def _tools_by_path(text: str) -> dict[str, set[str]]:
    """Path -> the tools that found something there."""
    found: dict[str, set[str]] = {}
    for one in json.loads(text)["findings"]:
        found.setdefault(one["path"], set()).add(one["tool"])
    return found
