"""An environment that git tracks is never run: asked of the work tree in which it lies, whatever is judged."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from gitflowguard.tooling.environments import _letters
from tests.budget import sampled
from tests.conftest import executable
from tests.quality.world import guarded

pytestmark = pytest.mark.hostile("programs of a stranger")

POLICY = "tools: {flake8: true}\nquality: {stages: [pre-commit, pre-push]}\n"


class Scene:
    """A guarded repository, a branch of one's own with work on it, and a program that leaves a mark where it runs."""

    def __init__(self, root: Path) -> None:
        self.mark = root / "ran"
        self.world = guarded(root, policy=POLICY)
        self.world.write("a.py", "X = 1\n")
        self.world.do("commit", "-q", "-m", "Own")

    def program(self, top: Path, folder: str = ".venv") -> None:
        executable(top / folder / "bin" / "flake8", f"#!/bin/sh\necho ran >> '{self.mark}'\n")

    def stranger(self, folder: str = ".venv") -> None:
        """A branch that has the program in it, checked out."""
        self.world.do("switch", "-q", "-c", "feature/stranger", "develop")
        self.program(self.world.work, folder)
        self.world.do("add", "-f", folder)
        self.world.do("commit", "-q", "-m", "Environment")

    def linked(self) -> Path:
        """A linked work tree for one's own branch, with the policy in it."""
        linked = self.world.root / "linked"
        self.world.do("worktree", "add", "-q", str(linked), "feature/x")
        (linked / ".gitflowguard.yaml").write_text(POLICY)
        return linked

    def quality(self, *words: str, cwd: Path | None = None, **env: str) -> None:
        self.world.run("gitflowguard", "quality", "--no-cache", *words, cwd=cwd, **env)


def a_range_of_another_branch(scene: Scene) -> None:
    scene.stranger()
    scene.quality("--from", "develop", "--to", "feature/x")


def a_push_of_another_branch(scene: Scene) -> None:
    scene.stranger()
    scene.world.git("push", "origin", "feature/x")


def a_configuration_of_another_commit(scene: Scene) -> None:
    scene.stranger("venv")
    scene.world.write("b.py", "Y = 1\n")
    scene.quality("--from", "develop", "--to", "feature/x", "--config-from", "develop")


def a_linked_work_tree(scene: Scene) -> None:
    scene.stranger()
    linked = scene.linked()
    scene.quality("--from", "develop", cwd=linked)
    scene.quality("--all", cwd=linked)


def taken_out_of_the_index(scene: Scene) -> None:
    scene.stranger()
    scene.world.do("rm", "-r", "-q", "--cached", ".venv")
    scene.world.write("b.py", "Y = 1\n")
    scene.world.git("commit", "-m", "Without")


def active_in_another_repository(scene: Scene) -> None:
    other = scene.world.root / "other"
    scene.world.do("clone", "-q", str(scene.world.origin), str(other))
    scene.program(other)
    scene.world.run("git", "-C", str(other), "add", "-f", ".venv")
    scene.quality("--all", VIRTUAL_ENV=str(other / ".venv"))


def a_link_into_another_repository(scene: Scene) -> None:
    active_in_another_repository(scene)
    os.symlink(scene.world.root / "other" / ".venv", scene.world.work / ".venv")
    scene.quality("--all")


def a_submodule(scene: Scene) -> None:
    inner = scene.world.work / "inner"
    scene.world.do("clone", "-q", str(scene.world.origin), str(inner))
    scene.program(inner)
    scene.world.run("git", "-C", str(inner), "add", "-f", ".venv")
    scene.quality("--all", VIRTUAL_ENV=str(inner / ".venv"))


def a_relative_name_in_a_folder_below(scene: Scene) -> None:
    scene.stranger("below/tools")
    scene.quality("--all", cwd=scene.world.work / "below", VIRTUAL_ENV="tools")


def a_managers_own_folder_in_the_work_tree(scene: Scene) -> None:
    name = f"web-{_letters(os.path.realpath(scene.world.work))}-py3.11"
    scene.stranger(f"envs/{name}")
    scene.quality("--all", POETRY_VIRTUALENVS_PATH=str(scene.world.work / "envs"))


def a_link_into_another_folder(scene: Scene) -> None:
    scene.stranger("kept/tools")
    os.symlink("kept/tools", scene.world.work / "venv")
    scene.quality("--all")


def one_file_of_it(scene: Scene) -> None:
    """One's own environment, into which a checkout has put a module."""
    scene.program(scene.world.work)
    path = scene.world.work / ".venv" / "lib" / "python3" / "site-packages" / "x.pth"
    path.parent.mkdir(parents=True)
    path.write_text("import os\n")
    scene.world.do("add", "-f", str(path))
    scene.quality("--all")
    scene.quality("--from", "develop")


WAYS = (
    a_range_of_another_branch, a_push_of_another_branch, a_configuration_of_another_commit, a_linked_work_tree,
    taken_out_of_the_index, active_in_another_repository, a_link_into_another_repository, a_submodule,
    a_relative_name_in_a_folder_below, a_managers_own_folder_in_the_work_tree, a_link_into_another_folder,
    one_file_of_it,
)  # fmt: skip


@pytest.mark.parametrize("way", sampled(WAYS, 0, 4, 7, 8, 9, 10, 11), ids=lambda way: str(way.__name__))
def test_a_tracked_environment_is_not_run(tmp_path: Path, way: Callable[[Scene], None]) -> None:
    """Wherever it lies, and whichever commit is judged.

    The other ways are slow: they ask the same question of git for another commit or another work tree.
    """
    scene = Scene(tmp_path)
    way(scene)
    assert not scene.mark.exists()


def test_ones_own_environment_is_run(tmp_path: Path) -> None:
    """The control: the same program, which no commit brought; from a linked work tree, too."""
    scene = Scene(tmp_path)
    scene.program(scene.world.work)
    scene.quality("--from", "develop")
    assert scene.mark.exists()
    scene.mark.unlink()
    scene.world.do("switch", "-q", "develop")
    linked = scene.linked()
    scene.quality("--from", "develop", cwd=linked)
    assert scene.mark.exists()


def test_what_git_cannot_say_is_foreign(tmp_path: Path) -> None:
    """A work tree around the environment whose index is broken."""
    scene = Scene(tmp_path)
    other = tmp_path / "other"
    scene.world.do("clone", "-q", str(scene.world.origin), str(other))
    scene.program(other)
    (other / ".git" / "index").write_bytes(b"broken")
    scene.quality("--all", VIRTUAL_ENV=str(other / ".venv"))
    assert not scene.mark.exists()
