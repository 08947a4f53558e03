"""A git that fails at any of its calls never makes a pass of a violation, and never a traceback."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from gitflowguard import hookfront
from gitflowguard.cli.main import main
from tests import budget
from tests.conftest import executable
from tests.hostile.clone import sh
from tests.hostile.conftest import Many

pytestmark = pytest.mark.hostile("faults")
# What the k-th call does. A call that fails must not become a pass; what lies with exit code 0 nobody can tell, so
# there only a bug of ours counts.
FAILS = {
    "rc 1": "exit 1", "rc 128": "echo 'fatal: disk on fire' >&2; exit 128", "rc 129": "exit 129",
    "killed": "kill -9 $$", "cut": '"$real" "$@" | head -c 20; kill -9 $$', "late": 'sleep 0.3; exec "$real" "$@"',
}  # fmt: skip
LIES = {"empty": "exit 0", "garbage": "head -c 300 /dev/zero | tr '\\0' '\\377'; exit 0"}
# What closes: rows that another change of the same issue makes pass. Empty when all are in.
FAULTS = {**FAILS, **LIES}
MOST = 60


def faulty(folder: Path, body: str) -> Path:
    """A git whose n-th call, n in the file `at`, has the fault; `count` says how many there were."""
    real = shutil.which("git")
    executable(
        folder / "git",
        f"#!/bin/sh\nreal='{real}'\necho x >>'{folder}/count'\n"
        f"if [ \"$(wc -l <'{folder}/count')\" -eq \"$(cat '{folder}/at')\" ]; then {body}; fi\n"
        'exec "$real" "$@"\n',
    )
    return folder


def pr() -> int:
    return main(["pr", "check", "--head", "feature/x", "--base", "develop", "--no-radar", "--no-quality"])


def check() -> int:
    return main(["check"])


def hook() -> int:
    return hookfront.main(["pre-commit"])


SCENES = {
    "pr check": ("new feature/x develop; c 'bad message'; pub feature/x\n", pr),
    "check": ("new badly-named develop; c 'feat: x'\n", check),
    "hook": ("git switch -q main; echo >new; git add new\n", hook),
}


@pytest.mark.parametrize(
    "fault", [pytest.param(name, marks=() if name == "rc 128" else pytest.mark.slow) for name in FAULTS]
)
@pytest.mark.parametrize("scene", SCENES)
def test_each_call_fails_in_turn(
    scene: str,
    fault: str,
    clones: Many,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tally: Callable[[int, int], None],
) -> None:
    """Until a call number that is not reached any more; in `make test` every third call."""
    script, run = SCENES[scene]
    sh(clones("w").top, script)
    folder = faulty(tmp_path / "faulty", FAULTS[fault])
    assert run() == 1, "the control"
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    wrong = []
    for at in range(1, MOST, 1 if budget.is_whole() else 3):
        (folder / "at").write_text(str(at))
        (folder / "count").write_text("")
        code = run()
        said = "".join(capsys.readouterr())
        if len((folder / "count").read_text()) // 2 < at:
            break
        false_clean = code == 0 and fault in FAILS
        if false_clean or code == 4 or "Traceback" in said:
            wrong.append((at, code, said))
    tally(at - 1, len(wrong))
    assert at > 3 and not wrong
