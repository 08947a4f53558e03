"""Names and states that break other tools; each ends in its exit class with one clear line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import executable
from tests.e2e.world import BIN, Ran, World, make

pytestmark = pytest.mark.hostile("bad inputs")

LINE_ENDERS = ("\x1b", "\x9b", "\u202e", "\u200b", "\x07")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """No hooks: the commands alone."""
    world = make(tmp_path, "native")
    for hook in (world.work / ".git" / "hooks").iterdir():
        hook.unlink()
    return world


def guard(world: World, *words: str, **env: str) -> Ran:
    return world.guard(*words, cwd=None, stdin="", **env)


def named(world: World, name: bytes) -> None:
    """Makes a branch that `git branch` may refuse, and stands on it."""
    tip = world.do("rev-parse", "develop").encode()
    ref = b"refs/heads/" + name
    stdin = b"create " + ref + b" " + tip + b"\n"
    subprocess.run(["git", "update-ref", "--stdin"], cwd=world.work, input=stdin, check=True)
    subprocess.run([b"git", b"symbolic-ref", b"HEAD", ref], cwd=world.work, check=True)


NAMES = (
    (b"feature/$(touch${IFS}x)", "GFG102", "feature/$(touch${IFS}x)"),
    ("featur\u0435/x".encode(), "GFG103", "U+0435"),
    ("fea\u200bture/x".encode(), "GFG103", "U+200B"),
    ("feature/\u202eabc".encode(), "GFG103", "U+202E"),
    ("feature/\u009bx".encode(), "GFG103", "U+009B"),
    (b"feature/\xff", "GFG103", "\\xff"),
    (b"--upload-pack=x", "GFG103", "--upload-pack=x"),
    (b"a" * 40, "GFG103", "a" * 40),
    (b"refs/heads/main", "GFG103", "refs/heads/main"),
)


OUTPUTS = ("text", "json", "sarif", "github", "markdown", "junit")


@pytest.mark.parametrize(
    ("name", "code", "shown", "output"),
    [
        pytest.param(
            *row,
            output,
            id=f"{row[1]}{row[0][:12]!r}-{output}",
            marks=() if output in ("text", OUTPUTS[at % len(OUTPUTS)]) else pytest.mark.slow,
        )
        for at, row in enumerate(NAMES)
        for output in OUTPUTS
    ],
)
def test_hostile_names_are_violations_and_inert(
    world: World, name: bytes, code: str, shown: str, output: str
) -> None:
    """In every format: exit 1, the letter named, no control letter let through.

    Quick: each name as text and in one other format. Each format with letters of these kinds is quick in
    tests/report/test_formats.py.
    """
    named(world, name)
    ran = guard(world, "check", "--output-format", output)
    assert ran.code == 1, ran.text
    assert code in ran.text
    assert not [letter for letter in LINE_ENDERS if letter in ran.text]
    assert not [x for x in ran.text if 0xD800 <= ord(x) <= 0xDFFF]
    if output == "text":
        assert shown in ran.text


def test_case_twins_are_refused(world: World) -> None:

    world.branch("feature/x")
    tip = world.do("rev-parse", "develop")
    world.do("update-ref", "refs/heads/feature/X", tip)
    world.do("symbolic-ref", "HEAD", "refs/heads/feature/X")
    ran = guard(world, "check")
    assert ran.code == 1 and "GFG104" in ran.text


def test_a_tag_named_main_does_not_stand_for_the_branch(world: World) -> None:
    """The branch is used. main is where it was, the tag lies on develop's commit."""
    world.do("tag", "main", "develop")
    world.do("switch", "main")
    ran = guard(world, "status", "--json")
    rows = {row["name"]: row for row in json.loads(ran.text)["branches"]}
    assert rows["main"]["commit"] == world.do("rev-parse", "refs/heads/main")


def test_closed_stdout_is_no_traceback(world: World) -> None:

    script = f"{sys.executable} -m gitflowguard rules | head -1; {sys.executable} -m gitflowguard status >&-"
    ran = world.run("bash", "-c", script)
    assert "Traceback" not in ran.text and "Exception" not in ran.text


def test_no_git_on_path(world: World) -> None:

    for words in (("check",), ("status",), ("doctor",), ("init", "--dry-run")):
        ran = guard(world, *words, PATH="/nonexistent")
        assert ran.code == 3 and "git" in ran.text and "Traceback" not in ran.text, (words, ran)


def test_an_old_git_is_named_with_the_version_that_is_needed(world: World, tmp_path: Path) -> None:

    old = executable(
        tmp_path / "old" / "git",
        '#!/bin/sh\nfor word; do [ "$word" = version ] && { echo "git version 2.30.2"; exit 0; }; done\n'
        f'exec {os.environ["PATH"].split(os.pathsep)[0]}/git "$@"\n',
    )
    ran = guard(world, "check", PATH=f"{old.parent}{os.pathsep}{os.environ['PATH']}")
    assert ran.code == 3 and "2.38" in ran.text


def test_an_unborn_repository(tmp_path: Path) -> None:
    """Nothing to judge is clean or "couldn't check", never a traceback."""
    world = World(tmp_path, "native", {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"})
    world.work.mkdir()
    world.do("init", "-q", "-b", "main")
    for words in (("check",), ("status",), ("status", "--json"), ("config", "show"), ("init", "--dry-run")):
        ran = guard(world, *words)
        assert ran.code in (0, 3) and "Traceback" not in ran.text, (words, ran)


def test_not_a_repository(tmp_path: Path) -> None:
    world = World(tmp_path, "native", {"GIT_CEILING_DIRECTORIES": str(tmp_path)})
    world.work.mkdir()
    for words in (("check",), ("status",), ("doctor",), ("init", "--dry-run"), ("uninstall", "--dry-run")):
        ran = guard(world, *words)
        assert ran.code == 3 and "not inside a Git repository" in ran.text, (words, ran)


def test_check_says_that_a_rebase_is_in_progress(world: World) -> None:

    world.branch("feature/x", commits=2)
    world.run("git", "-c", "sequence.editor=sed -i 1s/^pick/edit/", "rebase", "-i", "HEAD~2")
    ran = guard(world, "check")
    assert ran.code == 0 and "rebase of feature/x in progress" in ran.text


def test_a_shallow_clone_says_how_to_deepen(world: World) -> None:

    world.branch("feature/x")
    world.do("push", "-q", "origin", "feature/x")
    clone = world.root / "shallow"
    world.run("git", "clone", "-q", "--depth", "1", "-b", "feature/x", world.origin.as_uri(), str(clone))
    ran = world.guard("check", cwd=clone)
    assert ran.code == 3 and "git fetch --unshallow" in ran.text


def test_develop_absent_is_cannot_be_told(world: World) -> None:
    """A missing develop is no violation of the branch that needs it."""
    world.policy("preset: ml\n")
    world.do("switch", "-c", "feature/x", "main")
    world.do("branch", "-D", "develop")
    world.do("update-ref", "-d", "refs/remotes/origin/develop")
    ran = guard(world, "check")
    assert ran.code == 3 and "can't determine" in ran.text and "there is no develop" in ran.text


def test_unrelated_history(world: World) -> None:
    """No merge base is told as such."""
    world.policy("preset: ml\n")
    world.do("switch", "--orphan", "feature/x")
    world.commit("Out of nowhere")
    ran = guard(world, "check")
    assert ran.code == 3 and "meets no long-lived branch" in ran.text


def test_criss_cross(world: World) -> None:
    """Two merge bases are no trouble."""
    world.branch("feature/x")
    world.do("switch", "develop")
    world.commit("On develop")
    world.do("push", "-q", "origin", "develop")
    first = world.do("rev-parse", "feature/x")
    world.do("switch", "feature/x")
    world.do("merge", "--no-ff", "--no-edit", "develop")
    world.do("switch", "develop")
    world.do("merge", "--no-ff", "--no-edit", first)
    world.do("switch", "feature/x")
    ran = guard(world, "check")
    assert ran.code == 0, ran.text


def test_an_octopus_on_main_is_judged(world: World) -> None:
    """Each of its parents."""
    world.branch("release/1.0.0")
    world.branch("feature/x", "develop")
    world.do("switch", "main")
    world.do("merge", "--no-ff", "--no-edit", "release/1.0.0", "feature/x")
    ran = guard(world, "check")
    assert ran.code == 1 and "feature/x may be merged into develop, not into main" in ran.text


def test_mistyped_commands_and_options_are_guessed(world: World) -> None:
    """What users of git and ruff expect: exit 2 and the word that was meant."""
    for words, meant in (
        (("chek",), "check"),
        (("check", "--al"), "--all"),
        (("explain", "stacked-brnch"), "stacked-branch"),
    ):
        ran = guard(world, *words)
        assert ran.code == 2 and meant in ran.text, (words, ran)


def test_json_output_file_and_exit_zero(world: World, tmp_path: Path) -> None:
    world.branch("pipeline")
    out = tmp_path / "report.json"
    ran = guard(world, "check", "--output-format", "json", "--output-file", str(out), "--exit-zero")
    assert ran.code == 0 and ran.text == ""
    assert json.loads(out.read_text())["verdict"] == "violated"


def test_an_output_file_that_cannot_be_written_is_one_line(world: World) -> None:
    ran = guard(world, "check", "--output-file", "/nonexistent/x")
    assert ran.code == 2 and "/nonexistent/x" in ran.text and "Traceback" not in ran.text
