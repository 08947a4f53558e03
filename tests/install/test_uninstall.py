"""`uninstall`: byte for byte, mode for mode; what the user has edited since is theirs."""

from __future__ import annotations

from pathlib import Path

from gitflowguard.app.setup.precommit import REV
from gitflowguard.repo.shim import STAGES
from tests.conftest import executable
from tests.install.place import Shell, git, picture, repository

MINE = "#!/bin/sh\nexit 0\n"


def _busy(folder: Path) -> Path:
    """A repository with something in every place that init touches."""
    repo = repository(folder, "main", "develop")
    config = repo / ".pre-commit-config.yaml"
    config.write_bytes(b"# ours\r\nrepos:\r\n-   repo: meta\r\n    hooks:\r\n    -   id: identity")
    config.chmod(0o600)
    executable(repo / ".git/hooks/pre-push", MINE)
    executable(repo / ".git/hooks/commit-msg", MINE).chmod(0o700)
    return repo


def test_everything_comes_back_byte_for_byte_and_mode_for_mode(tmp_path: Path, guard: Shell) -> None:
    """All of .git and of the tree, after work was done and a rule was skipped."""
    repo = _busy(tmp_path / "r")
    before = picture(repo)
    assert guard(repo, "init", "--yes", "--strict", "--pre-commit").code == 0
    (repo / ".git/gitflowguard/skips.log").write_text("one\ntwo\n")
    (repo / ".git/gitflowguard-passed").write_text("1 1\n")
    (repo / ".git/gitflowguard/policy-1.bin").write_bytes(b"x")
    ran = guard(repo, "uninstall", "--yes")
    assert ran.code == 0 and "with its log of 2 skips" in ran.out and picture(repo) == before
    again = guard(repo, "uninstall", "--yes")
    assert (again.code, again.out) == (0, "Nothing to remove.\n")


def test_uninstall_that_nobody_agrees_to_removes_nothing(tmp_path: Path, guard: Shell) -> None:
    """And says so in its own words, with the option that answers the question."""
    repo = _busy(tmp_path / "r")
    assert guard(repo, "init", "--yes").code == 0
    before = picture(repo)
    ran = guard(repo, "uninstall")
    assert (ran.code, ran.err) == (2, "gitflowguard: nothing was removed; run again with --yes to remove\n")
    assert picture(repo) == before


def test_uninstall_where_git_cant_write_says_so_and_a_second_run_ends_it(
    tmp_path: Path, guard: Shell
) -> None:
    """The keys in git's configuration come first, so nothing was removed; exit code 5, as for any half of it."""
    repo = _busy(tmp_path / "r")
    before = picture(repo)
    assert guard(repo, "init", "--yes").code == 0
    git(repo, "config", "gitflow.branch.feature/x.base", "develop")
    (repo / ".git/gitflowguard/noted").write_text("gitflow.branch.feature/x.base develop\n")
    (repo / ".git/config.lock").write_text("")
    guarded = picture(repo)
    ran = guard(repo, "uninstall", "--yes")
    assert ran.code == 5 and ran.err.startswith(
        "gitflowguard: nothing was removed: git config failed: "
    ), ran.err
    assert picture(repo) == guarded
    (repo / ".git/config.lock").unlink()
    assert guard(repo, "uninstall", "--yes").code == 0 and picture(repo) == before


def test_uninstall_without_init_has_nothing_to_do(tmp_path: Path, guard: Shell) -> None:
    """And leaves other people's hooks."""
    repo = _busy(tmp_path / "r")
    before = picture(repo)
    assert guard(repo, "uninstall", "--yes").out == "Nothing to remove.\n" and picture(repo) == before


def test_a_dry_run_and_a_missing_yes_write_nothing(tmp_path: Path, guard: Shell) -> None:
    """0 for the one, 2 for the other."""
    repo = _busy(tmp_path / "r")
    guard(repo, "init", "--yes", "--pre-commit")
    before = picture(repo)
    ran = guard(repo, "uninstall", "--dry-run")
    assert ran.code == 0 and f"restore {repo / '.git/hooks/pre-push'}" in ran.out
    assert guard(repo, "uninstall").code == 2 and picture(repo) == before


def _commit(repo: Path) -> None:
    git(repo, "-c", "core.hooksPath=/dev/null", "add", ".")
    git(repo, "-c", "core.hooksPath=/dev/null", "commit", "-q", "-m", "adopt")


def test_what_is_committed_is_the_teams_and_stays(tmp_path: Path, guard: Shell) -> None:
    """Hooks go, committed files stay and are named; --policy takes them too, then or later, byte for byte."""
    repo = _busy(tmp_path / "r")
    _commit(repo)
    before = picture(repo)
    assert guard(repo, "init", "--yes", "--pre-commit").code == 0
    _commit(repo)
    shared = {path: (repo / path).read_bytes() for path in (".gitflowguard.yaml", ".pre-commit-config.yaml")}
    ran = guard(repo, "uninstall", "--yes")
    assert ran.code == 0 and ran.out.count("committed, so it stays") == 2
    assert {path: (repo / path).read_bytes() for path in shared} == shared
    assert git(repo, "status", "--porcelain") == "" and (repo / ".git/hooks/pre-push").read_text() == MINE
    again = guard(repo, "uninstall", "--yes")
    assert (
        again.code == 0 and again.out.endswith("Nothing to remove.\n") and ".gitflowguard.yaml" in again.out
    )
    assert guard(repo, "uninstall", "--yes", "--policy").code == 0
    assert not (repo / ".gitflowguard.yaml").exists() and not (repo / ".git/gitflowguard").exists()
    assert picture(repo)[".pre-commit-config.yaml"] == before[".pre-commit-config.yaml"]


def test_a_second_persons_clone_keeps_the_teams_policy(tmp_path: Path, guard: Shell) -> None:
    """Also the first person's: what an own init had written is the team's since it was committed."""
    repo = _busy(tmp_path / "first")
    guard(repo, "init", "--yes")
    _commit(repo)
    git(tmp_path, "clone", "-q", str(repo), "second")
    for folder in (repo, tmp_path / "second"):
        assert guard(folder, "init", "--yes").code == 0 and guard(folder, "uninstall", "--yes").code == 0
        assert (folder / ".gitflowguard.yaml").exists() and git(folder, "status", "--porcelain") == ""
        assert not (folder / ".git/hooks/pre-commit").exists()


def test_our_lines_that_are_not_committed_yet_go(tmp_path: Path, guard: Shell) -> None:
    """The file is the team's, what we added to it is not."""
    repo = _busy(tmp_path / "r")
    _commit(repo)
    before = picture(repo)
    guard(repo, "init", "--yes", "--pre-commit")
    assert guard(repo, "uninstall", "--yes").code == 0 and picture(repo) == before


def test_branches_stay(tmp_path: Path, guard: Shell) -> None:
    """The develop that init made is work by now; the line says that it stays."""
    repo = repository(tmp_path / "r")
    guard(repo, "init", "--yes", "--pre-commit")
    assert "branch develop stays\n" in guard(repo, "uninstall", "--yes").out and git(
        repo, "rev-parse", "develop"
    )


def test_after_two_inits_the_first_state_comes_back(tmp_path: Path, guard: Shell) -> None:
    """A second init that renews a hook does not forget what was there before the first."""
    repo = _busy(tmp_path / "r")
    before = picture(repo)
    guard(repo, "init", "--yes", "--pre-commit")
    hook = repo / ".git/hooks/pre-push"
    hook.write_text(hook.read_text().replace("exit 3", "exit 7"))
    assert "renew .git/hooks/pre-push" in guard(repo, "init", "--yes", "--pre-commit").out
    assert guard(repo, "uninstall", "--yes").code == 0 and picture(repo) == before


def test_only_our_lines_leave_a_config_that_was_edited_since(tmp_path: Path, guard: Shell) -> None:
    """The user's later lines stay."""
    repo = _busy(tmp_path / "r")
    config = repo / ".pre-commit-config.yaml"
    old = config.read_bytes()
    guard(repo, "init", "--yes", "--pre-commit")
    config.write_bytes(config.read_bytes() + b"\r\n-   repo: https://a\r\n    rev: v1\r\n    hooks: []\r\n")
    assert "take our lines out of" in guard(repo, "uninstall", "--yes").out
    assert config.read_bytes() == old + b"\r\n-   repo: https://a\r\n    rev: v1\r\n    hooks: []\r\n"


def test_what_cannot_be_taken_out_exactly_is_kept_and_told(tmp_path: Path, guard: Shell) -> None:
    """An edit inside our own lines, an edited policy, an edited hook: one line each, no byte changed."""
    repo = _busy(tmp_path / "r")
    guard(repo, "init", "--yes", "--pre-commit")
    edits = {
        repo / ".pre-commit-config.yaml": (REV.encode(), b"v9.9.9"),
        repo / ".gitflowguard.yaml": (b"preset: gitflow", b"preset: ml"),
        repo / ".git/hooks/pre-rebase": (b"exit 3", b"exit 7"),
    }
    for path, (old, new) in edits.items():
        assert old in path.read_bytes()
        path.write_bytes(path.read_bytes().replace(old, new))
    kept = {path: path.read_bytes() for path in edits}
    ran = guard(repo, "uninstall", "--yes")
    assert ran.code == 0
    for path, data in kept.items():
        assert path.read_bytes() == data
        assert sum(line.startswith(f"{path}: ") for line in ran.out.splitlines()) == 1
    assert not (repo / ".git/hooks/pre-commit").exists() and not (repo / ".git/gitflowguard").exists()


def test_what_the_user_removed_stays_removed(tmp_path: Path, guard: Shell) -> None:
    """A config that is gone is not brought back; a kept hook is, since it would be lost."""
    repo = _busy(tmp_path / "r")
    guard(repo, "init", "--yes", "--pre-commit")
    (repo / ".pre-commit-config.yaml").unlink()
    (repo / ".git/hooks/pre-push").unlink()
    (repo / ".gitflowguard.yaml").unlink()
    assert "it stays removed" in guard(repo, "uninstall", "--yes").out
    assert not (repo / ".pre-commit-config.yaml").exists()
    assert (repo / ".git/hooks/pre-push").read_text() == MINE


def test_a_kept_hook_that_was_edited_since_comes_back_as_edited(tmp_path: Path, guard: Shell) -> None:
    """It went on being the user's."""
    repo = _busy(tmp_path / "r")
    guard(repo, "init", "--yes", "--pre-commit")
    kept = repo / ".git/hooks/pre-push.chained"
    kept.write_text(MINE + "# newer\n")
    guard(repo, "uninstall", "--yes")
    assert (repo / ".git/hooks/pre-push").read_text() == MINE + "# newer\n" and not kept.exists()


def test_a_hook_that_somebody_put_over_ours_is_theirs(tmp_path: Path, guard: Shell) -> None:
    """Kept, and the hook of before beside it."""
    repo = _busy(tmp_path / "r")
    guard(repo, "init", "--yes", "--pre-commit")
    executable(repo / ".git/hooks/pre-push", "#!/bin/sh\necho other\n")
    ran = guard(repo, "uninstall", "--yes")
    assert "replaced since, so it is kept" in ran.out and "your own hook of before; kept" in ran.out
    assert (repo / ".git/hooks/pre-push").read_text() == "#!/bin/sh\necho other\n"
    assert (repo / ".git/hooks/pre-push.chained").read_text() == MINE


def test_without_a_journal_our_hooks_still_go(tmp_path: Path, guard: Shell) -> None:
    """Known by their mark; what they keep goes back."""
    repo = _busy(tmp_path / "r")
    guard(repo, "init", "--yes", "--pre-commit")
    (repo / ".git/gitflowguard/install.json").unlink()
    assert guard(repo, "uninstall", "--yes").code == 0
    left = {path.name for path in (repo / ".git/hooks").iterdir() if not path.name.endswith(".sample")}
    assert left == {"pre-push", "commit-msg"} and (repo / ".git/hooks/pre-push").read_text() == MINE


def test_a_damaged_journal_is_told_in_one_line(tmp_path: Path, guard: Shell) -> None:
    """Exit 2 for both commands; nothing is touched."""
    repo = repository(tmp_path / "r")
    guard(repo, "init", "--yes", "--pre-commit")
    (repo / ".git/hooks/pre-push").unlink()
    for text in ('{"files"', '{"files": [{"path": 1}]}', '{"schema": 99}', "\udcff"):
        (repo / ".git/gitflowguard/install.json").write_bytes(text.encode("utf-8", "surrogateescape"))
        before = picture(repo)
        for command in ("uninstall", "init"):
            ran = guard(repo, command, "--yes")
            assert ran.code == 2 and "install.json" in ran.err and len(ran.err.splitlines()) == 1
        assert picture(repo) == before


def test_a_repository_that_was_moved_is_restored_where_it_is(tmp_path: Path, guard: Shell) -> None:
    """The journal's paths are relative."""
    repo = _busy(tmp_path / "r")
    before = picture(repo)
    guard(repo, "init", "--yes", "--pre-commit")
    repo = repo.rename(tmp_path / "moved é")
    assert guard(repo, "uninstall", "--yes").code == 0 and picture(repo) == before


def test_every_stage_is_installed_and_removed(tmp_path: Path, guard: Shell) -> None:
    """No stage is forgotten in either direction."""
    repo = repository(tmp_path / "r", "main", "develop")
    before = picture(repo)
    guard(repo, "init", "--yes", "--pre-commit")
    assert set(STAGES) <= {path.name for path in (repo / ".git/hooks").iterdir()}
    guard(repo, "uninstall", "--yes")
    assert picture(repo) == before
