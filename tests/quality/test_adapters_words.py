"""Answers as the adapters may get them from versions, systems and files that are not at hand: each exact outcome."""

from __future__ import annotations

import json

import pytest

from gitflowguard.model.check import Tool
from gitflowguard.quality.adapter import GarbledOutput, Remark, ToolAnswer, ToolExit
from gitflowguard.quality.catalogue import NAMES, seen
from gitflowguard.quality.hunks import changed
from tests.quality.ask import adapter

ONE = ("a.py",)


def read(name: str, code: int, out: str = "", err: str = "", files: tuple[str, ...] = ONE) -> ToolAnswer:
    """What the adapter makes of these words."""
    answer: ToolAnswer = adapter(name).read(ToolExit(code, out.encode(), err.encode()), files)
    return answer


@pytest.mark.parametrize(
    ("tool", "name", "text", "answer"),
    [
        ("black", "pyproject.toml", "[tool.black]\nline-length = 100\n", True),
        ("black", "pyproject.toml", "[tool.isort]\nprofile = 'black'\n", False),
        ("black", "pyproject.toml", "[project]\nname = 'x'\n", False),
        ("black", "pyproject.toml", "[tool.black\n", True),
        ("black", "pyproject.toml", "tool = 'black'\n", False),
        ("isort", ".isort.cfg", "[settings]\n", True),
        ("isort", ".isort.cfg", "# nothing\n", False),
        ("isort", "pyproject.toml", "[tool.isort]\n", True),
        ("isort", "pyproject.toml", "[isort]\n", False),
        ("isort", "setup.cfg", "[tool:isort]\n", True),
        ("isort", ".editorconfig", "[*.py]\n", True),
        ("isort", ".editorconfig", "root = true\n[*]\nmax_line_length = 117\n", True),
        ("isort", ".editorconfig", "[**.py]\n", True),
        ("isort", ".editorconfig", "[*.{js,py}]\n", True),
        ("isort", ".editorconfig", "[*.js]\n[Makefile]\n", False),
        ("isort", ".editorconfig", "[*.{js,pyx}]\n", False),
        ("isort", "tox.ini", "[testenv]\n", False),
        ("ruff", "ruff.toml", "", True),
        ("ruff", ".ruff.toml", "", True),
        ("ruff", "pyproject.toml", "[tool.ruff.lint]\n", True),
        ("ruff", "pyproject.toml", "[tool.ruffian]\n", False),
        ("flake8", "setup.cfg", "[flake8]\n", True),
        ("flake8", "tox.ini", "[flake8:local-plugins]\n", True),
        ("flake8", "tox.ini", "[testenv]\ncommands = flake8\n", False),
        ("flake8", "setup.cfg", "[metadata]\n", False),
        ("flake8", "setup.cfg", "no section, flake8\n", False),
        ("mypy", "mypy.ini", "[mypy]\n", True),
        ("mypy", ".mypy.ini", "[mypy-numpy.*]\n", True),
        ("mypy", "pyproject.toml", "[tool.mypy]\n", True),
        ("mypy", "pyproject.toml", "[mypy]\n", False),
        ("mypy", "setup.cfg", "[metadata]\n", False),
        ("bandit", ".bandit", "[bandit]\nskips = B101\n", True),
        ("bandit", ".bandit", "[other]\nbandit = 1\n", False),
        ("bandit", ".bandit", "no section, bandit\n", False),
        ("bandit", "bandit.yaml", "skips: []\n", True),
        ("bandit", "bandit.yml", " \n", False),
        ("bandit", "pyproject.toml", "[tool.bandit]\n", True),
        ("bandit", "pyproject.toml", "[project]\ndependencies = ['bandit']\n", False),
        ("bandit", "pyproject.toml", "[tool.bandit\n", True),
        ("bandit", "pyproject.toml", "tool = 'bandit'\n", False),
        ("bandit", "pyproject.toml", "[tool.black]\n", False),
        ("bandit", "setup.cfg", "[bandit]\n", False),
        ("nbstripout", "setup.cfg", "[nbstripout]\n", False),
        ("picklescan", "pyproject.toml", "[tool.picklescan]\n", False),
        ("lines", "setup.cfg", "[own]\n", False),
        ("sarif", "setup.cfg", "[own]\n", False),
    ],
)
def test_whose_configuration(tool: str, name: str, text: str, answer: bool) -> None:
    """Only a file that the tool itself would take for its configuration, also where it is garbled."""
    assert adapter(tool).has_section(name, text.encode()) is answer


@pytest.mark.parametrize("data", [b"\xff[tool.black]bandit flake8", b"\0", b"[" * 1000])
@pytest.mark.parametrize("tool", ["black", "bandit", "flake8"])
@pytest.mark.parametrize("name", ["pyproject.toml", ".bandit", "setup.cfg"])
def test_a_configuration_that_is_no_text(tool: str, name: str, data: bytes) -> None:
    """It configures nothing; one in which the tool would look for its own table is the tool's to complain of."""
    own = (tool == "black" or (tool == "bandit" and name == "pyproject.toml")) and tool.encode() in data
    assert adapter(tool).has_section(name, data) is own


@pytest.mark.parametrize("name", [*NAMES, "lines", "sarif"])
def test_arguments_of_the_policy(name: str) -> None:
    """They stand in the command line, in their order."""
    args = adapter(name).prepare(None, Tool(name, args=("--one", "two")), False).args
    at = args.index("--one")
    assert args[at + 1] == "two"


@pytest.mark.parametrize(
    ("name", "switch"),
    [("flake8", "--disable-noqa"), ("ruff", "--ignore-noqa"), ("bandit", "--ignore-nosec")],
)
def test_comments_refused(name: str, switch: str) -> None:
    """By the tool's own switch, and only where that is wanted."""
    module = adapter(name)
    assert switch in module.prepare(None, Tool(name), True).args
    assert switch not in module.prepare(None, Tool(name), False).args


def test_black_of_several_files() -> None:
    """Absolute paths, the longest name that fits, a path of nobody's."""
    files = ("b.py", "a/b.py", "c.py")
    err = (
        "would reformat /tmp/x/a/b.py\n/tmp/x/b.py already well formatted, good job.\n"
        "error: cannot format /elsewhere/z.py: broken\nerror: cannot format c.py: broken too\n"
    )
    assert read("black", 123, "", err, files) == ToolAnswer(
        (Remark("a/b.py", "", "would reformat this file"),), (("c.py", "black cannot format it: broken too"),)
    )


def test_black_that_gives_no_reason() -> None:
    """Exit code 123 and not a word."""
    assert read("black", 123).unchecked == (("a.py", "black cannot format it: it gave no reason"),)


def test_black_that_fails_on_its_own_code() -> None:
    """26.10's words for a bug of its own are led back to the file; so are those for a version of Python."""
    err = "error: INTERNAL ERROR: Black 26 produced invalid code:\ncannot parse: a.py:3:7\n    x\n"
    assert read("black", 123, "", err).unchecked == (("a.py", "black cannot format it: cannot parse at 3:7"),)
    err = "error: cannot parse for target version Python 3.9: b.py:1:2\n"
    assert read("black", 123, "", err, ("a.py", "b.py")).unchecked == (
        ("a.py", "black didn't report that it checked the file"),
        ("b.py", "black cannot format it: cannot parse for target version Python 3.9 at 1:2"),
    )


@pytest.mark.parametrize(
    ("code", "err"),
    [
        (0, "would reformat a.py\n"),
        (0, "error: cannot format a.py: x\n"),
        (1, "would reformat z.py\nb.py already well formatted, good job.\n"),
        (139, ""),
        (-11, ""),
    ],
)
def test_black_that_contradicts_itself(code: int, err: str) -> None:
    """Also where what it would change is none of the files."""
    with pytest.raises(GarbledOutput):
        read("black", code, "", err, ("a.py", "b.py"))


def test_black_that_says_nothing() -> None:
    """With the exit code of a pass, or of a change."""
    assert read("black", 0).unchecked == (("a.py", "black didn't report that it checked the file"),)
    with pytest.raises(GarbledOutput, match="black didn't run"):
        read("black", 1)


def test_isort_of_several_files() -> None:
    """Absolute paths, and one of which nothing is said."""
    files = ("a/b.py", "c.py", "d.py")
    out = "SUCCESS: /tmp/x/c.py Everything Looks Good!\nSUCCESS: /z.py Everything Looks Good!\n"
    assert read(
        "isort", 1, out, "ERROR: /x/a/b.py Imports are incorrectly sorted and/or formatted.\n", files
    ) == ToolAnswer(
        (Remark("a/b.py", "", "would sort the imports of this file"),),
        (("d.py", "isort didn't report that it checked the file"),),
    )
    assert read("isort", 0, "a.py was skipped as it's listed in 'skip' setting or matches\n").excluded == ONE


@pytest.mark.parametrize(
    ("code", "err"),
    [(0, "ERROR: a.py Imports are incorrectly sorted and/or formatted.\n"), (1, ""), (-9, "")],
)
def test_isort_that_contradicts_itself(code: int, err: str) -> None:
    """Exit code and words must go together."""
    with pytest.raises(GarbledOutput):
        read("isort", code, "", err)


def counted(files: int = 1) -> str:
    """What flake8 prints last under --benchmark."""
    tail = "total files processed\n9          files processed per second\n"
    return f"0.1        seconds elapsed\n{files}          {tail}"


def record(path: str = "a.py", row: str = "1", column: str = "2", code: str = "E1", says: str = "x") -> str:
    """A finding in the form that flake8 is asked for."""
    return f"\x1e{path}\x1f{row}\x1f{column}\x1f{code}\x1f{says}\x1f\n"


def test_flake8_words() -> None:
    """A message that holds our own separator, a name with and without ./, what could not be read told once."""
    out = record(says="a\x1fb") + record("./a.py", code="E902") + record("a.py", code="E902")
    assert read("flake8", 1, out + counted()) == ToolAnswer(
        (Remark("a.py", "E1", "a\x1fb", 1, 2),), (("a.py", "flake8 cannot read it: x"),)
    )
    assert read("flake8", 1, record("-a.py") + counted(), "", ("./-a.py",)).remarks[0].path == "./-a.py"


@pytest.mark.parametrize(
    "out",
    [
        record("b.py"),
        record(row="x"),
        record(column=""),
        record()[:-3],
        record() + "more",
        "noise" + record(),
    ],
)
def test_flake8_that_is_garbled(out: str) -> None:
    """Half a finding, noise around it, a file that it was wasn't given; and no word of how many files there were."""
    with pytest.raises(GarbledOutput):
        read("flake8", 1, out + counted())
    with pytest.raises(GarbledOutput, match="how many files"):
        read("flake8", 1, record())


def finding(path: str = "/x/a.py", **more: object) -> dict[str, object]:
    """One of ruff's."""
    place = {"row": 3, "column": 4}
    row = {
        "filename": path,
        "code": "F1",
        "message": "m",
        "location": place,
        "end_location": {"row": 5, "column": 1},
    }
    return {**row, **more}


def test_ruff_words() -> None:
    """Absolute paths; a syntax error of older versions has no code; what it could not read is told."""
    out = json.dumps([finding(code=None)])
    err = "warning: x\nerror: Failed to lint /x/b.py: stream did not contain valid UTF-8\nChecked 2 files in: 1ms\n"
    assert read("ruff", 1, out, err, ("a.py", "b.py")) == ToolAnswer(
        (Remark(path="a.py", code="invalid-syntax", says="m", line=3, column=4, end=5),),
        (("b.py", "ruff cannot read it: stream did not contain valid UTF-8"),),
    )


@pytest.mark.parametrize(
    ("code", "out"),
    [
        (1, [finding("/x/z.py")]),
        (1, [finding(location=3)]),
        (1, [finding(end_location=None)]),
        (1, [finding(location={"row": "x", "column": 1})]),
        (1, ["x"]),
        (1, {"a": 1}),
        (1, 7),
        (0, [finding()]),
        (1, []),
        (-6, []),
    ],
)
def test_ruff_that_is_garbled(code: int, out: object) -> None:
    """Other shapes, a file that it was wasn't given, a contradiction."""
    with pytest.raises(GarbledOutput):
        read("ruff", code, json.dumps(out))


def test_ruff_format_words() -> None:
    """What is changed and what could not be read, in one answer; a name that ruff prints otherwise."""
    diff = "--- {}\n+++ {}\n@@ -1 +1 @@\n-x\n+y\n"
    err = "error: Failed to parse c.py:2:1: unexpected EOF\nFormatted 2 files in 1ms\n"
    files = ("a/b.py", "c.py")
    assert read("ruff-format", 2, diff.format("/t/a/b.py", "/t/a/b.py"), err, files) == ToolAnswer(
        (Remark(path="a/b.py", code="", says="would reformat this file", line=1, column=0, end=1),),
        (("c.py", "ruff cannot format it: unexpected EOF"),),
    )
    assert read("ruff-format", 1, diff.format("odd", "odd"), "Formatted 1 files in 1ms\n").remarks == (
        Remark(path="a.py", code="", says="would reformat this file", line=1, column=0, end=1),
    )
    with pytest.raises(GarbledOutput, match="wasn't given"):
        read("ruff-format", 1, diff.format("z.py", "z.py"), "", files)
    with pytest.raises(GarbledOutput, match="broke off"):
        read("ruff-format", 2, diff.format("c.py", "c.py"), "error: no such option\n", files)
    with pytest.raises(GarbledOutput, match="contradict each other"):
        read("ruff-format", 0, diff.format("c.py", "c.py"), "", files)


FOUND = "Found 1 error in 1 file (checked 1 source file)\n"


def test_mypy_words() -> None:
    """A file that was not asked for says nothing here; a finding may lack column and code."""
    out = "b.py:1:1: error: other  [misc]\na.py:2: error: no place\na.py:3:4: note: a note\n"
    out += "Found 2 errors in 2 files (checked 1 source file)\n"
    assert read("mypy", 1, out) == ToolAnswer((Remark("a.py", "", "no place", 2),))


@pytest.mark.parametrize(
    ("code", "out", "err", "why"),
    [
        (1, "b.py:1:1: error: x  [misc]\n" + FOUND, "", "contradict each other"),
        (0, "a.py:1:1: error: x  [misc]\n" + FOUND, "", "contradict each other"),
        (1, "a.py:1:1: error: x  [misc]\n", "", "that it checked all files"),
        (2, "a.py:1:1: error: x  [misc]\n", "usage\nmypy: error: no\n", "could not go on: mypy: error: no"),
        (2, "words\n", "", "could not go on: words"),
        (2, "", "", "could not go on: it gave no reason"),
        (-9, "", "", "exit code -9"),
    ],
)
def test_mypy_that_went_wrong(code: int, out: str, err: str, why: str) -> None:
    """Errors in other files only, or none that has a place."""
    with pytest.raises(GarbledOutput, match=why):
        read("mypy", code, out, err)


def report(**more: object) -> str:
    """bandit's, of one file without findings."""
    row = {"nosec": 0, "skipped_tests": 0}
    return json.dumps({"metrics": {"_totals": row, "a.py": row}, "results": [], "errors": [], **more})


ISSUE = {"filename": "a.py", "line_number": 3, "test_id": "B1", "issue_text": "t", "line_range": [3, 4, 5]}


def test_bandit_words() -> None:
    """A clean file is proved by its metrics; one with an error was not looked at, whatever its metrics say."""
    assert read("bandit", 0, report()) == ToolAnswer(hidden=(("a.py", 0),))
    assert read("bandit", 1, report(results=[{**ISSUE, "col_offset": 4}])).remarks == (
        Remark(path="a.py", code="B1", says="t", line=3, column=5, end=5),
    )
    failed = report(errors=[{"filename": "./a.py", "reason": "syntax error"}])
    assert read("bandit", 0, failed) == ToolAnswer((), (("a.py", "bandit cannot read it: syntax error"),))
    assert read("bandit", 0, report(metrics={})) == ToolAnswer(excluded=ONE)


@pytest.mark.parametrize(
    ("code", "out"),
    [
        (0, report(results=[ISSUE])),
        (1, report()),
        (1, report(results=[{**ISSUE, "filename": "z.py"}])),
        (1, report(results=[{**ISSUE, "line_number": "x"}])),
        (0, report(errors=[{"filename": "a.py"}])),
        (0, report(metrics=[])),
        (0, report(metrics={"a.py": {"nosec": 0}})),
        (0, "[]"),
        (0, "no JSON"),
        (0, ""),
        (2, report()),
    ],
)
def test_bandit_that_is_garbled(code: int, out: str) -> None:
    """Other shapes, a file that it was wasn't given, a contradiction."""
    with pytest.raises(GarbledOutput):
        read("bandit", code, out)


@pytest.mark.parametrize(
    ("code", "out", "err"),
    [
        (0, "Dry run: would have stripped a.ipynb\n", ""),
        (1, "Dry run: would have stripped z.ipynb\n", ""),
        (1, "Dry run: would have stripped a.ipynb\nDry run: would have stripped z.ipynb\n", ""),
        (1, "Dry run: would have stripped a.ipynb\n", "a warning\n"),
        (0, "", "Traceback\n"),
        (1, "", ""),
        (-9, "", ""),
    ],
)
def test_nbstripout_that_is_garbled(code: int, out: str, err: str) -> None:
    """Anything but its known words, and a file that it was wasn't given."""
    with pytest.raises(GarbledOutput):
        read("nbstripout", code, out, err, ("a.ipynb",))


def test_picklescan_that_is_broken_and_dangerous() -> None:
    """What it found before it broke off counts."""
    out = "a.py: dangerous import 'os system' FOUND\nERROR: could not parse a.py\nScanned files: 1\n"
    assert read("picklescan", 1, out).remarks == (
        Remark("a.py", "dangerous-import", "dangerous import 'os system'"),
    )


@pytest.mark.parametrize(
    ("code", "out", "why"),
    [(2, "no\n", "exit code 2: no"), (0, "", "it gave no reason"), (1, "Scanned files: 1\n", "exit code 1")],
)
def test_picklescan_that_went_wrong(code: int, out: str, why: str) -> None:
    """An error of its own, silence, a contradiction."""
    with pytest.raises(GarbledOutput, match=why):
        read("picklescan", code, out)


def test_lines_of_a_program() -> None:
    """With and without column, code and ./; lines that are about nothing we gave are none of ours."""
    out = "a.py:1:2: [X12] one\r\n./a.py:3: two\na.py: no place\nb.py:1: other\na.pyc:1: x\nE1:1: x\n"
    assert read("lines", 1, out) == ToolAnswer(
        (Remark("a.py", "X12", "one", 1, 2), Remark("a.py", "", "two", 3))
    )
    assert read("lines", 0, out).remarks == read("lines", 1, out).remarks
    for code in (127, 139, -1):
        with pytest.raises(GarbledOutput, match="no finding"):
            read("lines", code, out)


def result(**more: object) -> dict[str, object]:
    """One of SARIF's."""
    place = {
        "artifactLocation": {"uri": "file:///x/a.py"},
        "region": {"startLine": 3, "startColumn": 4, "endLine": 5},
    }
    row = {"ruleId": "Y1", "message": {"text": "worse"}, "locations": [{"physicalLocation": place}]}
    return {**row, **more}


def log(*results: object, **more: object) -> str:
    """A SARIF file of one run."""
    return json.dumps({"version": "2.1.0", "runs": [{"results": list(results), **more}]})


WORSE = Remark(path="a.py", code="Y1", says="worse", line=3, column=4, end=5)


@pytest.mark.parametrize(
    ("row", "remarks"),
    [
        (result(), (WORSE,)),
        (result(level="error"), (WORSE,)),
        (result(level="none"), ()),
        (result(kind="pass"), ()),
        (result(suppressions=[{"kind": "inSource"}]), ()),
        (result(suppressions=[]), (WORSE,)),
        (result(ruleId=None, rule={"id": "Z2"}), (WORSE._replace(code="Z2"),)),
        (result(ruleId=None), (WORSE._replace(code=""),)),
        (
            result(locations=[{"physicalLocation": {"artifactLocation": {"uri": "a.py"}}}]),
            (Remark("a.py", "Y1", "worse"),),
        ),
    ],
)
def test_sarif(row: dict[str, object], remarks: tuple[Remark, ...]) -> None:
    """Results that are findings, with their place as far as they have one."""
    assert read("sarif", 0, log(row)) == ToolAnswer(remarks)
    assert read("sarif", 1, log(row, result())).remarks == (*remarks, WORSE)


def test_sarif_without_results() -> None:
    """A run that went well and found nothing; the longest name that fits."""
    assert read("sarif", 0, log(invocations=[{"executionSuccessful": True}])) == ToolAnswer()
    assert read("sarif", 0, json.dumps({"runs": [{}]})) == ToolAnswer()
    assert read("sarif", 0, log(result()), "", ("a.py", "x/a.py")).remarks[0].path == "x/a.py"


@pytest.mark.parametrize(
    ("code", "out"),
    [
        (0, log(result(), invocations=[{"executionSuccessful": False}])),
        (0, json.dumps({"runs": []})),
        (0, json.dumps({"runs": 7})),
        (0, json.dumps({"runs": [7]})),
        (0, log(result(locations=[]))),
        (0, log(result(message={}))),
        (0, log(result(locations=[{"physicalLocation": {"artifactLocation": {"uri": "z.py"}}}]))),
        (0, ""),
        (2, log()),
        (-9, log(result())),
    ],
)
def test_sarif_that_is_garbled(code: int, out: str) -> None:
    """A run that failed, no run at all, other shapes, a file that it was wasn't given."""
    with pytest.raises(GarbledOutput):
        read("sarif", code, out)


@pytest.mark.parametrize(
    ("diff", "runs"),
    [
        ("", {}),
        ("no diff\n", {}),
        ("--- a\n+++ a\n@@ -1,2 +1,2 @@\n-a\n-b\n+c\n+d\n", {"a": ((1, 2),)}),
        ("--- a\n+++ a\n@@ -1,3 +1,2 @@\n-a\n b\n-c\n", {"a": ((1, 1), (3, 3))}),
        ("--- a\n+++ a\n@@ -0,0 +1 @@\n+a\n", {"a": ((1, 1),)}),
        ("--- a\n+++ a\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n", {"a": ((1, 1),)}),
        (
            "--- a\n+++ a\n@@ -1 +1 @@\n-a\n+b\n--- c\n+++ c\n@@ -4 +4 @@\n-a\n+b\n",
            {"a": ((1, 1),), "c": ((4, 4),)},
        ),
    ],
)
def test_hunks(diff: str, runs: dict[str, tuple[tuple[int, int], ...]]) -> None:
    """Each run of changed lines, in the numbers of the old file."""
    assert changed(diff) == runs


def test_patterns_of_a_policy() -> None:
    """Patterns that end a name beside others that do not."""
    tool = Tool("own", run=("own",), files=("*.sql", "etc/**", "*.tar.*"), exclude=("etc/skip/**",))
    paths = ("a.sql", "x/b.sql", "etc/a", "etc/skip/b.sql", "b.tar.gz", "c.txt")
    assert seen(tool, paths) == {"a.sql", "x/b.sql", "etc/a", "b.tar.gz"}


def test_a_configuration_of_mypy_that_only_mypy_can_read_is_not_used() -> None:
    """How deep a reader gets depends on where on the stack it begins: plug-ins could hide behind our limit."""
    from gitflowguard.quality import mypy

    deep = b"[tool.mypy]\nplugins = ['evil.py']\nx = " + b"[" * 5000 + b"]" * 5000 + b"\n"
    refused = mypy.prepare(("pyproject.toml", deep), Tool("mypy"), False).refused
    assert "nested too deep" in refused and "plugins: true" in refused
