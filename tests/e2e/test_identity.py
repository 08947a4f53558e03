"""Who may be the author and the committer: judged by what git will store, at the commit, the push and the pull."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.e2e.world import World, make

POLICY = """\
preset: gitflow
identity: {well-formed: true, emails: [guild.org], committer: author}
"""


@pytest.fixture(name="world")
def _world(tmp_path: Path) -> World:
    world = make(tmp_path, "native")
    world.policy(POLICY)
    world.do("config", "user.name", "Ada")
    world.do("config", "user.email", "ada@guild.org")
    world.branch("feature/login")
    return world


def help_of(said: str) -> str:
    """The commands of the first finding that has any."""
    found = re.search(r"^  help: (.*(?:\n        \S.*)*)", said, re.MULTILINE)
    assert found is not None, said
    return re.sub(r"\n +", "\n", found[1])


def paste(world: World, said: str) -> None:
    """Runs the printed help as a person pastes it."""
    done = world.run("sh", "-e", "-c", help_of(said))
    assert done.code == 0, done.text


def authors(world: World, *log: str) -> list[str]:
    """Author and committer of the commits."""
    return world.do("log", "--format=%an <%ae> %cn <%ce>", *log).splitlines()


def test_a_computer_s_address_is_stopped_at_the_commit_and_the_help_sets_the_right_one(world: World) -> None:
    world.do("config", "user.email", "ada@laptop.local")
    world.change()
    said = world.git("commit", "-m", "Add the form")
    assert said.code == 1 and "error[GFG211]" in said.text and "GFG212" not in said.text
    assert "git config user.email ada@guild.org" in help_of(said.text)
    paste(world, said.text)
    assert world.git("commit", "-m", "Add the form").code == 0
    assert authors(world, "-1") == ["Ada <ada@guild.org> Ada <ada@guild.org>"]


@pytest.mark.parametrize(
    "words",
    [("--no-verify",), *(pytest.param(words, marks=pytest.mark.slow) for words in (("--allow-empty",), ()))],
)
def test_another_author_is_stopped_whatever_the_options(world: World, words: tuple[str, ...]) -> None:
    """prepare-commit-msg judges what --no-verify leaves out; the author is the one of --author.

    Quick where the fewest hooks run; with the others the same one judges.
    """
    world.change()
    said = world.git("commit", *words, "-m", "Add", "--author=Ben <ben@home.net>")
    assert said.code == 1 and "error[GFG212]: the author Ben <ben@home.net>" in said.text
    assert "error[GFG213]" in said.text and "--reset-author" not in said.text, "nobody takes Ben's credit"


def test_an_amend_keeps_the_author_and_is_judged_by_them(world: World) -> None:
    world.change()
    world.do("commit", "-m", "Add", "--author=root <root@localhost>")
    world.change()
    said = world.git("commit", "--amend", "--no-edit")
    assert said.code == 1 and "the author root <root@localhost>" in said.text
    paste(world, said.text)
    assert authors(world, "-1") == ["Ada <ada@guild.org> Ada <ada@guild.org>"]
    assert world.git("commit", "--amend", "--no-edit").code == 0
    assert world.do("status", "--porcelain", "--untracked-files=no") == ""


def test_variables_of_the_environment_go_before_every_setting(world: World) -> None:
    world.change()
    said = world.git("commit", "-m", "Add", GIT_COMMITTER_EMAIL="ada@build.internal")
    assert said.code == 1 and help_of(said.text) == "unset GIT_COMMITTER_EMAIL"


def test_a_merge_and_a_cherry_pick_are_judged_by_who_they_will_name(world: World) -> None:
    world.branch("feature/pay")
    world.do("commit", "--allow-empty", "-m", "Pay", "--author=Ben O <ben@laptop>")
    world.do("switch", "-q", "feature/login")
    said = world.git("cherry-pick", "--allow-empty", "feature/pay")
    assert said.code and "the author Ben O <ben@laptop>" in said.text
    world.do("cherry-pick", "--abort")
    world.do("switch", "-q", "develop")
    said = world.git("-c", "user.email=ada@laptop", "merge", "--no-ff", "--no-edit", "feature/login")
    assert said.code == 1 and "the author and committer Ada <ada@laptop>" in said.text


def test_a_push_names_each_identity_once_and_its_help_changes_those_commits_alone(world: World) -> None:
    """In a dirty tree: what is staged, changed and new is there afterwards as it was."""
    for number in range(2):
        world.change()
        world.do("commit", "-m", f"Wrong {number}", "--author=root <root@localhost>")
    world.change()
    world.do("commit", "-m", "Right")
    world.write("staged.txt", "staged\n")
    (world.work / "staged.txt").write_text("changed\n")
    (world.work / "new.txt").write_text("new\n")
    before = world.do("status", "--porcelain")
    said = world.git("push", "origin", "feature/login")
    assert said.code == 1 and said.text.count("error[GFG211]") == 1
    assert "of 2 commits" in said.text
    paste(world, said.text)
    assert (
        world.do("status", "--porcelain") == before and (world.work / "staged.txt").read_text() == "changed\n"
    )
    assert authors(world, "develop..") == ["Ada <ada@guild.org> Ada <ada@guild.org>"] * 4
    assert world.git("push", "origin", "feature/login").code == 0


def test_what_a_local_merge_brings_into_a_line_is_judged_when_it_is_pushed(world: World) -> None:
    world.change()
    world.do("commit", "-m", "Wrong", "--author=root <root@localhost>")
    world.do("switch", "-q", "develop")
    world.do("merge", "-q", "--no-ff", "--no-edit", "feature/login")
    said = world.git("push", "origin", "develop")
    assert said.code == 1 and "the author root <root@localhost>" in said.text
    paste(world, said.text)
    assert world.git("push", "origin", "develop").code == 0


def test_a_rebase_and_a_robot_pass(world: World) -> None:
    """A rebase keeps its authors and is judged at the push; a robot's address is its forge's."""
    robot = "renovate[bot] <29139614+renovate[bot]@users.noreply.github.com>"
    world.policy("preset: gitflow\nidentity: {well-formed: true, emails: [guild.org]}\n")
    world.do("commit", "--allow-empty", "-m", "Update", f"--author={robot}")
    world.do("switch", "-q", "develop")
    world.commit("Other")
    world.do("switch", "-q", "feature/login")
    assert world.git("rebase", "--force-rebase", "develop").code == 0
    assert world.git("push", "origin", "feature/login").code == 0
