"""What `init` prints last: each block is pasted as it is, in every set-up, and leaves the team adopted."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from gitflowguard.repo.shim import CHAINED
from tests import budget
from tests.install.hooktools import (
    BIN,
    install_framework,
    install_husky,
    install_lefthook,
)
from tests.install.place import Ran, Shell, git, repository

POLICY = ".gitflowguard.yaml"
HUB = "https://github.com/acme/web.git"


def blocks(out: str) -> list[str]:
    """The commands of each block: what stands between two empty lines below a line that says to paste it."""
    found = []
    for part in out.split("paste this")[1:]:
        found.append(part.split("\n\n")[1] + "\n")
        assert all(line.startswith("git ") for line in found[-1].splitlines()), found[-1]
    return found


def paste(folder: Path, block: str) -> str:
    """Runs a block as sh does with a pasted text, and stops at the first command that fails."""
    env = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ("sh", "-e"),
        cwd=folder,
        input=block,
        capture_output=True,
        text=True,
        env=env,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def with_origin(repo: Path, *branches: str, url: str = "") -> Path:
    """A bare origin that has the branches. url: what it is called, where that is not its path."""
    origin = repo.parent / "origin.git"
    git(repo.parent, "init", "-q", "--bare", str(origin))
    if url:
        git(repo, "config", f"url.{origin}.insteadOf", url)
    git(repo, "remote", "add", "origin", url or str(origin))
    if branches:
        git(repo, "push", "-q", "origin", *branches)
        git(repo, "fetch", "-q")
    return origin


def held(repo: Path, ref: str, path: str = POLICY) -> bool:
    """Whether the commit has the file."""
    return bool(git(repo, "ls-tree", "-r", "--full-tree", "--name-only", ref, "--", path))


def adopted(
    repo: Path, guard: Shell, main: str = "main", develop: str = "develop", path: str = POLICY
) -> None:
    """Both lines hold the policy, here and on origin; doctor is content; init has nothing more to say."""
    for ref in dict.fromkeys((main, develop)):
        assert held(repo, ref, path), ref
        if git(repo, "remote"):
            assert git(repo, "rev-parse", ref) == git(repo, "rev-parse", f"origin/{ref}")
    ran = guard(repo, "doctor")
    assert ran.code == 0, ran.out
    again = guard(repo, "init")
    assert (
        again.code == 0 and "paste this" not in again.out and again.out.endswith("No changes.\n")
    ), again.out


def init(repo: Path, guard: Shell, *options: str) -> Ran:
    """`init --yes`, which must succeed."""
    ran = guard(repo, "init", "--yes", *options)
    assert ran.code == 0, ran.err
    return ran


Made = tuple[Path, Path, tuple[str, ...], tuple[str, str]]


def _plain(tmp: Path) -> Made:
    repo = repository(tmp / "r")
    with_origin(repo, "main")
    return repo, repo, (), ("main", "develop")


def _no_remote(tmp: Path) -> Made:
    repo = repository(tmp / "r")
    return repo, repo, (), ("main", "develop")


def _dev(tmp: Path) -> Made:
    """master and dev, each with commits that the other lacks; HEAD is dev."""
    repo = repository(tmp / "r", "master", "dev")
    for name in ("master", "dev"):
        git(repo, "switch", "-q", name)
        git(repo, "commit", "-q", "--allow-empty", "-m", f"only {name}")
    with_origin(repo, "master", "dev")
    return repo, repo, (), ("master", "dev")


def _empty(tmp: Path) -> Made:
    git(tmp, "init", "-q", "-b", "main", "r")
    with_origin(tmp / "r")
    return tmp / "r", tmp / "r", (), ("main", "develop")


def _empty_with_files(tmp: Path) -> Made:
    """One file staged, one not: neither is in the first commit."""
    git(tmp, "init", "-q", "-b", "trunk", "r")
    (tmp / "r/staged").write_text("x\n")
    (tmp / "r/loose").write_text("x\n")
    git(tmp / "r", "add", "staged")
    return tmp / "r", tmp / "r", (), ("trunk", "develop")


def _hub(tmp: Path) -> Made:
    repo = repository(tmp / "r")
    with_origin(repo, "main", url=HUB)
    return repo, repo, ("--ci", "github"), ("main", "develop")


def _feature(tmp: Path) -> Made:
    """HEAD is a feature; the user ends there again."""
    repo = repository(tmp / "r", "main", "develop", "feature/x")
    git(repo, "switch", "-q", "feature/x")
    (repo / "work").write_text("x\n")
    git(repo, "add", "work")
    git(repo, "commit", "-q", "-m", "work")
    with_origin(repo, "main", "develop")
    return repo, repo, (), ("main", "develop")


def _linked(tmp: Path) -> Made:
    """init in a linked work tree; main is checked out in the first one."""
    repo = repository(tmp / "r")
    with_origin(repo, "main")
    git(repo, "worktree", "add", "-q", "-b", "feature/x", str(tmp / "linked"))
    return tmp / "linked", tmp / "linked", (), ("main", "develop")


def _linked_both(tmp: Path) -> Made:
    """Each line has a work tree of its own, and init runs in a third."""
    repo = repository(tmp / "r", "main", "develop")
    with_origin(repo, "main", "develop")
    git(repo, "worktree", "add", "-q", str(tmp / "line two"), "develop")
    git(repo, "worktree", "add", "-q", "-b", "feature/x", str(tmp / "linked"))
    return tmp / "linked", tmp / "linked", (), ("main", "develop")


def _linked_develop(tmp: Path) -> Made:
    """init on develop in a linked work tree."""
    repo = repository(tmp / "r", "main", "develop")
    with_origin(repo, "main", "develop")
    git(repo, "worktree", "add", "-q", str(tmp / "linked"), "develop")
    return tmp / "linked", tmp / "linked", (), ("main", "develop")


def _package(tmp: Path) -> Made:
    """A folder of a monorepo."""
    repo = repository(tmp / "mono repo", "main", "develop")
    (repo / "packages/web").mkdir(parents=True)
    (repo / "packages/web/index").write_text("x\n")
    git(repo, "add", ".")
    git(repo, "commit", "-q", "-m", "web")
    with_origin(repo, "main", "develop")
    return repo, repo / "packages/web", (), ("main", "develop")


def _far(tmp: Path) -> Made:
    """A clone of a feature: both lines are on origin only."""
    repo = repository(tmp / "first", "main", "develop", "feature/x")
    origin = with_origin(repo, "main", "develop", "feature/x")
    git(tmp, "clone", "-q", "-b", "feature/x", str(origin), "r")
    return tmp / "r", tmp / "r", (), ("main", "develop")


def _behind(tmp: Path) -> Made:
    """origin's lines have moved on, and this clone knows it."""
    repo = repository(tmp / "r", "main", "develop")
    with_origin(repo, "main", "develop")
    for name in ("develop", "main"):
        git(repo, "switch", "-q", name)
        git(repo, "commit", "-q", "--allow-empty", "-m", "newer")
        git(repo, "push", "-q", "origin", name)
        git(repo, "reset", "-q", "--hard", "HEAD~1")
    return repo, repo, (), ("main", "develop")


def _detached(tmp: Path) -> Made:
    repo = repository(tmp / "r", "main", "develop")
    git(repo, "switch", "-q", "--detach", "main")
    with_origin(repo, "main", "develop")
    return repo, repo, (), ("main", "develop")


def _conventional(tmp: Path) -> Made:
    """Most messages are conventional, and commit-msg insists."""
    repo = repository(tmp / "r")
    for subject in ("feat: a", "fix(x): b", "chore!: c"):
        git(repo, "commit", "-q", "--allow-empty", "-m", subject)
    return repo, repo, (), ("main", "develop")


CONFIG = """\
repos:
- repo: local
  hooks:
  - {id: ok, name: ok, language: system, entry: "true", always_run: true, pass_filenames: false}
"""


def _team(tmp: Path, *files: tuple[str, str]) -> Path:
    """A repository with files of its own, and origin."""
    repo = repository(tmp / "r")
    for name, text in files:
        (repo / name).parent.mkdir(parents=True, exist_ok=True)
        (repo / name).write_text(text)
    git(repo, "add", ".")
    git(repo, "commit", "-q", "-m", "tools")
    with_origin(repo, "main")
    return repo


def _framework(name: str, *options: str) -> Callable[[Path], Made]:
    def make(tmp: Path) -> Made:
        repo = _team(tmp, (".pre-commit-config.yaml", CONFIG))
        install_framework(repo, name)
        return repo, repo, options, ("main", "develop")

    return make


LOCAL = ("--pre-commit", "--pre-commit-repo", "local")


def _husky(tmp: Path) -> Made:
    repo = _team(tmp, (".husky/pre-commit", "true\n"), (".husky/pre-push", "cat\n"))
    install_husky(repo)
    return repo, repo, (), ("main", "develop")


def _husky_package(tmp: Path) -> Made:
    """husky in a package of a monorepo, and init is typed there."""
    repo = _team(tmp, ("packages/web/.husky/pre-commit", "true\n"))
    install_husky(repo, "packages/web/.husky")
    return repo, repo / "packages/web", (), ("main", "develop")


def _lefthook(tmp: Path) -> Made:
    repo = _team(tmp, ("lefthook.yml", "pre-commit:\n  jobs:\n    - run: 'true'\n"))
    install_lefthook(repo)
    return repo, repo, (), ("main", "develop")


def _lefthook_feature(tmp: Path) -> Made:
    """A file that init changes, carried from a feature to main and back."""
    _lefthook(tmp)
    git(tmp / "r", "switch", "-q", "-c", "feature/x")
    return tmp / "r", tmp / "r", (), ("main", "develop")


SETUPS: dict[str, Callable[[Path], Made]] = {
    "plain": _plain,
    "no remote": _no_remote,
    "dev": _dev,
    "empty": _empty,
    "empty with files": _empty_with_files,
    "--ci github": _hub,
    "feature": _feature,
    "linked work tree": _linked,
    "a work tree for each line": _linked_both,
    "develop in a linked work tree": _linked_develop,
    "monorepo folder": _package,
    "lines on origin only": _far,
    "behind origin": _behind,
    "detached": _detached,
    "conventional": _conventional,
    "pre-commit": _framework("pre-commit"),
    "pre-commit, with ours in its file": _framework("pre-commit", *LOCAL),
    "prek": _framework("prek"),
    "prek, with ours in its file": _framework("prek", *LOCAL),
    "husky": _husky,
    "husky in a package": _husky_package,
    "lefthook": _lefthook,
    "lefthook, on a feature": _lefthook_feature,
}


@pytest.fixture(autouse=True)
def stores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The frameworks keep their things in the test's own folder, and find ours on PATH."""
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "store"))
    monkeypatch.setenv("PREK_HOME", str(tmp_path / "store"))
    monkeypatch.setenv("PATH", f"{BIN}{os.pathsep}{os.environ['PATH']}")


# Each tool, with our entries in its file (pre-commit) and without (husky, lefthook); a repository without a commit; a
# HEAD that is no line. In the others the block has a command less, or the same ones in another order. prek, strict
# hooks and develop in another work tree are quick in tests/install/test_lines_apart.py.
QUICK = (
    "empty",
    "feature",
    "pre-commit, with ours in its file",
    "husky",
    "lefthook, on a feature",
)


@pytest.mark.parametrize("name", budget.sampled(SETUPS, *QUICK))
def test_the_block_adopts(tmp_path: Path, guard: Shell, name: str) -> None:
    """Pasted where init was typed: clean, on both lines, pushed, and the guard is on.

    Quick for QUICK; from each of the lines, apart and alike, the block is quick in the test of other changes below.
    """
    top, folder, options, (main, develop) = SETUPS[name](tmp_path)
    head = git(top, "symbolic-ref", "-q", "--short", "HEAD") if name != "detached" else ""
    before = git(top, "status", "--porcelain")
    block = blocks(init(folder, guard, *options).out)[0]
    paste(folder, block)
    assert git(top, "status", "--porcelain") == before
    if name == "lefthook, on a feature":  # the branch has the tool's old file until it is updated
        git(top, "merge", "-q", "--no-edit", develop)
    adopted(top, guard, main, develop)
    now = git(top, "symbolic-ref", "-q", "--short", "HEAD")
    assert now == (head if head.startswith("feature/") else develop)


def _changed(repo: Path) -> dict[str, tuple[str, str]]:
    """One file staged, one changed, one both, one new: path -> what is staged and what lies there."""
    (repo / "old").write_text("staged\n")
    (repo / "README").write_text("staged\n")
    git(repo, "add", "old", "README")
    (repo / "README").write_text("changed\n")
    (repo / "new").write_text("new\n")
    return _contents(repo)


def _contents(repo: Path) -> dict[str, tuple[str, str]]:
    found = {}
    for path in ("old", "README", "new"):
        staged = git(repo, "show", f":{path}") if git(repo, "ls-files", "--", path) else ""
        found[path] = (staged, (repo / path).read_text())
    return found


HEADS = ("main", "develop", "feature/x")


@pytest.mark.parametrize(
    ("apart", "head"),
    budget.sampled(product((False, True), HEADS), (False, "main"), (True, "develop")),
)
def test_other_changes_are_neither_committed_nor_lost(
    tmp_path: Path, guard: Shell, head: str, apart: bool
) -> None:
    """Staged stays staged, changed stays changed; where git cannot switch with them, the block does without.

    Where the lines are alike, all heads lead to one block; it is quick from main. Where they are apart, it is quick
    from develop; from a feature it is quick above.
    """
    repo = repository(tmp_path / "r")
    (repo / "old").write_text("x\n")
    git(repo, "add", ".")
    git(repo, "commit", "-q", "-m", "old")
    git(repo, "branch", "develop")
    if apart:
        git(repo, "switch", "-q", "develop")
        (repo / "README").write_text("of develop\n")
        git(repo, "commit", "-q", "-am", "develop's")
    git(repo, "branch", "feature/x", "develop")
    with_origin(repo, "main", "develop")
    git(repo, "switch", "-q", head)
    wanted = _changed(repo)
    ran = init(repo, guard)
    paste(repo, blocks(ran.out)[0])
    assert _contents(repo) == wanted
    there = [ref for ref in ("main", "develop", "feature/x") if held(repo, ref)]
    if not apart or head == "main":
        assert there == ["main", "develop"]
    else:
        assert there == [head] and ("next release" if head == "develop" else "is merged") in ran.out
    for ref in there:
        changed = git(repo, "log", "-1", "--format=", "--name-only", ref, "--", POLICY).splitlines()
        assert changed == [POLICY]


def test_the_tutorial_begins_with_a_policy_on_both_lines(tmp_path: Path, guard: Shell) -> None:
    """docs/tutorial.md, word for word: a switch before the paste would leave main without it."""
    page = Path(__file__).parents[2] / "docs/tutorial.md"
    folder = tmp_path / "play"
    folder.mkdir()
    out = ""
    for line in page.read_text("utf-8").split("```sh\n")[1].split("```")[0].splitlines()[1:]:
        program, *words = shlex.split(line)
        out += guard(folder, *words).out if program == "gitflowguard" else git(folder, *words)
    paste(folder, blocks(out)[0])
    assert held(folder, "main") and held(folder, "develop")
    assert git(folder, "branch", "--show-current") == "develop"


def test_a_policy_in_pyproject_is_what_is_shared(tmp_path: Path, guard: Shell) -> None:
    """Written by hand, not yet committed; a later edit of that file on main is an ordinary commit again."""
    repo = repository(tmp_path / "r")
    (repo / "pyproject.toml").write_text('[project]\nname = "x"\n')
    git(repo, "add", ".")
    git(repo, "commit", "-q", "-m", "project")
    with_origin(repo, "main")
    with (repo / "pyproject.toml").open("a") as file:
        file.write('[tool.gitflowguard]\npreset = "gitflow"\n')
    paste(repo, blocks(init(repo, guard).out)[0])
    adopted(repo, guard, path="pyproject.toml")
    assert git(repo, "status", "--porcelain") == ""
    git(repo, "switch", "-q", "main")
    (repo / "pyproject.toml").write_text((repo / "pyproject.toml").read_text() + "# more\n")
    done = subprocess.run(
        ("git", "commit", "-am", "x"), cwd=repo, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1 and "GFG201" in done.stderr
    assert "paste this" not in guard(repo, "init").out


@pytest.mark.parametrize("head", budget.sampled(("main", "develop"), "develop"))
def test_a_protected_main_on_github_gets_a_branch_and_a_pull_request(
    tmp_path: Path, guard: Shell, head: str
) -> None:
    """The second block: a branch of a legal name, cut from develop, pushed; the page to open is named.

    From main it is slow: develop is made there, as in the block that is quick above.
    """
    repo = repository(tmp_path / "r", "main", *(("develop",) if head == "develop" else ()))
    git(repo, "switch", "-q", head)
    with_origin(repo, *(("main",) if head == "main" else ("main", "develop")), url=HUB)
    out = init(repo, guard).out
    assert len(blocks(out)) == 2 and "If GitHub protects main, paste this instead:" in out
    assert "https://github.com/acme/web/compare/develop...feature/adopt-gitflowguard?expand=1" in out
    paste(repo, blocks(out)[1])
    assert git(repo, "status", "--porcelain") == "" and held(repo, "origin/feature/adopt-gitflowguard")
    assert git(repo, "rev-parse", "origin/develop") == git(repo, "merge-base", "origin/develop", "HEAD")
    assert not held(repo, "main") and not held(repo, "develop")


def test_what_comes_after_adoption_goes_the_ordinary_way(tmp_path: Path, guard: Shell) -> None:
    """A workflow that is asked for later is a change like any other: a branch, and a merge or a pull request."""
    repo = repository(tmp_path / "r")
    paste(repo, blocks(init(repo, guard).out)[0])
    for head, remote in (("develop", False), ("main", True)):
        git(repo, "switch", "-q", head)
        if remote:
            with_origin(repo, "main", "develop")
            (repo / ".github/workflows/gitflowguard.yml").unlink(missing_ok=True)
        out = init(repo, guard, "--ci", "github").out
        paste(repo, blocks(out)[0])
        assert git(repo, "status", "--porcelain") == ""
        if not remote:
            assert held(repo, "develop", ".github/workflows/gitflowguard.yml")
            assert git(repo, "branch", "--list", "feature/*") == ""
            git(repo, "switch", "-q", "-c", "feature/out", "develop")
            git(repo, "rm", "-q", "-r", ".github")
            git(repo, "commit", "-q", "-m", "out")
            git(repo, "switch", "-q", "develop")
            git(repo, "merge", "-q", "--no-ff", "--no-edit", "feature/out")
            git(repo, "branch", "-q", "-d", "feature/out")
        else:
            assert held(repo, "origin/feature/update-gitflowguard", ".github/workflows/gitflowguard.yml")
            assert "Then open a pull request from feature/update-gitflowguard into develop." in out


def test_commits_that_were_never_pushed_are_not_pushed_along(tmp_path: Path, guard: Shell) -> None:
    """main is ahead of origin: the block leaves its push to the user, and says so."""
    repo = repository(tmp_path / "r", "main", "develop")
    with_origin(repo, "main", "develop")
    far = git(repo, "rev-parse", "main")
    git(repo, "commit", "-q", "--allow-empty", "-m", "mine")
    out = init(repo, guard).out
    assert "main and develop have other commits that aren't on origin" in out
    paste(repo, blocks(out)[0])
    assert held(repo, "main") and held(repo, "develop")
    assert {git(repo, "rev-parse", f"origin/{name}") for name in ("main", "develop")} == {far}


def test_in_the_middle_of_a_merge_nothing_is_offered(tmp_path: Path, guard: Shell) -> None:
    """git makes no partial commit then (git-commit(1)); afterwards init prints the block."""
    repo = repository(tmp_path / "r", "main", "develop")
    git(repo, "switch", "-q", "-c", "feature/x")
    git(repo, "commit", "-q", "--allow-empty", "-m", "x")
    git(repo, "merge", "-q", "--no-ff", "--no-commit", "main")
    git(repo, "switch", "-q", "develop")
    git(repo, "merge", "-q", "--no-ff", "--no-commit", "feature/x")
    out = init(repo, guard).out
    assert "paste this" not in out and "a merge is in progress" in out
    git(repo, "commit", "-q", "--no-edit")
    paste(repo, blocks(guard(repo, "init").out)[0])
    adopted(repo, guard)


def test_an_ignored_policy_is_told(tmp_path: Path, guard: Shell) -> None:
    """There is nothing to commit, and the team would not get it."""
    repo = repository(tmp_path / "r")
    (repo / ".git/info/exclude").write_text(".gitflowguard.yaml\n")
    out = init(repo, guard).out
    assert ".gitflowguard.yaml is ignored by git" in out and "paste this" not in out


@pytest.mark.parametrize("framework", budget.sampled(("pre-commit", "prek"), "prek"))
def test_an_unstaged_pre_commit_file_is_kept_out_of_the_way(
    tmp_path: Path, guard: Shell, framework: str
) -> None:
    """Both stop every commit beside it; the block puts the changes away and brings them back. pre-commit is slow."""
    repo, _, _, _ = _framework(framework)(tmp_path)
    edited = CONFIG + "# mine\n"
    (repo / ".pre-commit-config.yaml").write_text(edited)
    paste(repo, blocks(init(repo, guard).out)[0])
    assert (repo / ".pre-commit-config.yaml").read_text() == edited
    assert git(repo, "status", "--porcelain") == "M .pre-commit-config.yaml"
    assert held(repo, "main") and held(repo, "develop") and git(repo, "stash", "list") == ""


def test_lines_of_ours_beside_the_users_own_edits_wait_for_the_user(tmp_path: Path, guard: Shell) -> None:
    """One file, both changed it: it is named and left, and the rest is shared."""
    repo, _, _, _ = _lefthook(tmp_path)
    with (repo / "lefthook.yml").open("a") as file:
        file.write("# mine\n")
    out = init(repo, guard).out
    assert "lefthook.yml holds other changes of yours too" in out
    paste(repo, blocks(out)[0])
    assert git(repo, "status", "--porcelain") == "M lefthook.yml"
    assert "# mine" in (repo / "lefthook.yml").read_text() and held(repo, "main")


def test_a_file_that_git_ignores_waits_for_nobody(tmp_path: Path, guard: Shell) -> None:
    """A team that keeps .husky out of the repository: no commit of that file can be asked for."""
    repo, _, _, _ = _husky(tmp_path)
    git(repo, "rm", "-q", "-r", "--cached", ".husky")
    (repo / ".gitignore").write_text("/.husky/\n")
    git(repo, "add", ".gitignore")
    git(repo, "commit", "-q", "-m", "Everybody's own")
    out = init(repo, guard).out
    assert "other changes of yours" not in out and "ignored by git" in out
    paste(repo, blocks(out)[0])
    said = guard(repo, "doctor").out
    assert "not committed yet" not in said and "git ignores .husky/" in said


def test_a_hook_that_keeps_commits_off_main_gets_the_branch(tmp_path: Path, guard: Shell) -> None:
    """no-commit-to-branch would block the first block."""
    text = CONFIG.replace("id: ok", "id: no-commit-to-branch").replace(
        '"true"', "'test $(git branch --show-current) != main'"
    )
    repo = _team(tmp_path, (".pre-commit-config.yaml", text.replace("'test", "sh -c 'test")))
    install_framework(repo, "pre-commit")
    out = init(repo, guard).out
    paste(repo, blocks(out)[0])
    assert held(repo, "origin/feature/adopt-gitflowguard") and "open a pull request" in out


def test_a_commit_that_a_hook_stops_ends_the_block(tmp_path: Path, guard: Shell) -> None:
    """Pasted into a shell that goes on after a failure: nothing is switched, and the next block finishes the work."""
    repo = repository(tmp_path / "r")
    with_origin(repo, "main")
    hook = repo / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    block = blocks(init(repo, guard).out)[0]
    done = subprocess.run(("sh",), cwd=repo, input=block, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert git(repo, "branch", "--show-current") == "main" and not held(repo, "main")
    hook.with_name(hook.name + CHAINED).write_text("#!/bin/sh\nexit 0\n")
    paste(repo, blocks(guard(repo, "init").out)[0])
    adopted(repo, guard)
