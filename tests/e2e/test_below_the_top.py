"""Commands that are printed where somebody stands in a folder of the work tree: they work there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.world import World, make

POLICY = "preset: gitflow\nrules: {notebook-output: error}\ntools: {black: true}\n"
BOOK = {
    "cells": [
        {"cell_type": "code", "execution_count": 1, "metadata": {}, "source": ["1"],
         "outputs": [{"name": "stdout", "output_type": "stream", "text": ["1"]}]},
    ],
    "metadata": {}, "nbformat": 4, "nbformat_minor": 4,
}  # fmt: skip


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A feature with a notebook and a badly formed file staged, two folders down."""
    made = make(tmp_path, "native")
    made.policy(POLICY)
    made.do("switch", "-q", "-c", "feature/x", "develop")
    made.write("src/my dir/a.ipynb", json.dumps(BOOK))
    made.write("src/my dir/a.py", "x=1\n")
    return made


def commands(text: str) -> list[str]:
    """The help of each finding."""
    return [line.partition("help: ")[2] for line in text.splitlines() if line.startswith("  help: ")]


@pytest.mark.parametrize("folder", ["src/my dir", "src", "other"])
def test_a_blocked_commit(world: World, folder: str) -> None:
    """git starts the hook at the top; what it prints is pasted in the folder, and the second try passes."""
    here = world.work / folder
    here.mkdir(exist_ok=True)
    said = world.run("git", "commit", "-m", "x", cwd=here)
    assert said.code == 1 and len(commands(said.text)) == 2, said.text
    for command in commands(said.text):
        done = world.run("sh", "-e", "-c", command, cwd=here)
        assert done.code == 0, f"{command}\n{done.text}"
    again = world.run("git", "commit", "-q", "-m", "x", cwd=here)
    assert again.code == 0, again.text
    assert world.do("show", "HEAD:src/my dir/a.py") == "x = 1"
    assert (world.work / "src/my dir/a.ipynb").is_file()


def test_the_checks_by_hand(world: World) -> None:
    """check, quality and artefacts print the same paths; the hook's variable doesn't mislead them."""
    here = world.work / "src/my dir"
    for words in (("check",), ("quality",), ("artefacts", "check")):
        said = world.guard(*words, cwd=here, GIT_PREFIX="elsewhere/")
        assert said.code == 1, said.text
        assert commands(said.text) and all(
            line.endswith((" a.ipynb", " a.py")) for line in commands(said.text)
        )


def test_a_file_that_isnt_staged_has_no_command_that_unstages_it(world: World) -> None:
    """`git restore --staged` fails for a file that git doesn't know, and does nothing for an unchanged one."""
    world.do("rm", "-q", "--cached", "src/my dir/a.ipynb")
    said = world.guard("artefacts", "check", "src/my dir/a.ipynb")
    assert said.code == 1 and not commands(said.text), said.text
    world.do("add", "src")
    world.do("commit", "-q", "-m", "In")
    said = world.guard("artefacts", "check", "--all")
    assert said.code == 1 and not commands(said.text), said.text


def test_a_conflict_can_be_opened_again_from_below(world: World) -> None:
    """git-update-index(1) takes paths from the folder, too."""
    here = world.work / "src/my dir"
    world.do("rm", "-q", "--cached", "src/my dir/a.ipynb")
    for branch, text in (("feature/x", "x = 2\n"), ("feature/y", "x = 3\n")):
        if branch != "feature/x":
            world.do("switch", "-q", "-c", branch, "develop")
        world.write("src/my dir/a.py", text)
        world.do("commit", "-q", "-m", branch)
    world.run("git", "merge", "-q", "develop", cwd=here)
    assert world.run("git", "merge", "-q", "feature/x", cwd=here).code == 1
    world.do("add", "src/my dir/a.py")
    said = world.run("git", "commit", "--no-edit", cwd=here)
    opened = next(line for line in commands(said.text) if "--unresolve" in line)
    assert world.run("sh", "-e", "-c", opened, cwd=here).code == 0
    assert world.do("ls-files", "--unmerged", "src/my dir/a.py")
