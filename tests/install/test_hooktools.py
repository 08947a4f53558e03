"""husky's scripts and lefthook's file: ours is spliced in, runs, and leaves without a trace."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from gitflowguard.app import husky, lefthook
from gitflowguard.model.adoptionfiles import STAGES
from gitflowguard.repo.files import SetupError
from tests.conftest import executable
from tests.install.hooktools import install_husky, install_lefthook, path_with, run, without_ours
from tests.install.place import Shell, git, picture, repository

LEFTHOOK = "pre-commit:\n  commands:\n    mine:\n      run: echo mine >>ran\n"
HUSKY = "echo mine >>ran\n"


def _with_lefthook(repo: Path) -> None:
    (repo / "lefthook.yml").write_text(LEFTHOOK)
    install_lefthook(repo)


def _with_husky(repo: Path) -> None:
    install_husky(repo)
    (repo / ".husky/pre-commit").write_text(HUSKY)


TOOLS: dict[str, Callable[[Path], None]] = {"husky": _with_husky, "lefthook": _with_lefthook}


def _repository(tmp_path: Path, tool: str) -> Path:
    repo = repository(tmp_path / "r", "main", "develop")
    (repo / ".git/info/exclude").write_text("ran\n")
    TOOLS[tool](repo)
    git(repo, "-c", "core.hooksPath=/dev/null", "add", ".")
    git(repo, "-c", "core.hooksPath=/dev/null", "commit", "-q", "-m", "hooks")
    git(repo, "branch", "-f", "develop")
    return repo


@pytest.mark.parametrize("tool", TOOLS)
def test_ours_runs_beside_the_users_and_both_leave_as_they_came(
    tmp_path: Path, guard: Shell, tool: str
) -> None:
    """A commit on main is blocked, one on a feature runs the user's own; a push of main's deletion is seen."""
    repo = _repository(tmp_path, tool)
    before = picture(repo)
    assert guard(repo, "init", "--yes").code == 0
    assert guard(repo, "doctor").code == 0 and guard(repo, "init").out.endswith("No changes.\n")
    done = run(repo, "git", "commit", "--allow-empty", "-m", "x")
    assert done.returncode != 0 and "GFG201" in done.stdout + done.stderr
    run(repo, "git", "switch", "-q", "-c", "feature/x", "develop")
    (repo / "work").write_text("x\n")
    run(repo, "git", "add", "work")
    done = run(repo, "git", "commit", "-m", "x")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (repo / "ran").read_text().splitlines() == ["mine"]
    git(tmp_path, "init", "-q", "--bare", "o.git")
    git(repo, "remote", "add", "origin", str(tmp_path / "o.git"))
    git(repo, "push", "-q", "--no-verify", "origin", "main", "develop")
    done = run(repo, "git", "push", "origin", ":main")
    assert done.returncode != 0 and "GFG403" in done.stdout + done.stderr
    assert guard(repo, "uninstall", "--yes").code == 0
    after = picture(repo)
    names = [
        path for path in (*before, *after) if not path.startswith(".git/") and path not in ("ran", "work")
    ]
    assert {path: after.get(path) for path in names} == {path: before.get(path) for path in names}


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("missing", ["warn", "block"])
def test_a_clone_without_the_program_gets_one_line(
    tmp_path: Path, guard: Shell, tool: str, missing: str
) -> None:
    """And the policy says whether that blocks; the line stands in the file, as nobody could read the policy."""
    repo = _repository(tmp_path, tool)
    (repo / ".gitflowguard.yaml").write_text(f"preset: gitflow\nhooks: {{missing: {missing}}}\n")
    assert guard(repo, "init", "--yes").code == 0
    for stage in STAGES:  # what a teammate has: the files, and no hooks of ours
        hook = repo / ".git/hooks" / stage
        if hook.exists() and b"gitflowguard hook" in hook.read_bytes():
            hook.unlink()
    if tool == "lefthook":
        install_lefthook(repo)
    path = without_ours(tmp_path)
    run(repo, "git", "switch", "-q", "-c", "feature/x", "develop", path=path)
    (repo / "work").write_text("x\n")
    run(repo, "git", "add", "work", path=path)
    done = run(repo, "git", "commit", "-m", "x", path=path)
    assert (done.returncode == 0) == (missing == "warn"), done.stdout + done.stderr
    said = [
        line
        for line in (done.stdout + done.stderr).splitlines()
        if "gitflowguard" in line and "not installed" in line
    ]
    assert len(said) == 1 and said[0].endswith("To install it: pipx install gitflowguard")


@pytest.mark.parametrize("tool", TOOLS)
def test_the_files_follow_the_policys_choice(tmp_path: Path, guard: Shell, tool: str) -> None:
    """doctor reports the difference, init writes it, and uninstall still goes back."""
    repo = _repository(tmp_path, tool)
    before = picture(repo)
    assert guard(repo, "init", "--yes").code == 0
    policy = repo / ".gitflowguard.yaml"
    policy.write_text(policy.read_text() + "hooks: {missing: block}\n")
    ran = guard(repo, "doctor")
    assert f"! {tool}" in ran.out and "as this policy asks" in ran.out
    assert guard(repo, "init", "--yes").code == 0 and f"✓ {tool}" in guard(repo, "doctor").out
    policy.unlink()
    assert guard(repo, "uninstall", "--yes").code == 0
    file = ".husky/pre-commit" if tool == "husky" else "lefthook.yml"
    assert picture(repo)[file] == before[file]


SCRIPTS = {
    "one command": "npm test\n",
    "no newline at the end": "npm test",
    "empty": "",
    "comment": "# nothing yet\n",
    "husky 8": '#!/usr/bin/env sh\n. "$(dirname -- "$0")/_/husky.sh"\n\nnpx lint-staged\n',
    "husky 4": '#!/bin/sh\n. "$(dirname "$0")/husky.sh"\n',
    "bash": "#!/bin/bash\nset -eu\nmake\n",
    "only the first line, unfinished": "#!/bin/sh",
}


@pytest.mark.parametrize("stage", ["pre-commit", "pre-push"])
@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_keeps_every_byte(name: str, stage: str) -> None:
    """Only an insertion, behind the lines that have to stay first; it can be taken out; a second run does nothing."""
    text = SCRIPTS[name]
    data, inserted = husky.spliced(text.encode(), stage, "warn")
    assert husky.take_out(data.decode(), inserted) == text
    assert husky.spliced(data, stage, "warn") == (data, ())
    if text.startswith("#!") and text.endswith("\n"):
        assert data.decode().splitlines()[0] == text.splitlines()[0]
    lines = data.decode().splitlines()
    ours = next(at for at, line in enumerate(lines) if "gitflowguard" in line)
    assert all(line.startswith(("#!", ". ")) or not line for line in lines[:ours])


def test_a_push_script_still_reads_the_refs(tmp_path: Path) -> None:
    """git lfs reads them from its input; ours has read them first."""
    text, _ = husky.spliced(b"cat >seen\n", "pre-push", "warn")
    executable(tmp_path / "bin/gitflowguard-hook", "#!/bin/sh\ncat >ours\n")
    (tmp_path / "script").write_bytes(text)
    (tmp_path / "refs").write_text("a b c d\ne f g h\n")
    done = run(tmp_path, "sh", "-c", "sh -e script origin url <refs", path=path_with(tmp_path / "bin"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "ours").read_text() == (tmp_path / "seen").read_text() == "a b c d\ne f g h\n"


CONFIGS = {
    "commands": LEFTHOOK,
    "jobs": "pre-push:\n  parallel: true\n  jobs:\n    - name: a\n      run: x\n    - run: y\n",
    "jobs without indentation": "pre-push:\n  jobs:\n  -   run: x\n",
    "only other keys": "pre-commit:\n    piped: true\n    scripts:\n        a.sh: {runner: sh}\n",
    "a hook of nothing": "pre-commit:\n# later\npre-push:\n",
    "a hook of nothing, no newline": "pre-commit:",
    "settings only": "min_version: 2.0.0\noutput: [failure]\n",
    "empty": "",
    "CRLF": "# a\r\npre-commit:\r\n  commands:\r\n    a:\r\n      run: x\r\n",
    "no newline at the end": "pre-commit:\n  commands:\n    a:\n      run: x",
    "document marks": "---\npre-commit:\n  commands:\n    a: {run: x}\n",
    "comments": "# a\npre-commit: # b\n  # c\n  commands: # d\n    # e\n    a: # f\n      run: x\n# g\n",
}


@pytest.mark.parametrize("missing", ["warn", "block"])
@pytest.mark.parametrize("name", CONFIGS)
def test_a_lefthook_file_keeps_every_byte(name: str, missing: str) -> None:
    """Only insertions; each hook has our command once, and the old data besides."""
    text = CONFIGS[name]
    done = lefthook.splice(text, missing)
    assert lefthook.take_out(done.text, done.inserted) == text
    assert lefthook.splice(done.text, missing) == (done.text, ())
    assert ("\r\n" in text) == ("\r\n" in done.text) and done.text.count("\r\n") in (0, done.text.count("\n"))
    data = yaml.safe_load(done.text)
    for stage in STAGES:
        jobs = data[stage].get("jobs") or [
            {"name": key, **value} for key, value in data[stage]["commands"].items()
        ]
        ours = [job for job in jobs if job.get("name") == "gitflowguard"]
        assert [job["run"] for job in ours] == [lefthook.lefthook_run(stage, missing)]
        assert ours[0].get("use_stdin", False) == (stage == "pre-push")


REFUSED = (
    "pre-commit: {}\n",
    "{}\n",
    "[]\n",
    "pre-commit: 3\n",
    "pre-commit:\n  jobs: []\n",
    "a: [\n",
    "pre-commit: &x\n  jobs: [{run: y}]\n",
)


@pytest.mark.parametrize("text", REFUSED)
def test_a_lefthook_file_that_cannot_be_added_to_is_left(tmp_path: Path, guard: Shell, text: str) -> None:
    """It stays as it is, init says why and gives the command for each hook, and the native hooks run."""
    repo = repository(tmp_path / "r", "main", "develop")
    (repo / "lefthook.yml").write_text(text)
    with pytest.raises(SetupError):
        lefthook.splice(text)
    ran = guard(repo, "init", "--yes")
    assert ran.code == 0 and (repo / "lefthook.yml").read_text() == text
    assert "Note: lefthook.yml" in ran.out
    for stage in STAGES:
        assert sum(lefthook.lefthook_run(stage) in line for line in ran.out.splitlines()) == 1
    doctor = guard(repo, "doctor")
    assert doctor.code == 0 and "! lefthook" in doctor.out


def test_lefthook_in_another_format_is_told_line_by_line(tmp_path: Path, guard: Shell) -> None:
    """TOML and JSON are not edited; the native hooks run before lefthook's until it is installed again."""
    repo = repository(tmp_path / "r")
    (repo / "lefthook.toml").write_text('[pre-commit.commands.mine]\nrun = "true"\n')
    install_lefthook(repo)
    out = guard(repo, "init", "--yes").out
    for stage in STAGES:
        assert sum(lefthook.lefthook_run(stage) in line for line in out.splitlines()) == 1
    ran = guard(repo, "doctor")
    assert ran.code == 0 and "! lefthook" in ran.out


def test_strict_beside_husky_is_not_to_be_had(tmp_path: Path, guard: Shell) -> None:
    """husky has no such script."""
    repo = _repository(tmp_path, "husky")
    ran = guard(repo, "init", "--yes", "--strict")
    assert ran.code == 2 and "--strict doesn't work" in ran.err


def test_husky_that_is_not_active_here_gets_both(tmp_path: Path, guard: Shell) -> None:
    """The scripts for the team, and native hooks until husky is installed in this clone."""
    repo = repository(tmp_path / "r", "main", "develop")
    (repo / ".husky").mkdir()
    (repo / ".husky/pre-commit").write_text(HUSKY)
    ran = guard(repo, "init", "--yes")
    assert ran.code == 0 and "husky is not active here yet" in ran.out
    assert guard(repo, "doctor").code == 0
    install_husky(repo)
    assert guard(repo, "doctor").code == 0
