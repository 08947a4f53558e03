"""`make gates` asks a linter only about files that it has not passed as they are."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.conftest import executable
from tools import passed

LINTER = """#!{python} -IS
import sys
with open("asked", "a") as log:
    print(*[one for one in sys.argv[1:] if one != "--strict"], file=log)
sys.exit(any("bad" in open(one).read() for one in sys.argv[1:] if one != "--strict"))
"""


@pytest.fixture(name="place")
def fixture_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two sources, settings, and a linter that writes down what it is asked and reports the word `bad`."""
    monkeypatch.chdir(tmp_path)
    executable(tmp_path / "linter", LINTER.format(python=sys.executable))
    for name in ("settings", "src/a.py", "src/sub/b.py", "src/page.md", "src/.hidden/c.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("good\n")
    return tmp_path


def run(place: Path, *words: str) -> tuple[int, list[str]]:
    """The exit code, and the files that the linter was asked about."""
    (place / "asked").write_text("")
    code = passed.main(["settings", str(place / "linter"), *words, "--", "src"])
    return code, (place / "asked").read_text().split()


BOTH = ["src/a.py", "src/sub/b.py"]


def test_what_passed_is_not_asked_again(place: Path) -> None:
    """Until it is another content; then that file alone."""
    assert run(place) == (0, BOTH)
    assert run(place) == (0, [])
    (place / "src/a.py").write_text("better\n")
    assert run(place) == (0, ["src/a.py"])
    (place / "src/a.py").rename(place / "src/moved.py")
    assert run(place) == (0, ["src/moved.py"])


def test_a_finding_is_reported_each_time(place: Path) -> None:
    """And with it all that the run looked at is looked at again."""
    (place / "src/a.py").write_text("bad\n")
    for _ in range(2):
        assert run(place) == (1, BOTH)
    (place / "src/a.py").write_text("good\n")
    assert run(place) == (0, BOTH)
    (place / "src/a.py").write_text("bad\n")
    for _ in range(2):
        assert run(place) == (1, ["src/a.py"])


def test_whatever_decides_on_a_verdict_asks_again(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings, the words, and any package that is installed, for a linter takes its plugins from there."""
    assert run(place) == (0, BOTH)
    (place / "settings").write_text("another\n")
    assert run(place) == (0, BOTH)
    assert run(place, "--strict") == (0, BOTH)
    assert run(place, "--strict") == (0, [])
    monkeypatch.setattr(passed, "distributions", lambda: ())
    assert run(place, "--strict") == (0, BOTH)
