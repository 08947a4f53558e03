"""The radar's commands in a dirty work tree: pasted, stopped at the conflict, resolved, and all is back."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from gitflowguard.cli.main import main
from tests import oracle
from tests.radar.team import Team

LINES = "".join(f"line {number}\n" for number in range(1, 21))


def labels(out: str, label: str) -> list[str]:
    """The lines under a label of the text."""
    rows = out.splitlines()
    start = next((at for at, row in enumerate(rows) if row.startswith(f"  {label}:")), len(rows))
    found = [row[8:] for row in rows[start : start + 1]]
    for row in rows[start + 1 :]:
        if not row.startswith(" " * 8):
            break
        found.append(row[8:])
    return found


def paste(made: Team, lines: list[str]) -> int:
    """What a person does with them: an interactive shell goes on behind a command that fails."""
    done = subprocess.run(
        ["sh", "-c", "\n".join(lines)],
        cwd=made.root,
        env=oracle.unrecorded(),
        capture_output=True,
        check=False,
    )
    return done.returncode


@pytest.mark.parametrize("start", ["develop", "feature/a", "feature/other"])
def test_saved_changes_come_back_after_the_conflict(
    tmp_path: Path, start: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What brings them back stands apart, because behind the merge it would run in the middle of the conflict."""
    made = Team(tmp_path / "team", {"f.txt": LINES, "own.txt": "x\n"})
    made.branch("feature/a", {"f.txt": LINES.replace("line 3\n", "a\n")})
    made.branch("feature/other", {"z.txt": "z\n"})
    made.commit({"f.txt": LINES.replace("line 3\n", "develop\n")})
    made.git("switch", "-q", start)
    monkeypatch.chdir(made.root)
    (made.root / "own.txt").write_text("unsaved\n")
    (made.root / "f.txt").write_text((made.root / "f.txt").read_text().replace("line 20", "mine"))
    assert main(["radar", "--target", "develop"]) == 0
    out = capsys.readouterr().out
    commands, then = labels(out, "help"), labels(out, "then")
    assert any(line.startswith("git stash push") for line in commands) and commands[-1] == "git merge develop"
    assert not any("pop" in line for line in commands)
    assert then[0] == "resolve the conflict and commit the merge; to bring your changes back then:"
    assert then[-1].startswith("git stash pop")
    assert paste(made, commands) != 0 and (made.root / ".git/MERGE_HEAD").exists()
    (made.root / "f.txt").write_text(LINES.replace("line 3\n", "both\n"))
    made.git("add", "f.txt")
    made.git("commit", "-q", "--no-edit")
    assert paste(made, then[1:]) == 0
    assert made.git("branch", "--show-current") == start
    assert (made.root / "own.txt").read_text() == "unsaved\n" and "mine\n" in (
        made.root / "f.txt"
    ).read_text()
    assert not made.git("stash", "list")


def test_in_a_clean_tree_nothing_follows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = Team(tmp_path / "team", {"f.txt": LINES})
    made.branch("feature/a", {"f.txt": LINES.replace("line 3\n", "a\n")})
    made.commit({"f.txt": LINES.replace("line 3\n", "develop\n")})
    monkeypatch.chdir(made.root)
    assert main(["radar", "--target", "develop"]) == 0
    out = capsys.readouterr().out
    assert labels(out, "help") == ["git switch feature/a", "git merge develop"] and not labels(out, "then")
