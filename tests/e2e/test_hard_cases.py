"""Histories and set-ups that were got wrong once."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests import budget
from tests.e2e import scenes
from tests.e2e.world import Ran, World, make


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Native hooks."""
    return make(tmp_path, "native")


def guard(world: World, *words: str) -> Ran:
    return world.guard(*words)


@pytest.mark.parametrize("letter", budget.sampled(("\u0085", "\u2028", "\u2029"), "\u2028"))
def test_a_strange_name_on_the_remote_stops_nobody(world: World, letter: str) -> None:
    """git ends its lines with LF alone; Python's splitlines knows eight more ends."""
    tip = world.do("rev-parse", "develop")
    subprocess.run(["git", "-C", str(world.origin), "update-ref", f"refs/heads/x{letter}y", tip], check=True)
    world.do("fetch", "-q", "origin")
    world.branch("feature/z", commits=0)
    world.change()
    ran = world.git("commit", "-m", "Work")
    assert ran.code == 0, ran.text
    for words in (("check",), ("status",), ("doctor",)):
        ran = guard(world, *words)
        assert "bug of ours" not in ran.text and letter not in ran.text, ran.text


def backup(world: World) -> None:
    """A second remote, and a commit on origin's develop that was made on the server."""
    world.run("git", "clone", "-q", "--bare", str(world.origin), str(world.root / "backup.git"))
    world.do("remote", "add", "backup", str(world.root / "backup.git"))
    world.do("fetch", "-q", "backup")
    world.do("switch", "develop")
    base = world.do("rev-parse", "HEAD")
    world.commit("Squashed on the server (#7)")
    world.do("push", "-q", "origin", "develop")
    world.do("reset", "-q", "--hard", base)


def test_what_one_remote_has_may_go_to_another(world: World) -> None:
    backup(world)
    assert world.git("pull", "--ff-only", "origin", "develop").code == 0
    ran = world.git("push", "backup", "develop")
    assert ran.code == 0, ran.text


@pytest.mark.parametrize("scene", ["direct", "pull"])
def test_strict_lets_a_fetch_into_a_branch_pass(tmp_path: Path, scene: str) -> None:
    """`git fetch origin develop:develop` moves the branch before the remote-tracking ref; status advises it."""
    world = make(tmp_path, "native", strict=True)
    backup(world)
    if scene == "direct":
        world.do("switch", "main")
        ran = world.git("fetch", "origin", "develop:develop")
    else:
        ran = world.git("pull", "--ff-only", str(world.origin), "develop")
    assert ran.code == 0, ran.text


def test_markers_with_labels_written_anew_are_still_this_merges(world: World) -> None:
    """The mend of GFG202 rewrites the labels; so does --conflict=diff3."""
    scenes.conflict(world)
    world.do("checkout", "--conflict=diff3", "--", "pipeline.py")
    world.do("add", "pipeline.py")
    ran = world.git("commit", "--no-edit")
    assert ran.code != 0 and "error[GFG202]" in ran.text


def test_a_path_that_ends_in_blob_is_no_trouble(world: World) -> None:
    scenes.conflict(world)
    world.write("pipeline.py", "lr = 4\n")
    world.write("notes blob", "<<<<<<< x\n")
    ran = world.git("commit", "--no-edit")
    assert "bug of ours" not in ran.text and ran.code == 0, ran.text


@pytest.mark.parametrize("flags", [(), ("--no-verify",)])
def test_an_unpushed_merge_may_be_amended(world: World, flags: tuple[str, ...]) -> None:
    world.branch("feature/a")
    world.do("switch", "develop")
    world.do("merge", "--no-ff", "--no-edit", "feature/a")
    ran = world.git("commit", "--amend", "-m", "Better words", *flags)
    assert ran.code == 0, ran.text
    assert world.git("push", "origin", "develop").code == 0


def test_an_orphan_main_is_no_root_commit(world: World) -> None:
    world.do("switch", "develop")
    world.do("branch", "-D", "main")
    world.do("switch", "--orphan", "main")
    world.change()
    ran = world.git("commit", "-m", "Out of nowhere")
    assert ran.code != 0 and "error[GFG201]" in ran.text


def test_a_first_pyproject_without_policy_is_a_direct_commit(world: World) -> None:
    world.do("switch", "main")
    world.write("pyproject.toml", "[project]\nname = 'x'\n")
    ran = world.git("commit", "-m", "Metadata")
    assert ran.code != 0 and "error[GFG201]" in ran.text
    world.write("pyproject.toml", "[project]\nname = 'x'\n\n[tool.gitflowguard]\npreset = 'gitflow'\n")
    assert world.git("commit", "-m", "Adopt").code == 0


def test_a_private_name_may_be_set_right_on_the_way(world: World) -> None:
    world.branch("wip")
    ran = world.git("push", "origin", "wip:feature/wip")
    assert ran.code == 0, ran.text


def test_a_ticket_that_begins_with_the_comment_sign(world: World) -> None:
    """With -m git keeps such a line, and starts no editor."""
    world.policy('ticket: "#{number}"\nmessage: {ticket: true}\n')
    world.branch("feature/x", commits=0)
    world.change()
    ran = world.git("commit", "-m", "Fix the login", "-m", "#12")
    assert ran.code == 0, ran.text


def test_a_subject_cannot_hide_what_was_merged(world: World) -> None:
    """The named branch exists and does not hold the merged commit."""
    world.branch("release/1.0.0")
    world.branch("feature/x", "develop")
    world.do("switch", "main")
    world.do("merge", "--no-ff", "-m", "Merge branch 'release/1.0.0'", "feature/x")
    ran = world.git("push", "origin", "main")
    assert ran.code != 0 and "error[GFG301]" in ran.text


def test_a_remote_whose_name_holds_a_slash(world: World) -> None:
    world.do("remote", "rename", "origin", "team/origin")
    world.policy("remote: team/origin\n")
    world.branch("feature/x")
    assert world.git("push", "team/origin", "feature/x").code == 0
    ran = guard(world, "status")
    assert (
        "origin/main" not in ran.text.replace("team/origin/main", "") and "unknown" not in ran.text
    ), ran.text


def test_check_is_silent_about_a_branch_that_is_only_behind(world: World) -> None:
    """A colleague has pushed to develop; there is nothing to push here."""
    backup(world)
    world.do("fetch", "-q", "origin")
    ran = guard(world, "check")
    assert ran.code == 0, ran.text


def test_a_word_left_on_another_branch_does_not_count(world: World) -> None:
    """In a container the next git may have the same pid; the word is bound to HEAD and emptied when used."""
    world.branch("feature/x", commits=0)
    world.change()
    assert world.git("commit", "-m", "Work").code == 0
    word = world.work / ".git" / "gitflowguard-passed"
    assert word.read_bytes() == b""
    world.do("switch", "develop")
    world.change()
    script = "printf '%s 1 ref: refs/heads/feature/x\\n' $$ >.git/gitflowguard-passed; exec git commit --no-verify -m x"
    ran = world.run("sh", "-c", script)
    assert ran.code != 0 and "error[GFG201]" in ran.text


def test_git_processes_do_not_grow_with_the_merges_of_a_push(world: World, argv_oracle: Path) -> None:
    from tests import oracle

    counts = []
    for number in range(2):
        for part in range(1 + 5 * number):
            world.branch(f"feature/f{number}{part}", "develop")
            world.do("switch", "develop")
            world.do("merge", "--no-ff", "--no-edit", f"feature/f{number}{part}")
        tip = world.do("rev-parse", "develop")
        old = world.do("rev-parse", "origin/develop")
        line = f"refs/heads/develop {tip} refs/heads/develop {old}\n"
        hook = str(world.work / ".git" / "hooks" / "pre-push")
        world.run(
            hook, "origin", "url", cwd=None, stdin=line
        )  # what is remembered by the tips is remembered now
        argv_oracle.unlink(missing_ok=True)
        ran = world.run(hook, "origin", "url", cwd=None, stdin=line)
        assert ran.code == 0, ran.text
        counts.append(len(oracle.calls(argv_oracle)))
    # One of them reads what the merges did to the policy: a merge may not make it laxer by itself.
    assert counts[0] == counts[1] <= 8, "\n".join(" ".join(c[8:]) for c in oracle.calls(argv_oracle))


@pytest.mark.parametrize("source", ["feature/x", "release/1.0.0"])
def test_git_processes_of_a_merge_into_develop(world: World, argv_oracle: Path, source: str) -> None:
    from tests import oracle

    world.branch(source)
    tip = world.do("rev-parse", source)
    world.do("switch", "develop")
    hook = str(world.work / ".git" / "hooks" / "pre-merge-commit")
    environ = {f"GITHEAD_{tip}": source, "GIT_REFLOG_ACTION": f"merge {source}"}
    world.run(hook, cwd=None, stdin=None, **environ)
    argv_oracle.unlink(missing_ok=True)
    ran = world.run(hook, cwd=None, stdin=None, **environ)
    assert ran.code == 0, ran.text
    assert len(oracle.calls(argv_oracle)) <= 6, oracle.calls(argv_oracle)
