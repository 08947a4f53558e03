"""`new-only`: whatever hides a change from git's own diff, or an old line from a tool, doesn't make it old."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.budget import sampled
from tests.e2e.world import World
from tests.quality.world import guarded

BAD = '"""Bad."""\n\nimport os\n\nos.system("rm " + input())\nundefined_name\n'
BOTH = "tools: {flake8: true, bandit: true}\nquality: {new-only: true}\n"


def store(world: World, files: dict[str, str | bytes], message: str = "Work") -> None:
    """Commits contents as they are, whatever attributes and line ends the repository has."""
    for path, content in files.items():
        file = world.work / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        world.do("add", "-f", "--", path)
    world.do("commit", "-q", "-m", message)


def bare_returns(world: World) -> None:
    """Python ends lines at CR, too."""
    store(world, {"bad.py": BAD.replace("\n", "\r")})


def out_of_a_text(world: World) -> None:
    """From a path that no tool looks at."""
    world.do("mv", "notes.txt", "bad.py")
    world.do("commit", "-q", "-m", "Rename")


def out_of_an_excluded_folder(world: World) -> None:
    """From a path that a tool's own configuration leaves out."""
    world.do("mv", "third/party.py", "bad.py")
    world.do("commit", "-q", "-m", "Rename")


def no_diff(world: World) -> None:
    """A change that git's diff doesn't show."""
    store(world, {"bad.py": BAD, ".gitattributes": "*.py -diff\n"})


def binary(world: World) -> None:
    """A change of an older file, called binary."""
    store(world, {"app.py": BAD, ".gitattributes": "*.py binary\n"})


def out_of_a_docstring(world: World) -> None:
    """The bad lines stand where they stood; what made text of them is gone."""
    store(world, {"doc.py": BAD})


def out_of_a_link(world: World) -> None:
    """A link becomes a file with the same content."""
    (world.work / "link.py").unlink()
    store(world, {"link.py": "notes.txt"}, "File")
    store(world, {"link.py": BAD}, "Content")


def into_view(world: World) -> None:
    """The configuration stops leaving the folder out, and something else in it changes."""
    store(world, {".flake8": "[flake8]\n", ".bandit": "[bandit]\n", "third/party.py": "# More.\n" + BAD})


WAYS: tuple[Callable[[World], None], ...] = (
    bare_returns, out_of_a_text, out_of_an_excluded_folder, no_diff, binary, out_of_a_docstring, out_of_a_link,
    into_view,
)  # fmt: skip


# tests/quality/test_new_lines.py has what decides about the others.
@pytest.mark.parametrize("way", sampled(WAYS, 0, 4), ids=lambda way: str(way.__name__))
def test_a_way_into_the_code_is_new(tmp_path: Path, way: Callable[[World], None]) -> None:
    """Both tools speak of the bad lines.

    The other ways are slow: test_new_lines.py has what decides about them.
    """
    world = guarded(tmp_path, policy=BOTH)
    os.symlink("notes.txt", world.work / "link.py")
    world.do("add", "link.py")
    excluded = "[flake8]\nexclude = third\n"
    own = {"notes.txt": BAD, "third/party.py": BAD, "app.py": "X = 1\n", "doc.py": f"'''\n{BAD}'''\n"}
    if way in (out_of_an_excluded_folder, into_view):
        excluded = "[flake8]\nexclude = third/*\n"
    store(world, {**own, ".flake8": excluded, ".bandit": "[bandit]\nexclude = third\n"})
    start = world.do("rev-parse", "HEAD")
    way(world)
    done = world.guard("quality", "--from", start)
    assert done.code == 1 and "F821" in done.text and "B605" in done.text, done.text


SETTINGS = ["core.bigFileThreshold=1", "diff.renames=false", "diff.algorithm=patience"]


@pytest.mark.parametrize("setting", sampled(SETTINGS, 0))
def test_settings_of_git_decide_nothing(tmp_path: Path, setting: str) -> None:
    """Neither what is new nor what is old."""
    world = guarded(tmp_path, policy=BOTH)
    store(world, {"old.py": BAD})
    start = world.do("rev-parse", "HEAD")
    world.do("config", *setting.split("="))
    store(world, {"old.py": BAD + "x = another_name\n"})
    done = world.guard("quality", "--from", start)
    assert done.code == 1 and "another_name" in done.text, done.text
    assert "undefined_name" not in done.text and "B605" not in done.text, done.text


def test_what_a_deletion_brings_to_light_is_new(tmp_path: Path) -> None:
    """On an old line; and what the tool said of it before is not told again."""
    world = guarded(tmp_path, policy=BOTH)
    text = '"""Old."""\n\nimport os\nimport sys\n\nX = 1\nY = 2\nprint(os.sep, undefined_name)\n'
    store(world, {"old.py": text})
    start = world.do("rev-parse", "HEAD")
    store(world, {"old.py": text.replace("import os\n", "")})
    done = world.guard("quality", "--from", start)
    assert done.code == 1 and "undefined name 'os'" in done.text, done.text
    assert "undefined name 'undefined_name'" not in done.text, done.text


def test_old_findings_of_a_file_that_moved_and_changed(tmp_path: Path) -> None:
    """Are old under the new name, and in a fresh clone without settings."""
    world = guarded(tmp_path, policy=BOTH)
    store(world, {"old.py": BAD + "A = 1\nB = 2\nC = 3\nD = 4\nE = 5\n"})
    start = world.do("rev-parse", "HEAD")
    (world.work / "pkg").mkdir()
    world.do("mv", "old.py", "pkg/new.py")
    store(world, {"pkg/new.py": BAD + "A = 1\nB = 2\nC = 3\nD = 4\nE = 6\n"})
    assert world.guard("quality", "--from", start).code == 0
    store(world, {"pkg/new.py": "F = more\n" + BAD + "A = 1\nB = 2\nC = 3\nD = 4\nE = 6\n"})
    done = world.guard("quality", "--from", start)
    assert done.code == 1 and "more" in done.text and "undefined_name" not in done.text, done.text


def test_the_first_commit_is_new(tmp_path: Path) -> None:
    """There is nothing to compare it with."""
    root = tmp_path / "fresh"
    subprocess.run(["git", "init", "-q", "-b", "feature/x", str(root)], check=True)
    world = guarded(tmp_path / "other", policy=BOTH)
    (root / ".gitflowguard.yaml").write_text(BOTH)
    (root / "bad.py").write_text(BAD)
    subprocess.run(["git", "-C", str(root), "add", "bad.py"], check=True)
    done = world.guard("quality", cwd=root)
    assert done.code == 1 and "F821" in done.text, done.text
