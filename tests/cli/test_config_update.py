"""`config update`: a policy on a GitHub on the loopback is locked, compared, and used for many repositories."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from fakegithub.fake import Fake
from gitflowguard.app.policy.upstream import server_of
from gitflowguard.app.setup.adoptioncommit import carries
from gitflowguard.model.adoptionfiles import LOCK_FILE
from gitflowguard.model.extends import Upstream
from gitflowguard.policy.extends import read_lock, write_lock
from tests.install.place import git, repository
from tests.protect.bench import NAME, Bench, Said

TEAM = "preset: gitflow\nstale-days: 30\nrules: {GFG105: error}\nfinal: [rules.direct-commit]\n"
OWN = "extends: github:acme/policies@v2\nremote: origin\n"


class Desk(Bench):
    """A clone whose policy extends acme/policies, and that repository on the server."""

    def __init__(self, github: Fake, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(github, folder, monkeypatch)
        self.policies = github.repo("acme/policies", private=True)
        self.moved(TEAM)
        self.top = repository(folder / "clone", "main", "develop")
        self.file = self.top / ".gitflowguard.yaml"
        self.policy(OWN)
        self.patch.chdir(self.top)

    def moved(self, text: str, path: str = ".gitflowguard.yaml") -> str:
        """The organization's policy changes, and v2 with it; the commit's id."""
        sha = self.policies.commit("main", {path: text})
        self.policies.tag("v2", sha)
        return sha

    def update(self, *words: str) -> Said:
        return self.call("config", "update", "--api-url", self.github.url, *words)

    @property
    def lock(self) -> Path:
        return self.top / LOCK_FILE


@pytest.fixture
def desk(github: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(github, tmp_path, monkeypatch)


def test_a_policy_is_locked_and_means_something_without_a_network(desk: Desk) -> None:
    """From not locked to locked, moved, and locked again; each command says what it did."""
    said = desk.call("config", "validate")
    assert (said.code, "isn't locked yet; to lock it: gitflowguard config update" in said.err) == (2, True)
    assert desk.update("--check").code == 1
    was = desk.policies.resolve("v2")
    said = desk.update()
    assert said.code == 0 and f"is locked to {str(was)[:7]}\n" in said.out and "Commit" in said.out
    found = read_lock(desk.lock.read_bytes())
    assert not isinstance(found, str)
    assert (found.commit, found.server, found.content.decode()) == (was, desk.github.url, TEAM)
    before = len(desk.github.requests)
    assert f"it extends github:acme/policies@v2, locked to {str(was)[:7]}" in desk.call("doctor").out
    shown = desk.call("config", "show", "--origin")
    assert shown.code == 0 and f"github:acme/policies@v2 at {str(was)[:7]}:2" in shown.out
    assert len(desk.github.requests) == before
    assert "is the same now" in desk.update("--check").out
    assert "is up to date" in desk.update().out
    now = desk.moved(TEAM.replace("30", "60"))
    said = desk.update("--check")
    assert said.code == 1 and f"{str(was)[:7]} is locked, {now[:7]} is the newest" in said.out
    said = desk.update()
    assert said.code == 0 and f"is locked to {now[:7]} (before: {str(was)[:7]})" in said.out


def test_the_lock_is_one_of_the_files_that_adoption_commits(desk: Desk) -> None:
    """Where it is one; a file of that name with something else in it isn't ours."""
    desk.update()
    assert carries(LOCK_FILE, desk.lock.read_bytes()) and not carries(LOCK_FILE, b"resolved: {}\n")


def test_a_change_of_another_file_is_no_news(desk: Desk) -> None:
    """The branch has moved, and the policy in it is what is locked."""
    desk.update()
    now = desk.moved("Words\n", "README.md")
    assert desk.update("--check").code == 0
    assert f"is locked to {now[:7]}" in (said := desk.update()).out and "its content is the same" in said.out


def test_a_lock_written_by_hand_is_found(desk: Desk) -> None:
    """It is in itself right: only the server knows what the commit has."""
    sha = str(desk.policies.resolve("v2"))
    forged = write_lock(
        Upstream("acme/policies", "v2"), desk.github.url, sha, b"rules: {direct-commit: ignore}\n"
    )
    desk.lock.write_bytes(forged)
    assert desk.call("config", "validate").code == 0
    said = desk.update("--check")
    assert said.code == 1 and f"doesn't hold what github:acme/policies@v2 has at {sha[:7]}" in said.out
    assert "was written by hand" in desk.run("plan").out


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("github:acme/none", "github:acme/none is not there, or you may not see it"),
        ("github:acme/policies@v3", "github:acme/policies@v3 is not there, or you may not see it"),
        (f"github:acme/policies@{'1' * 40}", "is not there, or you may not see it"),
        ("github:acme/policies@v2:no.yaml", "acme/policies has no no.yaml at "),
        ("github:acme/policies@v2:folder.yaml", "folder.yaml in acme/policies isn't a plain file"),
        ("github:acme/policies@v2:large.yaml", "large.yaml in acme/policies is larger than 64 kB"),
        ("github:acme/policies@v2:page.yaml", "github:acme/policies@v2:page.yaml at "),
        ("github:acme/policies@v2:again.yaml", "a policy that others extend can't extend another one itself"),
        ("../policies/policy.yaml", "a file of this repository can't be extended"),
    ],
)
def test_what_can_not_be_locked_is_one_line(desk: Desk, address: str, says: str) -> None:
    """And what was locked before stays."""
    desk.update()
    before = desk.lock.read_bytes()
    for path, text in (
        ("folder.yaml/x", "x\n"),
        ("large.yaml", "# x\n" * 20_000),
        ("page.yaml", "<!DOCTYPE html>\n"),
        ("again.yaml", OWN),
    ):
        desk.moved(text, path)
    desk.policy(f"extends: {address}\n")
    said = desk.update()
    assert said.code in (2, 3) and says in said.err and said.err.count("\n") == 1, said.text
    assert desk.lock.read_bytes() == before


def test_a_policy_that_would_not_be_valid_over_the_newest_is_not_locked(desk: Desk) -> None:
    """Something of it is final there; the file's line says what to take out."""
    desk.policy(OWN + "rules: {direct-commit: ignore}\n")
    said = desk.update()
    assert said.code == 2 and "rules.direct-commit is final in github:acme/policies@v2" in said.err
    assert not desk.lock.exists()


def test_a_repository_whose_policy_extends_nothing(desk: Desk) -> None:
    desk.policy("preset: gitflow\n")
    said = desk.update()
    assert said.code == 2 and "this policy extends nothing" in said.err
    desk.file.unlink()
    said = desk.update()
    assert said.code == 2 and said.err == (
        ".gitflowguard.yaml: there is no policy file here that could extend another one; "
        "to write one: gitflowguard init\n"
    )


def test_a_public_policy_is_locked_without_a_token(desk: Desk, tmp_path: Path) -> None:
    """Nobody is signed in; of a private one the line says why nothing is known, and what helps."""
    desk.patch.delenv("GITHUB_TOKEN")
    desk.patch.setenv("PATH", path_without_gh(tmp_path))
    said = desk.update()
    assert said.code == 3 and not desk.lock.exists()
    assert (
        "is not there, or you may not see it; it was asked as anybody, because there is no token" in said.err
    )
    desk.policies.private = False

    assert desk.update().code == 0 and desk.lock.exists()
    assert desk.update("--check").code == 0
    desk.policies.private = True

    said = desk.update("--check")
    assert said.code == 3 and "it was asked as anybody, because there is no token" in said.out
    assert desk.call("config", "update", "--api-url", desk.github.url, "--token-stdin", stdin="\n").code == 3


def path_without_gh(folder: Path) -> str:
    """PATH with git and without gh, which might be signed in."""
    (folder / "bin").mkdir()
    (folder / "bin/git").symlink_to(shutil.which("git") or "")
    return str(folder / "bin")


def test_doctor_names_the_command_that_locks_it(desk: Desk) -> None:
    """Not the one that says again that it isn't locked; it is executed, and the line is good."""
    said = desk.call("doctor")
    line = next(line for line in said.out.splitlines() if line.startswith("✗ policy"))
    fix = said.out.splitlines()[said.out.splitlines().index(line) + 1]
    assert "isn't locked yet" in line and fix.split("fix: ")[1] == "gitflowguard config update"
    assert desk.update().code == 0
    assert "✓ policy" in desk.call("doctor").out
    desk.policy("preset: gitflw\n")
    assert "fix: gitflowguard config validate" in desk.call("doctor").out


def test_a_token_that_may_not_see_it_and_no_server(desk: Desk) -> None:
    """Nothing is judged by what couldn't be read; what is locked goes on."""
    desk.update()
    desk.patch.setenv("GITHUB_TOKEN", desk.github.token("none", kind="actions", scopes={}))
    said = desk.update("--check")
    assert said.code == 3 and "can't determine whether the policy has changed" in said.out
    said = desk.call("config", "update", "--api-url", "http://127.0.0.1:9")
    assert said.code == 3 and said.err.count("\n") == 1
    assert desk.call("config", "validate").code == 0


def test_protect_says_that_the_policy_has_changed(desk: Desk) -> None:
    """A finding of one repository; where many are planned, one line for all of them."""
    desk.reported()
    desk.update()
    desk.policy(OWN + "protection: {kinds: {main: {approvals: 1}, develop: {approvals: 1}}}\n")
    assert "GFG905" not in desk.run("plan").text
    desk.moved(TEAM.replace("30", "60"))
    said = desk.run("plan")
    assert "warning[GFG905]" in said.text and "gitflowguard config update" in said.text, said.text
    desk.github.repo("acme/app", private=True)
    said = desk.run("plan", names=(NAME, "acme/app"))
    assert "GFG905" not in said.text and said.err.count("has changed since it was locked") == 1


def test_one_policy_for_many_repositories_is_read_where_it_is(desk: Desk) -> None:
    """No clone and no copy of it; the commit that was used is printed."""
    desk.file.unlink()
    sha = desk.moved("protection: {kinds: {main: {approvals: 0}, develop: {approvals: 0}}}\n", "fleet.yaml")
    desk.github.repo("acme/app", private=True)
    words = ("--policy", "github:acme/policies@v2:fleet.yaml", "--api-url", desk.github.url)
    said = desk.call("protect", "plan", NAME, "acme/app", *words)
    assert f"the policy is github:acme/policies@v2:fleet.yaml at {sha}" in said.err, said.text
    assert said.out.count("gitflow: main") >= 2, said.text
    desk.patch.delenv("GITHUB_TOKEN")
    assert desk.call("protect", "plan", NAME, "--token-stdin", *words, stdin=desk.token).out.count(
        "gitflow: main"
    )
    said = desk.call("protect", "plan", NAME, "--policy", "github:acme", "--api-url", desk.github.url)
    assert said.code == 2 and "--policy: github:OWNER/REPO names a repository" in said.err


@pytest.mark.parametrize(
    ("api", "server"),
    [
        ("https://api.github.com", "https://github.com"),
        ("https://git.acme.example/api/v3", "https://git.acme.example"),
        ("https://api.acme.ghe.com", "https://acme.ghe.com"),
    ],
)
def test_the_server_that_is_locked(api: str, server: str) -> None:
    """github.com, an Enterprise Server, data residency: what is locked on one is not compared on another."""
    assert server_of(api) == server


def test_the_hooks_judge_by_both_and_ask_nobody(desk: Desk) -> None:
    """At the commit and in a fresh clone, which has all of it by git."""
    desk.moved("names: conventional\nrules: {unknown-branch-kind: error}\n")
    desk.update()
    git(desk.top, "add", "-A")
    git(desk.top, "commit", "-q", "-m", "The policy")
    again = desk.folder / "again"
    subprocess.run(["git", "clone", "-q", str(desk.top), str(again)], check=True)
    desk.patch.chdir(again)
    desk.patch.setenv("https_proxy", "http://127.0.0.1:9")
    git(again, "switch", "-q", "-c", "pipeline")
    before = len(desk.github.requests)
    assert "GFG101" in desk.call("check").out
    git(again, "branch", "-m", "feat/x")
    assert desk.call("check").code == 0
    (again / LOCK_FILE).unlink()
    assert "isn't locked yet" in desk.call("check").err
    assert len(desk.github.requests) == before
