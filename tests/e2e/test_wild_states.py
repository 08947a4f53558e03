"""States, names and attributes in which content or a message used to be overlooked, with real git."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from tests import budget
from tests.conftest import executable
from tests.e2e.world import World, make

NAMES = ("plain.txt", "2:x.txt", "new\nline.txt", "lock.json", "small.txt")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Native hooks, and a file that two branches will change; its attributes are of every kind."""
    return make(tmp_path, "native")


def conflict(world: World, name: str) -> None:
    """feature/ours and feature/theirs change one file; feature/ours is checked out."""
    attributes = "lock.json -diff binary merge=text\nsmall.txt conflict-marker-size=3\n"
    world.do("switch", "develop")
    world.write(".gitattributes", attributes)
    world.write(name, "1\n")
    world.do("commit", "-m", "Base")
    for branch in ("theirs", "ours"):
        world.do("switch", "-c", f"feature/{branch}", "develop")
        world.write(name, f"{branch}\n")
        world.do("commit", "-m", f"Change by {branch}")


WAYS = ("merge", "cherry-pick", "rebase", "stash")


@pytest.mark.parametrize(
    ("way", "name"),
    budget.sampled(product(WAYS, NAMES), *product(WAYS[1:], NAMES[:1]), *product(WAYS[:1], NAMES[1:])),
)
def test_markers_are_found_wherever_a_conflict_was(world: World, way: str, name: str) -> None:
    """Whatever made them, whatever the file is called, and whatever its attributes say.

    Quick: each way with one name, each sort of name or attributes with one way.
    """
    conflict(world, name)
    if way == "stash":
        world.write(name, "stashed\n")
        world.do("stash")
        world.write(name, "moved on\n")
        world.do("commit", "-m", "Moved on")
        world.run("git", "stash", "pop")
    else:
        world.run(
            "git",
            "-c",
            "core.hooksPath=/dev/null",
            way,
            *(("feature/theirs",) if way != "rebase" else ("feature/theirs",)),
        )
    assert "theirs" in (world.work / name).read_text() or "stashed" in (world.work / name).read_text()
    assert ">>>" in (world.work / name).read_text()
    world.do("add", "--", name)
    ran = (
        world.git("rebase", "--continue", GIT_EDITOR="true")
        if way == "rebase"
        else world.git("commit", "-m", "Concluded")
    )
    assert ran.code != 0 and "error[GFG202]" in ran.text, ran.text


def test_a_conflict_that_was_resolved_passes(world: World) -> None:
    """Also the next commit, although the index still remembers the conflict."""
    conflict(world, "plain.txt")
    world.run("git", "merge", "feature/theirs")
    world.write("plain.txt", "both\n")
    assert world.git("commit", "-m", "Merge branch 'feature/theirs' into feature/ours").code != 3
    world.do("commit", "--allow-empty", "-m", "Concluded")
    world.write("more.txt", "<<<<<<< an example\n")
    ran = world.git("commit", "-m", "Document markers")
    assert "GFG202" not in ran.text, ran.text


def test_markers_in_a_replayed_commit_stop_its_push(world: World) -> None:
    """What `git am` or a rebase without hooks left is found by its label."""
    conflict(world, "plain.txt")
    world.run("git", "-c", "core.hooksPath=/dev/null", "rebase", "feature/theirs")
    world.do("add", "plain.txt")
    world.do("-c", "core.editor=true", "rebase", "--continue")
    ran = world.git("push", "origin", "feature/ours")
    assert ran.code != 0 and "error[GFG202]" in ran.text, ran.text


def test_a_document_about_markers_is_pushed(world: World) -> None:
    """It names another commit than its own."""
    world.branch("feature/docs", commits=0)
    world.write("conflicts.md", "<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> 1234567 (Add the login)\n")
    world.do("commit", "-m", "Explain conflicts")
    ran = world.git("push", "origin", "feature/docs")
    assert ran.code == 0, ran.text


@pytest.mark.parametrize("words", [("--allow-empty", "-m", "x"), ("--allow-empty", "-C", "HEAD")])
def test_an_empty_commit_on_a_line_is_blocked_after_a_merge(world: World, words: tuple[str, ...]) -> None:
    world.branch("feature/a")
    world.do("switch", "develop")
    world.do("merge", "--no-ff", "--no-edit", "feature/a")
    ran = world.git("commit", *words)
    assert ran.code != 0 and "error[GFG201]" in ran.text, ran.text
    ran = world.git("commit", "--amend", "-m", "Merge branch 'feature/a' into develop")
    assert ran.code == 0, ran.text


def test_a_squash_that_was_given_up_is_none(world: World) -> None:
    """And one that is still staged is one."""
    world.branch("feature/b")
    world.branch("release/1.0", commits=0)
    world.do("merge", "--squash", "feature/b")
    ran = world.git("commit", "-m", "Squashed")
    assert ran.code != 0 and "feature/b" in ran.text, ran.text
    world.do("restore", "--staged", "--worktree", ".")
    world.write("own.txt", "own\n")
    ran = world.git("commit", "-m", "Own work")
    assert ran.code == 0, ran.text


EDITORS = {
    "in front": 'printf "Typed subject" | cat - "$1" >"$1.n"; mv "$1.n" "$1"',
    "below": 'sed "1s/^/Typed subject/" "$1" >"$1.n"; mv "$1.n" "$1"; printf "\\n\\nmore\\n" >>"$1"',
    "instead": 'printf "Typed subject\\n\\n---\\nbody\\n" >"$1"',
}


SETTINGS: tuple[tuple[str, ...], ...] = (
    (),
    ("core.commentChar=auto",),
    ("commit.cleanup=scissors", "core.commentChar=;"),
)


# Each editor once, each setting once: every fourth of nine.
@pytest.mark.parametrize(("editor", "settings"), budget.sampled(product(EDITORS, SETTINGS), every=4))
def test_a_skip_stands_where_git_finds_it(world: World, editor: str, settings: tuple[str, ...]) -> None:
    """Behind any editor, and the typed subject is the subject. The other pairs of an editor and settings are slow."""
    world.do("switch", "develop")
    world.change()
    script = executable(world.root / "editor", "#!/bin/sh\n" + EDITORS[editor] + "\n")
    words = tuple(word for one in settings for word in ("-c", one))
    skip = "direct-commit: the server is down"
    ran = world.git(*words, "commit", GIT_EDITOR=f"'{script}'", GITFLOWGUARD_SKIP=skip)
    assert ran.code == 0, ran.text
    assert world.do("log", "-1", "--format=%s") == "Typed subject"
    assert f"Gitflowguard-Skip: {skip}" in world.do("log", "-1", "--format=%(trailers)")


def test_an_empty_message_under_a_skip_still_gives_the_commit_up(world: World) -> None:
    """Whoever leaves the editor without a word gets no commit whose subject is our trailer."""
    world.do("switch", "develop")
    world.change()
    ran = world.git("commit", GIT_EDITOR="true", GITFLOWGUARD_SKIP="direct-commit: the server is down")
    assert ran.code != 0 and "empty commit message" in ran.text, ran.text


def test_a_message_is_repaired_by_the_hook(world: World) -> None:
    """Only what the policy names, and it says so."""
    world.policy("message: {style: conventional, fix: [spaces, period, case]}\n")
    world.branch("feature/x")
    world.change()
    ran = world.git("commit", "-m", "Fix(api):  keep it.", "-m", "Why.  Because.")
    assert ran.code == 0 and 'the subject is now "fix(api): keep it"' in ran.text, ran.text
    assert world.do("log", "-1", "--format=%B") == "fix(api): keep it\n\nWhy.  Because."
