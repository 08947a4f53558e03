"""What holds for every format alike."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gitflowguard
from gitflowguard.model.finding import Report
from gitflowguard.report.formats import FORMATS, render
from tests.report.foreign import FOREIGN, hidden
from tests.report.runner import read
from tests.report.samples import ABOUT, CLEAN, FULL, filled

HEAVY = ("typing", "re", "json", "dataclasses", "enum", "xml", "hashlib", "click", "rich")
LOADED = """
import sys
sys.path.insert(0, sys.argv[1])
from gitflowguard.model.finding import Report
from gitflowguard.report.about import About
from gitflowguard.report.formats import render
render(sys.argv[2], Report(notes=("x",)), About("0"))
print(*sorted(sys.modules))
"""


def loaded(name: str) -> set[str]:
    """The modules that a bare Python has after rendering once."""
    root = str(Path(gitflowguard.__file__).parent.parent)
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", LOADED, root, name], capture_output=True, text=True, check=True
    )
    return set(run.stdout.split())


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("report", [FULL, CLEAN, Report()])
def test_every_format_gives_lines_and_the_same_ones_again(name: str, report: Report) -> None:
    said = render(name, report, ABOUT)
    assert said.endswith("\n")
    assert said == render(name, report, ABOUT)


def test_an_unknown_format_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'about' is no output format; there are text, json"):
        render("about", CLEAN, ABOUT)


def test_text_is_light_enough_for_a_hook() -> None:
    assert not loaded("text") & set(HEAVY)


@pytest.mark.parametrize("name", FORMATS)
def test_only_the_chosen_renderer_is_loaded(name: str) -> None:
    others = {f"gitflowguard.report.{other}" for other in FORMATS if other != name}
    found = loaded(name)
    assert f"gitflowguard.report.{name}" in found
    assert not found & others


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=300, derandomize=True, deadline=None, database=None)
@given(text=FOREIGN.filter(bool), plain=st.just("plain"))
def test_no_format_lets_hostile_text_out(name: str, text: str, plain: str) -> None:
    said = render(name, filled(text), ABOUT)
    lines = said.split("\n")
    assert not {letter for line in lines for letter in hidden(line)}
    assert said.splitlines() == lines[:-1]
    assert "##[" not in said
    assert "##vso[" not in said
    if name == "github":
        assert len([line for line in lines if read(line)]) == 5
    else:
        assert not [line for line in lines if line.lstrip().startswith("::")]
    if name in ("text", "github"):
        assert len(lines) == len(render(name, filled(plain), ABOUT).split("\n"))
    if name in ("json", "sarif"):
        assert said.isascii()
        json.loads(said)
