"""The recipes of CONTRIBUTING.md for a format, a tool, a command and a question to GitHub, followed in a copy.

The recipe for a rule has a test of its own (tests/rules/test_new_rule.py).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT

PAGE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the project."""
    for part in ("src", "tests", "tools", "docs", "packages"):
        shutil.copytree(
            ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__", "node_modules")
        )
    for path in (ROOT / "pyproject.toml", *ROOT.glob("*.md")):
        shutil.copy(path, tmp_path)
    return tmp_path


def recipe(title: str) -> str:
    """What the page says under a heading."""
    return PAGE.partition(f"## {title}\n")[2].partition("\n## ")[0]


def run(tree: Path, *argv: str, code: int = 0) -> str:
    """Python in the copy, with the copy's packages; what it printed."""
    path = os.pathsep.join(str(tree / part) for part in ("src", "packages/fakegithub/src", "."))
    env = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        (sys.executable, *argv), cwd=tree, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stdout[-4000:] + done.stderr
    return done.stdout


def passing(tree: Path, chosen: str, *files: str) -> int:
    """Runs the tests of the copy whose names hold a word; how many passed."""
    said = run(
        tree, "-m", "pytest", *files, "-k", chosen, "-n", "0", "-q", "-p", "no:randomly", "-m", "not slow"
    )
    passed = re.search(r"(\d+) passed|^(\.+) ", said, re.M)
    assert passed and "skipped" not in said, said
    return int(passed[1]) if passed[1] else len(passed[2])


def contents(tree: Path) -> dict[str, bytes]:
    """The copy's files, by path."""
    paths = (path for path in tree.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(tree).as_posix(): path.read_bytes() for path in paths}


def changed(tree: Path, before: dict[str, bytes]) -> set[str]:
    """The files of the copy that are new or other than before."""
    return {path for path, data in contents(tree).items() if before.get(path) != data}


def edit(path: Path, old: str, new: str) -> None:
    """One place of a file, which is there once."""
    text = path.read_text("utf-8")
    assert text.count(old) == 1, (path.name, old)
    path.write_text(text.replace(old, new), "utf-8")


FORMAT = '''\
"""One line for each finding, as compilers print them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitflowguard.report import words
from gitflowguard.report.escape import terminal

if TYPE_CHECKING:
    from gitflowguard.model.finding import Report
    from gitflowguard.report.about import About


def render(report: Report, about: About) -> str:
    """A line for each finding, for what could not be determined, for each skip and note, and for the tools."""
    silenced = [one.violation for one in report.silenced]
    lines = [f"{one.code} {words.located(one.finding)}" for one in (*report.violations, *silenced)]
    lines += [f"{one.code} {words.UNTOLD}: {one.unknown.reason}" for one in report.skipped]
    lines += [*report.notes, words.tools(about.tools) if about.tools else ""]
    return "".join(f"{terminal(line)}\\n" for line in lines)
'''


@pytest.mark.slow
def test_a_report_format(tree: Path) -> None:
    """One module and its name in the list: the tests take it, a command offers it, the page of commands names it."""
    said = recipe("A new report format")
    assert "src/gitflowguard/report/<name>.py" in said and "`FORMATS`" in said
    (tree / "src/gitflowguard/report/compiler.py").write_text(FORMAT)
    edit(
        tree / "src/gitflowguard/report/formats.py",
        '"markdown", "junit")\n# A page',
        '"markdown", "junit", "compiler")\n# A page',
    )
    named = re.findall(r"`(tests/report/\w+\.py)`", said)
    assert passing(tree, "compiler", *named) >= 6
    assert passing(tree, "test", "tests/docs/test_house.py") >= 6
    assert run(tree, "tools/rule_docs.py")
    assert "compiler" in (tree / "docs/cli.md").read_text("utf-8")
    assert "compiler" in run(tree, "-m", "gitflowguard", "check", "--help")


TOOL = '''\
"""A made-up linter: it prints PATH:LINE: WORDS, and then the number of the files that it looked at."""

from __future__ import annotations

from gitflowguard.model.check import LINT
from gitflowguard.quality.adapter import GarbledOutput, Prepared, Remark, ToolAnswer
from gitflowguard.quality.catalogue import ToolSpec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.check import Tool
    from gitflowguard.quality.adapter import ToolExit

TOOL = ToolSpec(
    name="nitpick",
    family=LINT,
    files=("*.py",),
    program="nitpick",
    dist="nitpick",
    oldest="1.0",
    pinned="1.2",
    signs=((".nitpick", ""), ("pyproject.toml", "tool.nitpick")),
)


def has_section(name: str, data: bytes) -> bool:
    """It has no configuration."""
    return False


def prepare(config: tuple[str, bytes] | None, tool: Tool, refuse: bool) -> Prepared:
    """Its args alone."""
    return Prepared(tool.args)


def read(ended: ToolExit, files: tuple[str, ...]) -> ToolAnswer:
    """Exit code 1 and lines, or 0 and none; the last line counts the files."""
    *lines, last = ended.out.decode("utf-8", "surrogateescape").splitlines() or [""]
    if last != f"{len(files)} files" or ended.code != bool(lines):
        raise GarbledOutput("nitpick gave another answer")
    found = [line.split(":", 2) for line in lines]
    if any(len(row) != 3 or row[0] not in files or not row[1].isdecimal() for row in found):
        raise GarbledOutput("nitpick gave another answer")
    return ToolAnswer(tuple(Remark(path, "", says, int(line)) for path, line, says in found))
'''
CASE = '    ("nitpick", "a.py", GOOD, UGLY, "GFG802]: a.py:1: nitpick ugly", ""),\n'


@pytest.mark.slow
def test_a_tool(tree: Path) -> None:
    """At most five files by hand: it is a tool of the policy and of `init`, the pages name it, the tests take it."""
    said = recipe("A new tool")
    before = contents(tree)
    (tree / "src/gitflowguard/quality/nitpick.py").write_text(TOOL)
    edit(tree / "tests/quality/test_tools.py", '    ("bandit", "a.py"', f'{CASE}    ("bandit", "a.py"')
    edit(tree / "pyproject.toml", '  "nbstripout>=0.8",\n', '  "nbstripout>=0.8",\n  "nitpick>=1.2",\n')
    edit(
        tree / "CHANGELOG.md", "## [Unreleased]\n", "## [Unreleased]\n\n- nitpick is a tool known by name.\n"
    )
    by_hand = changed(tree, before)
    assert len(by_hand) <= 5
    for place in by_hand:
        assert place in said.replace("<name>", "nitpick"), place
    assert "`GarbledOutput`" in said and "`TOOL`" in said and "`make docs`" in said
    for tool in re.findall(r"python (tools/(?:tool_rows|schema|rule_docs)\.py)", MAKEFILE):
        run(tree, tool)
    assert changed(tree, before) - by_hand == {
        *("src/gitflowguard/quality/catalogue.py", "src/gitflowguard/gitflowguard.schema.json"),
        *("docs/policy.md", "docs/quality.md"),
    }
    run(tree, "tools/tool_rows.py", "--check")
    assert passing(tree, "names_every_tool", "tests/docs/test_docs.py") == 1
    assert (
        passing(tree, "nitpick", "tests/quality/test_adapters_words.py", "tests/quality/test_suppress.py")
        >= 2
    )
    assert passing(tree, "test", "tests/policy/test_tools.py", "tests/install/test_detect.py") >= 50
    (tree / "work").mkdir()
    (tree / "work/.gitflowguard.yaml").write_text("tools: {nitpick: {}}\n")
    (tree / "work/.nitpick").touch()
    subprocess.run(("git", "init", "-q", str(tree / "work")), check=True)
    ask = "import os, sys; os.chdir('work'); from gitflowguard.cli.main import main; sys.exit(main(sys.argv[1:]))"
    assert run(tree, "-c", ask, "config", "tools", "--requirements") == "nitpick==1.2\n"
    seen = "from gitflowguard.repo.toolsigns import signs; print(signs('work'))"
    assert "tool='nitpick', where='.nitpick'" in run(tree, "-c", seen)


COMMAND = '''\
"""`hello`: greets."""

from __future__ import annotations

import sys

import click

from gitflowguard.cli import exits
from gitflowguard.cli.console import write


@click.command("hello")
def command() -> int:
    """Greet.

    Example: gitflowguard hello
    """
    write("hello\\n", sys.stdout)
    return exits.CLEAN
'''


@pytest.mark.slow
def test_a_command(tree: Path) -> None:
    """One module and one line: it runs, `--help` and the page of commands name it, and the tests take it."""
    said = recipe("A new command")
    assert "`src/gitflowguard/cli/<name>.py`" in said and "`COMMANDS` of `cli/main.py`" in said
    (tree / "src/gitflowguard/cli/hello.py").write_text(COMMAND)
    edit(
        tree / "src/gitflowguard/cli/main.py", '    ("doctor", ', '    ("hello", "Greet."),\n    ("doctor", '
    )
    assert run(tree, "-m", "gitflowguard", "hello") == "hello\n"
    assert "hello" in run(tree, "-m", "gitflowguard", "--help")
    run(tree, "tools/rule_docs.py")
    assert "gitflowguard hello" in (tree / "docs/cli.md").read_text("utf-8")
    assert "the table of docs/README.md takes a row" in said
    edit(
        tree / "docs/README.md",
        "| `gitflowguard doctor` |",
        "| `gitflowguard hello` | greets |\n| `gitflowguard doctor` |",
    )
    assert passing(tree, "index_has_every_command", "tests/docs/test_docs.py") == 1
    (named,) = re.findall(r"`(tests/cli/test_variables\.py)`", said)
    assert passing(tree, "test", named) >= 1


QUESTION = """
    def subjects(self, name: str, number: int) -> tuple[str, ...]:
        \"\"\"The subjects of a pull request's commits, oldest first.\"\"\"
"""
ANSWER = """
    def subjects(self, name: str, number: int) -> tuple[str, ...]:
        \"\"\"See the port.\"\"\"
        rows = self._rows(name, number, "commits")
        return tuple(str(row["commit"]["message"]).partition("\\n")[0] for row in rows)

    def languages(self, name: str) -> object:
        \"\"\"An operation that the stand-in doesn't know.\"\"\"
        return self.transport.get(joined("repos", name, "languages"))
"""
ASKED = """
from tests.pr.surfaces.bench import NAME, Bench


def test_subjects(bench: Bench) -> None:
    assert bench.forge.subjects(NAME, bench.pull.number) == ("A change",)
    assert [one.operation for one in bench.github.requests] == ["GET /repos/{owner}/{repo}/pulls/{pull_number}/commits"]


def test_languages(bench: Bench) -> None:
    bench.forge.languages(NAME)
"""


@pytest.mark.slow
def test_a_question_to_github(tree: Path) -> None:
    """A method of the port and its answer: the stand-in judges it by GitHub's description, or says what it lacks."""
    said = recipe("A new question to GitHub")
    for place in (
        "forge/port.py",
        "pullport.py",
        "forge/github/",
        "packages/fakegithub",
        "tools/github_api.py",
    ):
        assert f"`{place}`" in said, place
    forge = tree / "src/gitflowguard/forge"
    edit(forge / "pullport.py", "\n    def compared(", f"{QUESTION}\n    def compared(")
    edit(forge / "github/pulls.py", "\n    def compared(", f"{ANSWER}\n    def compared(")
    (tree / "tests/pr/surfaces/test_question.py").write_text(ASKED)
    assert passing(tree, "subjects", "tests/pr/surfaces/test_question.py") == 1
    lacking = ("-m", "pytest", "tests/pr/surfaces/test_question.py", "-k", "languages", "-n", "0", "-q")
    assert "languages" in run(tree, *lacking, code=1)
