"""`init` and the workflow: offered where it can run, written as shown, never over another's file, taken back whole."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gitflowguard import __version__
from gitflowguard.model.address import host_of, on_github
from gitflowguard.policy.presets import preset_flow
from gitflowguard.report.workflow import FILE, MARK, workflow
from tests.install.place import Shell, git, picture, repository

WANTED = workflow(preset_flow("gitflow"), __version__)


def on_hub(folder: Path, url: str = "git@github.com:o/r.git") -> Path:
    """A repository whose origin is on GitHub."""
    repo = repository(folder)
    git(repo, "remote", "add", "origin", url)
    return repo


def test_a_first_init_of_a_repository_on_github_writes_it(tmp_path: Path, guard: Shell) -> None:
    """With what has to be required, and a line to share it; the second run changes nothing."""
    repo = on_hub(tmp_path / "r")
    ran = guard(repo, "init", "--yes")
    assert (ran.code, ran.err) == (0, "") and f"+++ b/{FILE}" in ran.out
    assert (repo / FILE).read_text() == WANTED
    assert (
        "Note: a check only informs until GitHub requires it on its branches: "
        "gitflow (main), gitflow (develop), gitflow (release) and gitflow (support)." in ran.out
    )
    assert f"\ngit add .gitflowguard.yaml {FILE} &&\n" in ran.out
    before = picture(repo)
    for options in ((), ("--ci", "github"), ("--ci", "none"), ("--dry-run",)):
        again = guard(repo, "init", *options)
        assert again.code == 0 and again.out.endswith("No changes.\n") and "Note" not in again.out
    assert picture(repo) == before


@pytest.mark.parametrize("options", [(), ("--ci", "none")])
def test_it_is_not_written_unasked_elsewhere_nor_where_it_is_declined(
    tmp_path: Path, guard: Shell, options: tuple[str, ...]
) -> None:
    """No remote, another host, or --ci none."""
    repo = on_hub(tmp_path / "r", "https://git.example.com/o/r") if not options else on_hub(tmp_path / "r")
    ran = guard(repo, "init", "--yes", *options)
    assert ran.code == 0 and not (repo / ".github").exists() and "pull requests" not in ran.out


def test_asked_for_it_is_written_whatever_the_remote(tmp_path: Path, guard: Shell) -> None:
    """GitHub Enterprise has a host of its own; a repository that is still to be pushed has none."""
    repo = repository(tmp_path / "r")
    assert guard(repo, "init", "--yes", "--ci", "github").code == 0
    assert (repo / FILE).read_text() == WANTED


def test_where_the_policy_is_there_already_it_is_a_note_until_it_is_asked_for(
    tmp_path: Path, guard: Shell
) -> None:
    """A fresh clone that only wants its hooks gets no new file; --ci github adds it, by the policy's names."""
    repo = on_hub(tmp_path / "r")
    (repo / ".gitflowguard.yaml").write_text(
        "preset: gitflow\nkinds:\n  main: {name: trunk}\n  develop: null\n"
    )
    git(repo, "branch", "-m", "main", "trunk")
    ran = guard(repo, "init", "--yes")
    assert ran.code == 0 and not (repo / ".github").exists()
    assert "Note: pull requests are not checked; to have that: gitflowguard init --ci github." in ran.out
    assert guard(repo, "init", "--yes", "--ci", "github").code == 0
    assert (repo / FILE).read_text() == workflow(preset_flow("gitflow", "trunk", None), __version__)


def test_a_dry_run_shows_it_and_writes_nothing(tmp_path: Path, guard: Shell) -> None:
    """The whole file, as a diff against nothing."""
    repo = on_hub(tmp_path / "r")
    before = picture(repo)
    ran = guard(repo, "init", "--dry-run")
    shown = [line[1:] for line in ran.out.splitlines() if line.startswith("+")]
    assert picture(repo) == before and all(line in shown for line in WANTED.splitlines())


def test_a_file_of_anothers_is_refused_when_asked_and_left_when_not(tmp_path: Path, guard: Shell) -> None:
    """It may be the team's own; only its name is ours."""
    repo = on_hub(tmp_path / "r")
    path = repo / FILE
    path.parent.mkdir(parents=True)
    path.write_text("on: push\n")
    before = picture(repo)
    ran = guard(repo, "init", "--yes", "--ci", "github")
    assert ran.code == 2 and picture(repo) == before
    assert ran.err == (
        f"gitflowguard: {FILE} is there already and not from gitflowguard; rename it, then run this again\n"
    )
    assert guard(repo, "init", "--yes").code == 0 and path.read_text() == "on: push\n"


def test_ours_that_was_edited_or_is_of_another_version_is_shown_and_changed_only_when_asked(
    tmp_path: Path, guard: Shell
) -> None:
    """Unasked it is one note; asked, the diff says what would go; uninstall has the former bytes and mode."""
    repo = on_hub(tmp_path / "r")
    path = repo / FILE
    path.parent.mkdir(parents=True)
    edited = WANTED.replace("ubuntu-latest", "self-hosted").replace(__version__, "0.0.1")
    path.write_text(edited)
    path.chmod(0o600)
    ran = guard(repo, "init", "--yes")
    assert ran.code == 0 and path.read_text() == edited
    assert f"Note: {FILE} is not as this policy and version ask" in ran.out
    before = picture(repo)
    ran = guard(repo, "init", "--dry-run", "--ci", "github")
    assert "-    runs-on: self-hosted" in ran.out and "+    runs-on: ubuntu-latest" in ran.out
    assert picture(repo) == before
    assert guard(repo, "init", "--yes", "--ci", "github").code == 0 and path.read_text() == WANTED
    assert guard(repo, "uninstall", "--yes").code == 0
    assert path.read_text() == edited and path.stat().st_mode & 0o777 == 0o600


def test_line_ends_of_the_users_are_no_difference(tmp_path: Path, guard: Shell) -> None:
    """As ``* text eol=crlf`` makes them."""
    repo = on_hub(tmp_path / "r")
    guard(repo, "init", "--yes")
    (repo / FILE).write_bytes(WANTED.replace("\n", "\r\n").encode())
    ran = guard(repo, "init", "--ci", "github")
    assert ran.out.endswith("No changes.\n") and "Note" not in ran.out


def test_uninstall_takes_it_and_its_folders_away_and_keeps_what_was_edited(
    tmp_path: Path, guard: Shell
) -> None:
    """Byte for byte; another workflow beside it keeps the folder."""
    repo = on_hub(tmp_path / "r")
    before = {path: what for path, what in picture(repo).items() if not path.startswith(".git/")}
    guard(repo, "init", "--yes")
    assert guard(repo, "uninstall", "--yes").code == 0
    assert {path: what for path, what in picture(repo).items() if not path.startswith(".git/")} == before
    guard(repo, "init", "--yes")
    (repo / FILE).write_text(WANTED + "# mine\n")
    ran = guard(repo, "uninstall", "--yes")
    assert f"{repo / FILE}: edited since, so it is kept" in ran.out and (repo / FILE).read_text().endswith(
        "# mine\n"
    )


@pytest.mark.parametrize("what", ["file", "link"])
def test_what_stands_in_the_way_is_said_before_anything_is_written(
    tmp_path: Path, guard: Shell, what: str
) -> None:
    """A file where the folder should be; a link in place of the file."""
    repo = on_hub(tmp_path / "r")
    if what == "file":
        (repo / ".github").write_text("x\n")
    else:
        (repo / FILE).parent.mkdir(parents=True)
        os.symlink("elsewhere", repo / FILE)
    before = picture(repo)
    ran = guard(repo, "init", "--yes", "--ci", "github")
    assert ran.code == 2 and picture(repo) == before
    assert ("is not a directory" if what == "file" else "is a symbolic link") in ran.err
    assert guard(repo, "init", "--yes", "--ci", "none").code == 0


def test_a_kill_before_the_workflow_is_mended_by_the_next_run(
    tmp_path: Path, guard: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes before the policy, for a repository that has one is not offered it again."""
    repo = on_hub(tmp_path / "r")
    real = os.replace

    def fail(source: str, target: str) -> None:
        if target.endswith("gitflowguard.yml"):
            raise OSError(28, "No space left on device", target)
        real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", fail)
        assert guard(repo, "init", "--yes").code == 5
    assert guard(repo, "init", "--yes").code == 0 and (repo / FILE).read_text() == WANTED
    assert guard(repo, "uninstall", "--yes").code == 0 and not (repo / ".github").exists()


def test_doctor_tells_of_a_workflow_whose_names_are_old(tmp_path: Path, guard: Shell) -> None:
    """A required check of the old name would never report."""
    repo = on_hub(tmp_path / "r")
    guard(repo, "init", "--yes")
    assert f"{FILE} is as this policy and version ask" in guard(repo, "doctor").out
    (repo / ".gitflowguard.yaml").write_text("preset: gitflow\nkinds:\n  develop: {name: dev}\n")
    git(repo, "branch", "-m", "develop", "dev")
    ran = guard(repo, "doctor")
    assert f"{FILE} is not as this policy and version ask" in ran.out
    assert "gitflowguard init --ci github" in ran.out
    guard(repo, "init", "--yes", "--ci", "github")
    assert f"{FILE} is as this policy and version ask" in guard(repo, "doctor").out
    (repo / FILE).write_text("on: push\n")
    assert FILE not in guard(repo, "doctor").out


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://github.com/o/r.git", "github.com"),
        ("https://user:word@GitHub.com:443/o/r", "github.com"),
        ("git@github.com:o/r.git", "github.com"),
        ("ssh://git@ssh.github.com:443/o/r", "ssh.github.com"),
        ("github.com:o/r", "github.com"),
        ("https://github.com.example.org/o/r", "github.com.example.org"),
        ("https://example.org/github.com/r", "example.org"),
        ("https://github.com@example.org/o/r", "example.org"),
        ("ssh://[::1]:22/o/r", "::1"),
        ("/srv/github.com:x", ""),
        ("../github.com", ""),
        ("file:///github.com/r", ""),
        ("", ""),
    ],
)
def test_the_host_of_a_url(url: str, host: str) -> None:
    """As git reads it; only the host decides."""
    assert host_of(url) == host and on_github(url) is (host in ("github.com", "ssh.github.com"))


def test_the_first_line_says_whose_it_is() -> None:
    """By it the file is known again."""
    assert WANTED.startswith(MARK + ".")
