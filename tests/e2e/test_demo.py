"""`gitflowguard demo`: the real thing, with real hooks; it leaves nothing behind, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from gitflowguard.app.demo import script
from gitflowguard.cli.main import main
from tests import budget
from tools import readme
from tools.recording import recording

REFUSED = ["GFG201", "GFG101", "GFG106", "GFG301", "GFG404", "GFG301", "GFG202"]


@pytest.fixture(name="temporary")
def a_temporary_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the demo puts its directory; nothing else does."""
    folder = tmp_path / "tmp é"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", None)
    return folder


def test_both_days_go_as_they_must_whatever_the_user_has_configured(
    temporary: Path, sealed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every refusal by its rule, every right step through; a home that would break both is not read.

    And the page of the demo is what it prints, ids of commits aside; python tools/readme.py refreshes it.
    """
    (sealed / ".gitconfig").write_text(
        "[commit]\n\tgpgsign = true\n[core]\n\thooksPath = /nowhere\n[alias]\n\tco = x\n"
    )
    before = sorted(p.name for p in sealed.iterdir())
    assert main(["demo"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    without, guarded = said.out.split("The same day with the guard")
    assert "<<<<<<< HEAD\n" in without and "error[" not in without
    assert [run.code for run in script.WITH if isinstance(run, script.DemoCommand) and run.code] == REFUSED
    for code in REFUSED:
        assert f"error[{code}]" in guarded
    assert "Ana $ git branch -m pipeline1spark feature/pipeline1spark\n" in guarded
    assert "Ben $ git rebase --autostash --onto develop " in guarded
    assert "Start new work from develop (" in guarded
    foretold = guarded.split("it is known already")[1].split("The conflict shows on")[0]
    assert "with feature/iterate-more\n" in foretold and "with feature/model-config\n" in foretold
    assert "tag: 1.0" in guarded and "<<<<<<<" not in guarded
    assert said.out.endswith("What now: gitflowguard init\n")
    assert "\x1b" not in said.out
    assert list(temporary.iterdir()) == []
    assert sorted(p.name for p in sealed.iterdir()) == before
    shown_on_the_page(said.out.splitlines())


def shown_on_the_page(lines: list[str]) -> None:
    """docs/demo.md and its recording, line by line."""
    shown = readme.block(readme.DEMO.read_text(encoding="utf-8"), "demo")
    assert "CONFLICT (content)" in shown and "error[GFG201]" in shown
    assert readme.by_commit(shown) == readme.by_commit(readme.demo_block(lines))
    drawn = readme.RECORDING.read_text("utf-8")
    ElementTree.fromstring(drawn)
    assert readme.by_commit(drawn) == readme.by_commit(recording(lines))
    assert "error[GFG101]" in drawn and "prefers-reduced-motion" in drawn


def test_a_step_that_is_not_refused_is_named_and_the_exit_code_is_1(
    temporary: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without hooks the first wrong step passes: the demo notices, and stops there."""
    unguarded = tuple(step for step in script.WITH if "init" not in getattr(step, "words", ()))
    steps = (
        script.git(script.ANA, "branch", "develop"),
        *(s for s in unguarded if "gitflowguard.yaml" not in str(s)),
    )
    steps = tuple(step for step in steps if "Adopt Gitflow" not in getattr(step, "words", ()))
    monkeypatch.setattr(script, "WITHOUT", ())
    monkeypatch.setattr(script, "WITH", steps)
    assert main(["demo"]) == 1
    said = capsys.readouterr()
    assert "git commit -q -m 'Add the Spark pipeline' should have been blocked by GFG201" in said.err
    assert said.err.count("\n") == 1
    assert "What now" not in said.out
    assert list(temporary.iterdir()) == []


def test_a_right_step_that_fails_is_named(
    temporary: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 1 is for every surprise, not only for what was let through."""
    monkeypatch.setattr(script, "WITHOUT", (script.git(script.ANA, "switch", "nowhere"),))
    monkeypatch.setattr(script, "WITH", (script.Mend(script.BEN),))
    assert main(["demo"]) == 1
    said = capsys.readouterr().err
    assert "git switch nowhere should pass; it ended with exit code 128" in said
    assert "the message printed no command that fixes it" in said


def test_a_printed_command_is_never_given_to_a_shell(
    temporary: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nor is any program run but git and ours."""
    monkeypatch.setattr(
        "gitflowguard.app.demo.demo._help", lambda lines: [("touch", "x"), ("git", "tag", "$(touch x)")]
    )
    monkeypatch.setattr(script, "WITHOUT", (script.Mend(script.BEN),))
    monkeypatch.setattr(script, "WITH", ())
    assert main(["demo"]) == 1
    assert "touch is not a command of this demo" in capsys.readouterr().out


def test_keep_leaves_the_directory_and_tells_where(
    temporary: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """For a person who wants to look around in it."""
    monkeypatch.setattr(script, "WITH", ())
    assert main(["demo", "--keep"]) == 0
    (kept,) = temporary.iterdir()
    assert f"Kept: {os.path.realpath(kept)}" in capsys.readouterr().out
    assert (kept / "without/work/pipeline.py").read_text().count("<<<<<<<") == 1


SIGNALS = ((signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129))


@pytest.mark.parametrize(
    ("number", "code", "after"),
    budget.rows(
        [(*signum, after) for signum in SIGNALS for after in (3, 60)],
        ((*SIGNALS[0], 60), (*SIGNALS[1], 3), (*SIGNALS[2], 3)),
    ),
)
def test_a_signal_ends_it_and_nothing_is_left(
    temporary: Path, number: signal.Signals, code: int, after: int
) -> None:
    """In the first day and in the second, with hooks under way. Quick for each signal and each day."""
    argv = [sys.executable, "-u", "-m", "gitflowguard", "demo"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for _ in range(after):
            assert child.stdout.readline()
        child.send_signal(number)
        said = child.communicate(timeout=120)
    assert child.returncode == code
    assert "Traceback" not in said[1]
    assert list(temporary.iterdir()) == []


def test_a_reader_who_leaves_ends_it_quietly(temporary: Path) -> None:
    """`gitflowguard demo | head -1`."""
    argv = [sys.executable, "-m", "gitflowguard", "demo"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None and child.stderr is not None
        child.stdout.readline()
        child.stdout.close()
        said = child.stderr.read()
        child.wait(timeout=120)
    assert (child.returncode, said) == (0, "")
    assert list(temporary.iterdir()) == []
