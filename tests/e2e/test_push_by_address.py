"""A push by an address with a password in it, as CI does: nothing prints it, and what is printed works."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import pytest

from gitflowguard.repo.remotes import alike
from tests import budget
from tests.e2e.world import World, make

SECRET = "CANARY0TOKEN"
NULL = "0" * 40


def hook(world: World, address: str, line: str, code: int = 1) -> str:
    """What the installed pre-push hook says when git calls it with an address."""
    script = world.work / ".git" / "hooks" / "pre-push"
    done = world.run(str(script), address, address, stdin=line)
    assert done.code == code, done.text
    return done.text


def test_no_finding_prints_a_password(tmp_path: Path) -> None:
    """A deletion, a rewrite, a crossed push, a direct commit, a bad name: git's own words have none either."""
    world = make(tmp_path, "native")
    world.policy("preset: gitflow\n")
    main = world.do("rev-parse", "main")
    # Where the team's remote has no address here, every address may be the team's.
    world.do("config", "--remove-section", "remote.origin")
    world.do("switch", "-q", "main")
    direct = world.commit("Direct")
    lines = (
        f"(delete) {NULL} refs/heads/main {main}\n",
        f"refs/heads/main {main} refs/heads/main {direct}\n",
        f"refs/heads/develop {direct} refs/heads/main {main}\n",
        f"refs/heads/main {direct} refs/heads/main {main}\n",
    )
    for address in (
        f"https://x-access-token:{SECRET}@github.example/a/b.git", f"https://{SECRET}@github.example/a/b.git",
        f"ssh://git:{SECRET}@github.example/a/b.git",
    ):  # fmt: skip
        said = "".join(hook(world, address, line) for line in lines)
        assert SECRET not in said and "github.example/a/b.git" in said, said


def test_the_commands_name_the_remote(tmp_path: Path) -> None:
    """Where one has that address, with whatever password; and the command that is printed puts the branch back.

    The rule only warns: where it blocks, there is nothing to put back.
    """
    world = make(tmp_path, "native")
    world.policy("preset: gitflow\nrules:\n  deleted-branch: warning\n")
    main = world.do("rev-parse", "main")
    world.do("remote", "set-url", "origin", f"https://old:{SECRET}@github.example/a/b.git")
    said = hook(
        world, "https://new:OTHER@github.example/a/b.git", f"(delete) {NULL} refs/heads/main {main}\n", 0
    )
    world.do("remote", "set-url", "origin", str(world.origin))
    assert (
        f"git push origin {main}:refs/heads/main" in said and SECRET not in said and "OTHER" not in said
    ), said
    said = world.git("push", str(world.origin), ":main").text
    found = re.search(r"git push origin .*", said)
    assert found is not None, said
    assert not world.do("ls-remote", "origin", "main")
    assert world.run(*shlex.split(found[0])).code == 0
    assert world.do("ls-remote", "origin", "main").startswith(main)


def test_the_teams_repository_by_another_way(tmp_path: Path) -> None:
    """A relative path, a link, another scheme or another host's name for the same path: the push is judged."""
    world = make(tmp_path, "native")
    world.policy("preset: gitflow\n")
    world.do("switch", "-q", "main")
    world.commit("Direct")
    link = tmp_path / "link"
    link.symlink_to(world.origin)
    for address in (os.path.relpath(world.origin, world.work), str(link), world.origin.as_uri()):
        said = world.git("push", address, "main")
        assert said.code != 0 and "GFG201" in said.text, said.text
    main, tip = world.do("rev-parse", "origin/main", "main").split()
    line = f"refs/heads/main {tip} refs/heads/main {main}\n"
    world.do("remote", "set-url", "origin", "git@work:acme/web.git")  # work: a Host of ssh_config(5)
    assert "GFG201" in hook(world, "https://github.example/acme/web", line)
    script = world.work / ".git" / "hooks" / "pre-push"
    fork = "https://github.example/ada/web"
    assert world.run(str(script), fork, fork, stdin=line).code == 0


def test_the_team_s_policy_judges_a_push_by_address(tmp_path: Path) -> None:
    """Not the work tree's, which whoever pushes may edit: by path, by insteadOf, to a remote never fetched."""
    world = make(tmp_path, "native")
    world.write(".gitflowguard.yaml", "preset: gitflow\n")
    world.do("commit", "-q", "-m", "The policy")
    world.do("push", "-q", "origin", "develop")
    world.commit("Straight to develop")
    world.policy("preset: gitflow\nremote: mine\nrules: {direct-commit: ignore}\n")
    world.do("init", "-q", "--bare", str(tmp_path / "mine.git"))
    world.do("remote", "add", "mine", str(tmp_path / "mine.git"))
    world.do("config", f"url.{tmp_path}/.insteadOf", "short:")
    world.do("remote", "add", "again", f"{tmp_path}/./origin.git")
    (tmp_path / "link.git").symlink_to(world.origin)
    for address in (
        str(world.origin),
        f"file://{world.origin}",
        "short:origin.git",
        "again",
        f"{tmp_path}/link.git",
    ):
        said = world.git("push", address, "develop")
        assert said.code == 1 and "error[GFG201]" in said.text, (address, said.text)
    assert world.git("push", "-q", "mine", "develop").code == 0


@pytest.mark.parametrize(
    ("address", "judged"),
    budget.sampled(
        (
            ("git@github.com-work:acme/web.git", True),
            ("ssh://git@140.82.121.4:22/Acme/Web", True),
            ("https://github.com/%61cme/web.git/", True),
            ("/srv/git/acme/web.git", True),
            ("ssh://git.example/~git/web.git", True),
            ("git.example:web", True),
            ("ext::ssh git@github.com git-receive-pack acme/web", True),
            ("https://github.com/mallory/web.git", False),
            ("git@github.com:acme/site.git", False),
        ),
        *(0, 6, 7),
    ),
)
def test_only_surely_another_repository_is_nobody_s_business(
    tmp_path: Path, address: str, judged: bool
) -> None:
    """The host has many names; owner and repository do not. Which addresses are alike is quick below, in memory."""
    world = make(tmp_path, "native")
    world.policy("preset: gitflow\n")
    old = world.do("rev-parse", "main")
    world.do("switch", "-q", "main")
    line = f"refs/heads/main {world.commit('Direct')} refs/heads/main {old}\n"
    world.do("remote", "set-url", "origin", "https://github.com/acme/web.git")
    done = world.run(str(world.work / ".git" / "hooks" / "pre-push"), address, address, stdin=line)
    assert ("GFG201" in done.text) is judged and done.code == int(judged), done.text


@pytest.mark.parametrize(
    ("one", "other", "may"),
    [
        ("https://dev.azure.com/org/project/_git/repo", "git@ssh.dev.azure.com:v3/org/project/repo", True),
        ("https://git.example/a/../acme/web", "git.example:acme/web/", True),
        ("https://git.example/scm/team/web.git", "ssh://git@git.example:7999/team/web.git", True),
        ("https://git.example/scm/team/web.git", "ssh://git@git.example:7999/~me/web.git", True),
        ("https://git.example/team/web.git", "https://git.example/team/web.wiki.git", False),
        ("https://git.example", "git@github.com:acme/web", True),
        ("nowhere", "git@github.com:acme/site", False),
    ],
)
def test_two_addresses_of_one_repository(one: str, other: str, may: bool) -> None:
    """In either order; where one does not tell, it may be."""
    assert alike(one, other) is may and alike(other, one) is may
