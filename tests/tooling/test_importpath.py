"""What our entry points import and start: nothing that hangs on the current folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gitflowguard.process import ProcessError, located, run, scrubbed, sound
from gitflowguard.repo.shim import shim
from gitflowguard.tooling.importpath import without_here
from tests import budget
from tests.conftest import executable
from tests.e2e.world import BIN, World, make

# Modules of ours and of others that the commands load late, each in place of the real one.
SHADOWS = (
    "click",
    "yaml",
    "msgspec",
    "rich",
    "git",
    "github",
    "jsonschema",
    "ruamel",
    "tomllib",
    "json",
    "select",
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A checkout with modules and programs that leave a mark."""
    world = make(tmp_path, "native")
    mark = tmp_path / "ran"
    for name in SHADOWS:
        (world.work / f"{name}.py").write_text(f"open({str(mark)!r}, 'a').write({name!r} + chr(10))\n")
    for name in ("git", "gh", "sh", "flake8", "gitflowguard-hook", "python", "python3", "env"):
        executable(world.work / name, f"#!/bin/sh\necho {name} >> '{mark}'\n")
    return world


def ran(world: World) -> str:
    mark = world.root / "ran"
    return mark.read_text() if mark.exists() else ""


COMMANDS = (
    ("gitflowguard", "status"),
    ("gitflowguard", "check"),
    ("gitflowguard", "quality", "--all"),
    ("gitflowguard", "config", "validate"),
    ("gitflowguard", "doctor"),
    ("gitflowguard", "radar"),
    ("gitflowguard-hook", "pre-commit"),
    ("gitflowguard-hook", "quality", "README.md"),
)


@pytest.mark.parametrize("words", budget.sampled([(words,) for words in COMMANDS], 1, 2, 6), ids=" ".join)
def test_no_module_of_the_work_tree_is_imported(world: World, words: tuple[str, ...]) -> None:
    """By an item of PYTHONPATH that is the current folder, relative or absolute; from a folder below it, too.

    `make test` has all items in one PYTHONPATH.

    The other commands are slow: all enter by the same two programs.
    """
    world.policy("tools: {flake8: true}\n")
    program = str(BIN / words[0])
    items = (os.curdir, str(world.work), "/nowhere" + os.pathsep + str(world.work))
    for item in items if budget.is_whole() else (os.pathsep.join(items),):
        code = world.run(program, *words[1:], PYTHONPATH=item).code
        assert code in (0, 1, 3)
    below = world.work / "below"
    below.mkdir()
    world.run(program, *words[1:], cwd=below, PYTHONPATH="..")
    assert ran(world) == ""


def test_no_module_of_the_work_tree_is_imported_by_the_module(world: World) -> None:
    """``python -m`` puts the current folder first."""
    assert world.run(sys.executable, "-m", "gitflowguard", "status").code == 0
    assert world.run(sys.executable, "-m", "gitflowguard", "init", "--yes").code == 0
    assert ran(world) == ""


@pytest.mark.parametrize("first", budget.sampled((".", "", "./", "sub/..", ".::./:sub/.."), ".::./:sub/.."))
def test_no_program_of_a_relative_folder_is_started(world: World, first: str) -> None:
    """git, tools, and what init starts through another library."""
    world.policy("tools: {flake8: true}\nquality: {stages: [pre-commit]}\n")
    (world.work / "sub").mkdir()
    path = first + os.pathsep + f"{BIN}{os.pathsep}{os.environ['PATH']}"
    for words in (*COMMANDS[:3], ("gitflowguard", "init", "--yes"), COMMANDS[6]):
        assert world.run(str(BIN / words[0]), *words[1:], PATH=path).code in (0, 1, 3)
    assert ran(world) == ""


def test_the_fallback_of_a_hook_starts_neither(world: World) -> None:
    """The hooks of a team's own folder have no interpreter baked in; a former hook gets back what was the user's."""
    text = shim("pre-commit")
    executable(world.work / ".git/hooks/pre-commit", text)
    saved = world.root / "saved"
    executable(world.work / ".git/hooks/pre-commit.chained", f"#!/bin/sh\necho \"$PYTHONPATH\" >'{saved}'\n")
    (world.work / "sitecustomize.py").write_text(f"open({str(world.root / 'ran')!r}, 'a').write('site')\n")
    world.branch("feature/x")
    world.change()
    path = f".{os.pathsep}{BIN}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["/bin/sh", str(world.work / ".git/hooks/pre-commit")],
        cwd=world.work,
        env={**os.environ, "PATH": path, "PYTHONPATH": ".:/nowhere"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert ran(world) == "" and saved.read_text() == ".:/nowhere\n"


def test_a_program_that_only_a_relative_folder_has_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason says so; a folder of that name and a file that isn't executable are no program."""
    executable(tmp_path / "mine", "#!/bin/sh\nexit 0\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f".{os.pathsep}/usr/bin")
    with pytest.raises(ProcessError, match="mine is not in an absolute folder of PATH; others are not used"):
        run(("mine",))
    (tmp_path / "bin" / "mine").mkdir(parents=True)
    (tmp_path / "bin" / "other").write_text("")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    for name in ("mine", "other"):
        with pytest.raises(ProcessError, match=f"{name} is not on PATH"):
            located(name)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert located("mine") == str(tmp_path / "mine") and run(("mine",)).code == 0


def test_a_path_keeps_its_absolute_folders() -> None:
    assert sound(os.pathsep.join(("", "/a", ".", "b/c", "/d/", ""))) == os.pathsep.join(("/a", "/d/"))
    assert scrubbed({"PATH": f"x{os.pathsep}/a"})["PATH"] == "/a"
    assert "PATH" not in scrubbed({})


def test_what_stays_on_the_search_path(tmp_path: Path) -> None:
    """An installation's own folders stay, wherever they lie; the user's, where they lie outside of the repository."""
    top = tmp_path / "repo"
    inner = top / "inner"
    (top / ".git").mkdir(parents=True)
    (inner / "src").mkdir(parents=True)
    (inner / ".git").write_text("gitdir: elsewhere\n")  # a submodule
    outside, installed = str(tmp_path / "outside"), str(inner / "venv" / "site-packages")
    path = [
        str(inner),
        "",
        "relative",
        str(top / "lib"),
        str(inner / "src"),
        outside,
        installed,
        "/usr/lib/python3",
    ]
    named = os.pathsep.join(("", str(top / "lib"), "src", outside))
    kept = without_here(path, {"PYTHONPATH": named}, str(inner))
    assert kept == [outside, installed, "/usr/lib/python3"]
    assert without_here(path[6:], {}, str(inner)) == path[6:]
