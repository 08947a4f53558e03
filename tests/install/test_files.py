"""A file put in place: whole or not at all, by many at once, and over what a kill left."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gitflowguard.repo import files
from gitflowguard.repo.files import TEMPORARY, put
from tests import budget
from tests.e2e.world import make

_MANY = """
import sys
from gitflowguard.repo.files import put
letter = sys.argv[2].encode()
for _ in range(30):
    put(sys.argv[1], letter * 50_000)
"""


def test_many_at_once_leave_one_whole_file(tmp_path: Path) -> None:
    """The last one wins, nobody fails, and nothing is left beside it."""
    path = tmp_path / "file"
    argv = [sys.executable, "-c", _MANY, str(path)]
    running = [subprocess.Popen([*argv, letter], stderr=subprocess.PIPE) for letter in "abcd"]
    for one in running:
        assert one.communicate(timeout=120)[1] == b"" and one.returncode == 0
    data = path.read_bytes()
    assert len(data) == 50_000 and len(set(data)) == 1
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.parametrize("left", ["file", "link", "dangling"])
def test_what_a_kill_left_is_replaced(left: str, tmp_path: Path) -> None:
    """Never followed where it is a link."""
    other = tmp_path / "other"
    other.write_text("other\n")
    temporary = tmp_path / ("file" + TEMPORARY)
    if left == "file":
        temporary.write_text("half")
        temporary.chmod(0o400)
    else:
        temporary.symlink_to(other if left == "link" else tmp_path / "nowhere")
    put(str(tmp_path / "file"), b"whole\n", 0o640)
    assert (tmp_path / "file").read_bytes() == b"whole\n"
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o640 and not (tmp_path / "file").is_symlink()
    assert other.read_text() == "other\n" and not temporary.is_symlink() and not temporary.exists()


def test_a_writer_that_never_ends_is_not_waited_for_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And its file is left alone."""
    monkeypatch.setattr(files, "_WAITS", 3)
    temporary = tmp_path / ("file" + TEMPORARY)
    with open(temporary, "w", encoding="ascii") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(OSError, match="another process is writing it"):
            put(str(tmp_path / "file"), b"x")
    assert temporary.exists() and not (tmp_path / "file").exists()


def test_two_baselines_at_once(tmp_path: Path) -> None:
    """Both end well, and the file is whole."""
    world = make(tmp_path, "native")
    world.policy("preset: gitflow\ntools: {flake8: true}\n")
    world.write("bad.py", "import os\n" * 40)
    argv = [sys.executable, "-m", "gitflowguard", "baseline"]
    env = {**os.environ, **world.env}
    running = [
        subprocess.Popen(argv, cwd=world.work, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for _ in range(budget.examples(3, quick=2))
    ]
    for one in running:
        out = one.communicate(timeout=120)[0].decode()
        assert one.returncode == 0, out
    assert (world.work / ".gitflowguard-baseline").read_text().count("\tflake8\t") >= 1
