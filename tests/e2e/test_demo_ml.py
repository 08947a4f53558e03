"""`gitflowguard demo --ml`: a day with a model, by real git and the real commands, and the page that shows it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from gitflowguard.app.demo import mlscript
from gitflowguard.app.demo.script import DemoCommand
from gitflowguard.cli.main import main
from gitflowguard.report.packaged import packaged
from tests.docs.pages import ROOT, codes

REFUSED = ["GFG814", "GFG811", "GFG815", "GFG003", "GFG010"]
EXAMPLE = ROOT / "examples/spam"


def _plain(text: str) -> str:
    """Without what differs from run to run: ids of commits, and versions of tools."""
    return re.sub(r"\b[0-9a-f]{7,40}\b", "<id>", re.sub(r"(?m)^ *Tools: .*\n?", "", text))


@pytest.mark.slow
def test_the_day_goes_as_it_must_and_the_page_shows_it(
    tmp_path: Path, sealed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each step by its exit code and its rule; what docs/ml.md prints is what was printed."""
    folder = tmp_path / "tmp é"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", None)
    assert main(["demo", "--ml"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    asked = [step.code for step in mlscript.day() if isinstance(step, DemoCommand) and step.code]
    assert asked == REFUSED
    for code in REFUSED:
        assert f"error[{code}]" in said.out
    assert "spam.f1-score fell from 0.8333 to 0.7273" in said.out
    assert "training starts from " in said.out and "same bytes, clean work tree" in said.out
    assert list(folder.iterdir()) == []
    shown = [code.text for code in codes(ROOT / "docs/ml.md") if code.info == "text demo"]
    assert len(shown) == 5
    for block in shown:
        assert _plain(block).rstrip("\n") in _plain(said.out)


def test_the_example_is_the_project_that_the_demo_plays_with() -> None:
    """One file for one file."""
    lying = {
        path.relative_to(EXAMPLE).as_posix()
        for path in EXAMPLE.rglob("*")
        if path.is_file() and not {"__pycache__", "models"} & set(path.relative_to(EXAMPLE).parts)
    }
    assert lying == set(mlscript.FILES)
    for path, name in mlscript.FILES.items():
        assert (EXAMPLE / path).read_text("utf-8") == packaged("gitflowguard.app.demo", name), path
    assert mlscript.LINE in (EXAMPLE / "pipeline.py").read_text("utf-8")


def test_the_examples_numbers_are_what_its_training_gives(tmp_path: Path) -> None:
    """reports/metrics.json is what the base's number is read from."""
    for path, name in mlscript.FILES.items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(packaged("gitflowguard.app.demo", name), encoding="utf-8")
    report = tmp_path / "reports/metrics.json"
    before = report.read_text()
    subprocess.run((sys.executable, "-B", "train.py"), cwd=tmp_path, check=True, capture_output=True)
    assert report.read_text() == before
