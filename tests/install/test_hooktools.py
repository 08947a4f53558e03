"""husky's scripts and lefthook's file: ours is spliced in, runs, and leaves without a trace."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
import yaml

from gitflowguard.app.setup import husky, lefthook
from gitflowguard.model.distribution import newest
from gitflowguard.model.moment import STAGES
from gitflowguard.repo.files import SetupError
from gitflowguard.repo.shim import is_ours
from tests import budget
from tests.conftest import executable
from tests.install.hooktools import (
    install_husky,
    install_lefthook,
    path_with,
    run,
    without_ours,
)
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


@pytest.mark.parametrize(
    ("missing", "tool"),
    budget.sampled(product(("warn", "block"), TOOLS), ("warn", "husky"), ("block", "lefthook")),
)
def test_a_clone_without_the_program_gets_one_line(
    tmp_path: Path, guard: Shell, tool: str, missing: str
) -> None:
    """And the policy says whether that blocks; the line stands in the file, as nobody could read the policy.

    Quick for each tool and each word once.
    """
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
    assert len(said) == 1 and said[0].endswith(f"To install it: pipx install {newest()}")


@pytest.mark.parametrize("tool", budget.sampled(TOOLS, "lefthook"))
def test_the_files_follow_the_policys_choice(tmp_path: Path, guard: Shell, tool: str) -> None:
    """doctor reports the difference, init writes it, and uninstall still goes back.

    husky is slow: its lines for each choice are quick above.
    """
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


# Text -> the stages that lefthook takes; all of them where the text can't be read.
REFUSED = {
    "pre-commit: {}\n": ("pre-commit",),
    "{}\n": ("prepare-commit-msg",),
    "[]\n": STAGES,
    "pre-commit: 3\n": ("pre-commit",),
    "pre-commit:\n  jobs: []\npre-push:\n": ("pre-commit", "pre-push"),
    "a: [\n": STAGES,
    "pre-commit: &x\n  jobs: [{run: y}]\n": ("pre-commit",),
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_a_lefthook_file_is_refused_for(text: str) -> None:
    """In memory; what the commands then do is below."""
    with pytest.raises(SetupError):
        lefthook.splice(text)


@pytest.mark.parametrize("text", budget.sampled(REFUSED, "pre-commit: 3\n"))
def test_a_lefthook_file_that_cannot_be_added_to_is_left(tmp_path: Path, guard: Shell, text: str) -> None:
    """It stays as it is, init says why and gives the command for each of its hooks, and the native hooks run.

    Quick where one hook is to blame; which texts can't be added to is quick above, in memory.
    """
    repo = repository(tmp_path / "r", "main", "develop")
    (repo / "lefthook.yml").write_text(text)
    ran = guard(repo, "init", "--yes")
    assert ran.code == 0 and (repo / "lefthook.yml").read_text() == text
    assert "Note: lefthook.yml" in ran.out
    assert _by_hand(ran.out) == REFUSED[text]
    doctor = guard(repo, "doctor")
    assert doctor.code == 0 and "! lefthook" in doctor.out


def _by_hand(out: str) -> tuple[str, ...]:
    """The stages whose command is printed, each once."""
    lines = out.splitlines()
    return tuple(
        stage for stage in STAGES if sum(lefthook.lefthook_run(stage) in line for line in lines) == 1
    )


OTHER_FORMATS = {
    "lefthook.toml": '[pre-commit.commands.mine]\nrun = "true"\n',
    "lefthook.json": '{"pre-commit": {"commands": {"mine": {"run": "true"}}}}\n',
    ".config/lefthook.json": '{\n\t"pre-commit": {"commands": {"mine": {"run": "true"}}}\n}\n',
    "lefthook.jsonc": """\
// ours, and /* yours
{
\t"pre-commit": {"commands": {"a": {"run": "echo \\"// ,}\\""},}}, /* "pre-push": {} */
}
""",
}


@pytest.mark.parametrize("name", OTHER_FORMATS)
def test_lefthook_in_another_format_is_told_line_by_line(tmp_path: Path, guard: Shell, name: str) -> None:
    """TOML and JSON are not edited; the native hook runs before lefthook's until it is installed again."""
    repo = repository(tmp_path / "r")
    (repo / name).parent.mkdir(exist_ok=True)
    (repo / name).write_text(OTHER_FORMATS[name])
    install_lefthook(repo)
    assert _by_hand(guard(repo, "init", "--yes").out) == ("pre-commit",)
    ran = guard(repo, "doctor")
    assert ran.code == 0 and "! lefthook" in ran.out


def _native(repo: Path) -> dict[str, bytes]:
    """Our own hooks, by stage."""
    found = {stage: repo / ".git/hooks" / stage for stage in STAGES}
    return {
        stage: path.read_bytes()
        for stage, path in found.items()
        if path.exists() and is_ours(path.read_bytes())
    }


SECTIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "one section": (LEFTHOOK, ("pre-commit",)),
    "two": (LEFTHOOK + "pre-push:\n  jobs:\n    - run: 'true'\n", ("pre-commit", "pre-push")),
    "none": ("output: [failure]\n", ("prepare-commit-msg",)),
    "one that git has and we do not": ("post-merge:\n  jobs:\n    - run: 'true'\n", ()),
    "one in another file": ("extends: [more.yml]\n" + LEFTHOOK, ("pre-commit", "commit-msg")),
}


@pytest.mark.parametrize("name", budget.sampled(SECTIONS, "one in another file"))
def test_lefthook_gets_ours_only_where_it_has_a_hook(tmp_path: Path, guard: Shell, name: str) -> None:
    """Elsewhere the native hook stands, which `lefthook install` leaves alone, forced or not.

    A section of the file itself is as one in another file. Where there is none, and where a hook isn't ours, the native
    hooks stand that are quick in tests/install/test_closing.py: these are slow.
    """
    text, stages = SECTIONS[name]
    repo = repository(tmp_path / "r", "main", "develop")
    (repo / "lefthook.yml").write_text(text)
    (repo / "more.yml").write_text("commit-msg:\n  jobs:\n    - run: 'true'\n")
    install_lefthook(repo)
    assert guard(repo, "init", "--yes").code == 0
    native = _native(repo)
    assert lefthook.called(str(repo)) == frozenset(stages)
    assert frozenset(native) == frozenset(STAGES) - frozenset(stages)
    for options in ((), ("--force",)):
        install_lefthook(repo, *options)
        assert _native(repo) == native
        ran = guard(repo, "doctor")
        assert ran.code == 0 and "✓ lefthook" in ran.out, ran.out
    assert guard(repo, "init").out.endswith("No changes.\n")
    assert guard(repo, "uninstall", "--yes").code == 0
    assert (repo / "lefthook.yml").read_text() == text and not _native(repo)


def test_a_legal_day_with_lefthook_has_two_lines_a_job(tmp_path: Path, guard: Shell) -> None:
    """lefthook names each job before and after it; at stages that are not its own nothing is printed."""
    repo = _repository(tmp_path, "lefthook")
    assert guard(repo, "init", "--yes").code == 0
    git(repo, "-c", "core.hooksPath=/dev/null", "add", ".")
    git(repo, "-c", "core.hooksPath=/dev/null", "commit", "-q", "-m", "adopt")
    git(repo, "branch", "-f", "develop")
    git(tmp_path, "init", "-q", "--bare", "o.git")
    git(repo, "remote", "add", "origin", str(tmp_path / "o.git"))
    for command, lines in (
        ("git push -q origin main develop", 0),
        ("git switch -q -c feature/x develop", 0),
        ("echo x >work && git add work && git commit -q -m x", 2),
        ("git commit -q --amend -m y", 1),  # "(skip) no matching staged files"
        ("git switch -q develop", 0),
        ("git merge -q --no-ff --no-edit feature/x", 0),
        ("git push -q origin develop", 0),
        ("git rebase -q develop feature/x", 0),
    ):
        done = run(repo, "sh", "-c", command)
        said = (done.stdout + done.stderr).splitlines()
        assert done.returncode == 0 and sum("gitflowguard" in line for line in said) == lines, said
        assert lines or said == [], command


def test_strict_beside_husky_is_not_to_be_had(tmp_path: Path, guard: Shell) -> None:
    """husky has no such script."""
    repo = _repository(tmp_path, "husky")
    ran = guard(repo, "init", "--yes", "--strict")
    assert ran.code == 2 and "--strict doesn't work" in ran.err


def test_husky_that_is_not_active_here_gets_both(tmp_path: Path, guard: Shell) -> None:
    """The scripts for the team, and native hooks until husky is installed in this clone; one verdict either way."""
    repo = repository(tmp_path / "r", "main", "develop")
    (repo / ".husky").mkdir()
    (repo / ".husky/pre-commit").write_text(HUSKY)
    ran = guard(repo, "init", "--yes")
    assert ran.code == 0 and "husky is not active here yet" in ran.out
    for active in (False, True):
        if active:
            install_husky(repo)
        assert guard(repo, "doctor").code == 0
        done = run(repo, "git", "commit", "--allow-empty", "-m", "x")
        assert done.returncode != 0 and (done.stdout + done.stderr).count("GFG201") == 1


def test_husky_whose_own_hooks_are_missing_is_not_called_active(tmp_path: Path, guard: Shell) -> None:
    """The setting alone, as in a clone that was copied or a linked work tree: git runs nothing, and doctor says so."""
    repo = _repository(tmp_path, "husky")
    assert guard(repo, "init", "--yes").code == 0
    shutil.rmtree(repo / ".husky/_")
    ran = guard(repo, "init")
    assert "no hook runs; to make it: npx husky" in ran.out
    ran = guard(repo, "doctor")
    assert ran.code == 1 and "husky has not made its hooks here" in ran.out and "fix: npx husky" in ran.out
    install_husky(repo)
    assert guard(repo, "doctor").code == 0


def test_husky_that_has_git_run_the_scripts_themselves(tmp_path: Path, guard: Shell) -> None:
    """husky 5 to 8 set core.hooksPath to .husky: our line goes into the scripts, which name no machine's Python."""
    repo = repository(tmp_path / "r", "main", "develop")
    executable(repo / ".husky/_/husky.sh", "")
    script = f'#!/usr/bin/env sh\n. "$(dirname -- "$0")/_/husky.sh"\n\n{HUSKY}'
    executable(repo / ".husky/pre-commit", script)
    (repo / ".git/info/exclude").write_text("ran\n")
    git(repo, "add", ".husky")
    git(repo, "commit", "-q", "-m", "hooks")
    git(repo, "branch", "-f", "develop")
    git(repo, "config", "core.hooksPath", ".husky")
    ran = guard(repo, "init", "--yes")
    assert ran.code == 0 and "this machine's Python" not in ran.out
    assert guard(repo, "doctor").code == 0 and guard(repo, "init").out.endswith("No changes.\n")
    for path in (repo / ".husky").iterdir():
        assert path.is_dir() or (path.name in STAGES and sys.prefix not in path.read_text())
    done = run(repo, "git", "commit", "--allow-empty", "-m", "x")
    assert done.returncode != 0 and (done.stdout + done.stderr).count("GFG201") == 1
    done = run(repo, "git", "switch", "-c", "pipeline1spark")  # a script that has no first line
    assert "GFG101" in done.stdout + done.stderr
    run(repo, "git", "switch", "-q", "-c", "feature/x", "develop")
    (repo / "work").write_text("x\n")
    run(repo, "git", "add", "work")
    done = run(repo, "git", "commit", "-m", "x")
    assert done.returncode == 0 and (repo / "ran").read_text() == "mine\n", done.stderr
    assert guard(repo, "uninstall", "--yes").code == 0
    assert (repo / ".husky/pre-commit").read_text() == script
    assert [path.name for path in (repo / ".husky").iterdir() if path.is_file()] == ["pre-commit"]


@pytest.mark.parametrize("text", ["[" * 600 + "]" * 600, "a: " + "{a: " * 600 + "}" * 600])
def test_a_file_of_lefthook_that_is_nested_too_deep(text: str, tmp_path: Path) -> None:
    """It can't be added to, and that is one sentence."""
    (tmp_path / "lefthook.yml").write_text(text)
    with pytest.raises(SetupError, match="isn't valid YAML"):
        lefthook.lefthook_step(str(tmp_path), "", ("pre-commit",))
