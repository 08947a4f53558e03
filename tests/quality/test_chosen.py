"""Without tools in the policy: what the repository has configured runs, and where that is nothing, it is said."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.budget import sampled
from tests.conftest import executable
from tests.e2e.world import BIN, Ran, World
from tests.quality.world import GOOD, UGLY, UNUSED, guarded

BASELINE = ".gitflowguard-baseline"
LINE = "tools: {black: true, flake8: true, bandit: true}"


def bare(root: Path) -> World:
    """A repository without a policy, on a feature branch."""
    world = guarded(root)
    (world.work / ".gitflowguard.yaml").unlink()
    return world


def quality(world: World, *args: str) -> Ran:
    """What the command says."""
    return world.guard("quality", *args)


def tools(world: World, *args: str) -> set[str]:
    """Those that ran."""
    done = world.guard("quality", "--output-format", "json", "--exit-zero", *args)
    return {one["name"] for one in json.loads(done.text)["tools"]}


CONFIGURED: list[tuple[str, str, set[str]]] = [
    ("pyproject.toml", "[tool.ruff]\n", {"ruff"}),
    ("ruff.toml", "[format]\n", {"ruff", "ruff-format"}),
    ("setup.cfg", "[flake8]\n", {"flake8"}),
    ("pyproject.toml", "[tool.black]\n[tool.isort]\n", {"black", "isort"}),
    (".pre-commit-config.yaml", "repos:\n- hooks: [{id: ruff}, {id: black}]\n", {"ruff", "black"}),
    (".bandit", "[bandit]\n", {"bandit"}),
]
# Each configuration with one of the two policies.
CHOICES = [(*row, policy) for row in CONFIGURED for policy in ("", "preset: gitflow\n")]


@pytest.mark.parametrize(("name", "text", "ran", "policy"), sampled(CHOICES, 0, 4, 8, 11))
def test_what_is_configured_runs_and_nothing_else(
    tmp_path: Path, name: str, text: str, ran: set[str], policy: str
) -> None:
    """By settings and by hooks of a framework; with a policy that names no tools, too; and it is said why.

    The other files are slow: other settings of the same tools.
    """
    world = bare(tmp_path)
    if policy:
        world.policy(policy)
    world.write(name, text)
    world.write("a.py", UGLY)
    assert tools(world) == ran
    assert f"(from {name})" in quality(world).text


def test_nothing_is_configured(tmp_path: Path) -> None:
    """One line says so, with the line that changes it; nothing runs, whatever is looked at."""
    world = bare(tmp_path)
    world.write("a.py", UGLY)
    for args in ((), ("--all",), ("a.py",), ("--from", "develop"), ("--fix",)):
        done = quality(world, *args)
        assert (
            done.code == 0 and "no tools are configured" in done.text and "GFG8" not in done.text
        ), done.text
        assert done.text.endswith("Nothing to check.\n")
    line = done.text.split(".gitflowguard.yaml: ")[1].splitlines()[0]
    assert line == LINE
    world.policy(line + "\n")
    assert tools(world) == {"black", "flake8", "bandit"}


def test_the_line_fits_where_the_policy_lies(tmp_path: Path) -> None:
    """In pyproject.toml it is TOML; a repository without Python is shown a program of its own."""
    world = bare(tmp_path)
    world.write("pyproject.toml", "[tool.gitflowguard]\npreset = 'gitflow'\n")
    world.write("a.py", UGLY)
    line = quality(world).text.split("pyproject.toml: ")[1].splitlines()[0]
    world.write("pyproject.toml", f"[tool.gitflowguard]\npreset = 'gitflow'\n{line}\n")
    assert tools(world) == {"black", "flake8", "bandit"}
    other = bare(tmp_path / "other")
    other.write("a.yaml", "a: 1\n")
    line = quality(other).text.split(".gitflowguard.yaml: ")[1].splitlines()[0]
    other.policy(line + "\n")
    assert other.run("gitflowguard", "config", "validate").code == 0 and "yamllint" in line


def test_settings_that_nobody_has_staged_yet(tmp_path: Path) -> None:
    """A file of a minute ago says what the project means; a commit of long ago says what it meant then."""
    world = bare(tmp_path)
    world.write("a.py", UNUSED)
    (world.work / ".flake8").write_text("[flake8]\n")
    assert tools(world) == {"flake8"}
    world.do("add", ".flake8")
    world.do("commit", "-q", "-m", "flake8")
    (world.work / ".flake8").unlink()
    world.do("rm", "-q", "--cached", ".flake8")
    world.write("b.py", UNUSED)
    assert tools(world) == set() and tools(world, "--config-from", "HEAD") == {"flake8"}


def test_in_a_bare_repository(tmp_path: Path) -> None:
    """A range is checked with the tools that its HEAD has settings for."""
    world = bare(tmp_path)
    world.write("setup.cfg", "[flake8]\n")
    world.do("commit", "-q", "-m", "flake8")
    world.write("a.py", UNUSED)
    world.do("commit", "-q", "-m", "a")
    box = tmp_path / "bare.git"
    shutil.copytree(world.work / ".git", box)
    world.run("git", "-C", str(box), "config", "core.bare", "true")
    done = world.guard("quality", "--from", "HEAD~1", cwd=box)
    assert done.code == 1 and "F401" in done.text and "(from setup.cfg)" in done.text, done.text


def test_mypy_is_left_out_unless_asked_for(tmp_path: Path) -> None:
    """It reads the whole project; the note names the command that runs it, and that command does."""
    world = bare(tmp_path)
    world.write("mypy.ini", "[mypy]\n")
    world.write("a.py", "x: int = ''\n")
    done = quality(world)
    assert done.code == 0 and "mypy did not run" in done.text, done.text
    command = done.text.split("(to run it: ")[1].split(")")[0]
    done = world.run(*command.split())
    assert done.code == 1 and "mypy" in done.text and "a.py:1" in done.text, done.text


def test_a_tool_by_name_runs_without_being_configured(tmp_path: Path) -> None:
    """Whoever names it wants it, also to rewrite; a word that is no tool is none."""
    world = bare(tmp_path)
    world.write("a.py", UGLY)
    assert tools(world, "--tool", "isort") == {"isort"}
    done = quality(world, "--tool", "blak")
    assert done.code == 2 and "did you mean black?" in done.text, done.text
    done = quality(world, "--fix", "--tool", "black")
    assert done.code == 0 and "fixed a.py (black)" in done.text and "no tools" not in done.text, done.text


def test_hooks_run_what_the_policy_names(tmp_path: Path) -> None:
    """Settings of a tool are no policy: a commit is judged as before, the framework's ids as the command."""
    world = guarded(tmp_path, policy="preset: gitflow\n")
    world.write("setup.cfg", "[flake8]\nmax-line-length = 200\n")
    world.write("a.py", UGLY)
    assert world.git("commit", "-q", "-m", "Work").code == 0
    hook = ("gitflowguard-hook", "quality")
    done = world.run(*hook, "a.py")
    assert done.code == 1 and "flake8" in done.text and "GFG801" not in done.text, done.text
    world.do("rm", "-q", "setup.cfg")
    assert "GFG801" in world.run(*hook, "a.py").text


def test_no_tool_that_is_configured_is_here(tmp_path: Path) -> None:
    """It is unchecked, with the command that installs it: never silence, never another tool instead."""
    world = bare(tmp_path)
    world.write("ruff.toml", "")
    world.write("a.py", UGLY)
    empty = tmp_path / "bin"
    for name in ("git", "sh", "env"):
        executable(empty / name, f'#!/bin/sh\nexec {shutil.which(name)} "$@"\n')
    code = (
        "import sys; from gitflowguard.tooling import find; from gitflowguard.cli.main import main;"
        "find._elsewhere = lambda *_: iter(()); sys.exit(main(['quality']))"
    )
    done = world.run(str(BIN / "python"), "-c", code, PATH=str(empty))
    assert done.code == 3 and "there is no ruff here" in done.text and "GFG801" not in done.text, done.text


# ---- baseline


def test_nothing_to_freeze_writes_nothing(tmp_path: Path) -> None:
    """An empty unguarded repository, one without tools, one without findings."""
    empty = bare(tmp_path / "empty")
    empty.do("switch", "-q", "--orphan", "new")
    for world in (empty, bare(tmp_path / "none"), guarded(tmp_path / "clean")):
        for args in ((), ("--dry-run",)):
            done = world.guard("baseline", *args)
            assert done.code == 0 and "Nothing to freeze; no file was written." in done.text, done.text
            assert ("no tools are configured" in done.text) is (world.root.name != "clean")
            assert not (world.work / BASELINE).exists()


def test_what_is_configured_is_frozen(tmp_path: Path) -> None:
    """By the tools that the command runs; when all of it is fixed, the file is emptied."""
    world = bare(tmp_path)
    world.write("setup.cfg", "[flake8]\n")
    world.write("a.py", UNUSED)
    done = world.guard("baseline")
    assert done.code == 0 and "1 finding in 1 file frozen" in done.text, done.text
    world.do("add", BASELINE)
    assert "All clear" in quality(world, "--all").text
    world.write("a.py", GOOD)
    done = world.guard("baseline")
    assert "0 findings in 0 files frozen" in done.text, done.text
    assert "F401" not in (world.work / BASELINE).read_text()
