"""The fifteen-minute recipe of CONTRIBUTING.md is true."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gitflowguard.rules import registry
from tools import new_rule
from tools.new_rule import DIGITS, ROOT, Refused, make, next_code


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the recipe touches, with one new rule in each family."""
    top = tmp_path_factory.mktemp("tree")
    for part in ("src", "tests", "tools", "docs"):
        shutil.copytree(ROOT / part, top / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", top)
    for family in DIGITS:
        make(top, family, f"made-up-{family}")
    return top


def run(tree: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """Python, in the copy and with the copy's package."""
    env = {**os.environ, "PYTHONPATH": f"{tree / 'src'}:{tree}", "PYTHONDONTWRITEBYTECODE": "1"}
    argv = (sys.executable, *args)
    return subprocess.run(argv, cwd=tree, env=env, capture_output=True, text=True, check=False)


def test_a_new_rule_of_each_family_passes_the_catalogue_and_its_own_page(tree: Path) -> None:
    """The recipe's five files are enough, and the skeleton runs under both readers."""
    written = run(tree, "tools/rule_docs.py")
    assert "wrote docs/rules/made-up-merge.md" in written.stdout, written.stderr
    chosen = "test_catalogue or made-up"
    done = run(
        tree,
        "-m",
        "pytest",
        "tests/rules/test_catalogue.py",
        "tests/rules/test_pages.py",
        "-k",
        chosen,
        "-n",
        "0",
    )
    assert done.returncode == 0, done.stdout
    assert run(tree, "tools/rule_docs.py", "--check").returncode == 0


def test_a_new_rule_without_its_docs_page_is_named(tree: Path) -> None:
    """`make docs-check` says which file is missing."""
    (tree / "docs/rules/made-up-push.md").unlink(missing_ok=True)
    done = run(tree, "tools/rule_docs.py", "--check")
    assert done.returncode == 1
    assert "docs/rules/made-up-push.md differs" in done.stdout


def test_no_other_page_changes(tree: Path) -> None:
    """A new rule touches its own files, the registry and the index."""
    theirs = {p.relative_to(ROOT).as_posix() for p in (ROOT / "tests/rules").rglob("*.md")}
    assert all((tree / p).read_text() == (ROOT / p).read_text() for p in theirs)


def test_the_next_code_is_above_every_code_that_was_ever_used() -> None:
    """A gap is not filled, and a retired code counts."""
    assert next_code('("GFG301", "merge", "x"),\nRETIRED = {"GFG309": "GFG301"}', "merge") == "GFG310"
    assert next_code("", "release") == "GFG601"
    with pytest.raises(Refused, match="no code left"):
        next_code('"GFG199"', "branch")


@pytest.mark.parametrize(
    ("family", "name", "why"),
    [
        ("pushes", "odd-push", "there is no family"),
        ("push", "Odd Push", "is no rule name"),
        ("push", "no-direct-push", "names the cure"),
        ("push", registry.NAMES[0], "already"),
    ],
)
def test_a_bad_name_is_refused(family: str, name: str, why: str) -> None:
    """Nothing is written for it."""
    with pytest.raises(Refused, match=why):
        make(ROOT, family, name)


def test_the_command_says_how_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    """Without its two words, or with a bad one, it is a usage error."""
    assert new_rule.main([]) == 2
    assert new_rule.main(["push", "no-push"]) == 2
    assert "make new-rule FAMILY=merge" in capsys.readouterr().out
