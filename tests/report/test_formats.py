"""What holds for every format alike."""

from __future__ import annotations

import ast
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
from tests.budget import examples
from tests.report.foreign import FOREIGN, hidden
from tests.report.runner import read
from tests.report.samples import (
    ABOUT,
    CLEAN,
    FULL,
    QUALITY,
    TOOLS,
    filled,
    filled_by_tools,
)

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


USED = ABOUT._replace(tools=TOOLS)


def loaded(name: str) -> set[str]:
    """The modules that a bare Python has after rendering once."""
    root = str(Path(gitflowguard.__file__).parent.parent)
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", LOADED, root, name], capture_output=True, text=True, check=True
    )
    return set(run.stdout.split())


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("report", [FULL, CLEAN, QUALITY, Report()])
def test_every_format_gives_lines_and_the_same_ones_again(name: str, report: Report) -> None:
    said = render(name, report, ABOUT)
    assert said.endswith("\n")
    assert said == render(name, report, ABOUT)


def test_an_unknown_format_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'about' isn't an output format; choose one of text, json"):
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
@settings(max_examples=examples(300), derandomize=True, deadline=None, database=None)
@given(text=FOREIGN.filter(bool), plain=st.just("plain"))
def test_no_format_lets_hostile_text_out(name: str, text: str, plain: str) -> None:
    hold(name, render(name, filled(text), ABOUT), render(name, filled(plain), ABOUT))


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=examples(300), derandomize=True, deadline=None, database=None)
@given(text=FOREIGN.filter(bool))
def test_no_format_lets_the_words_of_a_tool_out(name: str, text: str) -> None:
    """Nor its codes, its name, its version, and the paths that it was given."""
    used = ABOUT._replace(tools=((text, text, text),))
    plain = ABOUT._replace(tools=(("plain", "plain", "plain"),))
    said = render(name, filled_by_tools(text), used)
    hold(name, said, render(name, filled_by_tools("plain"), plain))


def hold(name: str, said: str, plain: str) -> None:
    """The output with hostile text has the lines and the commands of that with harmless text, and no others."""
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
        assert len(lines) == len(plain.split("\n"))
    if name in ("json", "sarif"):
        assert said.isascii()
        json.loads(said)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_keeps_both_codes_the_line_and_the_column(name: str) -> None:
    """And says which version of which tool looked, and whose it is."""
    said = render(name, QUALITY, USED)
    assert "GFG802" in said and "F401" in said
    assert "GFG803" in said and "B301" in said
    assert "26.10.1" in said and "the project" in said
    at = {
        "json": '"line": 7,\n      "column": 9,',
        "sarif": '"startLine": 7,\n                  "startColumn": 9',
        "github": "file=src/load.py,line=7,col=9",
    }
    assert at.get(name, "src/load.py:7:9") in said


def test_a_report_without_tools_loads_nothing_for_them() -> None:
    """A hook that has only a note to print."""
    assert "gitflowguard.report.textlist" not in loaded("text")


def test_the_names_of_formats_are_listed_once() -> None:
    """A list of them anywhere else would be forgotten by whoever adds a format."""
    source = Path(gitflowguard.__file__).parent
    lists = []
    for path in sorted(source.rglob("*.py")):
        if '"json"' not in (text := path.read_text("utf-8")):
            continue
        nodes = list(ast.walk(ast.parse(text)))
        # `name in ("text", "json")` asks for two of them.
        asked = {id(one) for node in nodes if isinstance(node, ast.Compare) for one in node.comparators}
        lists += [
            f"{path.relative_to(source).as_posix()}:{node.lineno}"
            for node in nodes
            if isinstance(node, ast.Tuple | ast.List | ast.Set)
            and id(node) not in asked
            and {"text", "json"} <= {one.value for one in node.elts if isinstance(one, ast.Constant)}
        ]
    assert lists and not [place for place in lists if not place.startswith("report/formats.py:")]
