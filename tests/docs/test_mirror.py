"""tests/ mirrors src/: the table in CONTRIBUTING.md says which folder tests which package, and here it is held."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tools.touched import statements

ROOT = Path(__file__).parents[2]
SOURCE, TESTS = ROOT / "src/gitflowguard", ROOT / "tests"
# Packages whose own packages have a row each.
PARTED = ("app", "report")
# Folders that test the whole product.
WHOLE = {"docs", "hostile", "safety"}


def table() -> dict[str, list[str]]:
    """Package -> folders of its tests."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8").split("## Where a test lies")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (`.+`) \| (`.+`) \|$", text, re.M)
    words = [tuple(re.findall(r"`([\w/]+)`", cell) for cell in row) for row in rows]
    return {package: folders for packages, folders in words for package in packages}


def packages() -> set[str]:
    """Those of the source that hold modules of ours, as the table names them."""
    found = set()
    for path in SOURCE.rglob("*.py"):
        parts = path.relative_to(SOURCE).parts[:-1]
        if path.name != "__init__.py" and parts:
            found.add("/".join(parts[:2]) if parts[0] in PARTED else parts[0])
    return found


def _folder(path: Path) -> str:
    return path.relative_to(TESTS).parts[0]


def _imports(path: Path) -> tuple[set[str], set[str]]:
    """(packages of ours, helpers of the tests) that a file imports; a module at the top counts by its name."""
    found: set[str] = set()
    helpers: set[str] = set()
    for node in statements(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.ImportFrom) or not node.module:
            continue
        first, *parts = node.module.split(".")
        if first == "tests":
            helpers.update([node.module] if parts else [f"tests.{one.name}" for one in node.names])
        elif first == "gitflowguard":
            parts += [] if len(parts) > 1 else [one.name for one in node.names]
            for part in (parts[:1], parts[:2]):
                found.add("/".join(part))
    return found, helpers


def test_every_package_has_its_folder_and_every_folder_its_packages() -> None:
    assert set(table()) == packages()
    named = {folder for folders in table().values() for folder in folders}
    assert not named & WHOLE
    there = {_folder(path) for path in TESTS.rglob("test_*.py") if path.parent != TESTS}
    assert there == named | WHOLE


def test_a_file_that_needs_no_scene_lies_with_what_it_tests() -> None:
    """Who changes a module finds its tests by its folder."""
    alone, astray = 0, []
    for path in sorted(TESTS.rglob("test_*.py")):
        found, helpers = _imports(path)
        if path.parent == TESTS or _folder(path) in WHOLE or helpers - {"tests.budget"}:
            continue
        folders = {folder for package in found for folder in table().get(package, ())}
        alone += bool(folders)
        if folders and _folder(path) not in folders:
            astray.append(str(path.relative_to(TESTS)))
    assert alone > 30
    assert not astray
