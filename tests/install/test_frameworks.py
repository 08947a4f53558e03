"""Beside the real pre-commit and prek: whoever comes second, ours goes on running, and both can leave.

pre-commit starts ten times as slowly as prek, with the same files and words. `make test` tries each story with prek,
and with pre-commit the one that goes from the installation over a block and a pass to the push; the rest is slow.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gitflowguard.repo.shim import is_ours
from tests import budget
from tests.conftest import executable
from tests.install.place import Shell, git, picture, repository

BIN = Path(sys.executable).parent
NAMES = ("pre-commit", "prek")
CONFIG = """\
repos:
- repo: local
  hooks:
  - {id: ok, name: ok, language: system, entry: "true", always_run: true, pass_filenames: false}
"""
MINE = "#!/bin/sh\necho mine >>ran\n"
LOCAL = ("--pre-commit", "--pre-commit-repo", "local")
Framework = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(params=budget.sampled(NAMES, "prek"))
def framework(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Framework:
    """Runs one of the two in a directory; its store is in the test's own."""
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "store"))
    monkeypatch.setenv("PREK_HOME", str(tmp_path / "store"))
    monkeypatch.setenv("PATH", f"{BIN}{os.pathsep}{os.environ['PATH']}")

    def run(folder: Path, *argv: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            (BIN / request.param, *argv), cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done

    return run


def _commit(repo: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ("git", "commit", "--allow-empty", "-m", "x"), cwd=repo, capture_output=True, text=True, check=False
    )


def _repository(tmp_path: Path, types: str = "") -> Path:
    repo = repository(tmp_path / "r", "main", "develop")
    (repo / ".pre-commit-config.yaml").write_text(types + CONFIG)
    git(repo, "add", ".")
    git(repo, "commit", "-q", "-m", "config")
    git(repo, "branch", "-f", "develop")
    return repo


def _active(repo: Path, guard: Shell) -> None:
    """doctor is content, a commit on main is refused by us, one on a feature is not."""
    ran = guard(repo, "doctor")
    assert ran.code == 0, ran.out
    git(repo, "add", ".")
    assert _commit(repo).returncode == 0, "the commit that brings the policy in passes"
    done = _commit(repo)
    assert done.returncode != 0 and "GFG201" in done.stdout + done.stderr
    git(repo, "switch", "-q", "-c", "feature/x", "develop")
    done = _commit(repo)
    assert done.returncode == 0, done.stdout + done.stderr
    git(repo, "switch", "-q", "main")


@pytest.mark.parametrize("framework", budget.sampled(NAMES, "prek"), indirect=True)
def test_their_install_after_init_keeps_ours_running(
    tmp_path: Path, guard: Shell, framework: Framework
) -> None:
    """Ours moves to .legacy for the types that init asked for; every ref of a push still reaches it.

    pre-commit is slow: its way from `init` to a push is quick in tests/install/test_closing.py, and every ref of a push
    in tests/e2e/test_table.py.
    """
    repo = _repository(tmp_path)
    assert guard(repo, "init", "--yes", *LOCAL).code == 0
    framework(repo, "install")
    assert is_ours((repo / ".git/hooks/commit-msg.legacy").read_bytes())
    assert is_ours((repo / ".git/hooks/pre-push").read_bytes()), "pushes are left to the native hook"
    _active(repo, guard)
    assert guard(repo, "init").out.endswith("No changes.\n")
    origin = tmp_path / "origin.git"
    git(tmp_path, "init", "-q", "--bare", str(origin))
    git(repo, "remote", "add", "origin", str(origin))
    git(repo, "push", "-q", "--no-verify", "origin", "main", "develop")
    done = subprocess.run(
        ("git", "push", "origin", ":main"), cwd=repo, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0 and "GFG403" in done.stdout + done.stderr


def test_init_after_their_install_goes_behind_them(
    tmp_path: Path, guard: Shell, framework: Framework
) -> None:
    """Where they already are, ours is the .legacy hook that they run, and a reinstall of theirs keeps it."""
    repo = _repository(tmp_path)
    types = [word for stage in ("pre-commit", "pre-push", "commit-msg") for word in ("-t", stage)]
    framework(repo, "install", *types)
    before = picture(repo)
    assert guard(repo, "init", "--yes", *LOCAL).code == 0
    assert is_ours((repo / ".git/hooks/pre-commit.legacy").read_bytes())
    assert not (repo / ".git/hooks/pre-commit.chained").exists()
    framework(repo, "install", *types)
    _active(repo, guard)
    git(repo, "reset", "-q")
    git(repo, "branch", "-q", "-D", "feature/x")
    assert guard(repo, "uninstall", "--yes", "--policy").code == 0
    changed = {path for path, what in picture(repo).items() if before.get(path) != what}
    assert not {path for path in changed if "hooks" in path or not path.startswith(".git/")}


def test_a_users_hook_runs_through_init_and_their_install(
    tmp_path: Path, guard: Shell, framework: Framework
) -> None:
    """First theirs, then ours, then the user's own; after both have left it is back in its place."""
    repo = _repository(tmp_path)
    hook = executable(repo / ".git/hooks/pre-commit", MINE)
    assert guard(repo, "init", "--yes", *LOCAL).code == 0
    framework(repo, "install")
    git(repo, "switch", "-q", "-c", "feature/x", "develop")
    git(repo, "add", ".")
    done = _commit(repo)
    assert done.returncode == 0 and (repo / "ran").read_text() == "mine\n", done.stderr
    assert guard(repo, "uninstall", "--yes").code == 0
    framework(
        repo, "uninstall", *(word for s in ("pre-commit", "pre-push", "commit-msg") for word in ("-t", s))
    )
    assert hook.read_text() == MINE


def test_a_users_hook_that_they_had_moved_is_kept_behind_ours(
    tmp_path: Path, guard: Shell, framework: Framework
) -> None:
    """The user's hook is their .legacy already: ours takes that place and runs it."""
    repo = _repository(tmp_path)
    executable(repo / ".git/hooks/pre-commit", MINE)
    framework(repo, "install")
    before = picture(repo / ".git/hooks")
    assert guard(repo, "init", "--yes", *LOCAL).code == 0
    git(repo, "switch", "-q", "-c", "feature/x", "develop")
    git(repo, "add", ".")
    done = _commit(repo)
    assert done.returncode == 0 and (repo / "ran").read_text() == "mine\n", done.stderr
    assert guard(repo, "uninstall", "--yes").code == 0 and picture(repo / ".git/hooks") == before


def test_our_uninstall_under_them_leaves_theirs(tmp_path: Path, guard: Shell, framework: Framework) -> None:
    """Ours goes from .legacy; what they installed stays."""
    repo = _repository(tmp_path)
    guard(repo, "init", "--yes", *LOCAL)
    framework(repo, "install")
    theirs = (repo / ".git/hooks/commit-msg").read_bytes()
    assert guard(repo, "uninstall", "--yes").code == 0
    assert (repo / ".git/hooks/commit-msg").read_bytes() == theirs
    assert not list((repo / ".git/hooks").glob("*.legacy"))


def test_a_pre_push_that_only_they_run_is_not_enough(
    tmp_path: Path, guard: Shell, framework: Framework
) -> None:
    """doctor says what it misses; `-f` is how people lose ours."""
    repo = _repository(tmp_path, "default_install_hook_types: [pre-commit, pre-push]\n")
    guard(repo, "init", "--yes", *LOCAL)
    framework(repo, "install", "-f")
    for path in (repo / ".git/hooks").glob("*.legacy"):
        path.unlink()
    ran = guard(repo, "doctor")
    line = next(line for line in ran.out.splitlines() if " pre-push " in line)
    assert ran.code == 1 and "it sees one ref of a push and misses deletions" in line
    assert "✓ commit-msg" in ran.out
    assert guard(repo, "init", "--yes").code == 0
    _active(repo, guard)


def test_their_reading_of_our_entries(tmp_path: Path, guard: Shell, framework: Framework) -> None:
    """The spliced file is one that they take."""
    repo = _repository(tmp_path)
    guard(repo, "init", "--yes", *LOCAL)
    framework(repo, "validate-config", ".pre-commit-config.yaml")


COUNTED = """\
repos:
- repo: local
  hooks:
  - id: tests
    name: tests
    language: system
    entry: sh -c 'echo run >>.git/ran'
    always_run: true
    pass_filenames: false
  - {id: names, name: names, language: system, entry: sh -c 'echo "$@" >>.git/names' --}
"""
# A hook of a repository whose own manifest says when it runs, as those of pre-commit-hooks do.
MANIFEST = """\
- id: far
  name: far
  language: system
  entry: sh -c 'echo far >>.git/ran'
  always_run: true
  stages: [pre-commit, pre-push, manual]
"""
DAYS: dict[str, tuple[str, ...]] = {
    "plain": (),
    "installed for pushes": ("pre-commit", "pre-push"),
    "installed for more": ("pre-commit", "commit-msg", "post-commit"),
}


def _far(tmp_path: Path) -> str:
    """The lines that name such a repository."""
    far = tmp_path / "far"
    far.mkdir()
    (far / ".pre-commit-hooks.yaml").write_text(MANIFEST)
    git(far, "init", "-q")
    git(far, "add", ".")
    git(far, "commit", "-q", "-m", "hooks")
    return f"- repo: {far}\n  rev: {git(far, 'rev-parse', 'HEAD')}\n  hooks: [{{id: far}}]\n"


def _day(repo: Path, framework: Framework) -> tuple[dict[str, int], set[str]]:
    """Step -> how often hooks of the user's ran in it; and every file name that they were handed."""
    counts = {}

    def step(name: str, *argv: str) -> None:
        (repo / ".git/ran").write_text("")
        done = subprocess.run(argv, cwd=repo, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        counts[name] = len((repo / ".git/ran").read_text().split())

    (repo / ".git/names").write_text("")
    git(repo, "switch", "-q", "-c", "feature/x", "develop")
    (repo / "a").write_text("x\n")
    git(repo, "add", "a")
    step("commit", "git", "commit", "-m", "a")
    step("amend", "git", "commit", "--amend", "-m", "b")
    git(repo, "switch", "-q", "develop")
    step("merge", "git", "merge", "--no-ff", "--no-edit", "feature/x")
    step("push", "git", "push", "origin", "develop")
    git(repo, "switch", "-q", "-c", "feature/y", "develop~1")
    (repo / "b").write_text("x\n")
    git(repo, "add", "b")
    git(repo, "-c", "core.hooksPath=/dev/null", "commit", "-q", "-m", "b")
    step("rebase", "git", "rebase", "develop")
    step("switch", "git", "switch", "-q", "develop")
    (repo / ".git/ran").write_text("")
    framework(repo, "run", "--all-files", "--hook-stage", "manual")
    counts["manual"] = len((repo / ".git/ran").read_text().split())
    return counts, set((repo / ".git/names").read_text().split()) - {".gitflowguard.yaml"}


@pytest.mark.slow
@pytest.mark.parametrize("day", DAYS)
def test_a_users_hooks_run_exactly_as_often_as_before(
    tmp_path: Path, guard: Shell, framework: Framework, day: str
) -> None:
    """Counted at commit, merge, push, rebase and by hand, without ours, with native hooks, with ours in their file."""
    far = _far(tmp_path)
    found = {}
    for name, options in (("before", None), ("native", ()), ("theirs", LOCAL)):
        folder = tmp_path / name
        folder.mkdir()
        repo = repository(folder / "r", "main", "develop")
        (repo / ".pre-commit-config.yaml").write_text(COUNTED + far)
        git(folder, "init", "-q", "--bare", "origin.git")
        git(repo, "remote", "add", "origin", str(folder / "origin.git"))
        framework(repo, "install", *(word for one in DAYS[day] for word in ("-t", one)))
        if options is not None:
            assert guard(repo, "init", "--yes", *options).code == 0
            framework(repo, "install")  # every CONTRIBUTING says so
        git(repo, "-c", "core.hooksPath=/dev/null", "add", ".")
        git(repo, "-c", "core.hooksPath=/dev/null", "commit", "-q", "-m", "config")
        git(repo, "branch", "-f", "develop")
        git(repo, "push", "-q", "--no-verify", "origin", "main", "develop")
        found[name] = _day(repo, framework)
    assert found["native"] == found["theirs"] == found["before"]
    assert found["before"][0]["commit"] == (2 if day != "installed for more" else 4)
    assert not any("COMMIT_EDITMSG" in name for name in found["theirs"][1]) or day == "installed for more"
