"""`doctor`: what is wrong, and the command that repairs it really does."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from gitflowguard.repo.shim import STAGES
from tests import budget
from tests.conftest import executable
from tests.install.place import Ran, Shell, git, picture, repository


def _guarded(folder: Path, guard: Shell) -> Path:
    repo = repository(folder, "main", "develop")
    assert guard(repo, "init", "--yes").code == 0
    return repo


def _status(ran: Ran, name: str) -> str:
    """The sign in front of a line, and all of it."""
    return next(line for line in ran.out.splitlines() if line[2:].startswith(name + " "))


def _repair(repo: Path, ran: Ran) -> None:
    """Types every repair that doctor names, each one once."""
    fixes = [line.split("fix: ", 1)[1] for line in ran.out.splitlines() if line.strip().startswith("fix: ")]
    for fix in dict.fromkeys(fixes):
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        env = {**os.environ, "PATH": path}
        subprocess.run(shlex.split(fix), cwd=repo, check=False, env=env, capture_output=True)


def test_before_and_after_init(tmp_path: Path, guard: Shell) -> None:
    """Every stage is ✗ before, ✓ after; the repairs that it names are enough."""
    repo = repository(tmp_path / "r", "main", "develop")
    before = guard(repo, "doctor")
    assert before.code == 1 and sum(line.startswith("✗") for line in before.out.splitlines()) == 6
    _repair(repo, before)
    after = guard(repo, "doctor")
    assert after.code == 0 and after.out.endswith("All is well.\n")
    assert all(_status(after, stage).startswith("✓") for stage in STAGES)


def test_doctor_writes_nothing(tmp_path: Path, guard: Shell) -> None:
    """Not a byte."""
    repo = _guarded(tmp_path / "r", guard)
    before = picture(repo)
    guard(repo, "doctor")
    assert picture(repo) == before


def test_json_says_the_same(tmp_path: Path, guard: Shell) -> None:
    """Same exit code, same lines, repairs as argument lists."""
    repo = repository(tmp_path / "r", "main")
    text, ran = guard(repo, "doctor"), guard(repo, "doctor", "--json")
    data = json.loads(ran.out)
    assert ran.code == text.code == 1 and data["ok"] is False and data["schema_version"] == 1
    bad = [check for check in data["checks"] if check["status"] == "bad"]
    assert len(bad) == text.out.count("✗") and all(check["mend"] for check in bad)


def _not_executable(repo: Path) -> None:
    (repo / ".git/hooks/pre-push").chmod(0o644)


def _gone(repo: Path) -> None:
    (repo / ".git/hooks/pre-push").unlink()


def _moved_python(repo: Path) -> None:
    hook = repo / ".git/hooks/pre-push"
    hook.write_text(hook.read_text().replace(sys.executable, "/nowhere/python"))


def _moved_script(repo: Path) -> None:
    hook = repo / ".git/hooks/pre-push"
    hook.write_text(hook.read_text().replace("hookmain.py", "gone.py"))


def _other_version(repo: Path) -> None:
    old = repo.parent / "old"
    old.mkdir()
    (old / "__init__.py").write_text('__version__ = "0.0.9"\n')
    (old / "hookmain.py").write_text("")
    hook = repo / ".git/hooks/pre-push"
    lines = [
        f"run='{old / 'hookmain.py'}'" if line.startswith("run=") else line
        for line in hook.read_text().split("\n")
    ]
    hook.write_text("\n".join(lines))


def _no_develop(repo: Path) -> None:
    git(repo, "branch", "-q", "-D", "develop")


HARMS = (
    (_not_executable, "pre-push", "is not executable, so git leaves it out"),
    (_gone, "pre-push", "there is no such hook"),
    (_moved_python, "program", "the Python that the hooks start is gone: /nowhere/python"),
    (_moved_script, "program", "the program that the hooks start is gone"),
    (_other_version, "program", "the hooks start version 0.0.9, and this is"),
    (_no_develop, "integration", "there is no branch develop"),
)


# One harm for each of the repairs; hooks that are gone are quick above, a program that is in test_program_gone.py.
@pytest.mark.parametrize(("harm", "name", "says"), budget.sampled(HARMS, 0, 5))
def test_each_harm_is_seen_and_its_repair_repairs(
    tmp_path: Path, guard: Shell, harm: object, name: str, says: str
) -> None:
    """✗, then the very command that it names, then ✓. Another harm with the same repair is slow."""
    repo = _guarded(tmp_path / "r", guard)
    assert callable(harm)
    harm(repo)
    ran = guard(repo, "doctor")
    assert ran.code == 1 and _status(ran, name).startswith("✗") and says in _status(ran, name)
    if name == "integration":
        ran = ran._replace(out=ran.out.replace("gitflowguard init", "gitflowguard init --yes"))
    _repair(repo, ran)
    assert guard(repo, "doctor").code == 0


def test_a_foreign_hook_over_ours_is_seen(tmp_path: Path, guard: Shell) -> None:
    """It is executable, and it is not ours."""
    repo = _guarded(tmp_path / "r", guard)
    executable(repo / ".git/hooks/commit-msg", "#!/bin/sh\n")
    ran = guard(repo, "doctor")
    assert ran.code == 1 and "is somebody else's and does not run ours" in _status(ran, "commit-msg")
    _repair(repo, ran)
    assert guard(repo, "doctor").code == 0


def test_a_broken_policy_is_told_with_its_place(tmp_path: Path, guard: Shell) -> None:
    """The first mistake, and how many more."""
    repo = _guarded(tmp_path / "r", guard)
    (repo / ".gitflowguard.yaml").write_text("presets: gitflow\nkids: {}\n")
    ran = guard(repo, "doctor")
    assert (
        ran.code == 1 and ".gitflowguard.yaml:1:1" in _status(ran, "policy") and "1 more problem" in ran.out
    )


def test_warnings_do_not_fail(tmp_path: Path, guard: Shell) -> None:
    """A shallow clone, a directory that others may write to, skips in the log: `!`, exit 0."""
    origin = repository(tmp_path / "origin", "main")
    git(origin, "commit", "-q", "--allow-empty", "-m", "second")
    git(origin, "branch", "develop")
    git(tmp_path, "clone", "-q", "--depth", "1", "--no-single-branch", origin.as_uri(), "clone")
    repo = tmp_path / "clone"
    assert guard(repo, "init", "--yes").code == 0
    (repo / ".git/hooks").chmod(0o777)
    (repo / ".git/gitflowguard/skips.log").write_text("one\n")
    ran = guard(repo, "doctor")
    assert ran.code == 0
    for name, says in (
        ("history", "shallow"),
        ("permissions", "everybody may write to"),
        ("skips", "1 rule skipped"),
    ):
        assert _status(ran, name).startswith("!") and says in _status(ran, name)
    assert "git fetch --unshallow" in ran.out
    _repair(repo, ran)
    assert "history" not in guard(repo, "doctor").out and "permissions" not in guard(repo, "doctor").out


def test_strict_is_told_on_and_off(tmp_path: Path, guard: Shell) -> None:
    """For information only."""
    repo = _guarded(tmp_path / "r", guard)
    assert "off" in _status(guard(repo, "doctor"), "strict")
    guard(repo, "init", "--yes", "--strict")
    assert "on:" in _status(guard(repo, "doctor"), "strict")


def test_an_old_git_is_named(tmp_path: Path, guard: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """2.37 cannot tell which conflict markers are a merge's own."""
    repo = _guarded(tmp_path / "r", guard)
    monkeypatch.setattr("gitflowguard.repo.git.Git.version", lambda self: "git version 2.37.7")
    ran = guard(repo, "doctor")
    assert ran.code == 1 and "2.38 or newer is needed" in _status(ran, "git")


def test_an_unborn_repository_has_warnings_for_its_branches(tmp_path: Path, guard: Shell) -> None:
    """Nothing to repair before the first commit."""
    git(tmp_path, "init", "-q", "-b", "main", "r")
    guard(tmp_path / "r", "init", "--yes")
    ran = guard(tmp_path / "r", "doctor")
    assert ran.code == 0 and _status(ran, "integration").startswith("!")


def test_a_branch_name_cannot_speak_to_the_terminal(tmp_path: Path, guard: Shell) -> None:
    """Names and paths are shown, not obeyed."""
    repo = repository(tmp_path / "r\x1b[31m", "main", "fea\u202eture")
    for command in (("init",), ("doctor",), ("init", "--main", "fea\u202eture", "--dry-run"), ("uninstall",)):
        ran = guard(repo, *command)
        assert "\x1b" not in ran.out + ran.err and "\u202e" not in ran.out + ran.err


def test_nothing_is_said_of_branches_that_an_unreadable_policy_names(tmp_path: Path, guard: Shell) -> None:
    """The preset's develop isn't missing: the policy says that there is none, a line below its mistake."""
    repo = repository(tmp_path / "r", "main")
    assert guard(repo, "init", "--yes", "--as-is").code == 0
    policy = repo / ".gitflowguard.yaml"
    policy.write_text(policy.read_text().replace("preset: as-is", "preset: as_is"))
    ran = guard(repo, "doctor")
    assert ran.code == 1 and _status(ran, "policy").startswith("✗")
    assert "integration" not in ran.out and ran.out.endswith("1 thing to fix.\n")


def test_a_branch_that_this_clone_does_not_fetch(tmp_path: Path, guard: Shell) -> None:
    """Nothing is said of whether it exists, and the command that is printed brings it."""
    repo = _guarded(tmp_path / "r", guard)
    git(repo, "add", "--all")
    git(repo, "-c", "core.hooksPath=/dev/null", "commit", "--quiet", "-m", "policy")
    git(tmp_path, "clone", "--quiet", "--single-branch", "--branch=main", f"file://{repo}", "one")
    ran = guard(tmp_path / "one", "doctor")
    said = _status(ran, "integration")
    assert "can't determine whether develop is on origin" in said, ran.out
    bring = next(line for line in ran.out.splitlines() if "fix: git fetch origin" in line).split("fix: ")[1]
    git(tmp_path / "one", *shlex.split(bring)[1:])
    assert "origin/develop is there" in _status(guard(tmp_path / "one", "doctor"), "integration")


def test_a_renamed_production_branch_is_a_line_of_the_policy(tmp_path: Path, guard: Shell) -> None:
    """`init --main` overrules no policy file, so doctor names the place in it."""
    repo = _guarded(tmp_path / "r", guard)
    git(repo, "branch", "-m", "main", "trunk")
    said = _status(guard(repo, "doctor"), "production")
    assert "there is no branch main; if it has another name now" in said
    assert ".gitflowguard.yaml at kinds, main, name" in said
    with (repo / ".gitflowguard.yaml").open("a") as policy:
        policy.write("kinds: {main: {name: trunk}}\n")
    assert _status(guard(repo, "doctor"), "production").startswith("✓")
