"""Branches from before the policy and of other repositories, by real hooks: silence, a warning, or a block."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from gitflowguard.model.adoption import branch_id
from tests.e2e.world import Ran, World, make

SEEN = "was here before adoption (2026-11-29)"


def policy(*there: str) -> str:
    """A policy whose record holds the branches."""
    ids = " ".join(map(branch_id, there))
    return f'preset: gitflow\nadoption:\n  date: "2026-11-29"\n  branches: "{ids}"\n'


def commit(world: World, **env: str) -> Ran:
    """A commit as a person makes it."""
    world.change()
    return world.git("commit", "-m", "Work", **env)


def guard(world: World, *words: str) -> Ran:
    """gitflowguard in the work tree."""
    return world.guard(*words)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make(tmp_path, "native")


class TestAdoption:
    """A record in the policy."""

    def test_every_moment_agrees_on_a_branch_that_was_there(self, world: World) -> None:
        """Push, check and pull request warn, a commit and the merge say nothing, and nothing is stopped."""
        world.policy(policy("issue-12"))
        world.branch("issue-12")
        said = commit(world)
        assert said.code == 0 and "GFG" not in said.text  # the push says it; each commit would be noise
        pushed = world.git("push", "origin", "issue-12")
        assert pushed.code == 0 and "warning[GFG101]" in pushed.text and pushed.text.count(SEEN) == 1
        # It is on the remote now, where a pull request may be open: no rename is offered.
        checked = guard(world, "check", "--all")
        assert checked.code == 0 and SEEN in checked.text and "git branch -m" not in checked.text
        world.do("add", ".gitflowguard.yaml")
        world.do("switch", "-q", "develop")
        world.do("commit", "-q", "-m", "Adopt")
        world.do("push", "-q", "origin", "develop")
        asked = guard(world, "pr", "check", "--head", "issue-12", "--base", "develop", "--no-radar")
        assert asked.code == 0 and "GFG101" in asked.text and "GFG501" in asked.text
        merged = world.git("merge", "--no-ff", "--no-edit", "issue-12")
        assert merged.code == 0 and "GFG" not in merged.text
        assert world.git("push", "origin", "develop").code == 0

    def test_a_new_branch_is_blocked(self, world: World) -> None:
        """Also one that was cut from an old one."""
        world.policy(policy("issue-12"))
        world.branch("issue-12")
        world.do("switch", "-q", "-c", "issue-13")
        said = commit(world)
        assert said.code == 1 and "error[GFG101]" in said.text and SEEN not in said.text

    def test_a_commit_from_before_shows_a_colleagues_branch(self, world: World) -> None:
        """Which was on no remote when the record was made. A commit of develop's shows nothing."""
        world.policy(policy())
        world.do("switch", "-q", "-c", "spike")
        assert commit(world).code == 1
        world.do("-c", "user.name=x", "commit", "-q", "-m", "Old", "--date", "2026-11-28T12:00:00")
        said = commit(world)
        assert said.code == 0 and "GFG" not in said.text
        assert SEEN in guard(world, "check").text

    def test_an_old_date_is_no_way_into_production(self, world: World) -> None:
        """Anybody can write any date; develop is where old work goes."""
        world.policy(policy())
        world.branch("spike", commits=0)
        world.change()
        world.do("commit", "-q", "-m", "Old", "--date", "2020-01-01T12:00:00")
        world.do("switch", "-q", "main")
        said = world.git("merge", "--no-ff", "--no-edit", "spike")
        assert said.code == 1 and "error[GFG301]" in said.text
        world.do("merge", "--abort")
        world.do("switch", "-q", "develop")
        assert world.git("merge", "--no-ff", "--no-edit", "spike").code == 0

    def test_an_old_name_is_no_way_into_production(self, world: World) -> None:
        """Anybody can give it to a branch of today: neither by hand nor by a pull request."""
        world.policy(policy("stuff", "hotfix/1.0.1"))
        world.do("switch", "-q", "main")
        world.do("add", ".gitflowguard.yaml")
        world.do("commit", "-q", "-m", "Adopt")
        world.do("push", "-q", "origin", "main")
        for name, start, code in (("stuff", "main", "GFG301"), ("hotfix/1.0.1", "develop", "GFG105")):
            world.branch(name, start)
            world.do("push", "-q", "origin", name)
            asked = guard(world, "pr", "check", "--head", name, "--base", "main", "--no-radar")
            assert asked.code == 1 and SEEN not in asked.text, asked.text
            world.do("switch", "-q", "main")
            said = world.git("merge", "--no-ff", "--no-edit", name)
            assert said.code == 1 and f"error[{code}]" in said.text, said.text
            world.do("merge", "--abort")

    def test_what_protects_a_line_is_as_strict_as_ever(self, world: World) -> None:
        """The lines were there, too."""
        world.policy(policy("develop", "main"))
        assert commit(world).code == 1
        world.do("reset", "-q", "--hard")
        world.do("commit", "-q", "--amend", "-m", "Other")
        said = world.git("push", "--force", "origin", "develop")
        assert said.code == 1 and "error[GFG" in said.text


@pytest.fixture
def contributor(world: World) -> World:
    """The world, with the repository of a contributor whose pull request comes from patch-1."""
    theirs = world.root / "contributor.git"
    subprocess.run(["git", "clone", "-q", "--bare", str(world.origin), str(theirs)], check=True)
    world.do("remote", "add", "contributor", str(theirs))
    world.do("switch", "-q", "-c", "patch-1", "develop")
    world.commit("A repair")
    world.do("push", "-q", "contributor", "patch-1")
    world.do("switch", "-q", "develop")
    world.do("branch", "-q", "-D", "patch-1")
    world.do("fetch", "-q", "contributor")
    return world


class TestContributor:
    """A branch whose upstream is another's repository."""

    def test_a_maintainer_adds_to_a_contributors_branch(self, contributor: World) -> None:
        """In silence: commit and push; the next merge into develop as well."""
        world = contributor
        assert world.git("switch", "-q", "-c", "patch-1", "contributor/patch-1").text == ""
        world.change()
        assert world.git("commit", "-q", "-m", "Tests") == Ran(0, "")
        assert "GFG" not in guard(world, "check", "--all").text
        pushed = world.git("push", "-q", "contributor", "HEAD:patch-1")
        assert pushed == Ran(0, "")
        world.do("switch", "-q", "develop")
        merged = world.git("merge", "-q", "--no-ff", "--no-edit", "patch-1")
        assert merged == Ran(0, "") and world.git("push", "-q", "origin", "develop") == Ran(0, "")

    def test_a_merge_from_the_remote_branch_itself(self, contributor: World) -> None:
        """Without a branch of this clone's."""
        contributor.do("switch", "-q", "develop")
        assert contributor.git("merge", "-q", "--no-ff", "--no-edit", "contributor/patch-1") == Ran(0, "")
        assert contributor.git("push", "-q", "origin", "develop") == Ran(0, "")

    def test_the_name_counts_where_it_goes_to_the_team(self, contributor: World) -> None:
        """And production is closed to it, as to every feature."""
        world = contributor
        world.do("switch", "-q", "-c", "patch-1", "contributor/patch-1")
        said = world.git("push", "origin", "patch-1")
        assert said.code == 1 and "error[GFG101]" in said.text and "git branch -m" not in said.text
        world.do("switch", "-q", "main")
        assert world.git("merge", "--no-ff", "--no-edit", "patch-1").code == 1

    def test_anothers_main_is_anothers_business(self, contributor: World) -> None:
        """By name and by address; the team's own is guarded under every name that it has here."""
        world = contributor
        tip = world.commit("Straight to develop")
        assert world.git("push", "-q", "contributor", f"{tip}:main") == Ran(0, "")
        theirs = str(world.root / "contributor.git")
        assert world.git("push", "-q", theirs, f"{tip}:develop") == Ran(0, "")
        tip = world.commit("Straight to develop, too")
        for name in ("again", "upstream"):
            world.do("remote", "add", name, f"file://{world.origin}")
            world.do("fetch", "-q", name)
            said = world.git("push", name, f"{tip}:develop")
            assert said.code == 1 and "GFG201" in said.text, name

    def test_the_strict_hook_lets_the_branch_be_made(self, tmp_path: Path) -> None:
        """The ref is made before git notes its upstream; a name of one's own is blocked as ever."""
        world = make(tmp_path, "native", strict=True)
        theirs = world.root / "contributor.git"
        subprocess.run(["git", "clone", "-q", "--bare", str(world.origin), str(theirs)], check=True)
        world.do("remote", "add", "contributor", str(theirs))
        made = world.do("commit-tree", "-p", "develop", "-m", "A repair", "develop^{tree}")
        world.do("push", "-q", "contributor", f"{made}:refs/heads/patch-1")
        world.do("fetch", "-q", "contributor")
        assert world.git("switch", "-q", "-c", "patch-1", "contributor/patch-1").code == 0
        assert world.git("branch", "pipeline1spark", "develop").code != 0


class TestRobot:
    """A robot's branch, and one that only has its name."""

    def test_a_maintainer_repairs_it_in_silence(self, world: World) -> None:
        """Commit, push, and the merge into develop: no name is in the way."""
        world.policy("preset: gitflow\n")
        world.branch("dependabot/pip/black")
        world.do("push", "-q", "origin", "dependabot/pip/black")
        world.change()
        assert world.git("commit", "-q", "-m", "Repair") == Ran(0, "")
        assert world.git("push", "-q", "origin", "dependabot/pip/black") == Ran(0, "")
        world.do("switch", "-q", "develop")
        assert world.git("merge", "-q", "--no-ff", "--no-edit", "dependabot/pip/black") == Ran(0, "")
        assert world.git("push", "-q", "origin", "develop") == Ran(0, "")

    def test_its_name_opens_no_way_into_production(self, world: World) -> None:
        """By merge and by push. The printed commands lead to develop."""
        world.policy("preset: gitflow\n")
        world.branch("renovate/login", "main")
        world.do("switch", "-q", "main")
        said = world.git("merge", "--no-ff", "--no-edit", "renovate/login")
        assert said.code == 1 and "error[GFG301]" in said.text and "robot" in said.text
        for command in ("merge --abort", "switch develop", "merge --no-ff --no-edit renovate/login"):
            assert command.removesuffix(" --no-edit renovate/login") in said.text
            assert world.git(*command.split(" ")).code == 0, command
        assert world.git("push", "origin", "renovate/login:main").code == 1
        world.do("switch", "-q", "main")
        world.do("merge", "-q", "--no-ff", "--no-edit", "renovate/login")
        pushed = world.git("push", "origin", "main")
        assert pushed.code == 1 and "GFG301" in pushed.text

    def test_production_takes_no_button_that_was_pressed_elsewhere(self, world: World) -> None:
        """A revert for main is cut from main."""
        world.policy("preset: gitflow\n")
        world.branch("revert-1-x", "develop")
        world.branch("revert-2-x", "main")
        world.do("switch", "-q", "main")
        said = world.git("merge", "--no-ff", "--no-edit", "revert-1-x")
        assert said.code == 1 and "revert-1-x was cut from develop, not from main" in " ".join(
            said.text.split()
        )
        world.do("merge", "--abort")
        assert world.git("merge", "-q", "--no-ff", "--no-edit", "revert-2-x").code == 0


class TestSite:
    """gh-pages."""

    def test_a_site_is_published_in_silence(self, world: World) -> None:
        """As ghp-import -p does: an orphan, written over again and again, and pushed by force."""
        world.do("switch", "-q", "--orphan", "gh-pages")
        world.change("index.html")
        assert world.git("commit", "-q", "-m", "Site") == Ran(0, "")
        assert world.git("push", "-q", "origin", "gh-pages") == Ran(0, "")
        assert world.git("commit", "-q", "--amend", "-m", "Site again") == Ran(0, "")
        assert world.git("push", "-q", "--force", "origin", "gh-pages") == Ran(0, "")
        world.do("switch", "-q", "develop")
        assert "GFG" not in guard(world, "check", "--all").text

    def test_nothing_is_merged_into_it_or_from_it(self, world: World) -> None:
        """It is no part of the flow."""
        world.do("switch", "-q", "-c", "gh-pages", "main")
        said = world.git("merge", "--no-ff", "--no-edit", "develop")
        assert said.code == 1 and "GFG301" in said.text


@pytest.mark.parametrize(
    ("head", "base", "code"),
    [
        ("patch-1", "develop", 0),
        ("main", "develop", 0),
        ("develop", "develop", 0),
        ("patch-1", "main", 1),
        ("main", "main", 1),
    ],
)
def test_a_forks_names_are_its_owners(world: World, head: str, base: str, code: int) -> None:
    """A pull request from a fork is judged by where it goes."""
    world.branch("theirs", base)
    # What the fork's branch holds; a branch of that name here is the team's.
    tip = world.do("rev-parse", "HEAD")
    words = ("--head", head, "--head-sha", tip, "--base", base, "--fork", "--no-radar")
    asked = guard(world, "pr", "check", *words)
    assert asked.code == code, asked.text
    assert "GFG101" not in asked.text and ("GFG502" in asked.text) is bool(code)


def test_check_all_knows_the_parent_of_a_fork(world: World) -> None:
    """A branch that follows upstream is the team's, one that follows a contributor's repository isn't."""
    world.policy("preset: gitflow\n")
    for name, url in (("upstream", "git@host.example:acme/web.git"), ("ada", "git@host.example:ada/web.git")):
        world.do("remote", "add", name, url)
        world.branch(f"odd-{name}")
        world.do("config", f"branch.odd-{name}.remote", name)
        world.do("config", f"branch.odd-{name}.merge", f"refs/heads/odd-{name}")
    world.do("switch", "-q", "develop")
    said = guard(world, "check", "--all").text
    assert "'odd-upstream'" in said and "odd-ada" not in said
