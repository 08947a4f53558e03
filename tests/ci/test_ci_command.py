"""`gitflowguard ci` as typed: what it writes, what it leaves alone, and the commands that it prints."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from gitflowguard.model.adoptionfiles import CI_FILE, GITLAB_FILE
from tests.install.place import Shell, git, picture, repository
from tests.policy.helpers import flow


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A Python project in the usual two lines."""
    top = repository(tmp_path / "r", "main", "develop")
    git(top, "switch", "-q", "develop")
    (top / "requirements.txt").write_text("pytest\n")
    git(top, "add", ".")
    git(top, "commit", "-qm", "A project")
    return top


def pasted(folder: Path, out: str) -> None:
    """Runs the printed block of git commands."""
    found = re.search(r"^\n((?:git .*\n)+)$", out, re.MULTILINE)
    assert found, out
    done = subprocess.run(("sh", "-ec", found[1]), cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_writes_once_and_a_second_run_changes_nothing(guard: Shell, project: Path) -> None:
    """Also in a dirty tree, of which it touches nothing else."""
    (project / "README").write_text("changed\n")
    done = guard(project, "ci", "--python", "3.11", "--python", "3.12")
    assert done.code == 0 and f"Wrote {CI_FILE}." in done.out
    assert "installed by: pip (requirements.txt)" in done.out
    before = picture(project)
    again = guard(project, "ci")
    assert again.code == 0 and "is up to date" in again.out and "Wrote" not in again.out
    assert guard(project, "ci", "--check").code == 0
    assert picture(project) == before
    assert '["3.11", "3.12"]' in (project / CI_FILE).read_text()


def test_the_printed_commands_bring_it_to_the_team(guard: Shell, project: Path) -> None:
    """Under the hooks that init installed, with other changes staged and unstaged, which stay."""
    git(project, "init", "-q", "--bare", "../origin.git")
    git(project, "remote", "add", "origin", "../origin.git")
    git(project, "push", "-q", "origin", "main", "develop")
    assert guard(project, "init", "--yes").code == 0
    git(project, "add", ".gitflowguard.yaml")
    git(project, "commit", "-qm", "Adopt gitflowguard")
    git(project, "push", "-q", "origin", "develop")
    (project / "README").write_text("changed\n")
    (project / "staged").write_text("x\n")
    git(project, "add", "staged")
    done = guard(project, "ci", "--python", "3.12")
    pasted(project, done.out)
    (branch,) = git(
        project, "for-each-ref", "--format=%(refname)", "refs/remotes/origin/feature"
    ).splitlines()
    assert git(project, "show", "--name-only", "--format=", branch) == CI_FILE
    assert git(project, "diff", "--cached", "--name-only") == "staged"
    assert (project / "README").read_text() == "changed\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("name: tests\n", marks=pytest.mark.slow),
        pytest.param("", marks=pytest.mark.slow),
        pytest.param("# Written by hand\n"),
    ],
)
def test_a_foreign_file_is_left_alone(guard: Shell, project: Path, text: str) -> None:
    """It says so, and the command that it prints keeps the file. Quick for one text; none of them
    has our mark."""
    path = project / CI_FILE
    path.parent.mkdir(parents=True)
    path.write_text(text)
    done = guard(project, "ci", "--python", "3.12")
    assert done.code == 2 and "wasn't written by gitflowguard; nothing was written" in done.err
    assert guard(project, "ci", "--check").code == 1 and path.read_text() == text
    shown = guard(project, "ci", "--dry-run")
    assert shown.code == 0 and "+name: ci" in shown.out and path.read_text() == text
    keep, again = done.err.strip().rpartition(": ")[2].split(" && ")
    subprocess.run(keep, shell=True, cwd=project, check=True)
    assert again == "gitflowguard ci" and guard(project, "ci").code == 0
    assert (project / f"{CI_FILE}.old").read_text() == text
    assert "ok" in rows(guard(project, "doctor", "--json").out)["ci"]


def rows(text: str) -> dict[str, tuple[str, str]]:
    """doctor's rows: name -> (status, what it says)."""
    import json

    return {row["name"]: (row["status"], row["says"]) for row in json.loads(text)["checks"]}


def test_an_edit_is_seen_and_kept(guard: Shell, project: Path) -> None:
    """Also where the project has changed besides."""
    assert guard(project, "ci").code == 0
    path = project / CI_FILE
    path.write_text(path.read_text().replace("timeout-minutes: 30", "timeout-minutes: 60"))
    (project / ".python-version").write_text("3.13\n")
    before = path.read_bytes()
    done = guard(project, "ci")
    assert done.code == 2 and "was edited by hand" in done.err and path.read_bytes() == before
    assert guard(project, "ci", "--check").code == 1
    status, says = rows(guard(project, "doctor", "--json").out)["ci"]
    assert status == "warning" and "edited by hand" in says


def test_a_change_of_the_project_or_the_policy_makes_it_outdated(guard: Shell, project: Path) -> None:
    """A run renews the file, with the options of the first one."""
    assert guard(project, "ci", "--directory", ".").code == 0
    (project / ".python-version").write_text("3.13\n")
    done = guard(project, "ci", "--check")
    assert done.code == 1 and "is outdated" in done.out and "To write it: gitflowguard ci" in done.out
    assert rows(guard(project, "doctor", "--json").out)["ci"][0] == "warning"
    assert "Updated" in guard(project, "ci").out
    assert "--directory ." in (project / CI_FILE).read_text().splitlines()[0]
    (project / ".gitflowguard.yaml").write_text("preset: gitflow\ntools: {black: true}\n")
    assert guard(project, "ci", "--check").code == 1 and guard(project, "ci").code == 0
    assert "Format: black" in (project / CI_FILE).read_text()


def test_line_ends_of_windows_are_no_edit(guard: Shell, project: Path) -> None:
    """git may have changed them (gitattributes(5), eol)."""
    assert guard(project, "ci").code == 0
    path = project / CI_FILE
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert guard(project, "ci", "--check").code == 0


def test_gitlab_has_a_file_of_its_own(guard: Shell, project: Path) -> None:
    """Both may be there."""
    assert guard(project, "ci").code == 0
    done = guard(project, "ci", "--for", "gitlab")
    assert done.code == 0 and f"Wrote {GITLAB_FILE}." in done.out and "protect" not in done.out
    assert guard(project, "ci", "--for", "gitlab", "--check").code == 0


def test_the_policy_has_github_require_the_check(guard: Shell, project: Path) -> None:
    """The printed lines are a policy; with them nobody is asked again. init writes them by itself."""
    done = guard(project, "ci")
    _, _, part = done.out.partition("protect plan:\n\n")
    assert part.startswith("protection:\n")
    (project / ".gitflowguard.yaml").write_text(f"preset: gitflow\n{part}")
    guards = flow((project / ".gitflowguard.yaml").read_text()).protection.guards
    assert {guard_.kind for guard_ in guards} == {"main", "develop", "release", "support"}
    assert all([("ci", "github-actions")] == [tuple(one) for one in guard_.checks] for guard_ in guards)
    assert "protect plan" not in guard(project, "ci").out
    assert "ci required" not in rows(guard(project, "doctor", "--json").out)
    (project / ".gitflowguard.yaml").unlink()
    assert "ci required" in rows(guard(project, "doctor", "--json").out)
    assert guard(project, "init", "--yes").code == 0
    assert "ci required" not in rows(guard(project, "doctor", "--json").out)


def test_uninstall_takes_it_back(guard: Shell, project: Path) -> None:
    """As every file that we wrote."""
    assert guard(project, "ci").code == 0
    assert guard(project, "uninstall", "--yes", "--policy").code == 0
    assert not (project / CI_FILE).exists()


@pytest.mark.parametrize(
    ("argv", "code", "says"),
    [
        (("ci", "--tool", "uv"), 2, "there is no uv.lock, so a job can't install what you tested"),
        (("ci", "--tool", "pipenv"), 2, "pipenv"),
        (("ci", "--python", "3"), 2, "--python 3: give a minor version"),
        (("ci", "--for", "jenkins"), 2, "jenkins"),
        (("ci", "--directory", "no"), 2, "there is no such directory"),
    ],
    ids=str,
)
def test_mistakes_are_one_line(
    guard: Shell, project: Path, argv: tuple[str, ...], code: int, says: str
) -> None:
    """And write nothing."""
    done = guard(project, *argv)
    assert done.code == code and says in done.err and not (project / CI_FILE).exists()


def test_a_library_that_locks_nothing_may_be_installed_by_pip(guard: Shell, project: Path) -> None:
    """It has a section for uv and no lock file; the second command that is printed writes the file."""
    table = "[project]\nname = 'x'\nversion = '1'\nrequires-python = '>=3.12'\n"
    table += "[tool.uv.sources]\n[build-system]\nrequires = ['hatchling']\n"
    (project / "requirements.txt").unlink(missing_ok=True)
    (project / "pyproject.toml").write_text(table)
    done = guard(project, "ci")
    assert done.code == 2 and "create it: uv lock; or let pip install it: " in done.err, done.err
    words = done.err.strip().rpartition("pip install it: ")[2].split()
    assert words[0] == "gitflowguard" and guard(project, *words[1:]).code == 0
    assert "--editable ." in (project / CI_FILE).read_text()
