"""Hooks that are there already, and directories of hooks that are not git's own."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from gitflowguard.repo.shim import STAGES, is_ours
from tests.conftest import executable
from tests.install.place import Shell, git, picture, repository

MINE = "#!/bin/sh\necho mine >>ran\n"


def test_a_users_hook_is_kept_byte_for_byte_and_still_runs(tmp_path: Path, guard: Shell) -> None:
    """Behind ours, with its mode; a commit runs it."""
    repo = repository(tmp_path / "r", "main", "develop")
    hook = executable(repo / ".git/hooks/pre-commit", MINE)
    hook.chmod(0o711)
    assert guard(repo, "init", "--yes").code == 0
    kept = repo / ".git/hooks/pre-commit.chained"
    assert kept.read_text() == MINE and kept.stat().st_mode & 0o777 == 0o711 and is_ours(hook.read_bytes())
    git(repo, "switch", "-q", "-c", "feature/x", "develop")
    git(repo, "commit", "-q", "--allow-empty", "-m", "work")
    assert (repo / "ran").read_text() == "mine\n"
    assert guard(repo, "init").out.endswith("No changes.\n")


def test_the_created_hooks_refuse_a_commit_on_main(tmp_path: Path, guard: Shell) -> None:
    """The point of it all, for real."""
    repo = repository(tmp_path / "é è", "main", "develop")
    guard(repo, "init", "--yes")
    done = subprocess.run(
        ("git", "commit", "--allow-empty", "-m", "x"), cwd=repo, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1 and "GFG201" in done.stderr


def _link(path: Path) -> None:
    path.symlink_to("/bin/true")


def _plain(path: Path) -> None:
    path.write_text(MINE)


def _folder(path: Path) -> None:
    path.mkdir()


def _taken(path: Path) -> None:
    executable(path, MINE)
    executable(path.with_name(path.name + ".chained"), "#!/bin/sh\necho another\n")


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (_link, "a symbolic link"),
        (_plain, "not executable"),
        (_folder, "not a regular file"),
        (_taken, "both there and differ"),
    ],
)
def test_a_hook_that_cannot_be_chained_safely_stops_init(
    tmp_path: Path, guard: Shell, make: object, says: str
) -> None:
    """Exit 2, kept, nothing written, one line that says what to do."""
    repo = repository(tmp_path / "r")
    assert callable(make)
    make(repo / ".git/hooks/pre-push")
    before = picture(repo)
    ran = guard(repo, "init", "--yes")
    assert ran.code == 2 and says in ran.err and "nothing was written" in ran.err
    assert len(ran.err.splitlines()) == 1 and picture(repo) == before


def test_every_obstacle_is_told_at_once(tmp_path: Path, guard: Shell) -> None:
    """A line each."""
    repo = repository(tmp_path / "r")
    _plain(repo / ".git/hooks/pre-push")
    _link(repo / ".git/hooks/pre-rebase")
    assert len(guard(repo, "init", "--yes").err.splitlines()) == 2


def test_core_hooks_path_inside_the_repository_is_used_and_never_set(tmp_path: Path, guard: Shell) -> None:
    """There, not in .git/hooks; a relative one belongs to the work tree's top, also from below it."""
    repo = repository(tmp_path / "r")
    git(repo, "config", "core.hooksPath", ".githooks")
    (repo / "sub").mkdir()
    config, hooks = (repo / ".git/config").read_bytes(), picture(repo / ".git/hooks")
    ran = guard(repo / "sub", "init", "--yes")
    assert ran.code == 0 and "do not commit them" in ran.out
    assert all(is_ours((repo / ".githooks" / stage).read_bytes()) for stage in STAGES)
    assert (repo / ".git/config").read_bytes() == config and picture(repo / ".git/hooks") == hooks
    assert guard(repo, "doctor").code == 0
    guard(repo, "uninstall", "--yes")
    assert not (repo / ".githooks").exists()


def test_a_shared_directory_with_the_form_without_paths_is_left_as_it_is(
    tmp_path: Path, guard: Shell
) -> None:
    """What this project ships as hooks/ may be committed; neither init nor uninstall touches it."""
    repo = repository(tmp_path / "r")
    shipped = Path(__file__).parents[2] / "hooks"
    for stage in STAGES:
        executable(repo / "hooks" / stage, (shipped / stage).read_text())
    git(repo, "config", "core.hooksPath", "hooks")
    before = picture(repo / "hooks")
    assert guard(repo, "init", "--yes").code == 0
    assert guard(repo, "uninstall", "--yes").code == 0
    assert picture(repo / "hooks") == before


@pytest.mark.parametrize("scope", ["--global", "--local"])
def test_core_hooks_path_outside_the_repository_is_refused(tmp_path: Path, guard: Shell, scope: str) -> None:
    """Exit 2; the command that it names is the one that helps."""
    repo = repository(tmp_path / "r")
    (tmp_path / "shared").mkdir()
    git(repo, "config", scope, "core.hooksPath", str(tmp_path / "shared"))
    before = picture(tmp_path)
    ran = guard(repo, "init", "--yes")
    assert ran.code == 2 and f"({scope[2:]} setting)" in ran.err and picture(tmp_path) == before
    doctor = guard(repo, "doctor")
    assert doctor.code == 1 and "✗ hooks path" in doctor.out
    git(repo, "config", "--local", "core.hooksPath", str(repo / ".git/hooks"))
    assert f"git config --local core.hooksPath {repo / '.git/hooks'}" in ran.err
    assert guard(repo, "init", "--yes").code == 0 and guard(repo, "doctor").code == 0


def test_a_users_hook_that_calls_ours_is_left_alone(tmp_path: Path, guard: Shell) -> None:
    """It chains to us already."""
    repo = repository(tmp_path / "r", "main", "develop")
    text = '#!/bin/sh\nmake check && gitflowguard-hook pre-push --hook "$0" -- "$@"\n'
    hook = executable(repo / ".git/hooks/pre-push", text)
    assert guard(repo, "init", "--yes").code == 0 and hook.read_text() == text
    assert "✓ pre-push            active: your own hook calls ours" in guard(repo, "doctor").out


def test_a_missing_hooks_directory_is_made_and_taken_away(tmp_path: Path, guard: Shell) -> None:
    """`git init --template=` leaves none."""
    repo = tmp_path / "r"
    git(tmp_path, "init", "-q", "--template=", "-b", "main", "r")
    assert guard(repo, "init", "--yes").code == 0 and is_ours((repo / ".git/hooks/pre-push").read_bytes())
    assert guard(repo, "uninstall", "--yes").code == 0 and not (repo / ".git/hooks").exists()
