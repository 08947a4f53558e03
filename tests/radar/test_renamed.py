"""A conflict that an earlier run found is described as a run without a store describes it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from gitflowguard.app.radar.aims import RadarSelection
from gitflowguard.app.radar.survey import RadarRequest, radar

TEXT = "".join(f"line {n}\n" for n in range(30))


def git(folder: Path, *args: str) -> None:
    subprocess.run(("git", *args), cwd=folder, capture_output=True, check=True)


def commit(folder: Path, path: str, text: str) -> None:
    (folder / path).write_text(text)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "-m", f"change {path}")


@pytest.fixture(name="repo")
def a_repository(tmp_path: Path) -> Path:
    """feature/x renamed a file and changed a line of it that develop changed as well."""
    git(tmp_path, "init", "--quiet", "--initial-branch=main", "work")
    folder = tmp_path / "work"
    commit(folder, "old.txt", TEXT)
    git(folder, "switch", "--quiet", "-c", "feature/x")
    (folder / "old.txt").rename(folder / "new.txt")
    commit(folder, "new.txt", TEXT.replace("line 3\n", "mine\n"))
    git(folder, "switch", "--quiet", "-c", "develop", "main")
    commit(folder, "old.txt", TEXT.replace("line 3\n", "theirs\n"))
    return folder


@pytest.mark.parametrize("change", ["branch renamed", "target rewritten", "nothing"])
def test_a_kept_conflict_has_its_paths(repo: Path, change: str) -> None:
    question = RadarRequest(RadarSelection(target="develop", branches="feature/*"), cores=1)
    (first,) = radar(question, 1800000000, str(repo)).radar.contacts
    assert first.clashes[0].own == ("old.txt", "new.txt"), first
    if change == "branch renamed":
        git(repo, "branch", "--move", "feature/x", "feature/y")
    elif change == "target rewritten":
        git(repo, "commit", "--quiet", "--amend", "--allow-empty", "-m", "said otherwise")
    (kept,) = radar(question, 1800000000, str(repo)).radar.contacts
    (fresh,) = radar(question._replace(cached=False), 1800000000, str(repo)).radar.contacts
    assert kept == fresh and kept.clashes[0].own == ("old.txt", "new.txt")
