"""Every known tool by its true program: what passes, what fails, what can't determine; and answers that are garbage."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitflowguard.app.quality.run import adapter_of
from gitflowguard.model.check import Tool
from gitflowguard.quality.adapter import GarbledOutput, Remark, ToolAnswer, ToolExit
from gitflowguard.model.paths import matches
from gitflowguard.quality.catalogue import KNOWN, known, seen
from gitflowguard.quality.hunks import changed
from tests.budget import examples, sampled
from tests.e2e.world import BIN
from tests.quality.world import (
    BROKEN,
    DANGEROUS,
    GOOD,
    UGLY,
    UNUSED,
    declared,
    guarded,
    program,
    stage,
)

STRIPPED = {
    "cells": [
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": ["x = 1"]}
    ],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 2,
}
OUTPUT = {"name": "stdout", "output_type": "stream", "text": ["1"]}
KEPT = {**STRIPPED, "cells": [{**STRIPPED["cells"][0], "execution_count": 1, "outputs": [OUTPUT]}]}  # type: ignore
PICKLE = b"\x80\x04]\x94K\x01a."  # [1]
EVIL = b"cposix\nsystem\n(S'x'\ntR."
UNSORTED = "import sys\nimport os\n\nprint(os, sys)\n"
SORTED = "import os\nimport sys\n\nprint(os, sys)\n"
# tool, file, good, bad, what is said of the bad one, something that can't determine ("" for none)
CASES = [
    ("black", "a.py", GOOD, UGLY, "GFG801]: a.py:1: black would reformat this file", BROKEN),
    ("isort", "a.py", SORTED, UNSORTED, "GFG801]: a.py:1: isort would sort the imports of this file", ""),
    ("ruff-format", "a.py", GOOD, UGLY, "a.py:1: ruff-format would reformat this file", BROKEN),
    ("flake8", "a.py", GOOD, UNUSED, "GFG802]: a.py:1:1: flake8 F401", ""),
    ("ruff", "a.py", GOOD, UNUSED, "GFG802]: a.py:1:8: ruff F401", ""),
    ("mypy", "a.py", GOOD, "x: int = ''\n", "GFG802]: a.py:1:10: mypy assignment", ""),
    ("nbstripout", "a.ipynb", json.dumps(STRIPPED), json.dumps(KEPT), "a.ipynb: nbstripout would strip", "{"),
    ("bandit", "a.py", GOOD, DANGEROUS, "GFG803]: a.py:5:12: bandit B301", "x = '\0'\n"),
    ("picklescan", "a.pkl", PICKLE, EVIL, "picklescan dangerous-import", b"hello"),
]


# tests/quality/test_adapters.py asks each of the others directly.
@pytest.mark.parametrize(
    ("tool", "path", "good", "bad", "said", "odd"),
    sampled(CASES, 4, 6),
    ids=[case[0] for case in CASES],
)
def test_a_tool_by_its_program(
    tmp_path: Path, tool: str, path: str, good: str | bytes, bad: str | bytes, said: str, odd: str | bytes
) -> None:
    """Good passes, bad is a finding at its place, odd is told as unchecked, never as passed.

    The other tools are slow: tests/quality/test_adapters.py asks each of them directly.
    """
    assert (BIN / known(Tool(tool)).program).exists(), f"the tests need {tool}"
    world = guarded(tmp_path, policy=f"tools: {{{tool}: true}}\n")
    for content, code, words in ((good, 0, ""), (bad, 1, said), (odd, 3, tool)):
        if not content:
            continue
        (world.work / path).write_bytes(content.encode() if isinstance(content, str) else content)
        world.do("add", "--", path)
        done = stage(world)
        assert done.code == code, done.text
        assert words in done.text


ODD_NAMES = [
    "a b.py",
    "-x.py",
    "é.py",
    "a:1:2: E1 b.py",
    "new\nline.py",
    "tab\t.py",
    "'\"$(x).py",
    "[a].py",
]


# All in one commit; each alone with `make test-all`.
@pytest.mark.slow
@pytest.mark.parametrize(
    "names",
    [ODD_NAMES, *(pytest.param([name], marks=pytest.mark.slow) for name in ODD_NAMES)],
    ids=["all", *ODD_NAMES],
)
def test_odd_names(tmp_path: Path, names: list[str]) -> None:
    """Whatever a file is called, good passes and bad is found in it.

    Slow: that such files are read is proved by tests/quality/test_states.py, odd_names and quoted_paths; that a
    tool's words are understood, by tests/quality/test_adapters_words.py; and test_a_name_that_is_no_utf8 has
    one end to end.
    """
    world = guarded(tmp_path)
    for text, code in ((GOOD, 0), (UGLY + UNUSED + DANGEROUS, 1)):
        for name in names:
            (world.work / name).write_text(text)
        world.do("add", "--", *names)
        done = stage(world)
        assert done.code == code, done.text
        if code:
            assert "can't determine" not in done.text
            report = json.loads(world.guard("quality", "--output-format", "json").text)
            found = {(one["path"], one["tool_code"] or one["tool"]) for one in report["findings"]}
            assert {(name, word) for name in names for word in ("black", "F401", "B301")} <= found, found


def test_a_name_that_is_no_utf8(tmp_path: Path) -> None:
    """black and flake8 themselves break off at it: told, never passed."""
    world = guarded(tmp_path)
    (world.work / "\udcff.py").write_text(UGLY + UNUSED)
    world.do("add", "--", "\udcff.py")
    done = stage(world)
    assert done.code == 3, done.text
    assert all(f"{name} did not check \\xff.py" in done.text for name in ("black", "flake8"))


def test_the_repository_own_version_is_used(tmp_path: Path) -> None:
    """An environment in the work tree that git does not track; the report says whose it is."""
    world = guarded(tmp_path, policy="tools: {black: true}\n")
    venv = world.work / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    site = next((venv / "lib").glob("python*/site-packages"))
    (site / "black-23.1.0.dist-info").mkdir()
    (site / "black.py").write_text(
        "import sys\n\n\ndef reformat_one(src, fast, write_back, mode, report): ...\n\n\n"
        "def patched_main():\n    for name in sys.argv[1:]:\n        if name.endswith('.py'):\n"
        "            print('would reformat ' + name, file=sys.stderr)\n    sys.exit(1)\n"
    )
    text = f"#!{venv}/bin/python\nimport sys\nfrom black import patched_main\nsys.exit(patched_main())\n"
    (venv / "bin" / "black").write_text(text)
    (venv / "bin" / "black").chmod(0o755)
    (world.work / ".git" / "info" / "exclude").write_text(".venv\n.gitflowguard.yaml\n")
    world.write("a.py", GOOD)
    done = stage(world)
    assert done.code == 1 and "black 23.1.0" in done.text and ".venv" in done.text, done.text
    (site / "black-23.1.0.dist-info").rename(site / "black-19.10b0.dist-info")
    done = stage(world)
    assert done.code == 3 and "19.10b0" in done.text and "too old" in done.text


def test_a_program_of_the_team(tmp_path: Path) -> None:
    """path:line:col, and SARIF, each with the program's own code."""
    own = program(tmp_path, "own", "print('a.py:2:7: X12 too bad'); sys.exit(1)\n")
    world = guarded(tmp_path, policy=declared(own, ", family: security"))
    world.write("a.py", GOOD)
    done = stage(world)
    assert done.code == 1 and "GFG803]: a.py:2:7: own X12: too bad" in done.text, done.text
    place = {"artifactLocation": {"uri": "a.py"}, "region": {"startLine": 3, "startColumn": 4}}
    result = {"ruleId": "Y1", "message": {"text": "worse"}, "locations": [{"physicalLocation": place}]}
    own = program(tmp_path, "own", "print(os.path.abspath('a.py') + ':2: X13 worse'); sys.exit(1)\n")
    assert "a.py:2: own X13: worse" in stage(world).text
    log = json.dumps({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "o"}}, "results": [result]}]})
    own = program(tmp_path, "own", f"print({log!r})\n")
    world.policy(declared(own, ", reads: sarif"))
    done = stage(world)
    assert done.code == 1 and "GFG802]: a.py:3:4: own Y1: worse" in done.text, done.text


@pytest.mark.parametrize("name", [row.name for row in KNOWN] + ["lines", "sarif"])
@given(
    code=st.sampled_from([0, 1, 2, 3, 7, 123, 255, -9, -11]),
    out=st.binary(max_size=200),
    err=st.binary(max_size=200),
)
@settings(max_examples=examples(60), deadline=None)
def test_garbage_is_no_pass(name: str, code: int, out: bytes, err: bytes) -> None:
    """Arbitrary answers raise Garbled or leave the file unchecked, but for those that a clean run does give."""
    module = __import__(f"gitflowguard.quality.{name.replace('-', '_')}", fromlist=["read"])
    try:
        answer: ToolAnswer = module.read(ToolExit(code, out, err), ("a.py",))
    except GarbledOutput:
        return
    if answer.remarks or answer.unchecked or answer.excluded:
        return
    assert code == 0
    assert name in ("nbstripout", "lines"), "silence is no proof here"


# What flake8 prints last: of how many files it speaks.
SEEN = (
    b"0.01       seconds elapsed\n1          total files processed\n99         files processed per second\n"
)
GARBLED = [
    ("black", 2, b"", b""),
    ("black", 0, b"", b"would reformat a.py\n"),
    ("isort", 2, b"", b""),
    ("isort", 1, b"", b""),
    ("flake8", 1, SEEN, b"MemoryError"),
    ("flake8", 0, b"\x1ea.py\x1f1\x1f1\x1fE1\x1fx\x1f\n" + SEEN, b""),
    ("flake8", 1, b"\x1ea.py\x1f1\x1f1\x1fE1\n" + SEEN, b""),
    ("flake8", 1, b"\x1eb.py\x1f1\x1f1\x1fE1\x1fx\x1f\n" + SEEN, b""),
    ("flake8", 0, b"", b""),
    ("flake8", 1, b"\x1ea.py\x1f1\x1f1\x1fE1\x1fx\x1f\n", b""),
    ("flake8", 1, b"x", b"Traceback (most recent call last)\n"),
    ("bandit", 0, b"{}", b""),
    ("bandit", 2, b"", b""),
    ("bandit", 1, b'{"metrics": {}, "results": [], "errors": []}', b""),
    (
        "bandit",
        0,
        b'{"metrics": {"b.py": {"nosec": 0, "skipped_tests": 0}}, "results": [], "errors": []}',
        b"",
    ),
    ("ruff", 2, b"", b"error: no"),
    ("ruff", 1, b"[]", b""),
    ("ruff", 0, b"{", b""),
    ("ruff", 0, b"[]", b""),
    ("ruff", 0, b"[]", b"[DEBUG] Checked 2 files in: 1ms\n"),
    ("ruff_format", 0, b"", b""),
    ("mypy", 0, b"", b""),
    ("mypy", 0, b"Success: no issues found in 2 source files\n", b""),
    ("ruff_format", 2, b"", b""),
    ("ruff_format", 3, b"", b""),
    ("ruff_format", 1, b"", b""),
    ("mypy", 1, b"", b""),
    ("mypy", 2, b"mypy: can't read file\n", b""),
    ("mypy", 3, b"", b""),
    ("mypy", 0, b"a.py:1:1: error: x  [y]\n", b""),
    ("nbstripout", 0, b"No valid notebook detected in 'a.py'\n", b""),
    ("nbstripout", 1, b"", b""),
    ("picklescan", 0, b"", b""),
    ("picklescan", 1, b"Scanned files: 1\n", b""),
    ("lines", 1, b"", b"broken\n"),
    ("lines", -9, b"a.py:1: x\n", b""),
    ("sarif", 0, b"[]", b""),
    ("sarif", 1, b'{"runs": [{"results": []}]}', b""),
    ("sarif", 0, b'{"runs": [{"invocations": [{"executionSuccessful": false}]}]}', b""),
]


@pytest.mark.parametrize(("name", "code", "out", "err"), GARBLED)
def test_answers_that_contradict_themselves(name: str, code: int, out: bytes, err: bytes) -> None:
    """Words and exit code must go together."""
    module = __import__(f"gitflowguard.quality.{name}", fromlist=["read"])
    with pytest.raises(GarbledOutput):
        module.read(ToolExit(code, out, err), ("a.py",))


def test_what_the_tools_leave_out_is_told(tmp_path: Path) -> None:
    """black's force-exclude and bandit's exclude_dirs: exit 0 of the tool, and counted, also on a hit."""
    world = guarded(tmp_path, policy="tools: {black: true, bandit: true}\n")
    world.write(
        "pyproject.toml", "[tool.black]\nforce-exclude = 'a.py'\n[tool.bandit]\nexclude_dirs = ['a.py']\n"
    )
    world.write("a.py", UGLY + DANGEROUS)
    for _ in range(2):
        done = stage(world)
        assert done.code == 0, done.text
        assert "1 by black" in done.text and "1 by bandit" in done.text


def test_adapter_of_a_declared_program() -> None:
    """The way in which it answers decides."""
    from gitflowguard.app.quality.asked import Group
    from gitflowguard.repo.surroundings import Listing
    from gitflowguard.tooling.found import FoundTool

    tool = Tool("own", run=("x",), reads="sarif")
    nothing = Listing(rows=(), settings=(), links={}, digest=b"", whole=b"")
    group = Group(
        tool=tool,
        known=known(tool),
        found=FoundTool("own"),
        entries=(),
        configs=(),
        setup=b"",
        listing=nothing,
    )
    assert adapter_of(group).__name__ == "gitflowguard.quality.sarif"


@pytest.mark.parametrize(
    ("pattern", "path", "answer"),
    [
        ("*.py", "a.py", True), ("*.py", "a/b.py", True), ("*.py", "a.pyi", False), ("a*.py", "x/ab.py", True),
        ("src/*.py", "src/a.py", True), ("src/*.py", "src/a/b.py", False), ("src/**/*.py", "src/a.py", True),
        ("src/**/*.py", "src/a/b/c.py", True), ("vendor/**", "vendor/a/b", True), ("vendor/**", "a/vendor/b", False),
        ("**", "a/b", True), ("**/x/*.sql", "a/x/b.sql", True), ("Dockerfile", "a/Dockerfile", True),
        ("*a*a*a*a*a*a*a*b", "a" * 200, False), ("", "a", False),
    ],
)  # fmt: skip
def test_patterns(pattern: str, path: str, answer: bool) -> None:
    """Without a slash the name, with one the whole path; never exponential."""
    assert matches(pattern, path) is answer


def test_exclude() -> None:
    """What a policy excludes is not looked at."""
    tool = Tool("black", exclude=("vendor/**",))
    assert seen(tool, ("a.py", "vendor/a.py", "a.txt")) == {"a.py"}


def test_hunks() -> None:
    """Lines of the old file; lines that look like headers are content."""
    diff = "--- a.py\tx\n+++ a.py\ty\n@@ -1,4 +1,4 @@\n x\n--- b\n+++ c\n y\n+z\n k\n@@ -9 +9 @@\n-q\n+r\n"
    assert changed(diff) == {"a.py": ((2, 2), (3, 3), (9, 9))}


def test_places_of_answers() -> None:
    """Absolute paths are led back to the names that were given."""
    from gitflowguard.quality import bandit, black, lines

    said = black.read(ToolExit(1, b"", b"would reformat /tmp/x/a/b.py\n"), ("a/b.py", "b.py"))
    assert said.remarks == (
        Remark(path="a/b.py", code="", says="would reformat this file", line=0, column=0, end=0),
    )
    assert said.unchecked[0][0] == "b.py"
    row = {"filename": "./a.py", "line_number": 3, "test_id": "B1", "issue_text": "t", "line_range": []}
    report = {"metrics": {"./a.py": {"nosec": 2, "skipped_tests": 1}}, "results": [row], "errors": []}
    answer = bandit.read(ToolExit(1, json.dumps(report).encode(), b""), ("a.py", "b.py"))
    assert answer.hidden == (("a.py", 3),) and answer.excluded == ("b.py",) and answer.remarks[0].column == 0
    assert lines.read(ToolExit(1, b"./a.py:3: words\nnoise\n", b""), ("a.py",)).remarks == (
        Remark("a.py", "", "words", 3),
    )
